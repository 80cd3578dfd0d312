"""Numbers in digits, in every format: 1,000.50, 1.000,50, 1 000,50, １０００, ١٠٠٠, ½."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

_POINT_LANGUAGES = frozenset(
    {"en", "zh", "yue", "ja", "ko", "th", "he", "hi", "ms", "ta", "te", "kn", "ml", "mr", "cy", "tl", "ur"}
)
"""That write 1,234.5; the others write 1.234,5."""

_MIXED_LANGUAGES = frozenset({"es", "ar", "fa", "sw", "auto"})
"""That write either, from country to country."""

NUMBER = r"\d+(?:[.,'’]\d+|[ \u00a0\u202f]\d{3}(?!\d))*"
"""A number as it may be written, with its separators."""

_FRACTIONS = {"½": ".5", "¼": ".25", "¾": ".75"}
_WIDE = {ord("："): ":", ord("％"): "%", ord("．"): ".", ord("＄"): "$", ord("￥"): "¥", ord("￡"): "£", ord("٫"): ".",
         ord("٬"): ",", ord("٪"): "%", ord("－"): "-", ord("／"): "/", ord("＠"): "@"}  # fmt: skip
_WIDE_COMMA = re.compile(r"(?<=\d)，(?=\d{3}(?!\d))")


def plain_digits(text: str) -> str:
    """The text with ASCII digits and separators; superscripts stay."""
    if text.isascii():
        return text
    text = "".join(str(_digit(character)) if _digit(character) is not None else character for character in text)
    text = _WIDE_COMMA.sub(",", text.translate(_WIDE))
    for fraction, digits in _FRACTIONS.items():
        text = re.sub(rf"(?<=\d){fraction}", digits, text).replace(fraction, f"0{digits}")
    return text


def readings(number: str, language: str) -> tuple[Decimal, ...]:
    """What a number may mean, likeliest first; empty for what is no number (a version, an address).

    Args:
        number: matched by :data:`NUMBER`.
        language: its text's ISO 639-1 code, or ``auto``.
    """
    digits = re.sub(r"['’ \u00a0\u202f]", "", number)
    marks = re.findall(r"[.,]", digits)
    if not marks:
        return (Decimal(digits),)
    parts = re.split(r"[.,]", digits)
    are_groups = all(len(part) == 3 for part in parts[1:]) and len(parts[0]) <= 3 and not parts[0].startswith("0")
    if len(set(marks)) == 2:
        whole, _, fraction = digits.rpartition(marks[-1])
        return () if marks[-1] in whole else (Decimal(f"{re.sub('[.,]', '', whole)}.{fraction}"),)
    if len(marks) > 1:
        if are_groups:
            return (Decimal("".join(parts)),)
        return tuple(Decimal(part) for part in parts) if marks[0] == "," else ()
    as_decimal, as_whole = Decimal(".".join(parts)), Decimal("".join(parts))
    if not are_groups:
        return (as_decimal,)
    group = "," if language in _POINT_LANGUAGES or language == "auto" else "."
    return (as_whole, as_decimal) if marks[0] == group else (as_decimal, as_whole)


def meanings(number: str, language: str) -> tuple[Decimal, ...]:
    """The readings that a writer of the language may have meant: one, unless its countries differ."""
    found = readings(number, language)
    is_list = number.count(",") > 1 and len(found) > 1
    is_mixed = language in _MIXED_LANGUAGES and ("," in number or language != "es")
    return found if is_mixed or is_list else found[:1]


def _digit(character: str) -> int | None:
    return None if character.isascii() else unicodedata.decimal(character, None)
