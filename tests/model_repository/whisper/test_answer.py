"""Every request is answered once, with the status that says whose fault it was."""

from types import SimpleNamespace

import pytest
from answer import Answer

from livetranslate.protocol import ErrorCode, LiveTranslateError


class TritonError(Exception):
    INTERNAL, INVALID_ARG, CANCELLED, UNAVAILABLE = "internal", "invalid", "cancelled", "unavailable"

    def __init__(self, message: str, status: str) -> None:
        super().__init__(message)
        self.status = status


PB_UTILS = SimpleNamespace(
    TritonError=TritonError,
    TRITONSERVER_RESPONSE_COMPLETE_FINAL="final",
    InferenceResponse=lambda outputs=(), error=None: SimpleNamespace(outputs=outputs, error=error),
)


def answered(act) -> tuple[SimpleNamespace, ErrorCode | None]:
    """What an action on an answer sends, and the code that is reported of it."""
    sent, codes = [], []
    sender = SimpleNamespace(send=lambda response, flags: sent.append((response, flags)))
    request = SimpleNamespace(get_response_sender=lambda: sender, is_cancelled=lambda: True)
    answer = Answer(request, PB_UTILS, on_end=codes.append)
    assert not answer.is_finished
    act(answer)
    assert answer.is_finished
    assert answer.is_cancelled()
    ((response, flags),) = sent
    assert flags == "final"
    (code,) = codes
    return response, code


def test_a_result_is_sent_with_the_final_flag():
    response, code = answered(lambda answer: answer.send(["tensor"]))
    assert (response.outputs, response.error) == (["tensor"], None)
    assert code is None


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (ErrorCode.AUDIO_TOO_LONG, "invalid"),
        (ErrorCode.OPTION_INVALID, "invalid"),
        (ErrorCode.QUOTA_EXCEEDED, "unavailable"),
        (ErrorCode.TRANSCRIPTION_FAILED, "internal"),
        (ErrorCode.INTERNAL, "internal"),
    ],
)
def test_an_error_says_whose_fault_it_is(code, status):
    response, reported = answered(lambda answer: answer.fail(LiveTranslateError(code, "A sentence.")))
    assert reported is code
    assert response.error.status == status
    assert str(response.error) == f"[{code.value}] A sentence."


def test_a_cancelled_request_is_answered_too():
    response, code = answered(Answer.cancelled)
    assert code is ErrorCode.SESSION_CANCELLED
    assert response.error.status == "cancelled"
