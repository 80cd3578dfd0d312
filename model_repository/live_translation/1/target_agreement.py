"""How much of a growing sentence's translation may be promised: LocalAgreement over successive translations.

Two translations of more and more of a sentence that begin alike will most likely go on beginning so (LocalAgreement-2:
Liu et al. 2020; for cascaded translation Polák et al. 2022). What is promised becomes the forced beginning of the next
translation, so a promise is kept by construction.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from livetranslate.protocol.transcript import UNSPACED_LANGUAGES

HELD_BACK = {"spaced": 1, "unspaced": 2}
"""Units at a translation's end that are never promised: the end of half a sentence is the least certain part."""

_WORD = re.compile(r"\s*\S+")
_CHARACTER = re.compile(r"\s*(?:[A-Za-z0-9]+|\S)")
_END = re.compile(r"[\s.…。!?！？,，、;；:：]+$")


@dataclass
class TargetAgreement:
    """The promised beginning of one sentence's translation, and what the last hypothesis said.

    Attributes:
        language: target language: decides between words and characters.
        committed: promised text; it only grows.
    """

    language: str
    committed: str = ""
    _previous: str = ""

    def hear(self, hypothesis: str) -> str:
        """Takes the next translation, which begins with ``committed``; returns what is promised now."""
        hypothesis = _END.sub("", hypothesis)
        previous, self._previous = self._previous, hypothesis
        if not hypothesis.startswith(self.committed):
            return self.committed
        units = self._units(hypothesis)
        agreed = 0
        for one, other in zip(self._units(previous), units, strict=False):
            if one != other:
                break
            agreed += 1
        held_back = HELD_BACK["unspaced" if self.language in UNSPACED_LANGUAGES else "spaced"]
        text = "".join(units[: min(agreed, len(units) - held_back)])
        if len(text) > len(self.committed):
            self.committed = text
        return self.committed

    def _units(self, text: str) -> list[str]:
        pattern = _CHARACTER if self.language in UNSPACED_LANGUAGES else _WORD
        return pattern.findall(text)
