"""Writing systems: which one a letter belongs to, and which ones a language is written in."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import lru_cache

LATIN = "LATIN"
HAN = "CJK"
KANA = "KANA"
HANGUL = "HANGUL"

_TABLE = """
CJK:zh,yue HANGUL:ko GREEK:el THAI:th LAO:lo KHMER:km MYANMAR:my TIBETAN:bo GEORGIAN:ka ARMENIAN:hy ETHIOPIC:am
CYRILLIC:ru,uk,bg,be,mk,kk,tg,tt,ba,mn ARABIC:ar,fa,ur,ps,sd HEBREW:he,yi DEVANAGARI:hi,mr,ne,sa BENGALI:bn,as
TAMIL:ta TELUGU:te KANNADA:kn MALAYALAM:ml GUJARATI:gu GURMUKHI:pa SINHALA:si
"""

SCRIPTS: dict[str, tuple[str, ...]] = {
    language: (script,) for script, languages in (entry.split(":") for entry in _TABLE.split())
    for language in languages.split(",")
} | {"ja": (HAN, KANA), "sr": ("CYRILLIC", LATIN), "uz": (LATIN, "CYRILLIC"), "az": (LATIN, "CYRILLIC")}  # fmt: skip
"""Scripts of the languages that are not written in Latin letters alone."""


def scripts_of(language: str) -> tuple[str, ...]:
    """The scripts of a language, by Unicode's names; Latin for those not listed."""
    return SCRIPTS.get(language, (LATIN,))


def letters_by_script(text: str) -> Counter[str]:
    """How many letters of each script a text has."""
    return Counter(script for script in map(_script, text) if script)


def is_unspaced(text: str) -> bool:
    """Whether a text is written without spaces between words, as Chinese, Japanese and Thai are."""
    counts = letters_by_script(text)
    unspaced = sum(counts[script] for script in (HAN, KANA, "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN"))
    return 2 * unspaced > sum(counts.values())


@lru_cache(maxsize=4096)
def _script(character: str) -> str:
    """Unicode names begin with the script: CYRILLIC SMALL LETTER A."""
    if character.isascii():
        return LATIN if character.isalpha() else ""
    if not unicodedata.category(character).startswith(("L", "M")):
        return ""
    name = unicodedata.name(character, "")
    name = name.removeprefix("FULLWIDTH ").removeprefix("HALFWIDTH ")
    if name.startswith(("HIRAGANA", "KATAKANA")):
        return KANA
    if name.startswith(("COMBINING", "MODIFIER", "ZERO", "VARIATION", "FEMININE", "MASCULINE")):
        return ""
    return name.split(" ", 1)[0].split("-", 1)[0]
