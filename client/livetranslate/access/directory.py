"""Who has this key? The tenants of a file, read again when the file changes, or of an environment variable."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from time import monotonic

from livetranslate.access.api_keys import is_same, key_id_of
from livetranslate.access.tenants import ANONYMOUS, StoredKey, Tenant, TenantsFile
from livetranslate.protocol.errors import ErrorCode, LiveTranslateError

LOOK_EVERY_S = 1.0
"""So old may a change of the file be when it is heeded."""

_NO_HASH = "0" * 64


class TenantDirectory:
    """Knows the tenants.

    Args:
        file: the tenants file; while there has never been one, everybody is ``anonymous``.
        inline: ``tenant:key id:SHA-256`` of keys, separated by commas, instead of a file.
        on_problem: told, once, why a changed file is not used. The tenants known before stay.

    Raises:
        OSError, ValueError: the file, or the text, is there and cannot be used: a server that should ask for keys must
            not start without them.
    """

    def __init__(
        self, file: Path | None = None, *, inline: str = "", on_problem: Callable[[str], object] = lambda _: None
    ) -> None:
        self._file = file
        self._on_problem = on_problem
        self._lock = threading.Lock()
        self._looked_at_s = monotonic()
        self._stamp: tuple[int, int] | None = None
        self._tenants: dict[str, Tenant] | None = None
        self._keys: dict[str, tuple[Tenant, StoredKey]] = {}
        if inline:
            self._take(_from_text(inline))
        elif file is not None and file.exists():
            self._stamp = _stamp(file)
            self._take(TenantsFile.read(file))

    @property
    def is_open(self) -> bool:
        """Whether no key is asked for."""
        self._look()
        return self._tenants is None

    def tenant_of(self, key: str | None) -> Tenant:
        """Whose key this is.

        Raises:
            LiveTranslateError: ``UNAUTHENTICATED`` (no key, an unknown one, an expired one) or ``PERMISSION_DENIED``
                (its tenant is suspended).
        """
        if self.is_open:
            return ANONYMOUS
        if not key:
            raise LiveTranslateError(
                ErrorCode.UNAUTHENTICATED,
                "This server asks for an API key and the request has none; send it as gRPC metadata (or HTTP header) "
                "livetranslate-api-key, with the Python client: connect(url, api_key=…) or LIVETRANSLATE_API_KEY.",
            )
        tenant, stored = self._keys.get(key_id_of(key) or "", (None, None))
        # An unknown id takes as long as a wrong secret.
        if not is_same(key, stored.sha256 if stored else _NO_HASH) or tenant is None or stored is None:
            raise LiveTranslateError(
                ErrorCode.UNAUTHENTICATED, "The API key is not known here; ask the operator for a new one."
            )
        if stored.is_expired():
            raise LiveTranslateError(
                ErrorCode.UNAUTHENTICATED,
                f"The API key {stored.id} of {tenant.name} expired at {stored.expires_at}; ask the operator for a new "
                "one.",
            )
        if tenant.is_suspended:
            raise LiveTranslateError(
                ErrorCode.PERMISSION_DENIED, f"The tenant {tenant.name} is suspended; ask the operator."
            )
        return tenant

    def _look(self) -> None:
        now = monotonic()
        if self._file is None or now - self._looked_at_s < LOOK_EVERY_S:
            return
        with self._lock:
            self._looked_at_s = now
            try:
                stamp = _stamp(self._file)
                if stamp is not None and stamp != self._stamp:
                    self._stamp = stamp
                    self._take(TenantsFile.read(self._file))
            except (OSError, ValueError) as problem:
                self._on_problem(f"The changed tenants file is not used, what was known before stays: {problem}")

    def _take(self, content: TenantsFile) -> None:
        self._keys = {key.id: (tenant, key) for tenant in content.tenants for key in tenant.keys}
        self._tenants = {tenant.name: tenant for tenant in content.tenants}


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        status = file.stat()
    except FileNotFoundError:
        return None
    return status.st_mtime_ns, status.st_ino


def _from_text(text: str) -> TenantsFile:
    content = TenantsFile()
    for number, entry in enumerate(text.split(","), start=1):
        name, _, rest = entry.strip().partition(":")
        key_id, _, sha256 = rest.partition(":")
        if len(sha256) != len(_NO_HASH):
            raise ValueError(
                f"entry {number} of LIVETRANSLATE_API_KEYS is no 'tenant:key id:SHA-256'; "
                "`livetranslate keys create` prints it"
            )
        tenant = content.get(name) or Tenant(name)
        key = StoredKey(key_id, sha256, datetime.now(timezone.utc))
        content = content.with_tenant(Tenant(name, (*tenant.keys, key)))
    return content
