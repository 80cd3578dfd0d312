"""Takes out what a recogniser says twice where one stretch of audio ends and the next begins.

Both stretches may hold the same sound, so the last words of the one come again as the first words of the other. People
repeat themselves too, and a word too many is less of a loss than one too few. So an echo is only what repeats two words
at least, is not said over and over ("no, no, no"), and is no sentence that begins like the whole one before
("Thank you." – "Thank you very much.").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sentence_languages import SENTENCE_ENDS

from livetranslate.protocol.transcript import UNSPACED_LANGUAGES

LEAST_WORDS = 2
LEAST_CHARACTERS = 4
"""What must repeat, in words or, where words are written without spaces, in characters (a Latin word counts as one)."""

MOST_UNITS = 30
"""A longer repetition is no edge."""

_WORD = re.compile(r"\S+")
_MARKS = (  # written above, below or behind a character: Latin and kana, Thai, Lao, Tibetan, Burmese, Khmer
    "\u0300-\u036f\u3099\u309a\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd"
    "\u0f71-\u0fbc\u102b-\u103e\u17b4-\u17d3"
)
_CHARACTER = re.compile(rf"[A-Za-z0-9]+(?:[.,'’\-][A-Za-z0-9]+)*|\w[{_MARKS}]*")
_LEADING = re.compile(r"[\s,.;:!?…、。，！？；：)\]」』）”»\-–—]*")
_CLOSING = "\"'”’»)]」』）"


@dataclass(frozen=True)
class _Unit:
    key: str
    start: int
    end: int


def without_repeated_edge(previous: str, text: str, language: str) -> str:
    """Removes the words at the beginning of a text that repeat the end of the text before it.

    Args:
        previous: the text before.
        text: the text to clean; one that is nothing but a repetition is kept, since somebody may well say it twice.
        language: ISO 639-1 code of both.

    Returns:
        The text behind the repetition, or the text as it is where there is none.
    """
    is_spaced = language not in UNSPACED_LANGUAGES
    least = LEAST_WORDS if is_spaced else LEAST_CHARACTERS
    before = list(_units(previous, is_spaced=is_spaced))[-MOST_UNITS:]
    units = list(_units(text, is_spaced=is_spaced))[: 2 * MOST_UNITS]
    keys = [unit.key for unit in units]
    for count in range(min(len(before), len(units) - 1, MOST_UNITS), least - 1, -1):
        if [unit.key for unit in before[-count:]] != keys[:count]:
            continue
        if _is_insistent(keys, count, is_spaced=is_spaced) or _is_sentence(previous, before[-count].start):
            continue
        behind = text[units[count - 1].end :]
        leading = _LEADING.match(behind)
        return behind[leading.end() :] if leading else behind
    return text


def _units(text: str, *, is_spaced: bool) -> Iterator[_Unit]:
    """Words, or characters where words have no spaces between them; a lone dash is neither."""
    for found in (_WORD if is_spaced else _CHARACTER).finditer(text):
        word = unicodedata.normalize("NFKC", found.group()).casefold().replace("’", "'")
        key = word.strip("".join({character for character in word if unicodedata.category(character)[0] in "PS"}))
        if key:
            yield _Unit(key, found.start(), found.end())


def _is_insistent(keys: Sequence[str], count: int, *, is_spaced: bool) -> bool:
    """Whether the speaker repeats on purpose: the words repeat among themselves, or come again right behind.

    In Chinese and Japanese many a word is a character twice (谢谢, いいえ), which says nothing.
    """
    edge = list(keys[:count])
    says_one_twice = is_spaced and any(one == other for one, other in pairwise(keys[: count + 1]))
    comes_again = any(edge[:size] * (count // size) == edge for size in range(1, count // 2 + 1) if count % size == 0)
    return says_one_twice or comes_again or list(keys[count : 2 * count]) == edge


def _is_sentence(previous: str, start: int) -> bool:
    """Whether what stands there up to the end is one whole sentence."""
    before = previous[:start].rstrip(_CLOSING + " \"'“„«([「『（¿¡")
    ends = previous.rstrip().rstrip(_CLOSING).endswith(tuple(SENTENCE_ENDS))
    return ends and (not before or before.endswith(tuple(SENTENCE_ENDS)))
