"""API keys: made once, shown once, kept as hashes.

A key reads ``lt_<id>_<secret>``. The id finds its entry, so that one comparison, in constant time, decides. The secret
has 192 random bits: it cannot be guessed, so a plain SHA-256 keeps it; slow hashes are for passwords.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

KEY_HEADER = "livetranslate-api-key"
"""The gRPC metadata entry (over HTTP: the header) that carries a key."""

_FORM = re.compile(r"lt_([0-9a-f]{8})_([0-9A-Za-z]{48})")


def make_key() -> tuple[str, str]:
    """A new key and its id."""
    key_id = secrets.token_hex(4)
    return f"lt_{key_id}_{secrets.token_hex(24)}", key_id


def key_id_of(key: str) -> str | None:
    """The id in a key; None for a text that is no key."""
    match = _FORM.fullmatch(key)
    return match[1] if match else None


def hash_key(key: str) -> str:
    """What is kept of a key: SHA-256, hexadecimal."""
    return hashlib.sha256(key.encode()).hexdigest()


def is_same(key: str, kept_sha256: str) -> bool:
    """Whether the hash is this key's; takes as long whether it is or not."""
    return hmac.compare_digest(hash_key(key), kept_sha256)
