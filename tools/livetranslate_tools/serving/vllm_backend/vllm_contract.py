"""The tensors of NVIDIA's vLLM backend contract, and completing a minimal config.pbtxt with them.

Source: README.md and docs/additional_outputs.md of triton-inference-server/vllm_backend. The multi-modal ``image`` and
the embedding inputs of that backend are left out: this one serves text generation.
"""

from __future__ import annotations

from typing import Any, Final

TEXT_INPUT: Final = "text_input"
STREAM: Final = "stream"
SAMPLING_PARAMETERS: Final = "sampling_parameters"
EXCLUDE_INPUT_IN_OUTPUT: Final = "exclude_input_in_output"

TEXT_OUTPUT: Final = "text_output"
FINISH_REASON: Final = "finish_reason"
CUMULATIVE_LOGPROB: Final = "cumulative_logprob"
LOGPROBS: Final = "logprobs"
NUM_INPUT_TOKENS: Final = "num_input_tokens"
NUM_OUTPUT_TOKENS: Final = "num_output_tokens"

ADDITIONAL_OUTPUTS: Final = (FINISH_REASON, CUMULATIVE_LOGPROB, LOGPROBS, NUM_INPUT_TOKENS, NUM_OUTPUT_TOKENS)
"""Sent only to a request that sets the BOOL input ``return_<name>``."""


def return_flag(output: str) -> str:
    """Name of the input that asks for an additional output."""
    return f"return_{output}"


def _tensor(name: str, data_type: str, dims: list[int], *, optional: bool = False) -> dict[str, Any]:
    tensor: dict[str, Any] = {"name": name, "data_type": data_type, "dims": dims}
    if optional:
        tensor["optional"] = True
    return tensor


INPUTS: Final = (
    _tensor(TEXT_INPUT, "TYPE_STRING", [1]),
    _tensor(STREAM, "TYPE_BOOL", [1], optional=True),
    _tensor(SAMPLING_PARAMETERS, "TYPE_STRING", [1], optional=True),
    _tensor(EXCLUDE_INPUT_IN_OUTPUT, "TYPE_BOOL", [1], optional=True),
    *(_tensor(return_flag(output), "TYPE_BOOL", [1], optional=True) for output in ADDITIONAL_OUTPUTS),
)

# One element a sequence: `n` of them when the sampling parameters ask for several.
OUTPUTS: Final = (
    _tensor(TEXT_OUTPUT, "TYPE_STRING", [-1]),
    _tensor(FINISH_REASON, "TYPE_STRING", [-1]),
    _tensor(CUMULATIVE_LOGPROB, "TYPE_FP32", [-1]),
    _tensor(LOGPROBS, "TYPE_STRING", [-1]),
    _tensor(NUM_INPUT_TOKENS, "TYPE_UINT32", [1]),
    _tensor(NUM_OUTPUT_TOKENS, "TYPE_UINT32", [-1]),
)


def complete(config: Any) -> Any:
    """Adds what config.pbtxt leaves out: the tensors, the decoupled policy, no batching by Triton.

    Batching is the engine's own work (continuous batching), so Triton hands over every request at once.

    Args:
        config: Triton's ``ModelConfig`` helper; changed and returned.
    """
    given = config.as_dict()
    given_inputs = {tensor["name"] for tensor in given["input"]}
    given_outputs = {tensor["name"] for tensor in given["output"]}
    for tensor in INPUTS:
        if tensor["name"] not in given_inputs:
            config.add_input(tensor)
    for tensor in OUTPUTS:
        if tensor["name"] not in given_outputs:
            config.add_output(tensor)
    config.set_model_transaction_policy({"decoupled": True})
    config.set_max_batch_size(0)
    return config
