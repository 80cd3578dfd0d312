"""LiveTranslate: live speech in, captions and translations out, while people speak.

    import livetranslate

    speech = livetranslate.audio.open_audio("talk.wav")
    async with livetranslate.connect().session(source="en", targets=["es"], audio=speech.format) as session:
        async for event in session.stream(speech.paced()):
            print(event)

Everything but the version is imported when it is first asked for, so that a model which only needs
``livetranslate.protocol`` loads neither gRPC nor an audio reader.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from livetranslate import audio as audio
    from livetranslate import protocol as protocol
    from livetranslate import samples as samples
    from livetranslate import subtitles as subtitles
    from livetranslate import sync as sync
    from livetranslate.client import Client as Client
    from livetranslate.client import connect as connect
    from livetranslate.credentials import TlsFiles as TlsFiles
    from livetranslate.protocol import ErrorCode as ErrorCode
    from livetranslate.protocol import LiveTranslateError as LiveTranslateError
    from livetranslate.reconnection import Reconnected as Reconnected
    from livetranslate.reconnection import Reconnecting as Reconnecting
    from livetranslate.reconnection import ReconnectPolicy as ReconnectPolicy
    from livetranslate.session import Session as Session

__version__ = "0.1.0"

_MODULES = ("audio", "protocol", "samples", "subtitles", "sync")
_NAMES = {
    "Client": "livetranslate.client",
    "ErrorCode": "livetranslate.protocol",
    "LiveTranslateError": "livetranslate.protocol",
    "ReconnectPolicy": "livetranslate.reconnection",
    "Reconnected": "livetranslate.reconnection",
    "Reconnecting": "livetranslate.reconnection",
    "Session": "livetranslate.session",
    "TlsFiles": "livetranslate.credentials",
    "connect": "livetranslate.client",
}

__all__ = ["__version__", *_MODULES, *_NAMES]


def __getattr__(name: str) -> Any:
    """Imports a public module or name on first use."""
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    if name in _NAMES:
        return getattr(importlib.import_module(_NAMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
