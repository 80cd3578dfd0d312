"""Sentence pairs whose translations are right: the prompt's examples in 18 languages, and the parallel test sets."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[3]
FEW_SHOT = ROOT / "model_repository" / "translation_prompt" / "1" / "few_shot.toml"
PARALLEL = ROOT / "loadtests" / "data" / "parallel"


@dataclass(frozen=True)
class Pair:
    """A sentence and a right translation."""

    source_language: str
    source: str
    target_language: str
    target: str


@cache
def examples() -> tuple[dict[str, str], ...]:
    """The prompt's example sentences, each in 18 languages."""
    return tuple(read(FEW_SHOT)["sentence"])


@cache
def pairs() -> tuple[Pair, ...]:
    """All pairs, in both directions."""
    return tuple(_pairs())


def read(path: Path) -> dict:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _pairs() -> Iterator[Pair]:
    for path in sorted(PARALLEL.glob("*.tsv")):
        source, _, target = path.stem.partition("-")
        for line in path.read_text(encoding="utf-8").splitlines():
            one, other = line.split("\t")[:2]
            yield Pair(source, one, target, other)
            yield Pair(target, other, source, one)
    for sentence in examples():
        for source in sentence:
            yield from (
                Pair(source, sentence[source], target, sentence[target]) for target in sentence if target != source
            )
