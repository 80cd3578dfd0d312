"""Whether one more session may open: what it costs (a thread, a backlog of audio) is spent on those that are in first.

Three limits: a tenant's own quota; a fixed one, which guards memory and threads; and what the machine has room for
(``session_room``). Where tenants compete for the last places, ``fair_share`` says who gets them.

Triton has a limit too, and beyond it says nothing: a START waits for a slot without an answer. So this limit always
lies below that one, also when it is switched off.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fair_share import FairShare
from session_room import SessionRoom

from livetranslate.access import ANONYMOUS, Tenant
from livetranslate.access.gate import INTERNAL
from livetranslate.protocol import ErrorCode, LiveTranslateError

SESSIONS_PER_CORE = 4

SPARE_SHARE = 8
"""One in so many of Triton's slots stays free for sequences that were refused, or are over and not yet ended."""


@dataclass(frozen=True)
class Admission:
    """Limit on the sessions that are open at once.

    Attributes:
        max_sessions: the limit; None for none.
        retry_after_s: what a refused caller is told to wait, seconds. Somebody's session must end meanwhile.
        room: what the machine has room for; None: it is not asked.
        fair_share: shares the places among tenants.
    """

    max_sessions: int | None = None
    retry_after_s: float = 5.0
    room: SessionRoom | None = None
    fair_share: FairShare = field(default_factory=FairShare)

    @classmethod
    def from_config(cls, model_config: Mapping[str, Any]) -> Admission:
        """Reads the parameters ``max_sessions`` (0: as many as Triton holds), ``retry_after_s`` and those of the room.

        The room's are ``target_recognition_s`` (0: the machine is not asked) and ``sessions_at_first`` (0: four times
        the processor's cores).

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
        target_s = float(parameters.get("target_recognition_s", {}).get("string_value", 0))
        at_first = int(parameters.get("sessions_at_first", {}).get("string_value", 0))
        if target_s < 0 or at_first < 0:
            raise ValueError(
                f"The parameters target_recognition_s={target_s:g} and sessions_at_first={at_first} of "
                "live_translation must be 0 or more."
            )
        room = SessionRoom(target_s, at_first=at_first or SESSIONS_PER_CORE * (os.cpu_count() or 1))
        slots = int(model_config.get("sequence_batching", {}).get("oldest", {}).get("max_candidate_sequences", 0))
        limits = [limit for limit in (asked, slots - slots // SPARE_SHARE) if limit > 0]
        return cls(min(limits) if limits else None, retry_after_s, room)

    def check(
        self,
        ages_s: list[float],
        *,
        tenant: Tenant = ANONYMOUS,
        held: Mapping[str, int] | None = None,
        is_resumed: bool = False,
    ) -> None:
        """Refuses a session beyond a limit.

        Args:
            ages_s: how long each open session has been open, seconds.
            tenant: whose session this is.
            held: sessions open, by tenant.
            is_resumed: it goes on with a broken one. Room is then not asked for: the broken one may still be counted,
                and words that were spoken are worth more than a late caption. So may a tenant's quota be, up to twice.

        Raises:
            LiveTranslateError: ``SERVER_BUSY`` or ``QUOTA_EXCEEDED``, with ``retry_after_s``.
        """
        held = held or {}
        quota = tenant.quotas.sessions
        if quota and held.get(tenant.name, 0) >= quota * (2 if is_resumed else 1):
            raise LiveTranslateError(
                ErrorCode.QUOTA_EXCEEDED,
                f"{tenant.name} has {held[tenant.name]} sessions open on this server, and its quota is {quota} "
                f"(sessions). End one, or try again in {self.retry_after_s:g} s.",
                retry_after_s=self.retry_after_s,
            )
        asks_for_room = not is_resumed and tenant is not INTERNAL
        limit = self.max_sessions
        room = self.room.limit(ages_s) if self.room is not None and asks_for_room else None
        if limit is not None and len(ages_s) >= limit:
            self.fair_share.refused(tenant.name)
            raise self._refusal(
                f"{len(ages_s)} sessions are open on this server, and its limit is {limit} (max_sessions)."
            )
        if self.room is not None and room is not None and len(ages_s) >= room:
            self.fair_share.refused(tenant.name)
            raise self._refusal(
                f"{len(ages_s)} sessions are open on this server, and it has room for {room} now (recognitions take "
                f"{self.room.recognition_s:.2f} s)."
            )
        places = min((number for number in (limit, room) if number is not None), default=None)
        if asks_for_room and places is not None and not self.fair_share.admits(tenant.name, held, places):
            raise self._refusal(
                f"{tenant.name} has {held.get(tenant.name, 0)} of {places} places on this server, and others wait for "
                "the rest."
            )
        self.fair_share.admitted(tenant.name)

    def recognised(self, duration_s: float) -> None:
        """A recognition took so long, waiting included."""
        if self.room is not None:
            self.room.recognised(duration_s)

    def _refusal(self, reason: str) -> LiveTranslateError:
        return LiveTranslateError(
            ErrorCode.SERVER_BUSY,
            f"{reason} Try again in {self.retry_after_s:g} s, or on another server.",
            retry_after_s=self.retry_after_s,
        )
