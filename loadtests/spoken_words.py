"""Words as they are spoken: what reference transcripts and the recogniser's text are compared in.

Lower case, without punctuation and hyphens, titles spelled out. Whole numbers become English words, so that "7" and
"seven" are the same word, as usual in word error rates of Whisper (its normaliser makes digits of both; Radford et al.
2022, appendix C). In other languages this makes digits comparable with digits only.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from num2words import num2words

_TITLES = {"mr": "mister", "mrs": "missus", "dr": "doctor", "st": "saint"}
_NUMBER = re.compile(r"[0-9]{1,9}")
_LINE = re.compile(r"<s> (.*) </s> \((.*)\)")


def spoken_words(text: str) -> str:
    """The text's words, one space between them."""
    words = re.sub(r"[^\w' ]", " ", text.lower().replace("’", "'").replace("-", " ")).split()
    return " ".join(_in_words(word) for word in words)


@cache
def _in_words(word: str) -> str:
    if _NUMBER.fullmatch(word):
        return str(num2words(int(word))).replace("-", " ").replace(",", "")
    return _TITLES.get(word, word)


def read_references(path: Path) -> dict[str, str]:
    """Reference transcripts by recording.

    Args:
        path: a ``transcription`` file in CMU Sphinx form (``<s> words </s> (name)``), or a TSV of name and text.

    Raises:
        ValueError: a line of neither form.
    """
    references: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        name, separator, text = line.partition("\t")
        match = _LINE.fullmatch(line.strip())
        if match:
            text, name = match.groups()
        elif not separator:
            raise ValueError(f"{path}, line {number}: neither '<s> words </s> (name)' nor 'name<TAB>words': {line!r}")
        references[name.strip()] = text.strip()
    return references
