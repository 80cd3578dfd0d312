"""The figures of a text: numbers, amounts, times, dates, web and mail addresses, with what each may mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import han_numerals
from clock_times import ClockTime, clock_times
from digit_formats import NUMBER, meanings, plain_digits, readings
from measure_words import AND_A_HALF, CURRENCIES, CURRENCY_MARK, HALF_OF_ONE, ONE_AND_A_HALF, ONE_OF, PERCENT, scale_at
from spoken_numbers import HAN_LANGUAGES, Digitised, digitise

ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>\"'“”«»（）()，。、；]+|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+|"
    r"\b(?:[a-z0-9-]{1,63}\.)+(?:com|org|net|io|edu|gov|eu|uk|de|fr|es|it|cn|jp|dev|app|"
    r"ai)\b(?:/[^\s<>\"'“”«»（）()，。、；]*)?",
    re.IGNORECASE | re.ASCII,
)
_UNITS = (
    r"(?:km|kg|cm|mm|mg|ml|min|gb|mb|tb|kb|ghz|mhz|hz|kwh|kw|mph|kph|bn|mn|mio|mrd|st|nd|rd|th|er|re|ère|ème|am|pm|ers|"
    r"[mglhswvckex°a])"
)
_NUMBER = re.compile(rf"(?<![A-Za-zÀ-ɏ\d])(?<![A-Za-z]-)(?<!\d[.,]){NUMBER}")
_GLUED = re.compile(rf"{_UNITS}?s?(?![A-Za-zÀ-ɏ])", re.IGNORECASE)
_DATE = re.compile(
    r"(?<![\d.,/-])(?:(?P<y>\d{4})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})|"
    r"(?P<a>\d{1,2})(?P<t>[-/.])(?P<b>\d{1,2})(?P=t)(?P<z>\d{4}|\d\d))(?!\d)"
)
_HAN_MONTH = re.compile(r"(?<!\d)(1[0-2]|[1-9])\s?月(?!間)")
_FRACTION = re.compile(r"(?<![\d/.,])\d{1,2}\s?/\s?\d{1,2}(?![\d/])|\d+\s?分[之の]\s?\d+")
_HAN_PERCENT = re.compile(r"百分之(?=\d)")
_DECADE = re.compile(r"'?s\b|er\b|年代", re.IGNORECASE)
_CURRENCY_REACH = 12
_ROMAN = re.compile(r"\b(?=[IVXLC]{2,})(?:C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})(?:e|ème)?\b")
_SCALES = (Decimal(10**9), Decimal(10**6), Decimal(1000))
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


@dataclass(frozen=True)
class Figure:
    """Something that must survive translation.

    Attributes:
        text: as the text has it.
        values: numbers of which one must appear; none for addresses.
        clock: a time of day.
        currency: codes that its currency's sign or name may stand for; empty for no amount.
        is_percent: whether it counts in per cent.
        is_month: whether a month's name may stand for it.
        is_spoken: whether it was said in words.
        has_currency_sign: whether the currency is a sign, so certainly one.
    """

    text: str
    values: tuple[Decimal, ...] = ()
    clock: ClockTime | None = None
    currency: frozenset[str] = frozenset()
    is_percent: bool = False
    is_month: bool = False
    is_spoken: bool = False
    has_currency_sign: bool = False


@dataclass(frozen=True)
class Findings:
    """All that a translation says in figures, in every reading.

    Attributes:
        values: numbers.
        clocks: times of day.
        currencies: codes of currencies named anywhere.
        has_percent: whether there are per cent.
        digits: its digits in a row.
        text: itself.
        untimed: its text without the times of day, number words in digits.
    """

    values: frozenset[Decimal]
    clocks: tuple[ClockTime, ...]
    currencies: frozenset[str]
    has_percent: bool
    digits: str
    text: str
    untimed: str


def figures(text: str, language: str) -> Iterator[Figure]:
    """What a source says that must not be lost, in no order."""
    for address in ADDRESS.finditer(text):
        yield Figure(address[0].rstrip(".,;:!?"))
    read = digitise(ADDRESS.sub(lambda found: " " * len(found[0]), text), language)
    masked = read.text
    for date in _DATE.finditer(masked):
        yield from _date(date)
    masked = _blank(_FRACTION, _blank(_DATE, _blank(_HAN_PERCENT, masked)))
    is_percent_before = {found.end() for found in _HAN_PERCENT.finditer(read.text)}
    times = list(clock_times(masked, language))
    for time in times:
        is_spoken = read.has_spoken(time.start, time.end)
        yield Figure(read.original(time.start, time.end), clock=time, is_spoken=is_spoken)
        masked = masked[: time.start] + " " * (time.end - time.start) + masked[time.end :]
    for month in _HAN_MONTH.finditer(masked):
        yield Figure(read.original(*month.span()), (Decimal(month[1]),), is_month=True, is_spoken=True)
    masked = _blank(_HAN_MONTH, masked)
    for number in _NUMBER.finditer(masked):
        figure = _amount(number, masked, read, language, is_percent=number.start() in is_percent_before)
        if figure is not None:
            yield figure


def findings(text: str, language: str) -> Findings:
    """Everything that an answer may be saying."""
    read = digitise(ADDRESS.sub(" ", text), language)
    values: set[Decimal] = set(read.ordinals)
    for spoken in read.spoken:
        values.update(spoken.others)
    for number in re.finditer(NUMBER, read.text):
        for value in readings(number[0], language) or (Decimal(part) for part in re.findall(r"\d+", number[0])):
            values.update(_scaled(value, read.text, number.end(), language))
        values.update(Decimal(part) for part in re.findall(r"\d+", number[0]))
    if language in HAN_LANGUAGES:
        plain = plain_digits(text)
        for run in han_numerals.RUN.finditer(plain):  # also those that need not be numbers
            values.update(() if han_numerals.is_name(plain, run.start()) else han_numerals.parse(run[0]))
    for half in HALF_OF_ONE.finditer(read.text):
        values.add(Decimal("0.5") * scale_at(read.text, half.end(), language)[0])
    for one in ONE_OF.finditer(read.text):
        factor, _ = scale_at(read.text, one.end(), language)
        values.update({factor, Decimal("1.5") * factor} if factor > 1 else ())
    if ONE_AND_A_HALF.search(text):
        values.add(Decimal("1.5"))
    values.update(_roman(found[0]) for found in _ROMAN.finditer(text))
    clocks = tuple(clock_times(read.text, language))
    untimed = read.text
    for clock in clocks:
        untimed = untimed[: clock.start] + " " * (clock.end - clock.start) + untimed[clock.end :]
    return Findings(
        values=frozenset(values),
        clocks=clocks,
        currencies=frozenset(code for code, name in CURRENCIES.items() if name.search(text)),
        has_percent=PERCENT.search(read.text) is not None,
        digits=re.sub(r"\D", "", re.sub(r"(?<=\d)[\s.,'’\-/()]+(?=\d)", "", read.text)),
        text=text,
        untimed=untimed,
    )


def _scaled(value: Decimal, text: str, at: int, language: str) -> Iterator[Decimal]:
    """A number alone, with its scale, and with a half before or behind the scale."""
    yield value
    half = AND_A_HALF.match(text, at)
    if half:
        yield value + Decimal("0.5")
        value, at = value + Decimal("0.5"), half.end()
    factor, end = scale_at(text, at, language)
    if factor > 1:
        yield value * factor
        # 1 hundred 20 thousand was one number word; 3 thousand million is two scales.
        further, _ = scale_at(text, end, language)
        yield value * factor * further
        if AND_A_HALF.match(text, end):
            yield (value + Decimal("0.5")) * factor
    elif half and value > 1000:  # two millions and a half, the millions being part of the number word
        whole = value - Decimal("0.5")
        yield whole + next((scale for scale in _SCALES if whole >= scale), Decimal(1)) / 2


def _amount(number: re.Match[str], text: str, read: Digitised, language: str, *, is_percent: bool) -> Figure | None:
    start, end = number.span()
    glued = text[end : end + 1]
    if glued.isascii() and glued.isalpha() and not _GLUED.match(text, end):
        return None  # a name: 4U, 3D
    values: set[Decimal] = set()
    is_spoken = read.has_spoken(start, end)
    for value in meanings(number[0], "en" if is_spoken else language):
        exact = list(_scaled(value, text, end, language))
        values.add(exact[-1])
        if is_spoken and len(exact) > 1 and value >= 1000:
            values.add(value)
    values.update(other for one in read.spoken if start <= one.start < end for other in one.others)
    if not values:
        return Figure(number[0])  # a version or an address: as it is
    if _DECADE.match(text, end) and 1000 < min(values) < 2100:
        values |= {value % 100 for value in values}
    if is_spoken and max(values) <= 1:
        return None
    factor_end = scale_at(text, end, language)[1]
    percent = PERCENT.match(text, factor_end)
    sign = CURRENCY_MARK.search(text[max(0, start - 2) : start] + text[factor_end : factor_end + 2])
    currency = _currency(text, start, factor_end)
    suffix = _GLUED.match(text, end)
    shown_end = percent.end() if percent else max(factor_end, suffix.end() if suffix else end)
    shown_start = start - 1 if start and CURRENCY_MARK.match(text[start - 1]) else start
    return Figure(
        read.original(shown_start, shown_end),
        tuple(sorted(values)),
        currency=currency,
        is_percent=percent is not None or is_percent,
        is_spoken=is_spoken,
        has_currency_sign=sign is not None,
    )


def _currency(text: str, start: int, end: int) -> frozenset[str]:
    """The currency right before or behind a number."""
    before = text[max(0, start - 2) : start]
    behind = re.split(r"[\d.,;:!?。，、]", text[end : end + _CURRENCY_REACH], maxsplit=1)[0]
    found = {code for code, name in CURRENCIES.items() if (CURRENCY_MARK.search(before) and name.search(before))}
    return frozenset(found or {code for code, name in CURRENCIES.items() if _follows(name, behind)})


def _follows(name: re.Pattern[str], behind: str) -> bool:
    """Whether the currency is the next word, or the next but "of"."""
    found = name.search(behind)
    return (
        found is not None
        and re.fullmatch(r"\s?(?:de |d['’]|di |US[ -]?|U\.S\. |of )?\s?", behind[: found.start()]) is not None
    )


def _date(date: re.Match[str]) -> Iterator[Figure]:
    for name in ("y", "m", "d", "a", "b", "z"):
        if date[name]:
            value = Decimal(date[name])
            years = (value, value + 1900, value + 2000) if name == "z" and value < 100 else (value,)
            is_month = name == "m" or (name in "ab" and value <= 12)
            yield Figure(date[0], years, is_month=is_month)


def _blank(pattern: re.Pattern[str], text: str) -> str:
    """Spaces in place of what a pattern finds, so that the rest keeps its place."""
    return pattern.sub(lambda found: " " * len(found[0]), text)


def _roman(number: str) -> Decimal:
    values = [_ROMAN_VALUES[letter] for letter in number if letter in _ROMAN_VALUES]
    signed = (-one if one < following else one for one, following in zip(values, [*values[1:], 0], strict=True))
    return Decimal(sum(signed))
