"""Whether one more session may open: what it costs (a thread, a backlog of audio) is spent on those that are in first.

Triton has a limit too, and beyond it says nothing: a START waits for a slot without an answer. So this limit always
lies below that one, also when it is switched off.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from livetranslate.protocol import ErrorCode, LiveTranslateError

SPARE_SHARE = 8
"""One in so many of Triton's slots stays free for sequences that were refused, or are over and not yet ended."""


@dataclass(frozen=True)
class Admission:
    """Limit on the sessions that are open at once.

    Attributes:
        max_sessions: the limit; None for none.
        retry_after_s: what a refused caller is told to wait, seconds. Somebody's session must end meanwhile.
    """

    max_sessions: int | None = None
    retry_after_s: float = 5.0

    @classmethod
    def from_config(cls, model_config: Mapping[str, Any]) -> Admission:
        """Reads the parameters ``max_sessions`` (0: as many as Triton holds) and ``retry_after_s``.

        Raises:
            ValueError: a parameter is no number of its kind.
        """
        parameters = model_config.get("parameters", {})
        asked = int(parameters.get("max_sessions", {}).get("string_value", 0))
        retry_after_s = float(parameters.get("retry_after_s", {}).get("string_value", cls.retry_after_s))
        if asked < 0 or retry_after_s <= 0:
            raise ValueError(
                f"The parameters max_sessions={asked} and retry_after_s={retry_after_s:g} of live_translation must be "
                "0 or more, and more than 0 seconds."
            )
        slots = int(model_config.get("sequence_batching", {}).get("oldest", {}).get("max_candidate_sequences", 0))
        limits = [limit for limit in (asked, slots - slots // SPARE_SHARE) if limit > 0]
        return cls(min(limits) if limits else None, retry_after_s)

    def check(self, open_sessions: int) -> None:
        """Refuses one more session than the limit.

        Raises:
            LiveTranslateError: ``SERVER_BUSY``, with ``retry_after_s``.
        """
        if self.max_sessions is not None and open_sessions >= self.max_sessions:
            raise LiveTranslateError(
                ErrorCode.SERVER_BUSY,
                f"{open_sessions} sessions are open on this server, and its limit is {self.max_sessions} "
                f"(max_sessions). Try again in {self.retry_after_s:g} s, or on another server.",
                retry_after_s=self.retry_after_s,
            )
