"""The tenants file: who they are, hashes of their keys, their quotas.

JSON, readable by its owner alone, replaced as a whole, so that a reader never sees half of it.
"""

from __future__ import annotations

import os
import re
import tempfile
from datetime import datetime, timezone
from pathlib import Path

import msgspec

TENANT_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")


class Quotas(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a tenant may use of one server; 0 means without limit.

    Attributes:
        sessions: live sessions open at once.
        audio_minutes_per_day: audio of live sessions, minutes a day (UTC).
        requests_per_minute: requests to one model; so many may come at once, then they are evened out.
    """

    sessions: int = 0
    audio_minutes_per_day: float = 0.0
    requests_per_minute: int = 0

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            if getattr(self, name) < 0:
                raise ValueError(f"the quota {name} is {getattr(self, name)}; it must be 0 (no limit) or more")


class StoredKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is kept of a key.

    Attributes:
        id: the part of the key that may be shown.
        sha256: of the whole key, hexadecimal.
        created_at: when it was made.
        expires_at: from when it is no longer taken; None for never.
    """

    id: str
    sha256: str
    created_at: datetime
    expires_at: datetime | None = None

    def is_expired(self, now: datetime | None = None) -> bool:
        """Whether its time is over."""
        return self.expires_at is not None and (now or datetime.now(timezone.utc)) >= self.expires_at


class Tenant(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Somebody who uses the server.

    Attributes:
        name: lower-case letters, digits, ``.``, ``_``, ``-``; at most 63.
        keys: any of them opens the door, so that keys can be changed without a gap.
        quotas: what may be used.
        is_suspended: the keys are known and refused.
    """

    name: str
    keys: tuple[StoredKey, ...] = ()
    quotas: Quotas = Quotas()
    is_suspended: bool = False

    def __post_init__(self) -> None:
        if not TENANT_NAME.fullmatch(self.name):
            raise ValueError(
                f"the tenant name {self.name[:80]!r} must be lower-case letters, digits, '.', '_' or '-', at most 63"
            )


ANONYMOUS = Tenant("anonymous")
"""Everybody, on a server without a tenants file."""


class TenantsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file's content."""

    tenants: tuple[Tenant, ...] = ()
    format: int = 1

    def __post_init__(self) -> None:
        if self.format != 1:
            raise ValueError(f"the tenants file has format {self.format}, and this version reads 1")
        for what, names in (
            ("tenant", [tenant.name for tenant in self.tenants]),
            ("key id", [key.id for tenant in self.tenants for key in tenant.keys]),
        ):
            twice = {name for name in names if names.count(name) > 1}
            if twice:
                raise ValueError(f"the {what} {min(twice)!r} is there twice")

    @classmethod
    def read(cls, file: Path) -> TenantsFile:
        """Reads a file.

        Raises:
            OSError: it cannot be read.
            ValueError: it is no tenants file; the sentence says where.
        """
        try:
            return msgspec.json.decode(file.read_bytes(), type=cls)
        except msgspec.DecodeError as error:  # a ValidationError is one too
            raise ValueError(f"{file} is no tenants file: {error}") from error

    def write(self, file: Path) -> None:
        """Replaces the file, readable by its owner alone.

        Raises:
            OSError: it cannot be written.
        """
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
        fresh = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as output:
                output.write(msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n")
                output.flush()
                os.fsync(output.fileno())
            fresh.replace(file)
        finally:
            fresh.unlink(missing_ok=True)

    def get(self, name: str) -> Tenant | None:
        """The tenant of this name."""
        return next((tenant for tenant in self.tenants if tenant.name == name), None)

    def with_tenant(self, tenant: Tenant) -> TenantsFile:
        """The file with this tenant added, or put in its old place."""
        names = [known.name for known in self.tenants]
        if tenant.name not in names:
            return TenantsFile((*self.tenants, tenant))
        return TenantsFile(tuple(tenant if known.name == tenant.name else known for known in self.tenants))
