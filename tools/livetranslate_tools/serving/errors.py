"""The one exception of this room: a sentence for the operator."""

from __future__ import annotations


class ServingError(Exception):
    """Serving could not go on; the message says what is wrong and what to do about it."""
