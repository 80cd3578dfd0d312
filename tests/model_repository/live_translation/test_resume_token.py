"""Tokens are taken back unchanged, by whoever has a key, and by nobody else."""

import time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from resume_token import MAX_AGE_S, ResumePoint, ResumeTokens
from speech_gate import GateState

from livetranslate.protocol import ErrorCode, LiveTranslateError
from livetranslate.protocol.limits import MAX_RESUME_TOKEN_CHARS

OLD, NEW, OTHER = b"the key of last year", b"the key of this year", b"somebody else's key!"
POINT = ResumePoint(
    session_id="6f1c2c52-5e0b-4c3e-9d3a-0d9b8f6a4f11",
    resume_from_s=12.24,
    audio_s=27.3125,
    gate=GateState(27.63, False, 20.1, 27.0125, 18.9),
    seq=88,
    utterance_id=7,
    utterances=6,
    words=90,
    language="en",
)


def refused(token: str, *keys: bytes) -> ErrorCode:
    with pytest.raises(LiveTranslateError) as raised:
        ResumeTokens(keys or (NEW,)).read(token)
    return raised.value.code


def test_a_token_comes_back_as_it_was_signed():
    read = ResumeTokens((NEW,)).read(ResumeTokens((NEW,)).sign(POINT))
    assert msgspec.structs.replace(read, issued_at_s=0.0) == POINT
    assert read.issued_at_s == pytest.approx(time.time(), abs=5)


def test_the_first_key_signs_and_every_key_is_accepted():
    by_old = ResumeTokens((OLD,)).sign(POINT)
    assert ResumeTokens((NEW, OLD)).read(by_old).seq == 88
    by_both = ResumeTokens((NEW, OLD)).sign(POINT)
    assert ResumeTokens((NEW,)).read(by_both).seq == 88
    assert refused(by_both, OLD) is ErrorCode.RESUME_TOKEN_INVALID


def test_another_key_is_refused():
    assert refused(ResumeTokens((OTHER,)).sign(POINT)) is ErrorCode.RESUME_TOKEN_INVALID


@given(st.data())
def test_one_changed_character_is_refused(data):
    token = ResumeTokens((NEW,)).sign(POINT)
    place = data.draw(st.integers(3, len(token) - 2))  # the last character has bits that mean nothing
    other = data.draw(st.sampled_from("ABCXYZabcxyz019-_.= é").filter(lambda letter: letter != token[place]))
    assert refused(token[:place] + other + token[place + 1 :]) is ErrorCode.RESUME_TOKEN_INVALID


@given(st.data())
def test_a_truncated_token_is_refused(data):
    token = ResumeTokens((NEW,)).sign(POINT)
    assert refused(token[: data.draw(st.integers(0, len(token) - 2))]) in (
        ErrorCode.RESUME_TOKEN_INVALID,
        ErrorCode.RESUME_TOKEN_UNSUPPORTED,  # "v"
    )


@given(st.text(max_size=300))
def test_any_text_is_refused_with_a_code(text):
    assert refused(text).value.startswith("RESUME_TOKEN_")


def test_another_version_is_refused_by_name():
    token = ResumeTokens((NEW,)).sign(POINT)
    assert refused("v2" + token[2:]) is ErrorCode.RESUME_TOKEN_UNSUPPORTED


def test_a_token_too_large_is_refused_unread():
    assert refused("v1." + "A" * MAX_RESUME_TOKEN_CHARS) is ErrorCode.RESUME_TOKEN_INVALID


def test_an_old_token_is_refused(monkeypatch):
    token = ResumeTokens((NEW,)).sign(POINT)
    later = time.time() + MAX_AGE_S + 60
    monkeypatch.setattr("resume_token.time.time", lambda: later)
    assert refused(token) is ErrorCode.RESUME_TOKEN_EXPIRED


def test_fields_of_a_newer_release_are_skipped():
    class Newer(ResumePoint, frozen=True, kw_only=True):
        speakers: tuple[str, ...] = ()

    newer = Newer(**msgspec.structs.asdict(POINT), speakers=("A", "B"))
    assert ResumeTokens((NEW,)).read(ResumeTokens((NEW,)).sign(newer)).words == 90


@given(st.text(max_size=500))
def test_a_token_is_never_longer_than_the_limit(session_id):
    point = msgspec.structs.replace(POINT, session_id=session_id)
    assert len(ResumeTokens((NEW,)).sign(point)) <= MAX_RESUME_TOKEN_CHARS


def test_keys_come_from_a_variable_else_from_a_file(tmp_path):
    file = tmp_path / "resume.key"
    file.write_text(f"{'new' * 10}\n{'old' * 10}\n")
    of_file = ResumeTokens.from_environment({"LIVETRANSLATE_RESUME_KEY_FILE": str(file)})
    of_variable = ResumeTokens.from_environment(
        {"LIVETRANSLATE_RESUME_KEY": f"{'old' * 10},{'new' * 10}", "LIVETRANSLATE_RESUME_KEY_FILE": "/nowhere"}
    )
    assert of_variable.read(of_file.sign(POINT)).seq == of_file.read(of_variable.sign(POINT)).seq == 88


def test_without_a_key_each_process_has_its_own():
    token = ResumeTokens.from_environment({}).sign(POINT)
    with pytest.raises(LiveTranslateError):
        ResumeTokens.from_environment({}).read(token)


def test_a_key_that_can_be_guessed_is_refused():
    with pytest.raises(ValueError, match="at least 16 bytes"):
        ResumeTokens.from_environment({"LIVETRANSLATE_RESUME_KEY": "secret"})
