"""What must hold in every session, however busy the machine: nothing lost, nothing taken back."""

from __future__ import annotations

from livetranslate.protocol import Done, Error, TranscriptFinal, TranscriptPartial, Word
from loadtests.live.driver import Recording


def problems_of(recording: Recording) -> list[str]:
    """Sentences about what is wrong; empty when nothing is."""
    events = [event for _, event in recording.events]
    found = [recording.failure] if recording.failure else []
    found += [f"error event: {event.message}" for event in events if isinstance(event, Error)]
    if [event.seq for event in events] != list(range(len(events))):
        found.append("sequence numbers have a gap")
    last = events[-1] if events else None
    if not isinstance(last, Done):
        found.append("the last event is not done")
    elif abs(last.audio_s - recording.sent_s) > 0.01:
        found.append(f"{recording.sent_s:.2f} s of audio were sent, {last.audio_s:.2f} s were heard")
    return found + _taken_back(recording)


def _taken_back(recording: Recording) -> list[str]:
    """Finals that do not begin with what had been committed, and committed words without a final."""
    found = []
    committed: dict[int | None, list[Word]] = {}
    finals: set[int | None] = set()
    for _, event in recording.events:
        number = event.utterance_id
        if isinstance(event, TranscriptPartial):
            if number in finals and event.committed_words:
                found.append(f"utterance {number}: words committed after its final")
            committed.setdefault(number, []).extend(event.committed_words)
        elif isinstance(event, TranscriptFinal):
            if number in finals:
                found.append(f"utterance {number}: two finals")
            finals.add(number)
            promised = [word.text for word in committed.get(number, [])]
            kept = [word.text for word in event.words]
            if kept[: len(promised)] != promised:
                found.append(f"utterance {number}: committed {' '.join(promised)!r}, final {' '.join(kept)!r}")
    for number, words in committed.items():
        if words and number not in finals:
            found.append(f"utterance {number}: committed {len(words)} words and has no final")
    return found
