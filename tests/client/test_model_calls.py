"""Calls between models, given what Triton answers (it stands at the edge; the real one is in tests/integration)."""

import numpy as np
import pytest

from livetranslate.protocol import ErrorCode, LiveTranslateError, model_calls
from livetranslate.protocol.model_calls import ModelCalls


class Refusal(Exception):  # noqa: N818 - Triton's exception has a name of its own
    pass


class Tensor:
    def __init__(self, name, values):
        self.name, self.values = name, values

    def as_numpy(self):
        return self.values


class Response:
    def __init__(self, *, error="", **tensors):
        self.failure = error
        self.tensors = {name: Tensor(name, np.array([value])) for name, value in tensors.items()}

    def has_error(self):
        return bool(self.failure)

    def error(self):
        return type("Error", (), {"message": lambda _: self.failure})()


class Triton:
    """Answers each call with the same responses, or refuses it."""

    TritonModelException = Refusal
    Tensor = Tensor

    def __init__(self, *responses, refusal=None):
        self.responses, self.refusal, self.read = responses, refusal, 0
        self.InferenceRequest = self.request

    def request(self, *, model_name, requested_output_names, inputs, parameters):
        self.asked = (model_name, requested_output_names, inputs)
        self.parameters = parameters
        return self

    def exec(self, *, decoupled=False):
        if self.refusal:
            raise Refusal(self.refusal)
        return self.stream() if decoupled else self.responses[0]

    def stream(self):
        for response in self.responses:
            self.read += 1
            yield response

    @staticmethod
    def get_output_tensor_by_name(response, name):
        return response.tensors.get(name)


def test_a_call_gives_the_outputs_that_were_asked_for():
    assert ModelCalls(Triton(Response(A="a", B="b"))).call("m", [], ["B", "A"]) == [np.array(["b"]), np.array(["a"])]


def test_a_stream_leaves_out_the_empty_closing_response():
    stream = ModelCalls(Triton(Response(A="1"), Response(B="2"), Response())).stream("m", [], ["A", "B"])
    assert [[None if value is None else value[0] for value in pair] for pair in stream] == [["1", None], [None, "2"]]


@pytest.mark.parametrize(
    ("error", "code"),
    [("[TEXT_TOO_LONG] Too long.", ErrorCode.TEXT_TOO_LONG), ("boom", ErrorCode.TRANSLATION_FAILED)],
)
def test_a_model_s_own_code_is_kept_and_a_failure_without_one_gets_the_caller_s(error, code):
    calls = ModelCalls(Triton(Response(error=error)), failed=ErrorCode.TRANSLATION_FAILED)
    with pytest.raises(LiveTranslateError) as caught:
        calls.call("m", [], ["A"])
    assert caught.value.code is code
    with pytest.raises(LiveTranslateError):
        list(calls.stream("m", [], ["A"]))


def test_a_call_that_triton_refuses_names_the_model():
    with pytest.raises(LiveTranslateError, match="'m' cannot be called: not ready") as caught:
        list(ModelCalls(Triton(refusal="not ready")).stream("m", [], ["A"]))
    assert caught.value.code is ErrorCode.MODEL_UNAVAILABLE


def test_a_stream_that_is_left_is_read_to_its_end():
    triton = Triton(Response(A="1"), Response(A="2"), Response(A="3"))
    stream = ModelCalls(triton).stream("m", [], ["A"])
    next(stream)
    stream.close()
    assert triton.read == 3


def test_responses_are_kept_for_a_while_and_not_for_ever(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(model_calls.time, "monotonic", lambda: now[0])
    calls = ModelCalls(Triton(Response(A="1")))
    for second in range(100):
        now[0] = float(second)
        list(calls.stream("m", [], ["A"]))
    assert model_calls.KEEP_S <= len(calls._kept) <= model_calls.KEEP_S + 2


def test_a_call_says_that_it_comes_from_this_server(monkeypatch):
    monkeypatch.setenv("LIVETRANSLATE_INTERNAL_KEY", "inside")
    triton = Triton(Response(A="a"))
    ModelCalls(triton).call("m", [], ["A"])
    assert triton.parameters == {"livetranslate-internal": "inside"}
