"""Do a session's terms come out as asked? Glossary entries, and words that are not to be translated."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

from scripts import is_unspaced

_LONGEST_ENDING = 4
"""Letters by which inflection may lengthen a word: "Karte", "Karten"; "tarjeta", "tarjetas"."""

_LONG_WORD = 6
"""From so many letters on, the last two may be exchanged, below only the last: "rojo", "rojas"."""

_SOURCE_ENDING = r"(?:['’]s|e?s|['’])?"
_SPACES = re.compile(r"\s+")
_WORDS_OR_MARKS = re.compile(r"[^\W_]+(?:'[^\W_]+)?|[^\w\s]+|_+")
_APOSTROPHES = str.maketrans("’‘ʼ", "'''")


def missed(source: str, answer: str, *, glossary: Mapping[str, str], keep: Sequence[str]) -> tuple[str, ...]:
    """The terms of the source that the answer does not give as required.

    Args:
        source: the text that was translated.
        answer: its translation.
        glossary: term -> required translation; the translation may be inflected at the end of its words.
        keep: terms that must stand in the answer as they are, letter for letter.

    Returns:
        Keys of the glossary and entries of ``keep``, in their order.
    """
    said, given = _folded(source), _folded(answer)
    terms = [
        term
        for term, translation in glossary.items()
        if translation.strip() and _occurs(term, said) and not _is_given(translation, given)
    ]
    kept = [term for term in keep if term not in terms and _occurs(term, said) and _plain(term) not in _plain(answer)]
    return tuple(terms + kept)


def _plain(text: str) -> str:
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text).translate(_APOSTROPHES)).strip()


def _folded(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_APOSTROPHES)
    return _SPACES.sub(" ", folded).strip()


def _occurs(term: str, said: str) -> bool:
    folded = _folded(term)
    return bool(folded) and _source_pattern(folded).search(said) is not None


def _is_given(translation: str, given: str) -> bool:
    folded = _folded(translation)
    if is_unspaced(folded):
        return folded in given
    has_marks = not folded.replace(" ", "").isalnum()  # C++, AT&T
    return (has_marks and folded in given) or _target_pattern(folded).search(given) is not None


@lru_cache(maxsize=1024)
def _source_pattern(term: str) -> re.Pattern[str]:
    """The term as whole words, or with a plural's or a genitive's s."""
    if is_unspaced(term):
        return re.compile(re.escape(term))
    plural = rf"(?:{re.escape(term[:-1])}ies|{re.escape(term)}{_SOURCE_ENDING})" if term.endswith("y") else None
    return re.compile(rf"(?<!\w){plural or re.escape(term) + _SOURCE_ENDING}(?!\w)")


@lru_cache(maxsize=1024)
def _target_pattern(translation: str) -> re.Pattern[str]:
    """The translation's words in order, each with its own ending, up to a compound's or a prefix's beginning."""
    return re.compile(r"\W+".join(_inflected(word) for word in _WORDS_OR_MARKS.findall(translation)))


def _inflected(word: str) -> str:
    if len(word) <= 3 or not word.isalpha():
        return re.escape(word) if not word.isalnum() else rf"(?<!\w){re.escape(word)}\w{{0,2}}(?!\w)"
    cut = 2 if len(word) >= _LONG_WORD else 1
    # An umlaut may change within a word ("Vertrag", "Verträge"), so vowels stand for their umlauts.
    stem = "".join(_UMLAUTS.get(letter, re.escape(letter)) for letter in word[: len(word) - cut])
    return rf"{stem}\w{{0,{cut + _LONGEST_ENDING}}}(?!\w)"


_UMLAUTS = {"a": "[aäá]", "o": "[oöó]", "u": "[uüú]", "ó": "[óo]", "á": "[áa]", "é": "[ée]", "í": "[íi]", "ú": "[úu]"}
