"""The exception of the conversions."""

from __future__ import annotations


class ConvertError(Exception):
    """The source is not what the conversion takes, or the result is not what it should be."""
