"""Sampling parameters: JSON in, vLLM's checked ``SamplingParams`` out."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass
from typing import Any

import msgspec
from request_errors import RequestError, invalid
from vllm.sampling_params import RequestOutputKind, SamplingParams

LORA_NAME = "lora_name"

# The backend's own business, or the engine's.
_RESERVED = frozenset({"output_kind", "skip_clone", "output_text_buffer_length"})
_KNOWN = frozenset(name for name in SamplingParams.__struct_fields__ if not name.startswith("_")) - _RESERVED


@dataclass(frozen=True)
class Sampling:
    """How to sample.

    Attributes:
        parameters: vLLM's sampling parameters, checked.
        lora_name: the LoRA adapter to generate with, if any.
        logprobs_asked: whether the caller set ``logprobs`` (they may be computed for the cumulative value alone).
    """

    parameters: SamplingParams
    lora_name: str | None
    logprobs_asked: bool


def read_sampling(text: str, *, stream: bool, cumulative_logprob: bool) -> Sampling:
    """Reads a JSON object of vLLM's sampling parameters, plus ``lora_name``.

    Numbers and booleans may come as strings (``{"temperature": "0"}``), as NVIDIA's clients send them.

    Args:
        text: the JSON object; empty means vLLM's defaults.
        stream: deltas are wanted rather than one output at the end.
        cumulative_logprob: the sum is wanted, for which vLLM must keep log-probabilities.

    Raises:
        RequestError: INVALID_ARG, naming the parameter and what is wrong with it.
    """
    values = _object(text)
    lora_name = values.pop(LORA_NAME, None)
    if lora_name is not None and not isinstance(lora_name, str):
        raise invalid(f"Sampling parameter {LORA_NAME} must be a string, got {lora_name!r}.")
    for name in values:
        if name not in _KNOWN:
            raise _unknown(name)
    logprobs_asked = values.get("logprobs") is not None
    if cumulative_logprob and not logprobs_asked:
        values["logprobs"] = 0
    if isinstance(values.get("structured_outputs"), str):
        values["structured_outputs"] = _object(values["structured_outputs"], name="structured_outputs")
    try:
        parameters = msgspec.convert(values, SamplingParams, strict=False)
    # vLLM's own checks raise its validation error, a ValueError or a TypeError, depending on the parameter.
    except Exception as error:
        raise invalid(f"Sampling parameters are not valid: {error}") from error
    parameters.output_kind = RequestOutputKind.DELTA if stream else RequestOutputKind.FINAL_ONLY
    return Sampling(parameters=parameters, lora_name=lora_name, logprobs_asked=logprobs_asked)


def _object(text: str, *, name: str = "sampling_parameters") -> dict[str, Any]:
    if not text.strip():
        return {}
    try:
        value = json.loads(text)
    except RecursionError:
        raise invalid(f"`{name}` is nested too deeply; it is one JSON object of names and values.") from None
    except ValueError as error:
        raise invalid(f"`{name}` must be a JSON object, got {text[:60]!r}: {error}.") from error
    if not isinstance(value, dict):
        raise invalid(f"`{name}` must be a JSON object, got {text[:60]!r}.")
    return value


def _unknown(name: str) -> RequestError:
    close = difflib.get_close_matches(name, _KNOWN | {LORA_NAME}, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else "; see vLLM's SamplingParams for the known ones."
    return invalid(f"Sampling parameter {name[:40]!r} is not known{hint}")
