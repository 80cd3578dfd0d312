"""Audio that cannot be taken is reported, and costs neither memory nor the place of what follows."""

from audio_intake import take_in
from inbox import MAX_WAITING_CHUNKS, Inbox

from livetranslate.protocol import ErrorCode
from livetranslate.protocol.limits import MAX_CHUNK_BYTES


class Intake:
    """An inbox, and what its caller was told."""

    def __init__(self, *, max_backlog_s: float = 3.0, bytes_per_s: int = 100) -> None:
        self.inbox = Inbox(bytes_per_s=bytes_per_s, acknowledge_ahead_s=1.0, max_backlog_s=max_backlog_s)
        self.warnings = []
        self.acknowledged = 0

    def take(self, audio: bytes) -> None:
        take_in(audio, self.acknowledge, inbox=self.inbox, warn=self.warnings.append)

    def acknowledge(self) -> None:
        self.acknowledged += 1

    def drain(self) -> tuple[int, int]:
        """Bytes of audio and of gaps."""
        self.inbox.end()
        audio = gaps = 0
        while not (chunk := self.inbox.take(timeout_s=0)).last:
            audio += len(chunk.data)
            gaps += chunk.dropped_bytes
        return audio, gaps


def test_a_flood_is_one_warning_one_gap_and_no_memory():
    intake = Intake()
    for _ in range(1000):
        intake.take(b"x" * 10)
    assert [warning.code for warning in intake.warnings] == [ErrorCode.SERVER_BUSY]
    assert intake.inbox.backlog_s == 3.0
    assert len(intake.inbox._chunks) <= 31
    assert intake.drain() == (300, 9_700)
    assert intake.acknowledged == 1000


def test_after_a_gap_audio_is_taken_again_and_the_next_gap_is_reported_again():
    intake = Intake()
    intake.take(b"x" * 290)
    intake.take(b"x" * 20)
    intake.inbox.take(timeout_s=0)
    intake.take(b"x" * 10)
    intake.take(b"x" * 100)
    assert len(intake.warnings) == 2
    assert intake.drain() == (275, 120)


def test_a_chunk_above_the_limit_leaves_a_gap_of_its_length():
    intake = Intake(max_backlog_s=1e6)
    intake.take(bytes(MAX_CHUNK_BYTES + 1))
    intake.take(b"xy")
    assert [warning.code for warning in intake.warnings] == [ErrorCode.CHUNK_TOO_LARGE]
    assert intake.drain() == (2, MAX_CHUNK_BYTES + 1)


def test_tiny_and_empty_chunks_are_bounded_by_their_number():
    intake = Intake(max_backlog_s=1e6, bytes_per_s=1)
    for _ in range(2 * MAX_WAITING_CHUNKS):
        intake.take(b"x")
    assert len(intake.inbox._chunks) == MAX_WAITING_CHUNKS + 1
    for _ in range(2 * MAX_WAITING_CHUNKS):
        intake.take(b"")
    assert len(intake.inbox._held) <= MAX_WAITING_CHUNKS
    assert {warning.code for warning in intake.warnings} == {ErrorCode.SERVER_BUSY}
    assert intake.drain() == (MAX_WAITING_CHUNKS, MAX_WAITING_CHUNKS)
