"""A live session's events as what a viewer saw: the timeline that the scorer takes."""

from __future__ import annotations

from dataclasses import dataclass

from livetranslate.protocol import TranscriptFinal, TranscriptPartial
from livetranslate.protocol.transcript import UNSPACED_LANGUAGES
from loadtests.live.driver import Recording
from loadtests.scoring import Shown, Timeline


@dataclass
class _Utterance:
    """Its committed text and what may still change behind it."""

    committed: str = ""
    unstable: str = ""


def timeline_of(recording: Recording) -> Timeline:
    """Folds the events; a step for each transcript event.

    What had been heard for a step is the latest ``audio_end_s`` of any event so far: a final names the end of its
    utterance, while the audio heard includes the pause that ended it.
    """
    utterances: dict[int, _Utterance] = {}
    steps: list[Shown] = []
    heard_s: float | None = None
    for at, event in recording.events:
        if event.audio_end_s is not None:
            heard_s = max(heard_s or 0.0, event.audio_end_s)
        if event.utterance_id is None:
            continue
        utterance = utterances.setdefault(event.utterance_id, _Utterance())
        joiner = "" if getattr(event, "language", None) in UNSPACED_LANGUAGES else " "
        if isinstance(event, TranscriptPartial):
            words = [word.text for word in event.committed_words]
            utterance.committed = joiner.join([utterance.committed, *words]).strip()
            utterance.unstable = event.unstable_text
        elif isinstance(event, TranscriptFinal):
            utterance.committed, utterance.unstable = event.text, ""
        else:
            continue
        ordered = [utterances[number] for number in sorted(utterances)]
        steps.append(
            Shown(
                at_s=at - recording.started_at,
                audio_s=heard_s,
                committed=" ".join(one.committed for one in ordered if one.committed),
                displayed=" ".join(text for one in ordered for text in (one.committed, one.unstable) if text),
            )
        )
    return Timeline(recording.clip.duration_s if recording.clip else 0.0, tuple(steps))
