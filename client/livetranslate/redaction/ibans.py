"""Bank account numbers: IBAN (ISO 13616), a country's length and the ISO 7064 mod 97-10 check."""

from __future__ import annotations

import re
from collections.abc import Iterator

from livetranslate.redaction.kinds import Span
from livetranslate.redaction.text_matching import compact, overlapping

# The SWIFT registry's countries by length.
_COUNTRIES = {
    15: "NO",
    16: "BE",
    18: "DK FK FI FO GL NL SD",
    19: "MK SI",
    20: "AT BA EE KZ LT LU MN XK",
    21: "CH CR HR LI LV",
    22: "BG BH DE GB GE IE ME RS VA",
    23: "AE GI IL IQ OM SO TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST",
    26: "IS TR",
    27: "BI DJ FR GR IT MC MR SM",
    28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
    29: "BR EG PS QA UA",
    30: "JO KW MU YE",
    31: "MT SC",
    33: "LC RU",
}
LENGTHS = {country: length for length, countries in _COUNTRIES.items() for country in countries.split()}

_SEPARATOR = r"[ .,\-，]{0,2}"
_RUN = re.compile(
    rf"(?<![A-Za-z0-9])[A-Z]{_SEPARATOR}[A-Z]{_SEPARATOR}[0-9]{_SEPARATOR}[0-9](?:{_SEPARATOR}[A-Z0-9]){{11,29}}",
    re.IGNORECASE | re.ASCII,
)
_CHARACTER = re.compile(r"[A-Za-z0-9]")


def is_iban(iban: str) -> bool:
    """Whether an IBAN in upper case without spaces has its country's length and the right check digits."""
    if LENGTHS.get(iban[:2]) != len(iban):
        return False
    digits = "".join(str(int(character, 36)) for character in iban[4:] + iban[:4])
    return int(digits) % 97 == 1


def find_ibans(text: str) -> Iterator[Span]:
    """IBANs in folded text, in groups or not, in capitals or not."""
    for match in overlapping(_RUN, text):
        letters = list(_CHARACTER.finditer(match[0]))
        length = LENGTHS.get(compact(match[0][: letters[1].end()]), 0)
        if not 0 < length <= len(letters):
            continue
        end = match.start() + letters[length - 1].end()
        is_cut = end < len(text) and text[end].isascii() and text[end].isalnum()
        if not is_cut and is_iban(compact(text[match.start() : end])):
            yield Span(match.start(), end)
