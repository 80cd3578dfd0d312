"""Byte-pair encoding written out from its definition, to check the fast tokenizer against (Sennrich et al., 2016).

Slow and plain on purpose: it shares no code with the ``tokenizers`` library, only the GGUF file's tokens and merges.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from itertools import pairwise

import regex  # type: ignore[import-untyped]


def byte_characters() -> list[str]:
    """GPT-2's printable stand-in for each of the 256 bytes: itself where it is visible, else from U+0100 on."""
    visible = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = iter(range(0x100, 0x200))
    return [chr(byte if byte in visible else next(others)) for byte in range(256)]


class ReferenceTokenizer:
    """Encodes text by the rules, one merge after the other.

    Args:
        vocabulary: token -> id, without the added tokens.
        merges: pairs in order of priority.
        added: tokens that are cut out of the text before anything else.
        pattern: splits text into words; merges never cross it.
    """

    def __init__(
        self, vocabulary: dict[str, int], merges: Iterable[tuple[str, str]], added: dict[str, int], pattern: str
    ) -> None:
        self._vocabulary = vocabulary
        self._rank = {pair: rank for rank, pair in enumerate(merges)}
        self._added = added
        self._pattern = regex.compile(pattern)
        longest_first = sorted(added, key=len, reverse=True)
        self._cut = regex.compile("(" + "|".join(map(regex.escape, longest_first)) + ")")
        self._character = byte_characters()

    def encode(self, text: str) -> list[int]:
        """Token ids of a text."""
        ids: list[int] = []
        for piece in self._cut.split(text):
            if piece in self._added:
                ids.append(self._added[piece])
            else:
                for word in self._pattern.findall(unicodedata.normalize("NFC", piece)):
                    ids.extend(self._vocabulary[symbol] for symbol in self._merge(word))
        return ids

    def _merge(self, word: str) -> list[str]:
        symbols = [self._character[byte] for byte in word.encode()]
        while len(symbols) > 1:
            ranks = [self._rank.get(pair, len(self._rank)) for pair in pairwise(symbols)]
            best = min(ranks)
            if best == len(self._rank):
                break
            place = ranks.index(best)
            symbols[place : place + 2] = [symbols[place] + symbols[place + 1]]
        return symbols
