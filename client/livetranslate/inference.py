"""Triton's inference messages (KServe v2), built and read: the only place that knows their layout.

Source: KServe "Open Inference Protocol", https://github.com/kserve/open-inference-protocol, and Triton's
extension documents for binary tensor data, sequences and decoupled responses.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Union

from tritonclient.grpc import service_pb2

ParameterValue = Union[str, int, bool]

_ITEM_LENGTH = struct.Struct("<I")


class InputTensor(NamedTuple):
    """One input tensor with its data in Triton's binary layout."""

    name: str
    datatype: str
    shape: tuple[int, ...]
    data: bytes


def bytes_tensor(name: str, value: bytes, *, shape: tuple[int, ...] = (1, 1)) -> InputTensor:
    """A BYTES tensor of one element; ``shape`` holds ones only."""
    return InputTensor(name, "BYTES", shape, _ITEM_LENGTH.pack(len(value)) + value)


def uint8_tensor(name: str, data: bytes) -> InputTensor:
    """A UINT8 tensor of shape [bytes]."""
    return InputTensor(name, "UINT8", (len(data),), data)


def infer_request(
    model: str,
    tensors: Iterable[InputTensor],
    *,
    version: str = "",
    request_id: str = "",
    parameters: Mapping[str, ParameterValue] | None = None,
) -> Any:
    """A ``ModelInferRequest``.

    Args:
        model: model name.
        tensors: the inputs.
        version: model version; empty lets the server choose.
        request_id: told back with every response.
        parameters: request parameters, Triton's own (``sequence_id`` …) or the model's.
    """
    request = service_pb2.ModelInferRequest(model_name=model, model_version=version, id=request_id)
    for tensor in tensors:
        request.inputs.add(name=tensor.name, datatype=tensor.datatype, shape=tensor.shape)
        request.raw_input_contents.append(tensor.data)
    for key, value in (parameters or {}).items():
        if isinstance(value, bool):
            request.parameters[key].bool_param = value
        elif isinstance(value, int):
            request.parameters[key].int64_param = value
        else:
            request.parameters[key].string_param = value
    return request


def output_items(response: Any, name: str) -> list[bytes]:
    """All elements of a BYTES output of a ``ModelInferResponse``; empty when the output is absent."""
    items: list[bytes] = []
    # An empty final response lists no output; raw contents stand in the order of the outputs.
    for output, raw in zip(response.outputs, response.raw_output_contents, strict=False):
        if output.name != name:
            continue
        position = 0
        while position < len(raw):
            (length,) = _ITEM_LENGTH.unpack_from(raw, position)
            position += _ITEM_LENGTH.size
            items.append(bytes(raw[position : position + length]))
            position += length
    return items


class StreamResponse:
    """One response of a ``ModelStreamInfer`` call.

    Attributes:
        request_id: the request it answers.
        error_text: why that request failed, in the server's words; empty when it did not.
        final: whether it is the last response to that request.
    """

    def __init__(self, message: Any) -> None:
        self._inference = message.infer_response
        self.request_id: str = self._inference.id
        self.error_text: str = message.error_message
        self.final: bool = bool(self.error_text) or self._inference.parameters["triton_final_response"].bool_param

    def items(self, name: str) -> list[bytes]:
        """All elements of the BYTES output ``name``."""
        return output_items(self._inference, name)
