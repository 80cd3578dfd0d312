"""Do the figures of a source stand in its translation? Numbers, amounts, times, dates, web and mail addresses.

A number may change its format, become a word, or take another scale (2.5 million, 250万); its value may not
change. What can be read in several ways is held against a translation only when it fits in none of them.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from clock_times import HALF_WORD, QUARTER_WORD, TWELVE, ClockTime
from measure_words import MONTHS, TWELVE_PIECES, TWO
from num2words import CONVERTER_CLASSES, num2words
from quantities import Figure, Findings, figures, findings
from spoken_numbers import HAN_LANGUAGES, READ_LANGUAGES
from target_language import language_of

from livetranslate.protocol import AUTO

_FEWEST_DIGITS_IN_A_ROW = 4
_LARGEST_SPELLED = 10**9
_LONGEST_ENDING = 4
_SMALLEST_STEM = 3
_CURRENCY_LANGUAGES = READ_LANGUAGES | HAN_LANGUAGES
_FRACTION_WORDS = {Decimal("0.5"): HALF_WORD, Decimal("0.25"): QUARTER_WORD, Decimal("1.5"): HALF_WORD}


def lost(source: str, answer: str, *, source_language: str, target_language: str) -> tuple[str, ...]:
    """The figures of the source that are not in the answer, as the source has them.

    Number words are read in English, Spanish, German, French, Italian, Portuguese, Dutch and Danish, in Chinese and
    Japanese; in other target languages those that num2words spells are recognised.

    Args:
        source: the text that was translated.
        answer: its translation.
        source_language: ISO 639-1 code, or ``auto``.
        target_language: ISO 639-1 code.
    """
    spoken_in = (language_of(source) or AUTO) if source_language == AUTO else source_language
    wanted = list(figures(source, spoken_in))
    if not wanted:
        return ()
    found = findings(answer, target_language)
    missing = [figure.text for figure in wanted if not _is_kept(figure, found, target_language)]
    return tuple(sorted(set(missing), key=lambda text: (source.find(text), text)))


def _is_kept(figure: Figure, found: Findings, language: str) -> bool:
    if figure.clock is not None:
        return _is_clock_kept(figure.clock, found, language, is_spoken=figure.is_spoken)
    if not figure.values:
        return _folded(figure.text) in _folded(found.text)
    return _is_number_kept(figure, found, language) and _is_measure_kept(figure, found, language)


def _is_number_kept(figure: Figure, found: Findings, language: str) -> bool:
    if any(value in found.values for value in figure.values):
        return True
    digits = re.sub(r"\D", "", figure.text)
    if len(digits) >= _FEWEST_DIGITS_IN_A_ROW and digits in found.digits:
        return True
    for value in figure.values:
        word = _FRACTION_WORDS.get(value) or {2: TWO, 12: TWELVE_PIECES}.get(int(value) if value == int(value) else 0)
        if word is not None and word.search(found.text):
            return True
        if figure.is_month and int(value) in MONTHS and MONTHS[int(value)].search(found.text):
            return True
        if value == 12 and TWELVE.search(found.text):
            return True
        if value <= 12 and any((clock.minutes - value * 60) % (12 * 60) == 0 for clock in found.clocks):
            return True  # at eight this evening: à vingt heures
        if _is_spelled(value, language, found.text):
            return True
    return not _is_readable(language) and (figure.is_spoken or figure.is_month or max(figure.values) <= 10)


def _is_measure_kept(figure: Figure, found: Findings, language: str) -> bool:
    """Whether dollars stay dollars, and per cent per cent, where the language's names for them are known."""
    if figure.is_percent and language in _CURRENCY_LANGUAGES and not found.has_percent:
        return False
    if not figure.currency or figure.currency & found.currencies:
        return True
    if found.currencies:
        return False
    return language not in _CURRENCY_LANGUAGES or not figure.has_currency_sign


def _is_clock_kept(clock: ClockTime, found: Findings, language: str, *, is_spoken: bool) -> bool:
    if any(clock.is_same(other) for other in found.clocks):
        return True
    if any(other.is_certain and (clock.minutes - other.minutes) % (12 * 60) == 0 for other in found.clocks):
        return False  # three in the morning for three in the afternoon
    hour, minute = divmod(clock.minutes, 60)
    if hour % 12 == 0 and not minute and TWELVE.search(found.text):
        return True
    # Perhaps the time is said in a way that is not known: its numbers then stand outside all known ones.
    said = {Decimal(number) for number in re.findall(r"\d+", found.untimed)}
    hours = {hour, hour % 12 or 12, hour % 12 + 12}
    is_hour = any(Decimal(each) in said or _is_spelled(Decimal(each), language, found.untimed) for each in hours)
    is_minute = (
        not minute
        or Decimal(minute) in said
        or (minute == 30 and HALF_WORD.search(found.untimed) is not None)
        or (minute in (15, 45) and QUARTER_WORD.search(found.untimed) is not None)
        or _is_spelled(Decimal(minute), language, found.untimed)
    )
    return (is_hour and is_minute) or (is_spoken and not _is_readable(language))


def _is_readable(language: str) -> bool:
    """Whether number words of the language can be told."""
    return language in READ_LANGUAGES or language in HAN_LANGUAGES


def _is_spelled(value: Decimal, language: str, text: str) -> bool:
    """Whether a number stands in words, perhaps inflected, as num2words spells it."""
    if value != int(value) or value > _LARGEST_SPELLED:
        return False
    return any(pattern.search(text.casefold()) for pattern in _spellings(int(value), language))


@lru_cache(maxsize=2048)
def _spellings(value: int, language: str) -> tuple[re.Pattern[str], ...]:
    if language not in CONVERTER_CLASSES:
        return ()
    patterns = []
    for form in ("cardinal", "ordinal", "year") if 1000 < value < 2100 else ("cardinal", "ordinal"):
        try:
            words = str(num2words(value, lang=language, to=form)).casefold()
        except (RuntimeError, OverflowError, TypeError, ValueError, LookupError):
            continue  # this language has no such form, or not of this number
        stems = [re.escape(_stem(word)) + rf"\w{{0,{_LONGEST_ENDING}}}" for word in re.findall(r"\w+", words)]
        if stems:
            patterns.append(re.compile(r"(?<!\w)" + r"[\s\-]*(?:\w{1,3}\s)?".join(stems)))
    return tuple(patterns)


def _stem(word: str) -> str:
    """Without an ending that may change; a short word whole."""
    return word[: max(_SMALLEST_STEM, len(word) - 2)]


def _folded(text: str) -> str:
    return text.casefold().removeprefix("https://").removeprefix("http://")
