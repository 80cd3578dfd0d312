"""What can go wrong; each message is a sentence that says what to do."""

from __future__ import annotations


class DriftError(Exception):
    """Drift cannot be judged."""
