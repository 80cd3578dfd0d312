"""Resume tokens: where a session stands, signed, so that any server with the key can take it up.

A token is ``v1.`` and the URL-safe base64 of a 32-byte HMAC-SHA256 and the MessagePack of a :class:`ResumePoint`. It
holds no secret, only facts about the caller's own session; the signature keeps a caller from inventing numbers.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
import os
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path

import msgspec
from speech_gate import GateState

from livetranslate.protocol import ErrorCode, LiveTranslateError
from livetranslate.protocol.limits import MAX_RESUME_TOKEN_CHARS

VERSION = "v1"
MAX_AGE_S = 24 * 3600.0
MIN_KEY_BYTES = 16

KEY_VARIABLE = "LIVETRANSLATE_RESUME_KEY"
KEY_FILE_VARIABLE = "LIVETRANSLATE_RESUME_KEY_FILE"

_MAC_BYTES = hashlib.sha256().digest_size
_MAX_SESSION_ID_CHARS = 128


class ResumePoint(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a session stands. New fields may be added under the same token version: readers skip unknown ones.

    Attributes:
        session_id: the session's first id, which it keeps.
        resume_from_s: session time from which the audio is sent again.
        audio_s: session time up to which everything is final.
        gate: the speech gate's state.
        seq: number that the next event had at least.
        utterance_id: number of the next utterance.
        utterances: finals so far.
        words: words of the finals so far.
        language: language of the last final; empty before the first.
        issued_at_s: seconds since 1970.
    """

    session_id: str
    resume_from_s: float = 0.0
    audio_s: float = 0.0
    gate: GateState = GateState()
    seq: int = 0
    utterance_id: int = 0
    utterances: int = 0
    words: int = 0
    language: str = ""
    issued_at_s: float = 0.0


class ResumeTokens:
    """Signs with the first key and accepts all of them, so that keys can be changed while sessions run.

    Args:
        keys: secrets, each at least 16 bytes.
    """

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        if not keys or min(map(len, keys)) < MIN_KEY_BYTES:
            raise ValueError(
                f"A resume key needs at least {MIN_KEY_BYTES} bytes; make one with 'openssl rand -hex 32' and put it "
                f"into {KEY_VARIABLE}, or into the file that {KEY_FILE_VARIABLE} names."
            )
        self._keys = keys

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> ResumeTokens:
        """Keys from a variable, else from a file, one a word; without either, one that ends with this process."""
        text = environment.get(KEY_VARIABLE, "")
        if not text and (file := environment.get(KEY_FILE_VARIABLE)):
            text = Path(file).read_text(encoding="utf-8")
        keys = tuple(word.encode() for word in text.replace(",", " ").split())
        return cls(keys or (secrets.token_bytes(32),))

    def sign(self, point: ResumePoint) -> str:
        """The point as a token of at most 2,048 characters."""
        point = msgspec.structs.replace(
            point,
            session_id=point.session_id[:_MAX_SESSION_ID_CHARS],
            issued_at_s=float(round(time.time())),
        )
        payload = msgspec.msgpack.encode(point)
        return f"{VERSION}.{urlsafe_b64encode(_mac(self._keys[0], payload) + payload).decode().rstrip('=')}"

    def read(self, token: str) -> ResumePoint:
        """The point of a token.

        Raises:
            LiveTranslateError: ``RESUME_TOKEN_INVALID``, ``RESUME_TOKEN_UNSUPPORTED`` or ``RESUME_TOKEN_EXPIRED``.
        """
        if len(token) > MAX_RESUME_TOKEN_CHARS:
            raise _invalid(f"it has {len(token)} characters, more than {MAX_RESUME_TOKEN_CHARS}")
        version, dot, text = token.partition(".")
        if not dot or not version.startswith("v"):
            raise _invalid("it has no version")
        if version != VERSION:
            raise LiveTranslateError(
                ErrorCode.RESUME_TOKEN_UNSUPPORTED,
                f"The resume token is of version {version[:12]!r}; this server reads {VERSION!r}. Resume on the server "
                "that gave it, or open a new session.",
            )
        try:
            signed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except (binascii.Error, ValueError):
            raise _invalid("it is no base64") from None
        mac, payload = signed[:_MAC_BYTES], signed[_MAC_BYTES:]
        if not any(hmac.compare_digest(mac, _mac(key, payload)) for key in self._keys):
            raise _invalid("its signature fits none of this server's keys")
        try:
            point = msgspec.msgpack.decode(payload, type=ResumePoint)
        except msgspec.DecodeError as error:
            raise _invalid(f"its content is not understood ({error})") from error
        age_s = time.time() - point.issued_at_s
        if age_s > MAX_AGE_S:
            raise LiveTranslateError(
                ErrorCode.RESUME_TOKEN_EXPIRED,
                f"The resume token is {age_s / 3600:.0f} h old; the limit is {MAX_AGE_S / 3600:.0f} h. Open a new "
                "session.",
            )
        return point


def _mac(key: bytes, payload: bytes) -> bytes:
    return hmac.new(key, f"{VERSION}.".encode() + payload, hashlib.sha256).digest()


def _invalid(reason: str) -> LiveTranslateError:
    return LiveTranslateError(
        ErrorCode.RESUME_TOKEN_INVALID,
        f"The resume token is not valid: {reason}. Send the newest token unchanged, to a server with the same resume "
        "key; or open a new session.",
    )
