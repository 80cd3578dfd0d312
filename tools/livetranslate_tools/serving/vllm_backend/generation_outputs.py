"""vLLM's outputs as the tensors of the contract."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import vllm_contract as contract
from generation_request import GenerationRequest

if TYPE_CHECKING:
    from vllm.outputs import CompletionOutput, RequestOutput

Tensors = dict[str, npt.NDArray[Any]]


class OutputTensors:
    """Turns one request's outputs into tensors, a response at a time.

    Every tensor has one element a sequence, in the order of the sequences' numbers. vLLM reports only the
    sequences that grew; the others get an empty text, no new tokens and the reason or sum they had.
    """

    def __init__(self, request: GenerationRequest, *, sequences: int, logprobs_asked: bool) -> None:
        self._request = request
        self._logprobs_asked = logprobs_asked
        self._sequences = range(sequences)
        self._finish_reasons = ["None"] * sequences
        self._cumulative_logprobs = [0.0] * sequences

    def response(self, output: RequestOutput) -> Tensors:
        """The tensors of one response: text, then the additional outputs that were asked for."""
        grown = {completion.index: completion for completion in output.outputs}
        for index, completion in grown.items():
            if completion.finish_reason is not None:
                self._finish_reasons[index] = str(completion.finish_reason)
            if completion.cumulative_logprob is not None:
                self._cumulative_logprobs[index] = completion.cumulative_logprob
        prefix = self._request.prompt if self._request.prepend_prompt else ""
        tensors = {
            contract.TEXT_OUTPUT: _strings(
                prefix + (grown[index].text if index in grown else "") for index in self._sequences
            )
        }
        for name in contract.ADDITIONAL_OUTPUTS:
            if name in self._request.additional_outputs:
                tensors[name] = self._additional(name, output, grown)
        return tensors

    def _additional(self, name: str, output: RequestOutput, grown: Mapping[int, CompletionOutput]) -> npt.NDArray[Any]:
        if name == contract.FINISH_REASON:
            return _strings(self._finish_reasons)
        if name == contract.CUMULATIVE_LOGPROB:
            return np.asarray(self._cumulative_logprobs, dtype=np.float32)
        if name == contract.LOGPROBS:
            return _strings(self._logprobs(grown.get(index)) for index in self._sequences)
        if name == contract.NUM_INPUT_TOKENS:
            return np.asarray([len(output.prompt_token_ids or ())], dtype=np.uint32)
        counts = [len(grown[index].token_ids) if index in grown else 0 for index in self._sequences]
        return np.asarray(counts, dtype=np.uint32)

    def _logprobs(self, completion: CompletionOutput | None) -> str:
        """JSON list, one object a new token: token id to log-probability, rank and text. ``null`` if not computed."""
        if not self._logprobs_asked:
            return "null"
        positions = completion.logprobs if completion is not None and completion.logprobs else []
        return json.dumps(
            [
                {
                    str(token_id): {"logprob": item.logprob, "rank": item.rank, "decoded_token": item.decoded_token}
                    for token_id, item in position.items()
                }
                for position in positions
            ]
        )


def _strings(values: Iterable[str]) -> npt.NDArray[Any]:
    return np.asarray([value.encode("utf-8") for value in values], dtype=np.object_)
