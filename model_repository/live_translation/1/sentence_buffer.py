"""Which parts of a growing caption are complete and worth translating now.

The text is that of one utterance, as committed: it only grows, by whole words, and closing marks belong to their word.
What was once called complete stays so, word for word, whatever is said next; so a caller may translate it at once,
and may hand in the whole utterance again or only the rest.

A sentence is complete when its full stop is followed by more text, because only the next word tells "Dr. Smith" from
the end of a sentence. A full-width 。！？ has no other meaning and is believed at once, also at the end of the text: in
Chinese and Japanese captions this saves waiting for the next word. Exceptions: within or right behind quotes, since
"he said" may follow, and Japanese ！？, which 「すごい！と思う」 goes on behind.

Speech in quotes or brackets is kept whole, with what closes it. Nobody waits forever: behind ``max_chars`` characters
without an end, a quote that was never closed counts as none, and then a clause's end will do. Each step of this looks
only at a stretch of fixed length, which is what makes its answer stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from clause_cut import clause_end, word_end
from sentence_languages import LanguageRules, rules_for
from sentence_rules import Mark, Verdict, judge

from livetranslate.protocol import ErrorCode, LiveTranslateError

MAX_CHARS = 120
MAX_CHARS_UNSPACED = 40
MAX_CHARS_KOREAN = 60
"""How long a sentence may get before it is cut at a clause: about 20 words, eight seconds of speech."""

LEAST_MAX_CHARS = 20

_LEAST_PART = 6
"""No clause is cut off that is shorter than this part of ``max_chars``, nor one left over."""

_PATIENCE = 1.5
"""Behind this many times ``max_chars`` a sentence without clauses is cut between two words."""

_PAIRS = {
    "(": ")", "[": "]", "{": "}", "（": "）", "「": "」", "『": "』", "《": "》", "〈": "〉", "【": "】",
    "„": "“”", "“": "”", "«": "»", "»": "«", '"': '"',
}  # fmt: skip
_CLOSING = "".join(set("".join(_PAIRS.values())))
_ALWAYS_CLOSING = ")]}）」』》〉】”»'’‘"
_NEVER_STUCK = '"“«'
"""Behind a mark without a space these close in languages with spaces; in Chinese the next quote may open there."""


@dataclass(frozen=True)
class Split:
    """A text in parts.

    Attributes:
        complete: its complete sentences (or clauses, where it goes on too long), in order, without space around.
        rest: the unfinished end, may be empty.
    """

    complete: tuple[str, ...]
    rest: str


def split(text: str, language: str, *, is_final: bool, max_chars: int | None = None) -> Split:
    """Splits an utterance's text into what is complete and what is not yet.

    Args:
        text: what is committed of the utterance so far; or what was not complete last time, and what came since.
        language: its ISO 639-1 code; an unknown one (``auto``) is split as English is.
        is_final: nothing more comes: everything is complete.
        max_chars: characters without the end of a sentence behind which it is cut at a clause; by default
            ``MAX_CHARS``, or less in languages whose characters say more.

    Raises:
        LiveTranslateError: ``OPTION_INVALID`` for a ``max_chars`` below ``LEAST_MAX_CHARS``.
    """
    rules = rules_for(language)
    if max_chars is None:
        max_chars = MAX_CHARS_KOREAN if language == "ko" else MAX_CHARS if rules.is_spaced else MAX_CHARS_UNSPACED
    if max_chars < LEAST_MAX_CHARS:
        raise LiveTranslateError(
            ErrorCode.OPTION_INVALID,
            f"max_chars is {max_chars}; sentences can be cut from {LEAST_MAX_CHARS} characters on, so raise it.",
        )
    rest = text.strip()
    complete: list[str] = []
    while (end := _first_end(rest, rules, max_chars=max_chars, is_final=is_final)) is not None:
        complete.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    if is_final and rest:
        complete.append(rest)
        rest = ""
    return Split(tuple(complete), rest)


def _first_end(text: str, rules: LanguageRules, *, max_chars: int, is_final: bool) -> int | None:
    """Where the first complete piece of a text ends, None when there is none yet."""
    if not text:
        return None
    least, patience = max_chars // _LEAST_PART, int(max_chars * _PATIENCE)
    end = _sentence_end(text, rules, last=max_chars, minds_quotes=True, is_final=is_final)
    if end is not None:
        return end or None
    is_long = len(text) > max_chars
    if is_long or is_final:
        end = _sentence_end(text, rules, last=max_chars, minds_quotes=False, is_final=is_final)
    if end is None and is_long:
        end = clause_end(text, rules, first=least, last=max_chars - least)
    if end is None and is_long:
        end = _sentence_end(text, rules, last=patience, minds_quotes=False, is_final=is_final)
    if end is None and len(text) > patience:
        end = clause_end(text, rules, first=least, last=patience - least)
        end = end or word_end(text, rules, first=least, last=max_chars - least)
    return end or None


def _sentence_end(text: str, rules: LanguageRules, *, last: int, minds_quotes: bool, is_final: bool) -> int | None:
    """Where the first sentence ends; 0 when that cannot be known yet, None when none ends up to ``last``.

    Args:
        text: from the beginning of the sentence on.
        rules: its language's.
        last: the greatest index at which it may end.
        minds_quotes: whether marks within open quotes and brackets end nothing.
        is_final: nothing will follow the text.
    """
    closers: list[str] = []
    at = 0
    for mark in _marks(text, rules, closers):
        if mark.end > last:
            return None
        at = mark.end
        if minds_quotes and closers:
            continue
        verdict = judge(text, mark, rules, is_final=is_final)
        if verdict is Verdict.WAIT:
            return 0
        if verdict is Verdict.END:
            return at
    return None


def _marks(text: str, rules: LanguageRules, closers: list[str]) -> Iterator[Mark]:
    """The runs of sentence marks; ``closers`` holds, at each, what would close the quotes then open."""
    at, pattern = 0, _interesting(rules.ends)
    while found := pattern.search(text, at):
        at = found.end()
        if found.lastgroup == "quote":
            _turn_quote(text, found.start(), closers)
            continue
        while at < len(text):
            gap = 1 if text[at] in " \u00a0\u202f" and closers and text[at + 1 : at + 2] == "»" else 0  # « Ah ! »
            character = text[at + gap : at + gap + 1]
            is_stuck = character in _ALWAYS_CLOSING or (rules.is_spaced and character in _NEVER_STUCK)
            if not character or not (is_stuck or (closers and character in closers[-1])):
                break
            _close(character, closers)
            at += gap + 1
        yield Mark(found.start(), found.end(), at)


def _turn_quote(text: str, at: int, closers: list[str]) -> None:
    character = text[at]
    if _close(character, closers) or character not in _PAIRS:
        return
    # These two also close: they open only before a word.
    follows = text[at + 1 : at + 2]
    if character in '»"' and (not follows or follows.isspace() or not _is_apart(text, at)):
        return
    closers.append(_PAIRS[character])


def _is_apart(text: str, at: int) -> bool:
    return at == 0 or not text[at - 1].isalnum() or ord(text[at - 1]) > 0x2E80


def _close(character: str, closers: list[str]) -> bool:
    """Closes the innermost open quote or bracket that this character closes, and all within it."""
    for depth in range(len(closers) - 1, -1, -1):
        if character in closers[depth]:
            del closers[depth:]
            return True
    return False


@cache
def _interesting(ends: str) -> re.Pattern[str]:
    quotes = "".join(_PAIRS) + _CLOSING
    return re.compile(rf"(?P<mark>[{re.escape(ends)}]+(?:(?: \.)+(?![\w.]))?)|(?P<quote>[{re.escape(quotes)}])")
