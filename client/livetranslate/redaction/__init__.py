"""Redaction: personal data out of captions, transcripts and logs.

    >>> from livetranslate.redaction import redact
    >>> redact("Write to anna at example dot com.").text
    'Write to [EMAIL].'

``docs/privacy.md`` says what is found, in which forms, how surely, and what is not.
"""

from livetranslate.redaction.kinds import ALL_PATTERNS, NAMED_KINDS, Find, Kind, Redacted
from livetranslate.redaction.names import NameFinder, SpacyNames, load_names
from livetranslate.redaction.redactor import redact

__all__ = [
    "ALL_PATTERNS",
    "NAMED_KINDS",
    "Find",
    "Kind",
    "NameFinder",
    "Redacted",
    "SpacyNames",
    "load_names",
    "redact",
]
