"""Payment cards: 12 to 19 digits that a card network could have issued, with a Luhn check digit (ISO/IEC 7812-1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from livetranslate.redaction.kinds import Span
from livetranslate.redaction.text_matching import GAP, NOT_AFTER_WORD, overlapping

SHORTEST, LONGEST = 12, 19

_RUN = re.compile(rf"{NOT_AFTER_WORD}[0-9](?:{GAP}[0-9]){{{SHORTEST - 1},{LONGEST - 1}}}")
_GROUP = re.compile(r"[0-9]+")
_BEFORE = re.compile(rf"[0-9]{GAP}\Z")
_AFTER = re.compile(rf"{GAP}[0-9]")
_PRINTED_GROUPS = {(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (4, 4, 5)}

# Issuer prefixes: first and last, and the lengths of their cards.
_ISSUERS = (
    (range(4, 5), (13, 16, 19)),  # Visa
    (range(51, 56), (16,)),  # Mastercard
    (range(2221, 2721), (16,)),
    (range(34, 35), (15,)),  # American Express
    (range(37, 38), (15,)),
    (range(300, 306), (14,)),  # Diners Club
    (range(36, 37), (14, 15, 16, 17, 18, 19)),
    (range(38, 40), (14, 16)),
    (range(6011, 6012), (16, 17, 18, 19)),  # Discover
    (range(644, 660), (16, 17, 18, 19)),
    (range(3528, 3590), (16, 17, 18, 19)),  # JCB
    (range(62, 63), (16, 17, 18, 19)),  # UnionPay
    (range(50, 51), (12, 13, 14, 15, 16, 17, 18, 19)),  # Maestro
    (range(56, 65), (12, 13, 14, 15, 16, 17, 18, 19)),
    (range(67, 68), (12, 13, 14, 15, 16, 17, 18, 19)),
)


def has_luhn_digit(digits: str) -> bool:
    """Whether the last digit is the Luhn check digit of those before it."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(int(digit) for digit in digits[::-2]) + sum(doubled)) % 10 == 0


def is_card(digits: str) -> bool:
    """Whether digits have an issuer's prefix and length, and a right check digit."""
    is_issued = any(
        len(digits) in lengths and int(digits[: len(str(prefixes.start))]) in prefixes for prefixes, lengths in _ISSUERS
    )
    return is_issued and len(set(digits)) > 1 and has_luhn_digit(digits)


def find_cards(text: str) -> Iterator[Span]:
    """Card numbers in folded text; from each digit that begins a group, the longest that is one."""
    for match in overlapping(_RUN, text):
        places = [place for place in range(match.start(), match.end()) if text[place].isdigit()]
        for count in range(len(places), SHORTEST - 1, -1):
            span = Span(match.start(), places[count - 1] + 1)
            if is_card("".join(text[place] for place in places[:count])) and _stands_alone(text, span):
                yield span
                break


def _stands_alone(text: str, span: Span) -> bool:
    """Whether no digits go on before or after; digits in a card's own groups may be followed by others.

    Any ten numbers in a row hold one with a right check digit.
    """
    following = text[span.end : span.end + 1]
    if following.isalnum() and following.isascii():
        return False
    groups = tuple(len(group) for group in _GROUP.findall(text[span.start : span.end]))
    if len(groups) == 1 or groups in _PRINTED_GROUPS:
        return True
    return not _BEFORE.search(text[max(0, span.start - 3) : span.start]) and not _AFTER.match(text, span.end)
