"""Who may call the language model: on a server that asks for API keys, only the server's own models.

A caller with a key uses ``translator``, which counts what is used. The names are those of ``livetranslate.access``,
which this environment cannot import; a test holds them together.
"""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Mapping
from pathlib import Path

from request_errors import invalid

INTERNAL_KEY_VARIABLE = "LIVETRANSLATE_INTERNAL_KEY"
INTERNAL_PARAMETER = "livetranslate-internal"
FILE_VARIABLE = "LIVETRANSLATE_TENANTS"
INLINE_VARIABLE = "LIVETRANSLATE_API_KEYS"
FORWARDED = (INTERNAL_PARAMETER, "livetranslate-api-key", "traceparent")
"""Headers that Triton hands on as parameters."""


class CallerCheck:
    """Reads a request's parameters and leaves those that are the engine's.

    Args:
        environment: where the server says whether keys are asked for.
    """

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._internal_key = environment.get(INTERNAL_KEY_VARIABLE, "")
        self._has_keys = bool(environment.get(INLINE_VARIABLE))
        named = environment.get(FILE_VARIABLE)
        self._file = Path(named) if named else None

    def admit(self, parameters: str) -> str:
        """The parameters, JSON, without headers that Triton forwarded.

        Raises:
            RequestError: the server asks for keys, and this is no call of its own.
        """
        values = json.loads(parameters) if parameters else {}
        # A file that was once there and is gone opens no door.
        self._has_keys = self._has_keys or (self._file is not None and self._file.exists())
        given = str(values.get(INTERNAL_PARAMETER, ""))
        is_own = bool(self._internal_key) and hmac.compare_digest(given.encode(), self._internal_key.encode())
        if self._has_keys and not is_own:
            raise invalid(
                "[PERMISSION_DENIED] This server asks for API keys, and its language model answers only its own "
                "models; ask the model 'translator'."
            )
        return json.dumps({name: value for name, value in values.items() if name not in FORWARDED})
