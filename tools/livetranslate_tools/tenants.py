"""Changing the tenants file: keys come and go, quotas change. Servers read it again within a second."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import msgspec
from filelock import FileLock

from livetranslate.access import Quotas, StoredKey, Tenant, TenantsFile, make_key
from livetranslate.access.api_keys import hash_key
from livetranslate_tools.serving.errors import ServingError


class TenantRegistry:
    """The tenants of one file.

    Args:
        file: need not be there yet; its first key makes it, and from then on servers ask for keys.
    """

    def __init__(self, file: Path) -> None:
        self.file = file

    def read(self) -> TenantsFile:
        """What the file says; without one, nobody.

        Raises:
            ServingError: it cannot be read.
        """
        if not self.file.exists():
            return TenantsFile()
        try:
            return TenantsFile.read(self.file)
        except (OSError, ValueError) as error:
            raise ServingError(f"The tenants cannot be read: {error}. Mend the file, or restore a copy.") from error

    def create_key(self, name: str, *, expires_in_days: float | None = None) -> tuple[str, StoredKey]:
        """A new key for a tenant, made if it is new. The key is nowhere else.

        Raises:
            ServingError: the name is not allowed, or the file cannot be written.
        """
        key, key_id = make_key()
        now = datetime.now(timezone.utc).replace(microsecond=0)
        expires_at = None if expires_in_days is None else now + timedelta(days=expires_in_days)
        stored = StoredKey(key_id, hash_key(key), now, expires_at)
        with self._changing() as content:
            tenant = content.tenants.get(name) or _new(name)
            content.put(msgspec.structs.replace(tenant, keys=(*tenant.keys, stored)))
        return key, stored

    def revoke_key(self, key_id: str) -> Tenant:
        """Removes a key; the sessions that it opened go on to their next request.

        Raises:
            ServingError: there is none of this id.
        """
        with self._changing() as content:
            for tenant in content.tenants.values():
                kept = tuple(key for key in tenant.keys if key.id != key_id)
                if len(kept) < len(tenant.keys):
                    content.put(msgspec.structs.replace(tenant, keys=kept))
                    return tenant
        raise ServingError(f"No key has the id {key_id!r}; `livetranslate keys list` shows them.")

    def set_quotas(self, name: str, **changed: float | None) -> Quotas:
        """Changes those quotas of a tenant that are not None.

        Raises:
            ServingError: no such tenant, or a quota that is not allowed.
        """
        with self._changing() as content:
            tenant = content.get(name)
            wanted = {quota: value for quota, value in changed.items() if value is not None}
            try:
                quotas = Quotas(**{**msgspec.structs.asdict(tenant.quotas), **wanted})
            except ValueError as error:
                raise ServingError(f"Not changed: {error}.") from error
            content.put(msgspec.structs.replace(tenant, quotas=quotas))
        return quotas

    def suspend(self, name: str, *, is_suspended: bool) -> None:
        """Refuses a tenant's keys, or takes them again.

        Raises:
            ServingError: no such tenant.
        """
        with self._changing() as content:
            content.put(msgspec.structs.replace(content.get(name), is_suspended=is_suspended))

    def remove(self, name: str) -> None:
        """Removes a tenant with its keys. The file stays, so servers go on asking for keys.

        Raises:
            ServingError: no such tenant.
        """
        with self._changing() as content:
            content.get(name)
            del content.tenants[name]

    def _changing(self) -> _Change:
        return _Change(self)


class _Change:
    """One change of the file: under a lock, written when the block ends well."""

    def __init__(self, registry: TenantRegistry) -> None:
        self._registry = registry
        self._lock = FileLock(registry.file.with_name(f".{registry.file.name}.lock"), timeout=30)
        self.tenants: dict[str, Tenant] = {}

    def __enter__(self) -> _Change:
        self._registry.file.parent.mkdir(parents=True, exist_ok=True)
        self._lock.acquire()
        try:
            self.tenants = {tenant.name: tenant for tenant in self._registry.read().tenants}
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                TenantsFile(tuple(self.tenants.values())).write(self._registry.file)
        except OSError as error:
            raise ServingError(f"The tenants could not be written to {self._registry.file}: {error}.") from error
        finally:
            self._lock.release()

    def get(self, name: str) -> Tenant:
        """The tenant of this name."""
        if name not in self.tenants:
            known = ", ".join(sorted(self.tenants)) or "none"
            raise ServingError(f"There is no tenant {name!r}; known: {known}. `livetranslate keys create` makes one.")
        return self.tenants[name]

    def put(self, tenant: Tenant) -> None:
        """The tenant as it is from now on."""
        self.tenants[tenant.name] = tenant


def _new(name: str) -> Tenant:
    try:
        return Tenant(name)
    except ValueError as error:
        raise ServingError(f"Not made: {error}.") from error
