"""One generation request, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import vllm_contract as contract
from request_errors import invalid


@dataclass(frozen=True)
class GenerationRequest:
    """What a caller asks for.

    Attributes:
        prompt: the prompt's text.
        stream: whether deltas are sent while they are generated; otherwise one response holds everything.
        prepend_prompt: whether the response's text begins with the prompt.
        parameters: sampling parameters, a JSON object not yet read.
        additional_outputs: names of the additional outputs that were asked for.
    """

    prompt: str
    stream: bool
    prepend_prompt: bool
    parameters: str
    additional_outputs: frozenset[str]


def read_request(tensors: Mapping[str, npt.NDArray[Any]], parameters: str) -> GenerationRequest:
    """Reads a request's tensors.

    Args:
        tensors: the inputs that were given, by name; BYTES tensors hold ``bytes``.
        parameters: the Triton request's parameters as JSON; the tensor ``sampling_parameters`` goes before them.

    Raises:
        RequestError: INVALID_ARG, with the reason.
    """
    stream = _flag(tensors, contract.STREAM, default=False)
    # Streaming sends deltas only, so the prompt is left out of them unless the caller insists, which cannot be.
    excluded = _flag(tensors, contract.EXCLUDE_INPUT_IN_OUTPUT, default=stream)
    if stream and not excluded:
        raise invalid("When streaming, `exclude_input_in_output` = False is not allowed.")
    if contract.SAMPLING_PARAMETERS in tensors:
        parameters = _text(tensors, contract.SAMPLING_PARAMETERS)
    return GenerationRequest(
        prompt=_text(tensors, contract.TEXT_INPUT),
        stream=stream,
        prepend_prompt=not excluded,
        parameters=parameters,
        additional_outputs=frozenset(
            output
            for output in contract.ADDITIONAL_OUTPUTS
            if _flag(tensors, contract.return_flag(output), default=False)
        ),
    )


def _flag(tensors: Mapping[str, npt.NDArray[Any]], name: str, *, default: bool) -> bool:
    return bool(np.ravel(tensors[name])[0]) if name in tensors else default


def _text(tensors: Mapping[str, npt.NDArray[Any]], name: str) -> str:
    if name not in tensors:
        raise invalid(f"Input `{name}` is missing.")
    value = np.ravel(tensors[name])[0]
    if isinstance(value, str):
        return value
    try:
        return bytes(value).decode("utf-8")
    except UnicodeDecodeError as error:
        raise invalid(f"Input `{name}` is not UTF-8: {error}.") from error
