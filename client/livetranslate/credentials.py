"""What a client shows a server, and by what it knows the server: an API key, and TLS certificates.

What is not given in code is taken from the environment: ``LIVETRANSLATE_API_KEY`` or ``LIVETRANSLATE_API_KEY_FILE``;
``LIVETRANSLATE_TLS_CA`` (whom to trust), ``LIVETRANSLATE_TLS_CERT`` and ``LIVETRANSLATE_TLS_KEY`` (who we are, for
servers that ask).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import grpc

from livetranslate.access.api_keys import KEY_HEADER
from livetranslate.protocol import ErrorCode, LiveTranslateError

SECURE_SCHEME = "grpcs://"


@dataclass(frozen=True)
class TlsFiles:
    """PEM files.

    Attributes:
        ca: certificates of those who may vouch for the server; None: the system's.
        certificate: ours, with its chain.
        key: the private key of ours.
    """

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None


@dataclass(frozen=True)
class Credentials:
    """What a connection is made with.

    Attributes:
        api_key: sent with every call; None: none.
        tls: None: no TLS, unless the address asks for it (``grpcs://``).
    """

    api_key: str | None = field(default=None, repr=False)
    tls: TlsFiles | None = None

    @classmethod
    def gather(
        cls,
        api_key: str | None = None,
        tls: TlsFiles | None = None,
        *,
        environment: Mapping[str, str] = os.environ,
    ) -> Credentials:
        """What was given, else what the environment says.

        Raises:
            LiveTranslateError: ``OPTION_INVALID``: a file that is named cannot be read, or half of a pair is missing.
        """
        if api_key is None and (named := environment.get("LIVETRANSLATE_API_KEY_FILE")):
            api_key = (_read(Path(named), "the API key") or b"").decode().strip()
        api_key = api_key or environment.get("LIVETRANSLATE_API_KEY") or None
        if tls is None:
            paths = [environment.get(f"LIVETRANSLATE_TLS_{name}") for name in ("CA", "CERT", "KEY")]
            tls = TlsFiles(*(Path(path) if path else None for path in paths)) if any(paths) else None
        if tls is not None and (tls.certificate is None) != (tls.key is None):
            raise LiveTranslateError(
                ErrorCode.OPTION_INVALID,
                "A client certificate needs its key, and a key its certificate; give both (LIVETRANSLATE_TLS_CERT and "
                "LIVETRANSLATE_TLS_KEY), or neither.",
            )
        return cls(api_key, tls)

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """GRPC metadata of every call."""
        return () if self.api_key is None else ((KEY_HEADER, self.api_key),)

    def channel_credentials(self, url: str) -> grpc.ChannelCredentials | None:
        """For a secure channel; None for a plain one.

        Raises:
            LiveTranslateError: ``OPTION_INVALID``: a file cannot be read.
        """
        if self.tls is None and not url.startswith(SECURE_SCHEME):
            return None
        tls = self.tls or TlsFiles()
        return grpc.ssl_channel_credentials(
            root_certificates=_read(tls.ca, "the certificate authority"),
            private_key=_read(tls.key, "the client's key"),
            certificate_chain=_read(tls.certificate, "the client's certificate"),
        )


def _read(path: Path | None, what: str) -> bytes | None:
    if path is None:
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        raise LiveTranslateError(
            ErrorCode.OPTION_INVALID, f"{what[0].upper()}{what[1:]} in {path} cannot be read: {error}."
        ) from None
