"""How well redaction does on labelled texts: recall and precision by language and kind.

A labelled file is JSON Lines, a text a line: ``{"text": …, "split": "dev", "spans": [{"kind", "start", "end"}]}``, with
offsets in characters. The language is the file's name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from livetranslate.protocol import ErrorCode, LiveTranslateError
from livetranslate.redaction.kinds import ALL_PATTERNS, NAMED_KINDS, Find, Kind
from livetranslate.redaction.names import NameFinder
from livetranslate.redaction.redactor import redact


class LabelledText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text and all the personal data in it."""

    text: str
    spans: tuple[Find, ...]
    split: str = ""
    language: str = ""


class Score(msgspec.Struct, frozen=True):
    """What was found of one kind in one language. A find is right if kind, start and end are the label's.

    Attributes:
        language: code, or ``all``.
        kind: the kind, or None for all kinds.
        labelled: how many there are.
        found: how many were found, right or wrong.
        right: how many of these are right.
        leaked: labels of which a letter or digit is left in the redacted text; a find of another kind hides it too.
    """

    language: str
    kind: Kind | None
    labelled: int
    found: int
    right: int
    leaked: int

    @property
    def recall(self) -> float | None:
        """Part of the labels that was found right; None without labels."""
        return self.right / self.labelled if self.labelled else None

    @property
    def precision(self) -> float | None:
        """Part of the finds that is right; None without finds."""
        return self.right / self.found if self.found else None


def read_labelled(path: Path, *, split: str | None = None) -> list[LabelledText]:
    """Reads a labelled file, all of it or one split.

    Raises:
        LiveTranslateError: ``OPTION_INVALID``, with the line, if one is not as described or a span is outside its text.
        OSError: the file cannot be read.
    """
    texts: list[LabelledText] = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            text = msgspec.json.decode(line, type=LabelledText)
        except msgspec.DecodeError as error:
            raise _bad_line(path, number, str(error)) from error
        for span in text.spans:
            if not 0 <= span.start < span.end <= len(text.text):
                raise _bad_line(path, number, f"a span from {span.start} to {span.end} of {len(text.text)} characters")
        if split in (None, text.split):
            texts.append(msgspec.structs.replace(text, language=path.stem))
    return texts


def score(labelled: Iterable[LabelledText], *, names: Mapping[str, NameFinder] | None = None) -> tuple[Score, ...]:
    """Scores redaction on labelled texts.

    Args:
        labelled: the texts; those without spans count for precision.
        names: finder of names by language; names and addresses are scored in these languages only.

    Returns:
        A row for each language and kind that is labelled or found, by language and kind, then one for each kind in all
        languages, and last the total.
    """
    finders = names or {}
    counts: dict[tuple[str, Kind | None], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for text in labelled:
        finder = finders.get(text.language)
        kinds = ALL_PATTERNS | NAMED_KINDS if finder else ALL_PATTERNS
        labels = {span for span in text.spans if span.kind in kinds}
        finds = set(redact(text.text, names=finder).finds)
        for column, marked in enumerate((labels, finds, labels & finds, _leaked(text.text, labels, finds))):
            for find in marked:
                for row in ((text.language, find.kind), ("all", find.kind), ("all", None)):
                    counts[row][column] += 1
    return tuple(Score(language, kind, *counts[language, kind]) for language, kind in sorted(counts, key=_place))


def _leaked(text: str, labels: set[Find], finds: set[Find]) -> set[Find]:
    hidden = {place for find in finds for place in range(find.start, find.end)}
    return {
        label
        for label in labels
        if any(text[place].isalnum() and place not in hidden for place in range(label.start, label.end))
    }


def _place(row: tuple[str, Kind | None]) -> tuple[bool, str, int]:
    language, kind = row
    kinds = list(Kind)
    return language == "all", language, kinds.index(kind) if kind else len(kinds)


def _bad_line(path: Path, number: int, what: str) -> LiveTranslateError:
    return LiveTranslateError(
        ErrorCode.OPTION_INVALID,
        f"{path.name}, line {number}: {what}. A line holds 'text', 'split' and 'spans' of kind, start and end.",
    )
