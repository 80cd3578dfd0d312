"""Addresses of the Internet protocol, versions 4 and 6, as the standard library's ``ipaddress`` reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from livetranslate.redaction.cues import OTHER_NUMBER, VERSION, is_announced
from livetranslate.redaction.kinds import Span
from livetranslate.redaction.text_matching import LETTER, overlapping

_DOT = r"(?:\.| (?:dot|punto|punkt|point) |点|點)"
_V4 = re.compile(
    rf"(?<![{LETTER}0-9_.])[0-9]{{1,3}}(?:{_DOT}[0-9]{{1,3}}){{3}}(?![{LETTER}0-9_]|\.[0-9])", re.IGNORECASE
)
_V6 = re.compile(rf"(?<![{LETTER}0-9_:.])[0-9a-fA-F:][0-9a-fA-F:.]{{1,44}}(?:%[0-9A-Za-z]{{1,15}})?(?![{LETTER}0-9_:])")
_NUMBER = re.compile(r"[0-9]+")
_VERSION_REACH = 16


def find_ip_addresses(text: str) -> Iterator[Span]:
    """Addresses in folded text, also version 4 as it is read aloud (``192 dot 0 dot 2 dot 1``)."""
    for match in overlapping(_V4, text):
        numbers = [str(int(number)) for number in _NUMBER.findall(match[0])]  # logs pad with zeros
        before = text[max(0, match.start() - _VERSION_REACH) : match.start()]
        if _parses(IPv4Address, ".".join(numbers)) and not is_announced(before, len(before), VERSION, OTHER_NUMBER):
            yield Span(match.start(), match.end())
    for match in overlapping(_V6, text):
        address = match[0]
        while address.endswith(".") or (address.endswith(":") and not address.endswith("::")):
            address = address[:-1]
        groups = sum(1 for group in address.split(":") if group)
        has_digit = any(character.isdigit() for character in address)
        # C++ and Perl write names such as "a::b".
        if address.count(":") >= 2 and (has_digit or groups > 2) and _parses(IPv6Address, address):
            yield Span(match.start(), match.start() + len(address))


def _parses(version: type[IPv4Address] | type[IPv6Address], address: str) -> bool:
    try:
        version(address)
    except AddressValueError:
        return False
    return True
