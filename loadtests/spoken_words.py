"""Words as they are spoken: what reference transcripts and the recogniser's text are compared in.

Lower case, without punctuation and hyphens, titles spelled out. Numerals are left as they are: a recogniser that writes
"3" where the reference says "three" is counted wrong, so give references in the form you expect.
"""

from __future__ import annotations

import re
from pathlib import Path

_TITLES = {"mr": "mister", "mrs": "missus", "dr": "doctor", "st": "saint"}
_LINE = re.compile(r"<s> (.*) </s> \((.*)\)")


def spoken_words(text: str) -> str:
    """The text's words, one space between them."""
    words = re.sub(r"[^\w' ]", " ", text.lower().replace("’", "'").replace("-", " ")).split()
    return " ".join(_TITLES.get(word, word) for word in words)


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
