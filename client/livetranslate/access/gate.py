"""The door of a model: whose request is this, and may it come in?

Triton forwards the headers that ``livetranslate serve`` tells it to, as parameters of the request, over gRPC and HTTP,
through streams and ensembles. A call from one model of the server to another has no header: it carries the key that
only this server's processes have.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from livetranslate.access.api_keys import KEY_HEADER
from livetranslate.access.directory import TenantDirectory
from livetranslate.access.request_rate import RequestRate
from livetranslate.access.tenants import ANONYMOUS, Tenant
from livetranslate.protocol.model_calls import INTERNAL_KEY_VARIABLE, INTERNAL_PARAMETER

FILE_VARIABLE = "LIVETRANSLATE_TENANTS"
INLINE_VARIABLE = "LIVETRANSLATE_API_KEYS"

INTERNAL = Tenant("internal")
"""This server itself: one model calls another, or the supervisor probes one."""


class Gate:
    """Says whose a request is.

    Args:
        directory: knows the tenants.
        internal_key: what calls between this server's processes carry; empty: no such call is believed.
    """

    def __init__(self, directory: TenantDirectory, internal_key: str = "") -> None:
        self._directory = directory
        self._internal_key = internal_key
        self._rate = RequestRate()

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str] = os.environ, *, on_problem: Callable[[str], object] = lambda _: None
    ) -> Gate:
        """The gate of this server: ``LIVETRANSLATE_TENANTS`` names the file, ``LIVETRANSLATE_API_KEYS`` holds hashes.

        Raises:
            OSError, ValueError: they are there and cannot be used.
        """
        named = environment.get(FILE_VARIABLE)
        directory = TenantDirectory(
            Path(named) if named else None, inline=environment.get(INLINE_VARIABLE, ""), on_problem=on_problem
        )
        return cls(directory, environment.get(INTERNAL_KEY_VARIABLE, ""))

    def admit(self, request: Any) -> Tenant:
        """Whose request this is, counted against its requests a minute.

        Args:
            request: Triton's; its ``parameters()`` are JSON.

        Raises:
            LiveTranslateError: ``UNAUTHENTICATED``, ``PERMISSION_DENIED`` or ``QUOTA_EXCEEDED``.
        """
        tenant = self.identify(request)
        self._rate.take(tenant)
        return tenant

    def identify(self, request: Any) -> Tenant:
        """Whose request this is; nothing is counted.

        Raises:
            LiveTranslateError: ``UNAUTHENTICATED`` or ``PERMISSION_DENIED``.
        """
        values = parameters(request)
        given = str(values.get(INTERNAL_PARAMETER, ""))
        if self._internal_key and hmac.compare_digest(given.encode(), self._internal_key.encode()):
            return INTERNAL
        if self._directory.is_open:
            return ANONYMOUS
        key = values.get(KEY_HEADER)
        return self._directory.tenant_of(str(key) if key is not None else None)


def parameters(request: Any) -> dict[str, Any]:
    """The parameters of a Triton request, forwarded headers among them."""
    text = request.parameters()
    values = msgspec.json.decode(text) if text else {}
    return values if isinstance(values, dict) else {}
