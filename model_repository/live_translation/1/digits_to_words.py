"""One number in digits to words: integers, decimals, ordinals and years, as its language writes them."""

from __future__ import annotations

import re

from num2words import CONVERTER_CLASSES, num2words

_ALIASES = {"kk": "kz", "nn": "no", "nb": "no"}
LANGUAGES = frozenset(code for code in CONVERTER_CLASSES if len(code) in (2, 3)) | frozenset(_ALIASES)
"""Whose numbers can be spelled out."""

_POINT_LANGUAGES = frozenset({"en", "he", "hi", "ja", "ko", "th", "zh", "te", "kn"})
"""That write 1,234.5; the others write 1.234,5."""

_ENGLISH_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)", re.IGNORECASE)
_LONGEST_DIGITS = 15
YEARS = range(1100, 2100)
"""Four digits in this range are read as a year."""


def spell(number: str, language: str) -> str | None:
    """A number in words.

    Args:
        number: digits, with the separators of the language: "205", "1,234", "3.14", "21st".
        language: ISO 639-1 code, one of :data:`LANGUAGES`.

    Returns:
        The words; None when the text is no plain number ("007", "10:30", "1980s") or the language cannot say it.
    """
    ordinal = _ENGLISH_ORDINAL.fullmatch(number) if language == "en" else None
    if ordinal:
        return _say(int(ordinal[1]), language, "ordinal")
    group, point = (",", ".") if language in _POINT_LANGUAGES else (".", ",")
    whole, separator, fraction = number.partition(point)
    if re.fullmatch(rf"[1-9]\d{{0,2}}(?:{re.escape(group)}\d{{3}})+", whole):
        whole, grouped = whole.replace(group, ""), True
    else:
        grouped = False
    plain = re.fullmatch(r"0|[1-9]\d*", whole) and (re.fullmatch(r"\d+", fraction) or not separator)
    if not plain or len(whole + fraction) > _LONGEST_DIGITS:
        return None
    if separator:
        return _say(float(f"{whole}.{fraction}"), language, "cardinal")
    is_year = not grouped and int(whole) in YEARS
    return (_say(int(whole), language, "year") if is_year else None) or _say(int(whole), language, "cardinal")


def _say(value: float, language: str, form: str) -> str | None:
    try:
        words = num2words(value, lang=_ALIASES.get(language, language), to=form)
    except (RuntimeError, OverflowError, TypeError, ValueError, LookupError):
        return None  # this language has no such form, or not of this number
    return str(words).strip() or None
