"""What the server grants each session."""

from __future__ import annotations

from dataclasses import dataclass

from inbox import Inbox

from livetranslate.protocol.limits import MAX_CHUNK_BYTES

MAX_BACKLOG_BYTES = 64 << 20


@dataclass(frozen=True)
class SessionSettings:
    """Server-side limits of a session, seconds (parameters of the model's configuration)."""

    idle_timeout_s: float = 60.0
    acknowledge_ahead_s: float = 5.0
    max_backlog_s: float = 120.0

    def make_inbox(self, bytes_per_s: int) -> Inbox:
        """The audio queue of a session whose audio has so many bytes a second."""
        # Two chunks of the largest size always fit, and no layout makes a session a burden.
        backlog_bytes = min(max(self.max_backlog_s * bytes_per_s, 2 * MAX_CHUNK_BYTES), MAX_BACKLOG_BYTES)
        return Inbox(
            bytes_per_s=bytes_per_s,
            acknowledge_ahead_s=self.acknowledge_ahead_s,
            max_backlog_s=backlog_bytes / bytes_per_s,
        )
