"""Drift is what lasts: a signal that was shifted for so many windows in a row, until it has been usual for as many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from livetranslate_tools.drift.judging import Judgement, Verdict

WINDOWS_IN_A_ROW = 3


@dataclass
class _Run:
    shifted: int = 0
    usual: int = 0
    is_drifted: bool = False
    last: Judgement | None = None


@dataclass
class DriftState:
    """Remembers, signal by signal, how long it has been shifted.

    Attributes:
        in_a_row: windows that make drift, and that end it.
    """

    in_a_row: int = WINDOWS_IN_A_ROW
    _runs: dict[str, _Run] = field(default_factory=dict)

    def add(self, judgements: Iterable[Judgement]) -> list[str]:
        """Takes the next window; returns the signals that began to drift with it.

        A window in which a signal was not judged neither adds to its run nor ends it.
        """
        begun = []
        for judgement in judgements:
            run = self._runs.setdefault(judgement.signal, _Run())
            run.last = judgement
            if judgement.verdict is Verdict.SHIFTED:
                run.shifted, run.usual = run.shifted + 1, 0
            elif judgement.verdict is Verdict.USUAL:
                run.shifted, run.usual = 0, run.usual + 1
            if not run.is_drifted and run.shifted >= self.in_a_row:
                run.is_drifted = True
                begun.append(judgement.signal)
            elif run.is_drifted and run.usual >= self.in_a_row:
                run.is_drifted = False
        return begun

    @property
    def drifted(self) -> list[str]:
        """Signals that drift now."""
        return [name for name, run in self._runs.items() if run.is_drifted]

    @property
    def latest(self) -> list[Judgement]:
        """Each signal in the last window."""
        return [run.last for run in self._runs.values() if run.last is not None]

    @property
    def was_judged(self) -> bool:
        """Whether any signal was judged long enough to say that it drifts or does not."""
        return any(run.is_drifted or run.usual or run.shifted for run in self._runs.values())
