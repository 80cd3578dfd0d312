"""National identity and tax numbers, each with its own check.

* United States: Social Security number (area, group and serial that the SSA can issue; it has no check digit).
* Spain: DNI and NIE (letter modulo 23).
* Germany: Steuer-Identifikationsnummer (how often its digits repeat, and ISO 7064 mod 11,10).
* France: numéro de sécurité sociale, NIR (month, department, key modulo 97).
* China: resident identity number, GB 11643 (region, date of birth, ISO 7064 mod 11-2).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

from livetranslate.redaction.cues import SSN, is_announced
from livetranslate.redaction.kinds import Span
from livetranslate.redaction.text_matching import GAP, NOT_AFTER_WORD, NOT_BEFORE_WORD, NOT_IN_RUN, RUN_ENDS, checked

# Separators of a Social Security number are alike; in any other form it needs to be announced.
_SSN = re.compile(rf"{NOT_IN_RUN}[0-9]{{3}}( ?- ?|,? )[0-9]{{2}}\1[0-9]{{4}}{RUN_ENDS}")
_SSN_ANYHOW = re.compile(rf"{NOT_IN_RUN}[0-9](?:{GAP}[0-9]){{8}}{RUN_ENDS}")
# A letter apart from its digits is a capital: "12345678 y" goes on with "and".
_LAST_LETTER = rf"(?:-?[A-Za-z]|(?: ?- ?| |, ?|,? letra )[A-Z]){NOT_BEFORE_WORD}"
_DNI = re.compile(rf"{NOT_IN_RUN}[0-9](?:[ .]?[0-9]){{7}}{_LAST_LETTER}")
_NIE = re.compile(rf"{NOT_IN_RUN}[XYZxyz][ -]?[0-9](?:[ .]?[0-9]){{6}}{_LAST_LETTER}")
_STEUER_ID = re.compile(rf"{NOT_IN_RUN}[1-9](?:{GAP}[0-9]){{10}}{RUN_ENDS}")
_NIR = re.compile(rf"{NOT_AFTER_WORD}[1-478](?:{GAP}[0-9]){{5}}{GAP}[0-9ABab](?:{GAP}[0-9]){{8}}{NOT_BEFORE_WORD}")
_RESIDENT_ID = re.compile(rf"{NOT_AFTER_WORD}[1-9](?:{GAP}[0-9]){{16}}{GAP}[0-9Xx]{NOT_BEFORE_WORD}")

_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_CHINESE_REGIONS = {*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66)}
_CHINESE_REGIONS |= {71, 81, 82, 83}


def is_ssn(digits: str) -> bool:
    """Whether nine digits can be a Social Security number."""
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def is_dni(number: str) -> bool:
    """Whether eight digits (DNI), or X, Y or Z and seven (NIE), have the right letter."""
    digits = number[:-1].replace("LETRA", "").translate(str.maketrans("XYZ", "012"))
    return digits.isdigit() and _DNI_LETTERS[int(digits) % 23] == number[-1]


def is_steuer_id(digits: str) -> bool:
    """Whether eleven digits are a German tax number: one of the first ten twice or three times, and the check digit."""
    counts = Counter(digits[:10])
    repeated = [digit for digit, count in counts.items() if count > 1]
    if len(repeated) != 1 or counts[repeated[0]] > 3 or repeated[0] * 3 in digits[:10]:
        return False
    product = 10
    for digit in digits[:10]:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(digits[10])


def is_nir(number: str) -> bool:
    """Whether fifteen characters are a French social security number with its key (2A and 2B are Corsica)."""
    month, department = int(number[3:5]), number[5:7]
    corsica = {"2A": 19, "2B": 18}
    if department not in corsica and not department.isdigit():
        return False
    if not (1 <= month <= 12 or 20 <= month <= 42 or month >= 50) or department in ("00", "96"):
        return False
    body = number[:5] + str(corsica.get(department, department)) + number[7:13]
    return 97 - int(body) % 97 == int(number[13:])


def is_resident_id(number: str) -> bool:
    """Whether eighteen characters are a Chinese resident identity number."""
    if int(number[:2]) not in _CHINESE_REGIONS:
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:  # no such day
        return False
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(number[:17]))
    return 1880 <= born.year <= 2100 and "10X98765432"[total % 11] == number[17]


def find_national_ids(text: str) -> Iterator[Span]:
    """National identity numbers in folded text."""
    yield from checked(_SSN, text, is_ssn)
    yield from (span for span in checked(_SSN_ANYHOW, text, is_ssn) if is_announced(text, span.start, SSN))
    yield from checked(_DNI, text, is_dni)
    yield from checked(_NIE, text, is_dni)
    yield from checked(_STEUER_ID, text, is_steuer_id)
    yield from checked(_NIR, text, is_nir)
    yield from checked(_RESIDENT_ID, text, is_resident_id)
