"""Several who look on a session, as one."""

from __future__ import annotations

from event_stream import Watch

from livetranslate.protocol import BaseEvent
from livetranslate.protocol.pcm import Samples


class Watches:
    """Tells each watch what it is told.

    Args:
        watches: in this order.
    """

    def __init__(self, *watches: Watch) -> None:
        self._watches = watches

    def event(self, event: BaseEvent) -> None:
        """An event is being sent."""
        for watch in self._watches:
            watch.event(event)

    def received(self, duration_s: float) -> None:
        """So much audio came in."""
        for watch in self._watches:
            watch.received(duration_s)

    def heard(self, audio: Samples) -> None:
        """An utterance is over; this is its audio, FP32 [n] at 16 kHz."""
        for watch in self._watches:
            watch.heard(audio)

    def partials_dropped(self, count: int) -> None:
        """So many partials were due and left out."""
        for watch in self._watches:
            watch.partials_dropped(count)

    def ended(self) -> None:
        """No event follows."""
        for watch in self._watches:
            watch.ended()
