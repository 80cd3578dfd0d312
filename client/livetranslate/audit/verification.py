"""Is the audit log whole? Every line, its place, its beginning and its end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from livetranslate.audit import files
from livetranslate.audit.record import Record, decode

MAX_PROBLEMS = 20


@dataclass
class Report:
    """What a check found.

    Attributes:
        records: lines read.
        forgotten: those whose facts were deleted.
        first_at: time of the oldest line; empty without any.
        last_at: time of the newest.
        problems: sentences, each naming file and line; the first twenty.
    """

    records: int = 0
    forgotten: int = 0
    first_at: str = ""
    last_at: str = ""
    problems: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found."""
        return not self.problems

    def found(self, problem: str) -> None:
        """One more problem."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem)


def verify(folder: Path, key: bytes) -> Report:
    """Checks a log; changes nothing.

    Raises:
        OSError: the folder cannot be read.
    """
    report = Report()
    with files.locked(folder):
        anchor, head = (_mark(folder, name, key, report) for name in (files.ANCHOR, files.HEAD))
        begin = anchor or files.BEFORE_ALL
        seq, prev = begin.seq, begin.mac
        at_head = prev if head is not None and head.seq == seq else None
        for where, record in _lines(folder, report):
            report.records += 1
            report.forgotten += record.body is None
            report.first_at = report.first_at or record.at
            report.last_at = record.at
            if problem := record.problem(key):
                report.found(f"{where} {problem}.")
            if record.seq != seq + 1:
                report.found(f"{where} has number {record.seq} and follows number {seq}: lines are missing or moved.")
            elif record.prev != prev:
                report.found(f"{where} is not chained to the line before: that one was changed or replaced.")
            seq, prev = record.seq, record.mac
            if head is not None and record.seq == head.seq:
                at_head = record.mac
        if head is None and report.records:
            report.found(f"{files.HEAD} is missing: whether the end was cut off cannot be told.")
        if head is not None and at_head != head.mac:
            report.found(
                f"{files.HEAD} names line {head.seq}, and the log ends with line {seq}: its end was cut off or changed."
            )
    return report


def read(folder: Path) -> Iterator[Record]:
    """Every record, oldest first, unchecked; what is no record is passed over (:func:`verify` names it)."""
    for _, record in _lines(folder, Report()):
        yield record


def _mark(folder: Path, name: str, key: bytes, report: Report) -> files.Mark | None:
    try:
        mark = files.read_mark(folder, name)
    except ValueError as problem:
        report.found(f"{problem}.")
        return None
    if mark is not None and not mark.is_genuine(name, key):
        report.found(f"{name} was changed, or another key made it.")
    return mark


def _lines(folder: Path, report: Report) -> Iterator[tuple[str, Record]]:
    for file in files.segments(folder):
        with file.open("rb") as content:
            for number, line in enumerate(content, start=1):
                where = f"{file.name}, line {number},"
                try:
                    yield where, decode(line)
                except ValueError as problem:
                    report.found(f"{where} {problem}.")
