"""Times of day in the ways that languages say them: 3 pm, 15:00, las 3 de la tarde, 15 h 30, halb vier, 下午三点半."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HOUR = r"(?<![\d.,:])(?P<h>[01]?\d|2[0-4])(?![\d])"
_MINUTE = r"[0-5]\d"
_HALF_DAY = 12 * 60
_DAY = 24 * 60

# Patterns see number words as digits already. h: hour, m: minutes, half/quarter: words, to: before the hour.
_GENERAL = (rf"{_HOUR}:(?P<m>{_MINUTE})(?!\d)",)
_PATTERNS = {
    "en": (
        rf"{_HOUR}(?:[:.](?P<m>{_MINUTE}))?\s?(?:[ap](?:\.\s?m\b\.?|\s?m\b)|o['’]?\s?clock\b)",
        rf"(?P<half>\bhalf)[- ]past {_HOUR}",
        rf"(?P<quarter>\bquarter) (?:past|after) {_HOUR}",
        rf"(?P<quarter>\bquarter) (?P<to>to|of|before) {_HOUR}",
        rf"\b(?P<m>\d\d?) (?:minutes )?past {_HOUR}",
        rf"\b(?P<m>\d\d?) minutes (?P<to>to|before) {_HOUR}",
    ),
    "es": (
        rf"(?:\b(?:a|son|desde|hasta|de|antes de|después de|sobre|eran) las? ){_HOUR}(?::(?P<m>{_MINUTE}))?"
        r"(?: y (?:(?P<half>media)|(?P<quarter>cuarto)|(?P<m2>\d\d?)\b)| menos (?P<to>)(?P<quarter2>cuarto))?",
        rf"{_HOUR}\s?(?:h|hs|horas)\b",
    ),
    "fr": (
        rf"{_HOUR}\s?(?:heures?|h)\b\s?(?:(?P<m>{_MINUTE})(?!\d)|et (?P<half>demie)|et (?P<quarter>quart)|"
        rf"moins le (?P<to>)(?P<quarter2>quart))?",
        rf"{_HOUR}h(?P<m>{_MINUTE})\b",
    ),
    "de": (
        rf"{_HOUR}(?:[.:](?P<m>{_MINUTE}))?\s?Uhr(?: (?P<m2>[0-5]?\d)(?![\d.,]| Uhr))?",
        rf"(?P<half>\bhalb) (?P<to>){_HOUR}",
        rf"(?P<quarter>\bviertel) nach {_HOUR}",
        rf"(?P<quarter>\bviertel) (?P<to>vor) {_HOUR}",
    ),
    "it": (
        rf"\b(?:alle|le|dalle|ore|delle) {_HOUR}(?:[:.](?P<m>{_MINUTE}))?(?: e (?:(?P<half>mezz[ao])|"
        rf"un (?P<quarter>quarto)|(?P<m2>\d\d?)\b)"
        r"| meno un (?P<to>)(?P<quarter2>quarto))?",
    ),
    "pt": (
        rf"\b(?:às?|as|das|até as) {_HOUR}(?:[:h](?P<m>{_MINUTE}))?(?: horas)?(?: e (?:(?P<half>meia)|"
        rf"(?P<m2>\d\d?)\b))?",
        rf"{_HOUR}(?:h(?P<m>{_MINUTE})?\b| horas\b)",
    ),
    "nl": (rf"{_HOUR}(?:[.:](?P<m>{_MINUTE}))?\s?uur\b", rf"(?P<half>\bhalf) (?P<to>){_HOUR}"),
    "zh": (rf"{_HOUR}\s?[点點时時](?!间|間)(?:(?P<m>[0-5]?\d)分?(?!\d)|(?P<half>半)|(?P<quarter>[一1]刻))?",),
    "ja": (rf"{_HOUR}\s?時(?!間)(?:(?P<m>[0-5]?\d)分|(?P<half>半))?",),
    "ko": (rf"{_HOUR}\s?시(?!간)\s?(?:(?P<m>[0-5]?\d)\s?분|(?P<half>반))?",),
}
_COMPILED = {
    language: tuple(re.compile(pattern, re.IGNORECASE) for pattern in (*patterns, *_GENERAL))
    for language, patterns in {**_PATTERNS, "yue": _PATTERNS["zh"], "": ()}.items()
}

_AFTERNOON = re.compile(
    r"\bp\.?\s?m\b|afternoon|evening|at night|tonight|(?:de|por|en|esta) la (?:tarde|noche)|esta (?:tarde|"
    r"noche)|nachmittag|"
    r"abend|après-midi|soir\b|pomeriggio|di sera|stasera|(?:da|à|esta) (?:tarde|noite)|下午|晚上|今晚|傍晚|"
    r"午後|夜|夕方|오후|저녁|"
    r"'s (?:middags|avonds)|вечера|дня\b",
    re.IGNORECASE,
)
_MORNING = re.compile(
    r"\ba\.?\s?m\b|morning|(?:de|por|en) la mañana|madrugada|morgens|vormittag|\bfrüh\b|\bmatin|mattin|"
    r"da manhã|早上|上午|凌晨|"
    r"清晨|早晨|午前|朝|오전|아침|'s ochtends|утра\b",
    re.IGNORECASE,
)
_BEFORE_CHARACTERS = 8
_AFTER_CHARACTERS = 26
HALF_WORD = re.compile(r"\bhalf\b|media\b|halb|demie?\b|mezz[ao]|meia|半|반|полов", re.IGNORECASE)
QUARTER_WORD = re.compile(r"quarter|cuarto|viertel|quart\b|quarto|kwart|刻|четверт", re.IGNORECASE)
TWELVE = re.compile(
    r"\bnoon\b|midday|midnight|mediod[ií]a|medianoche|mittag|mitternacht|\bmidi\b|minuit|mezzogiorno|"
    r"mezzanotte|meio-dia|"
    r"meia-noite|中午|正午|午夜|半夜|零点|真夜中|полдень|полноч",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ClockTime:
    """A time of day in a text.

    Attributes:
        start: its place in the text.
        end: behind it.
        minutes: since midnight; when not ``is_certain``, perhaps twelve hours more or less.
        is_certain: whether morning and afternoon are told apart.
        is_spelled: whether there is more than an hour: a full hour may also be a count ("3 heures").
    """

    start: int
    end: int
    minutes: int
    is_certain: bool
    is_spelled: bool

    def is_same(self, other: ClockTime) -> bool:
        """Whether both may be the same time."""
        day = _DAY if self.is_certain and other.is_certain else _HALF_DAY
        return (self.minutes - other.minutes) % day == 0


def clock_times(text: str, language: str) -> Iterator[ClockTime]:
    """The times of a text whose number words are digits; none overlaps another."""
    taken: list[tuple[int, int]] = []
    for pattern in _COMPILED.get(language, _COMPILED[""]):
        for found in pattern.finditer(text):
            start, end = found.span()
            if all(end <= one_start or start >= one_end for one_start, one_end in taken):
                taken.append((start, end))
                yield _time(found, text)


def _time(found: re.Match[str], text: str) -> ClockTime:
    groups = found.groupdict()
    hour = int(groups["h"])
    minute = int(groups.get("m") or groups.get("m2") or 0)
    minute += 30 if groups.get("half") else 15 if groups.get("quarter") or groups.get("quarter2") else 0
    total = hour * 60 + (-minute if groups.get("to") is not None else minute)
    around = text[max(0, found.start() - _BEFORE_CHARACTERS) : found.end() + _AFTER_CHARACTERS]
    is_afternoon, is_morning = _AFTERNOON.search(around) is not None, _MORNING.search(around) is not None
    is_certain = hour > 12 or hour == 0 or is_afternoon != is_morning
    if hour <= 12 and is_certain and hour:
        total = total % _HALF_DAY + (_HALF_DAY if is_afternoon else 0)
    return ClockTime(found.start(), found.end(), total % _DAY, is_certain, is_spelled=minute > 0 or ":" in found[0])
