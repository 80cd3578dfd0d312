"""A translator that cannot keep up slows the session down; one that is dead does not stop it."""

import threading
import time

import pytest
from event_stream import EventStream
from heard_text import HeardText
from translation_desk import MAX_WAITING, TranslationDesk

from livetranslate.protocol import ErrorCode, SessionOptions, TranslationResult, decode_event


class Held:
    """Translates when it is let."""

    def __init__(self, *held: str) -> None:
        self.held = held
        self.go = threading.Event()

    def translate(self, text, options, *, on_text, is_cancelled):
        if options.target in self.held:
            assert self.go.wait(30)
        return TranslationResult(f"{options.target}:{text}", "llm")


@pytest.fixture
def desk_of():
    opened = []

    def make(translator, *targets, is_cancelled=lambda: False):
        events = []
        desk = TranslationDesk(
            SessionOptions(source="en", targets=targets),
            translator=translator,
            events=EventStream(lambda data: events.append(decode_event(data)), lambda: None),
            is_cancelled=is_cancelled,
            name="test",
        )
        opened.append(translator)
        return desk, events

    yield make
    for translator in opened:
        translator.go.set()


def final(number: int) -> HeardText:
    return HeardText(number, f"text {number}", "en", float(number), number + 1.0)


def submit_all(desk, count: int) -> threading.Thread:
    thread = threading.Thread(target=lambda: [desk.submit(final(number)) for number in range(count)], daemon=True)
    thread.start()
    return thread


def test_who_is_too_fast_for_the_translator_waits_and_nothing_is_lost(desk_of):
    translator = Held("es")
    desk, events = desk_of(translator, "es")
    sender = submit_all(desk, 3 * MAX_WAITING)
    sender.join(0.5)
    assert sender.is_alive()
    assert desk._workers["es"].mailbox.waiting_finals <= MAX_WAITING
    translator.go.set()
    sender.join(30)
    desk.close()
    assert [event.text for event in events] == [f"es:text {number}" for number in range(3 * MAX_WAITING)]


def test_a_language_that_is_dead_is_left_out_with_errors_and_the_other_is_whole(desk_of, monkeypatch):
    monkeypatch.setattr("translation_desk.STALL_S", 0.5)
    desk, events = desk_of(Held("es"), "es", "fr")
    count = MAX_WAITING + 10
    submit_all(desk, count).join(30)
    errors = [event for event in events if event.final is False]
    assert {(error.code, error.language, error.fatal) for error in errors} == {
        (ErrorCode.TRANSLATION_FAILED, "es", False)
    }
    # One is at the translator, so many wait; the others are told to be missing.
    assert [error.utterance_id for error in errors] == list(range(MAX_WAITING + 1, count))
    assert desk._workers["es"].mailbox.waiting_finals == MAX_WAITING
    desk.close()
    assert [event.utterance_id for event in events if event.final and event.language == "fr"] == list(range(count))


def test_a_cancelled_session_waits_for_nobody(desk_of):
    cancelled = threading.Event()
    desk, _ = desk_of(Held("es"), "es", is_cancelled=cancelled.is_set)
    sender = submit_all(desk, 2 * MAX_WAITING)
    time.sleep(0.3)
    cancelled.set()
    sender.join(5)
    assert not sender.is_alive()
