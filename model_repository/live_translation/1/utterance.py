"""One stretch of speech while it is heard: what was decoded of it, and up to where."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from livetranslate.protocol import Transcript


@dataclass
class Utterance:
    """An open utterance.

    Attributes:
        utterance_id: its number in the session, from 0.
        start_s: session time of its first sample (a little before the speech).
        decoded_s: session time up to which ``transcript`` covers the audio; ``start_s`` before the first decoding.
        transcript: the newest decoding, word times in session time.
        has_word_times: whether that decoding asked for words.
        shown: whether anything about it was sent: then its end is sent too.
    """

    utterance_id: int
    start_s: float
    decoded_s: float = 0.0
    transcript: Transcript | None = None
    has_word_times: bool = False
    shown: bool = False

    def is_given_up(self, end_s: float) -> bool:
        """Whether the last decoding failed and little was heard since: the final will try again."""
        return self.transcript is None and end_s - self.decoded_s < 1.0 and self.decoded_s > self.start_s

    def __post_init__(self) -> None:
        self.decoded_s = max(self.decoded_s, self.start_s)


def shifted(transcript: Transcript, offset_s: float) -> Transcript:
    """The transcript with all times moved by an offset, as a window's times become session times."""
    replace = msgspec.structs.replace
    return replace(
        transcript,
        segments=tuple(
            replace(
                segment,
                start_s=round(segment.start_s + offset_s, 3),
                end_s=round(segment.end_s + offset_s, 3),
                words=tuple(
                    replace(word, start_s=round(word.start_s + offset_s, 3), end_s=round(word.end_s + offset_s, 3))
                    for word in segment.words
                ),
            )
            for segment in transcript.segments
        ),
    )
