"""Whether a text is Spanish: the smallest llm's choice of words is its own, so tests look at the small ones."""

from __future__ import annotations

import re

_COMMON = frozenset(
    re.findall(
        r"\w+",
        "a al así con de del el en es la las lo los mi mis no para por puede puedes que qué se sí su tu un una y",
    )
)


def is_spanish(text: str) -> bool:
    """At least three of Spanish's most common short words."""
    return len(_COMMON & set(re.findall(r"\w+", text.lower()))) >= 3
