"""The catalogue: every artifact we know how to fetch, and from where, in order.

``catalogue.toml`` beside this file is the list; ``docs/models.md`` explains its fields and how to add an entry.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

import msgspec

from livetranslate_tools.models.artifacts import Artifact
from livetranslate_tools.models.errors import ModelError


class _Document(msgspec.Struct, forbid_unknown_fields=True):
    schema: int
    artifact: list[Artifact]


class Catalogue:
    """All artifacts by name."""

    def __init__(self, artifacts: Iterable[Artifact]) -> None:
        self.artifacts = tuple(artifacts)
        if len(self._by_name) != len(self.artifacts):
            raise ModelError("The catalogue names an artifact twice; each name has one entry.")

    def __iter__(self) -> Iterator[Artifact]:
        return iter(self.artifacts)

    @cached_property
    def _by_name(self) -> dict[str, Artifact]:
        return {artifact.name: artifact for artifact in self.artifacts}

    def get(self, name: str) -> Artifact:
        """The artifact of that name.

        Raises:
            ModelError: unknown name; the sentence offers the closest ones.
        """
        if name in self._by_name:
            return self._by_name[name]
        close = difflib.get_close_matches(name.lower(), self._by_name, n=3, cutoff=0.5)
        offer = f"Did you mean {' or '.join(close)}?" if close else "See `livetranslate models list`."
        raise ModelError(f"There is no model named {name[:100]!r} in the catalogue. {offer}")


def load(path: Path | None = None) -> Catalogue:
    """Reads the catalogue that comes with the tools, or another one.

    Raises:
        ModelError: the file is not a catalogue; the sentence names the file and the field.
    """
    path = path or Path(__file__).with_name("catalogue.toml")
    try:
        document = msgspec.toml.decode(path.read_bytes(), type=_Document)
    except (msgspec.DecodeError, ModelError, OSError, UnicodeDecodeError) as error:
        raise ModelError(f"The catalogue {path} cannot be read: {error}") from error
    if document.schema != 1:
        raise ModelError(f"The catalogue {path} has schema {document.schema}; this version of the tools reads 1.")
    return Catalogue(document.artifact)
