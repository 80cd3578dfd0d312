"""Which remote server translates when no model of this one does: from the environment, checked when it is read."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

URL_VARIABLE = "LIVETRANSLATE_REMOTE_URL"
MODEL_VARIABLE = "LIVETRANSLATE_REMOTE_MODEL"
KEY_VARIABLE = "LIVETRANSLATE_REMOTE_KEY"
KEY_FILE_VARIABLE = "LIVETRANSLATE_REMOTE_KEY_FILE"
TIMEOUT_VARIABLE = "LIVETRANSLATE_REMOTE_TIMEOUT_S"

_DEFAULT_PATH = "/v1"
_HEADER_SAFE = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True)
class RemoteSettings:
    """An OpenAI-compatible server.

    Attributes:
        base_url: where its interface begins, such as ``http://localhost:11434/v1``; without a path, ``/v1`` is meant.
        model: the model's name there.
        api_key: sent as a bearer token; empty for none. It is part of no text that is made of this object.
        timeout_s: longest silence of the server, before its answer as well as within it, seconds.
        max_tokens: longest answer, in tokens.
    """

    base_url: str
    model: str
    api_key: str = field(default="", repr=False)
    timeout_s: float = 20.0
    max_tokens: int = 2_048

    def __post_init__(self) -> None:
        # Neither the URL nor the key is quoted: a password may stand in the one, and the other is a secret.
        try:
            url = httpx.URL(self.base_url)
        except httpx.InvalidURL:
            raise ValueError(f"The URL of the remote server ({URL_VARIABLE}) is not valid.") from None
        if url.scheme not in ("http", "https") or not url.host or url.userinfo or url.query or url.fragment:
            raise ValueError(
                f"The URL of the remote server ({URL_VARIABLE}) must be http://HOST[:PORT][/PATH], or https, without "
                f"user, query or fragment. A key is given by {KEY_VARIABLE} or {KEY_FILE_VARIABLE}."
            )
        path = url.path.rstrip("/") or _DEFAULT_PATH
        object.__setattr__(self, "base_url", str(url.copy_with(path=path)))
        if not self.model:
            raise ValueError(f"The remote server needs the name of a model: set {MODEL_VARIABLE}.")
        if self.api_key and not _HEADER_SAFE.fullmatch(self.api_key):
            raise ValueError(
                f"The key of the remote server ({KEY_VARIABLE}, or the file of {KEY_FILE_VARIABLE}) must be one word "
                "of printable ASCII characters."
            )
        if not 0 < self.timeout_s <= 3_600 or self.max_tokens < 1:
            raise ValueError(
                f"The remote server's timeout ({TIMEOUT_VARIABLE}) is {self.timeout_s:g} s, max_tokens is "
                f"{self.max_tokens}; allowed: more than 0 to 3,600 s, and 1 token or more."
            )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> RemoteSettings | None:
        """Reads the variables above; None when ``LIVETRANSLATE_REMOTE_URL`` is not set.

        Raises:
            ValueError: a variable is not valid, the model is missing, or the key's file cannot be read; names the
                variable, never the key.
        """
        url = environment.get(URL_VARIABLE, "").strip()
        if not url:
            return None
        timeout = environment.get(TIMEOUT_VARIABLE, "").strip()
        try:
            timeout_s = float(timeout) if timeout else cls.timeout_s
        except ValueError:
            raise ValueError(f"{TIMEOUT_VARIABLE} is {timeout[:40]!r}; it must be a number of seconds.") from None
        model = environment.get(MODEL_VARIABLE, "").strip()
        return cls(base_url=url, model=model, api_key=_key(environment), timeout_s=timeout_s)


def _key(environment: Mapping[str, str]) -> str:
    key = environment.get(KEY_VARIABLE, "").strip()
    file = environment.get(KEY_FILE_VARIABLE, "").strip()
    if key and file:
        raise ValueError(f"Both {KEY_VARIABLE} and {KEY_FILE_VARIABLE} are set; leave one of them out.")
    if not file:
        return key
    try:
        key = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"The file {file} ({KEY_FILE_VARIABLE}) cannot be read: {type(error).__name__}.") from error
    if not key:
        raise ValueError(f"The file {file} ({KEY_FILE_VARIABLE}) is empty; it must hold the remote server's key.")
    return key
