"""Parallel sets: sentences with one reference translation each, in the order in which they were said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import tomli

from livetranslate.protocol import check_language

DATA = Path(__file__).resolve().parents[2] / "tests" / "data" / "parallel"
"""The project's own small sets, with terms and translated clips."""

Terms = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Pair:
    """A sentence and its reference translation."""

    source: str
    reference: str


@dataclass(frozen=True)
class ParallelSet:
    """One file.

    Attributes:
        name: the file's, without its ending.
        source: language code of the left column.
        target: language code of the right column.
        pairs: in the file's order.
    """

    name: str
    source: str
    target: str
    pairs: tuple[Pair, ...]

    @property
    def languages(self) -> str:
        """``en-es``."""
        return f"{self.source}-{self.target}"


class Adversarial(msgspec.Struct, frozen=True, rename={"source": "language"}):
    """A sentence that invites an answer that is no translation.

    Attributes:
        text: the sentence.
        source: its language.
        category: what it tries.
    """

    text: str
    source: str
    category: str


def find(paths: Iterable[Path]) -> list[ParallelSet]:
    """The sets of files and folders (all their ``*.tsv``).

    Raises:
        FileNotFoundError: a path that is not there, or a folder without sets.
        ValueError: see :func:`read`.
    """
    found = []
    for path in paths:
        files = sorted(path.glob("*.tsv")) if path.is_dir() else [path]
        if not files:
            raise FileNotFoundError(f"{path} holds no *.tsv.")
        found += [read(file) for file in files]
    return found


def read(path: Path) -> ParallelSet:
    """One TSV file, named for its languages: ``en-es.tsv``, or ``en-es.anything.tsv``.

    Raises:
        ValueError: a name without two languages, a line without two columns, or no line at all.
    """
    languages = path.name.split(".")[0].split("-")
    if len(languages) != 2:
        raise ValueError(f"{path.name} does not name its languages; call it SOURCE-TARGET.tsv, such as en-es.tsv.")
    for language in languages:
        check_language(language)
    pairs = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        columns = [column.strip() for column in line.split("\t")]
        if not line.strip():
            continue
        if len(columns) != 2 or not all(columns):
            raise ValueError(f"{path}, line {number}: {line[:60]!r} is not source<TAB>reference.")
        pairs.append(Pair(source=columns[0], reference=columns[1]))
    if not pairs:
        raise ValueError(f"{path} holds no sentence.")
    source, target = languages
    return ParallelSet(path.stem, source, target, tuple(pairs))


def read_terms(path: Path) -> Terms:
    """Language pair -> term -> required translation; a TOML table a pair.

    Raises:
        msgspec.ValidationError: anything else in the file.
    """
    return msgspec.convert(tomli.loads(path.read_text(encoding="utf-8")), Terms)


def read_adversarial(path: Path) -> list[Adversarial]:
    """The cases of a TOML file: its arrays of tables with ``text``, ``language`` and ``category``, in order.

    Raises:
        msgspec.ValidationError: a case without one of the three.
        ValueError: no case.
    """
    content = tomli.loads(path.read_text(encoding="utf-8"))
    tables = [table for value in content.values() if isinstance(value, list) for table in value]
    if not tables:
        raise ValueError(f"{path} holds no array of tables with text, language and category.")
    return msgspec.convert(tables, list[Adversarial])


def read_clip_references(path: Path) -> dict[str, dict[str, str]]:
    """Recording -> language -> what is said in it, translated."""
    return msgspec.convert(tomli.loads(path.read_text(encoding="utf-8")), dict[str, dict[str, str]])
