"""Events survive the wire, and old clients read newer servers."""

from datetime import datetime, timezone
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livetranslate.protocol import (
    BaseEvent,
    Checkpoint,
    Done,
    ErrorCode,
    Event,
    LiveTranslateError,
    TranscriptFinal,
    TranscriptPartial,
    Word,
    decode_event,
    encode_event,
)
from livetranslate.received_events import read_event

times = st.floats(0, 1e6, allow_nan=False)
words = st.builds(Word, st.text(), times, times, st.none() | st.floats(0, 1), st.none() | st.text())
seconds_of = {Done: {"audio_s": times, "speech_s": times}, Checkpoint: {"resume_from_s": times}}
events = st.one_of(
    *(
        st.builds(
            kind,
            seq=st.integers(0, 2**40),
            emitted_at=st.datetimes(timezones=st.just(timezone.utc)),
            utterance_id=st.none() | st.integers(0, 2**31),
            **seconds_of.get(kind, {}),
        )
        for kind in get_args(Event)
    )
)


@given(events)
def test_every_event_survives_the_wire(event: BaseEvent):
    line = encode_event(event)
    assert b"\n" not in line
    assert decode_event(line) == event


@given(st.lists(words).map(tuple), st.text())
def test_words_and_text_of_any_script_survive(heard, text):
    event = TranscriptPartial(seq=0, emitted_at=datetime.now(timezone.utc), committed_words=heard, unstable_text=text)
    assert decode_event(encode_event(event)) == event


def test_unknown_fields_are_ignored_by_an_old_client():
    line = (
        b'{"type":"transcript.final","seq":3,"emitted_at":"2030-01-01T00:00:00Z","schema_version":9,"text":"Hi.",'
        b'"mood":{"happy":1},"words":[{"text":"Hi.","start_s":0,"end_s":1,"colour":"red"}],"utterance_id":0}'
    )
    event = decode_event(line)
    assert isinstance(event, TranscriptFinal)
    assert event.words == (Word("Hi.", 0.0, 1.0),)
    assert event.schema_version == 9


def test_an_unknown_type_is_skipped_and_a_broken_event_is_not():
    assert read_event(b'{"type":"mood.update","seq":1}') is None
    for broken in (b"{", b"[]", b'{"type":"done","seq":"x"}', b'{"seq":1}', b"\xff"):
        with pytest.raises(LiveTranslateError, match="cannot read") as raised:
            read_event(broken)
        assert raised.value.code is ErrorCode.INTERNAL


def test_final_says_whether_text_can_still_change():
    finals = {str(kind.__struct_config__.tag) for kind in get_args(Event) if kind.final}
    assert finals == {"transcript.final", "translation.final"}


def test_types_are_those_of_the_contract():
    assert {kind.__struct_config__.tag for kind in get_args(Event)} == {
        "session.started",
        "session.updated",
        "transcript.partial",
        "transcript.final",
        "translation.partial",
        "translation.final",
        "speaker.update",
        "endpoint",
        "checkpoint",
        "warning",
        "error",
        "done",
    }
