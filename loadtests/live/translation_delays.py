"""How long translations take, from their final transcript on."""

from __future__ import annotations

from dataclasses import dataclass

from livetranslate.protocol import TranscriptFinal, TranslationFinal, TranslationPartial
from loadtests.live.driver import Recording


@dataclass(frozen=True)
class TranslationDelays:
    """One value per utterance and language, seconds; empty where nothing of the kind was sent.

    Attributes:
        first_tokens_s: first translated text after the final transcript.
        wholes_s: whole translation after the final transcript.
    """

    first_tokens_s: tuple[float, ...]
    wholes_s: tuple[float, ...]


def translation_delays_of(recording: Recording) -> TranslationDelays:
    """Measures one session."""
    final_at = {event.utterance_id: at for at, event in recording.events if isinstance(event, TranscriptFinal)}
    first: dict[tuple[int | None, str], float] = {}
    whole: dict[tuple[int | None, str], float] = {}
    for at, event in recording.events:
        if isinstance(event, (TranslationPartial, TranslationFinal)) and event.utterance_id in final_at:
            key = (event.utterance_id, event.language)
            delay_s = at - final_at[event.utterance_id]
            first.setdefault(key, delay_s)
            if isinstance(event, TranslationFinal):
                whole[key] = delay_s
    return TranslationDelays(tuple(first.values()), tuple(whole.values()))
