"""Who may still open a session, and what the others are told."""

import pytest
from admission import Admission

from livetranslate.protocol import ErrorCode, LiveTranslateError


def config(slots: int = 512, **parameters: str) -> dict:
    return {
        "sequence_batching": {"oldest": {"max_candidate_sequences": slots}},
        "parameters": {name: {"string_value": value} for name, value in parameters.items()},
    }


def test_one_session_too_many_is_told_how_many_there_are_the_limit_and_when_to_come_back():
    admission = Admission.from_config(config(max_sessions="3", retry_after_s="7"))
    for count in range(3):
        admission.check([60.0] * count)
    with pytest.raises(LiveTranslateError, match=r"3 sessions are open .* limit is 3 .* again in 7 s") as refused:
        admission.check([60.0] * 3)
    assert refused.value.code is ErrorCode.SERVER_BUSY
    assert refused.value.code.retryable
    assert refused.value.retry_after_s == 7.0
    assert LiveTranslateError.parse(str(refused.value)).retry_after_s == 7.0


@pytest.mark.parametrize(("asked", "slots", "limit"), [("0", 512, 448), ("1000", 512, 448), ("64", 512, 64)])
def test_the_limit_stays_below_what_triton_holds(asked, slots, limit):
    assert Admission.from_config(config(slots, max_sessions=asked)).max_sessions == limit


def test_without_any_limit_everybody_is_let_in():
    Admission.from_config({}).check([60.0] * 10**6)


@pytest.mark.parametrize(
    "wrong", [{"max_sessions": "-1"}, {"max_sessions": "many"}, {"retry_after_s": "0"}, {"target_recognition_s": "-1"}]
)
def test_a_parameter_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match=r"-1|many|=0"):
        Admission.from_config(config(**wrong))


def test_a_server_without_room_says_how_slow_it_is():
    admission = Admission.from_config(config(target_recognition_s="0.5", sessions_at_first="2"))
    admission.check([60.0])
    for _ in range(10):
        admission.recognised(1.0)
    with pytest.raises(LiveTranslateError, match=r"room for 2 now \(recognitions take 1\.00 s\)") as refused:
        admission.check([60.0] * 2)
    assert refused.value.code is ErrorCode.SERVER_BUSY
    assert refused.value.retry_after_s == 5.0


def test_a_broken_session_comes_back_even_where_there_is_no_room_but_not_beyond_the_fixed_limit():
    admission = Admission.from_config(config(target_recognition_s="0.5", sessions_at_first="2", max_sessions="5"))
    admission.check([60.0] * 4, is_resumed=True)
    with pytest.raises(LiveTranslateError, match=r"limit is 5"):
        admission.check([60.0] * 5, is_resumed=True)


def test_room_is_not_asked_for_unless_it_is_wanted():
    admission = Admission.from_config(config())
    for _ in range(10):
        admission.recognised(100.0)
    admission.check([60.0] * 50)
