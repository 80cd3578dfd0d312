"""Delays of a session, from the speaker's point of view."""

from __future__ import annotations

from dataclasses import dataclass

from livetranslate.protocol import TranscriptFinal, TranscriptPartial, TranslationFinal, TranslationPartial
from loadtests.live.driver import Recording


@dataclass(frozen=True)
class Delays:
    """All in seconds; empty tuples where nothing of the kind was sent.

    Attributes:
        first_partial_s: first partial text after the start of the first word.
        finals_s: final transcript after the end of the utterance's last word (it includes the pause itself).
        first_tokens_s: first translated text after its final transcript, one per utterance and language.
        translations_s: whole translation after its final transcript.
    """

    first_partial_s: float | None
    finals_s: tuple[float, ...]
    first_tokens_s: tuple[float, ...]
    translations_s: tuple[float, ...]


def delays_of(recording: Recording) -> Delays:
    """Measures one session."""
    finals = [(at, e) for at, e in recording.events if isinstance(e, TranscriptFinal) and e.words]
    shown = [at for at, e in recording.events if isinstance(e, TranscriptPartial) and e.unstable_text]
    first_partial_s = None
    if finals and shown:
        first_partial_s = shown[0] - recording.started_at - finals[0][1].words[0].start_s
    final_at = {e.utterance_id: at for at, e in finals}
    first_token: dict[tuple[int | None, str], float] = {}
    whole: dict[tuple[int | None, str], float] = {}
    for at, event in recording.events:
        if isinstance(event, (TranslationPartial, TranslationFinal)) and event.utterance_id in final_at:
            key = (event.utterance_id, event.language)
            delay_s = at - final_at[event.utterance_id]
            first_token.setdefault(key, delay_s)
            if isinstance(event, TranslationFinal):
                whole[key] = delay_s
    return Delays(
        first_partial_s=first_partial_s,
        finals_s=tuple(at - recording.started_at - e.words[-1].end_s for at, e in finals),
        first_tokens_s=tuple(first_token.values()),
        translations_s=tuple(whole.values()),
    )


def text_of(recording: Recording) -> str:
    """The session's final transcript."""
    return " ".join(e.text for _, e in recording.events if isinstance(e, TranscriptFinal))
