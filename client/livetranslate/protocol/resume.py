"""What a caller says when it takes up a broken session: the newest token, and what it has shown since."""

from __future__ import annotations

import msgspec

from livetranslate.protocol import limits
from livetranslate.protocol.checks import check_range
from livetranslate.protocol.transcript import Word


class SentencePair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An earlier sentence and its translation: context for the next one."""

    source: str
    target: str


class Untranslated(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A final transcript whose translations did not all arrive before the break.

    Attributes:
        utterance_id: the utterance's number.
        text: its final transcript.
        targets: languages whose translation is missing.
        language: spoken language; empty when unknown.
        audio_start_s: start of the utterance, seconds of session audio.
        audio_end_s: its end.
        committed: target language -> translated text that was promised already: it stays.
    """

    utterance_id: int
    text: str
    targets: tuple[str, ...]
    language: str = ""
    audio_start_s: float = 0.0
    audio_end_s: float = 0.0
    committed: dict[str, str] = {}


class ResumeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Takes up a session from its newest resume token; the audio is sent again from that token's ``resume_from_s``.

    Attributes:
        token: the newest resume token received.
        last_seq: ``seq`` of the newest event received; the next one has the number after it.
        audio_end_s: session time of the newest audio the caller has; what comes before is decoded with all its
            partials, though it comes in a burst, so that the same words are committed.
        committed_words: committed words of the open utterance, all that were received: they stay as they are.
        committed_translations: target language -> promised text of the open utterance's translation.
        untranslated: finals whose translations are missing, oldest first.
        context: target language -> its newest sentence pairs, oldest first, for the style of what follows.
    """

    token: str
    last_seq: int
    audio_end_s: float = 0.0
    committed_words: tuple[Word, ...] = ()
    committed_translations: dict[str, str] = {}
    untranslated: tuple[Untranslated, ...] = ()
    context: dict[str, tuple[SentencePair, ...]] = {}

    def __post_init__(self) -> None:
        check_range("length of resume.token", len(self.token), 1, limits.MAX_RESUME_TOKEN_CHARS)
        check_range("resume.last_seq", self.last_seq, 0, 2**53)
        check_range("resume.audio_end_s", self.audio_end_s, 0.0, 1e9)
        check_range("number of resume.committed_words", len(self.committed_words), 0, limits.MAX_COMMITTED_WORDS)
        check_range("number of resume.untranslated", len(self.untranslated), 0, limits.MAX_UNTRANSLATED)
        for final in self.untranslated:
            check_range("length of resume.untranslated.text", len(final.text), 1, limits.MAX_TEXT_CHARS)
        for text in (
            *self.committed_translations.values(),
            *(t for u in self.untranslated for t in u.committed.values()),
        ):
            check_range("length of promised translation", len(text), 0, 2 * limits.MAX_TEXT_CHARS)
        for pairs in self.context.values():
            check_range("number of resume.context pairs", len(pairs), 0, limits.MAX_CONTEXT_PAIRS)
