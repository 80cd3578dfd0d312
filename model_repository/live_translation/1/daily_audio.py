"""Minutes of audio that each tenant has sent today (UTC), kept in a file so that a restart forgets none."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from time import monotonic

import msgspec

from livetranslate.access import Tenant
from livetranslate.protocol import ErrorCode, LiveTranslateError

KEEP_EVERY_S = 5.0
FOLDER_VARIABLE = "LIVETRANSLATE_USAGE_DIR"


class _Day(msgspec.Struct):
    day: str
    seconds: dict[str, float]


def _utc_now() -> datetime:
    return datetime.now(timezone.utc)


class DailyAudio:
    """Counts audio of this process; versions that run beside each other count together through their files.

    Args:
        folder: where counts are kept; None: nowhere.
        name: of this process's file.
        now: the time, UTC.
    """

    def __init__(self, folder: Path | None, name: str, now: Callable[[], datetime] = _utc_now) -> None:
        self._folder = folder
        self._file = None if folder is None else folder / f"{name}.json"
        self._now = now
        self._lock = threading.Lock()
        self._today = _Day(self._day(), {})
        if self._file is not None and (kept := _read(self._file)) and kept.day == self._today.day:
            self._today = kept
        self._others: dict[str, float] = {}
        self._is_changed = False
        self._kept_at_s = monotonic()
        self.keep()

    @classmethod
    def from_environment(cls, name: str, environment: Mapping[str, str] = os.environ) -> DailyAudio:
        """The counts of this server (``LIVETRANSLATE_USAGE_DIR``)."""
        folder = environment.get(FOLDER_VARIABLE)
        return cls(Path(folder) if folder else None, name)

    def check(self, tenant: Tenant) -> None:
        """Refuses more audio beyond the quota.

        Raises:
            LiveTranslateError: ``QUOTA_EXCEEDED``, with the time until midnight UTC.
        """
        quota_min = tenant.quotas.audio_minutes_per_day
        if not quota_min:
            return
        with self._lock:
            self._turn_page()
            used_s = self._today.seconds.get(tenant.name, 0.0) + self._others.get(tenant.name, 0.0)
        if used_s >= quota_min * 60.0:
            now = self._now()
            midnight = datetime(now.year, now.month, now.day, tzinfo=timezone.utc) + timedelta(days=1)
            raise LiveTranslateError(
                ErrorCode.QUOTA_EXCEEDED,
                f"{tenant.name} has used its {quota_min:g} minutes of audio a day on this server "
                "(audio_minutes_per_day). The next day begins at midnight UTC.",
                retry_after_s=round((midnight - now).total_seconds()),
            )

    def add(self, tenant: Tenant, duration_s: float) -> None:
        """So much audio of a tenant came in."""
        with self._lock:
            self._turn_page()
            self._today.seconds[tenant.name] = self._today.seconds.get(tenant.name, 0.0) + duration_s
            self._is_changed = True

    def keep_now_and_then(self) -> None:
        """As :meth:`keep`, at most every five seconds.

        Raises:
            OSError: as there; it is tried again five seconds later.
        """
        if monotonic() - self._kept_at_s >= KEEP_EVERY_S:
            self._kept_at_s = monotonic()
            self.keep()

    def keep(self) -> None:
        """Writes this process's counts and reads the others'.

        Raises:
            OSError: the file cannot be written.
        """
        if self._folder is None or self._file is None:
            return
        others: dict[str, float] = {}
        for file in self._folder.glob("*.json"):
            if file != self._file and (counts := _read(file)) and counts.day == self._day():
                for tenant, seconds in counts.seconds.items():
                    others[tenant] = others.get(tenant, 0.0) + seconds
        with self._lock:
            self._others = others
            content = msgspec.json.encode(self._today) if self._is_changed else b""
            self._is_changed = False
        if content:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh = self._file.with_suffix(".new")
            fresh.write_bytes(content)
            fresh.replace(self._file)

    def _turn_page(self) -> None:
        if self._today.day != self._day():
            self._today = _Day(self._day(), {})

    def _day(self) -> str:
        return self._now().date().isoformat()


def _read(file: Path) -> _Day | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=_Day)
    except (OSError, msgspec.DecodeError):  # none yet, or a crash of the machine tore it: counting begins anew
        return None
