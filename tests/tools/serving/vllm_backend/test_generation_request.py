"""Reading requests, without an engine (tests/integration/test_vllm_contract.py has the rest)."""

import numpy as np
import pytest
from generation_request import read_request
from request_errors import RequestError, Status

PROMPT = {"text_input": np.array([b"Hello"], dtype=np.object_)}


def flag(value):
    return np.array([value])


def test_without_stream_the_prompt_is_prepended():
    request = read_request(PROMPT, "{}")
    assert (request.prompt, request.stream, request.prepend_prompt) == ("Hello", False, True)


def test_with_stream_it_is_not():
    request = read_request({**PROMPT, "stream": flag(True)}, "{}")
    assert (request.stream, request.prepend_prompt) == (True, False)


def test_stream_with_the_input_included_is_refused_in_nvidia_s_words():
    with pytest.raises(RequestError) as caught:
        read_request({**PROMPT, "stream": flag(True), "exclude_input_in_output": flag(False)}, "{}")
    assert caught.value.status is Status.INVALID_ARG
    assert caught.value.message == "When streaming, `exclude_input_in_output` = False is not allowed."


def test_the_tensor_goes_before_request_parameters():
    tensor = np.array([b'{"top_p": 1}'], dtype=np.object_)
    assert read_request({**PROMPT, "sampling_parameters": tensor}, '{"top_k": 5}').parameters == '{"top_p": 1}'
    assert read_request(PROMPT, '{"top_k": 5}').parameters == '{"top_k": 5}'


def test_additional_outputs_are_those_asked_for():
    tensors = {**PROMPT, "return_logprobs": flag(True), "return_finish_reason": flag(False)}
    assert read_request(tensors, "{}").additional_outputs == {"logprobs"}


def test_bytes_that_are_not_utf8_are_refused_by_name():
    with pytest.raises(RequestError, match="`text_input` is not UTF-8"):
        read_request({"text_input": np.array([b"\xff"], dtype=np.object_)}, "{}")
