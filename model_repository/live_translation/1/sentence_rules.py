"""Whether a mark of punctuation ends a sentence, judged by the words beside it and by their language.

Which abbreviations a hundred languages have is known to sentencex (Wikimedia): this asks it, word by word. The rest are
rules of its own, since no library answers the question of a caption that grows: there are three answers, and a mark
whose meaning depends on the next words waits for them. Three libraries were tried on whole texts (sentences right):

======================================  ================  ===========  ============  ====
texts, found right                      sentencex 1.0.32  pysbd 0.3.4  syntok 1.4.4  here
======================================  ================  ===========  ============  ====
161 of tests/data/sentences             118               111          78            161
252 of pysbd's own tests, 14 languages  230               251          not tried     225
======================================  ================  ===========  ============  ====

Each does best on the texts it was made with (211 of pysbd's were right here before its failures were looked at). What
is still missed of those are mostly written lists ("1) … 2) …") and references. Of ours, the libraries miss "der 2.
Weltkrieg", sentences behind "U.S.", and who said what stands in quotes (「…」と言った). Fed word by word, sentencex
took back in 10 of 156 texts what it had called a sentence with more text behind it (pysbd in 5, syntok in 4), too
late for a translation that is sent. 300 characters took sentencex 0.004 ms, pysbd 0.8, syntok 0.3 and
:mod:`sentence_buffer` 0.1; it is loaded, with its rules, in 20 ms. What sentencex does not know is data:
sentence_languages.toml.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

from sentence_languages import FULL_WIDTH_ENDS, LanguageRules

_OPENING = "\"'“”„‚‘’«»‹›([{「『（《〈【¿¡-–—―*•♪ \u00a0\u202f"
_NEXT_WORD = re.compile(r"\w+(?:['’]\w+)*")
_LAST_WORD = re.compile(r"[^\s\"'’“”„«»()\[\]{}¿¡‘‚]*$")
_LAST_LATIN_WORD = re.compile(r"[A-Za-z0-9.\-]*$")
_POINT = re.compile(r"\d{1,2}")
_WIDE = re.compile(r"[\u3005\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")

_CHINESE_SPEAKS = re.compile(r"[^，。！？、“「]{0,3}?(?:[说說问問喊叫答]|(?<!知)道)")
_JAPANESE_QUOTES = re.compile(
    "って|と(?![てりきもに])|を|など|の(?!ち)|が|は(?![いじっや])|に(?!ほ)|です|だ(?![がか])|、"
)
_JAPANESE_SAYS = re.compile(r"って|と[思言い聞叫書考感、]")
_SPEAKS_CHARS = 4
_QUOTES_CHARS = 2
"""How much of what follows a quote must be there to tell."""


class Verdict(enum.Enum):
    """What a mark is: the end of a sentence, not the end, or not known before more was said."""

    END = enum.auto()
    GOES_ON = enum.auto()
    WAIT = enum.auto()


@dataclass(frozen=True)
class Mark:
    """A run of sentence marks in a text that begins with their sentence.

    Attributes:
        at: index of its first mark.
        marks_end: index behind its last mark.
        end: index behind the quotes and brackets closed with it.
    """

    at: int
    marks_end: int
    end: int

    @property
    def is_closed(self) -> bool:
        """Whether quotes or brackets are closed behind the marks."""
        return self.end > self.marks_end

    def of(self, text: str) -> str:
        """The marks, without space between them."""
        return text[self.at : self.marks_end].replace(" ", "")


def judge(text: str, mark: Mark, rules: LanguageRules, *, is_final: bool) -> Verdict:
    """Whether a mark ends a sentence.

    Args:
        text: the text so far, from the beginning of the sentence on, without space at its end.
        mark: where it stands.
        rules: the language's.
        is_final: nothing will follow the text.
    """
    behind = mark.end
    while behind < len(text) and text[behind] in _OPENING:
        behind += 1
    marks = mark.of(text)
    if behind == len(text):
        return _judge_last(marks, rules, is_closed=mark.is_closed, is_final=is_final)
    follows = text[mark.end :].lstrip()
    if follows[0] in "¿¡":
        return Verdict.END
    is_apart = text[mark.end].isspace()
    is_latin_stop = marks == "." and not _WIDE.match(text[mark.at - 1 : mark.at])  # "3.5度", "U.S.的", "Dr. 王"
    if rules.is_wide and (marks[-1] in FULL_WIDTH_ENDS or _WIDE.match(follows)) and not is_latin_stop:
        return _judge_wide(marks, follows, rules, is_closed=mark.is_closed, is_final=is_final)
    if not is_apart:
        return Verdict.GOES_ON if marks[-1] in ".!?…" else Verdict.END  # "3.5", "10.30", "example.org", "…oder"
    return _judge_spaced(text, mark, behind, rules)


def _judge_last(marks: str, rules: LanguageRules, *, is_closed: bool, is_final: bool) -> Verdict:
    """Nothing follows. In Chinese and Japanese a full-width mark is believed at once: it has no other use.

    Not behind a closing quote ("he said" may follow), and 「すごい！」 may go on with と even without quotes.
    """
    if is_final:
        return Verdict.END
    at_once = "。｡" if rules.language == "ja" else FULL_WIDTH_ENDS
    return Verdict.END if rules.is_wide and not is_closed and marks[-1] in at_once else Verdict.WAIT


def _judge_wide(marks: str, follows: str, rules: LanguageRules, *, is_closed: bool, is_final: bool) -> Verdict:
    """Chinese and Japanese: speech may be followed by who says it, which belongs to its sentence."""
    if rules.language == "ja":
        pattern, chars = (_JAPANESE_QUOTES if is_closed else _JAPANESE_SAYS), _QUOTES_CHARS
        is_open = is_closed or marks[-1] in "！？!?"
    else:
        pattern, chars, is_open = _CHINESE_SPEAKS, _SPEAKS_CHARS, is_closed
    if "…" in marks and marks.strip("…") == "":
        return Verdict.GOES_ON  # a hesitation
    if not is_open:
        return Verdict.END
    if pattern.match(follows[:chars]):
        return Verdict.GOES_ON
    return Verdict.END if is_final or len(follows) >= chars else Verdict.WAIT


def _judge_spaced(text: str, mark: Mark, behind: int, rules: LanguageRules) -> Verdict:
    """A mark, a space and a word."""
    marks = mark.of(text)
    found = _NEXT_WORD.match(text, behind)
    following = found.group() if found else text[behind]
    is_caseless = False
    if following[0].islower() and not following[1:2].isupper():  # "iPhone" may begin a sentence
        # Without a capital anywhere, small letters say nothing.
        is_caseless = not any(map(str.isupper, text[: mark.at])) and mark.at > 0
        if not is_caseless or mark.is_closed or "…" in marks or ".." in marks:
            return Verdict.GOES_ON
    before = text[: mark.at]
    if marks.strip(".…") == "" and marks != "." and " " not in before.strip():
        return Verdict.GOES_ON  # one word and an ellipsis is a hesitation: "Well... I don't know."
    if marks != ".":
        return Verdict.END
    word_found = (_LAST_LATIN_WORD if rules.is_wide else _LAST_WORD).search(before)
    word = word_found.group() if word_found else ""
    if mark.at == len(word) and _POINT.fullmatch(word):
        return Verdict.GOES_ON  # the number of a point in a list, "1." or "1.)"
    goes_on = not mark.is_closed and (
        rules.is_abbreviation(word, following, is_caseless=is_caseless) or rules.is_ordinal(word, following)
    )
    return Verdict.GOES_ON if goes_on else Verdict.END
