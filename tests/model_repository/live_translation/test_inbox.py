"""Acknowledgements follow what is taken, memory is bounded, and nothing is lost."""

import pytest
from inbox import Chunk, Inbox

from livetranslate.protocol import ErrorCode, LiveTranslateError


def make(**changes) -> Inbox:
    return Inbox(**{"bytes_per_s": 100, "acknowledge_ahead_s": 1.0, "max_backlog_s": 3.0, "piece_s": 0.5} | changes)


def test_little_is_acknowledged_at_once_and_much_only_when_it_was_taken():
    inbox, acknowledged = make(), []
    for name in "abc":
        inbox.put(b"x" * 80, lambda name=name: acknowledged.append(name))
    assert acknowledged == ["a"]
    while len(acknowledged) < 2:
        assert inbox.take(timeout_s=0) is not None
    assert acknowledged == ["a", "b"]
    assert inbox.backlog_s <= 1.6


def test_too_much_is_refused_with_the_figures_and_what_was_queued_stays():
    inbox = make()
    inbox.put(b"x" * 290, lambda: None)
    with pytest.raises(LiveTranslateError) as refused:
        inbox.put(b"y" * 20, lambda: None)
    assert refused.value.code is ErrorCode.SERVER_BUSY
    assert "limit 3 s" in refused.value.message
    assert inbox.backlog_s == pytest.approx(2.9)


def test_pieces_are_short_and_together_are_what_was_put():
    inbox = make()
    inbox.put(bytes(range(120)), lambda: None)
    inbox.put(bytes(range(120, 200)), lambda: None)
    inbox.end()
    pieces = []
    while not (chunk := inbox.take(timeout_s=0)).last:
        pieces.append(chunk.data)
    assert b"".join(pieces) == bytes(range(200))
    assert max(map(len, pieces)) <= 50


def test_after_the_end_audio_is_refused_and_the_end_is_seen():
    inbox = make()
    inbox.end()
    with pytest.raises(LiveTranslateError) as refused:
        inbox.put(b"x", lambda: None)
    assert refused.value.code is ErrorCode.SESSION_ENDED
    assert inbox.take(timeout_s=0) == Chunk(last=True)


def test_release_acknowledges_everything_that_was_held():
    inbox, acknowledged = make(), []
    for number in range(5):
        inbox.put(b"x" * 60, lambda number=number: acknowledged.append(number))
    inbox.release()
    assert acknowledged == [0, 1, 2, 3, 4]
    assert inbox.take(timeout_s=0) == Chunk(last=True)


def test_nothing_in_time_gives_nothing():
    assert make().take(timeout_s=0.01) is None
