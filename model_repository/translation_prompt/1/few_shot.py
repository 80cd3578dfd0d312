"""Example sentence pairs for any language pair, drawn from a small parallel set (few_shot.toml)."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from livetranslate.protocol import AUTO, SentencePair

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_FALLBACK_SOURCE = "en"


@dataclass(frozen=True)
class FewShotSet:
    """Parallel sentences.

    Attributes:
        sentences: each a mapping of language code to text.
    """

    sentences: tuple[Mapping[str, str], ...]

    @classmethod
    def load(cls, path: Path) -> FewShotSet:
        """Reads a parallel set: a TOML file of ``[[sentence]]`` tables, ``code = "text"``."""
        with path.open("rb") as file:
            return cls(sentences=tuple(tomllib.load(file)["sentence"]))

    def examples(self, source: str, target: str) -> tuple[SentencePair, ...]:
        """The examples for a pair, always the same ones in the same order, so that a prefix cache can hold them.

        A source the set does not have is replaced by English: the examples then still show the target language and
        that a bare translation is wanted. A source to be detected gets several languages in turn. A target the set
        does not have gets no examples.
        """
        pairs = []
        for number, sentence in enumerate(self.sentences):
            if target not in sentence:
                continue
            language = _detectable(sentence, target, number) if source == AUTO else source
            if language not in sentence:
                language = _FALLBACK_SOURCE if target != _FALLBACK_SOURCE else "es"
            pairs.append(SentencePair(source=sentence[language], target=sentence[target]))
        return tuple(pairs)


def _detectable(sentence: Mapping[str, str], target: str, number: int) -> str:
    """Another of the set's first languages for every sentence, never the target."""
    candidates = [language for language in sentence if language != target]
    return candidates[number % len(candidates)]
