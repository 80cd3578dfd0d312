"""Both sides on the same windows, in turns."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from loadtests.framed_process import FramedProcess
from loadtests.scoring import Spread
from loadtests.scoring.alignment import edits
from loadtests.scoring.score import spoken
from loadtests.window_cost.side import Samples
from loadtests.window_cost.windows import Window


@dataclass(frozen=True)
class Answer:
    """What a side heard, and what it cost: CPU seconds of its process, and wall time."""

    text: str
    cpu_s: float
    took_s: float


class Side(FramedProcess):
    """A recogniser's process; see :mod:`loadtests.window_cost.side`."""

    def __init__(self, name: str, python: Path, module: str, *arguments: str) -> None:
        super().__init__(name, [str(python), "-m", module, *arguments], variables={"HF_HUB_OFFLINE": "1"})

    def transcribe(self, samples: Samples) -> Answer:
        """Has one window transcribed.

        Raises:
            SideError: the process has ended.
        """
        return Answer(**json.loads(self.ask(samples.tobytes())))


@dataclass(frozen=True)
class Measured:
    """One window's answers, a pair a round: (ours, theirs)."""

    window: Window
    pairs: tuple[tuple[Answer, Answer], ...]

    @property
    def ratio(self) -> float:
        """Median of the pairs' ratios of CPU seconds."""
        return median(ours.cpu_s / theirs.cpu_s for ours, theirs in self.pairs)


def compare(windows: Sequence[Window], ours: Side, theirs: Side, *, rounds: int, seed: int) -> list[Measured]:
    """Every window through both sides, ``rounds`` times, after one round that does not count.

    Windows come in random order, and who is first changes from pair to pair, so that a busy machine hurts both alike.
    """
    chance = random.Random(seed)
    pairs: list[list[tuple[Answer, Answer]]] = [[] for _ in windows]
    for number in range(rounds + 1):
        order = list(range(len(windows)))
        chance.shuffle(order)
        for place, index in enumerate(order):
            sides = (ours, theirs) if (number + place) % 2 else (theirs, ours)
            answers = {side.name: side.transcribe(windows[index].samples) for side in sides}
            if number:
                pairs[index].append((answers[ours.name], answers[theirs.name]))
    return [Measured(window, tuple(found)) for window, found in zip(windows, pairs, strict=True)]


def summary(measured: Sequence[Measured]) -> dict[str, Spread | float | None]:
    """Figures over windows: per-round totals, so that each figure has its spread over rounds."""
    rounds = list(zip(*(one.pairs for one in measured), strict=True))
    audio_s = sum(one.window.duration_s for one in measured)
    said = sum(len(one.window.words.split()) for one in measured)
    found: dict[str, Spread | float | None] = {
        "cpu_ratio": Spread.of(_total(turn, 0) / _total(turn, 1) for turn in rounds),
        "cpu_ratio_median_window": median(one.ratio for one in measured),
    }
    for place, name in enumerate(("ours", "theirs")):
        found[f"{name}_cpu_s_per_window"] = Spread.of(_total(turn, place) / len(measured) for turn in rounds)
        found[f"{name}_cpu_s_per_audio_s"] = Spread.of(_total(turn, place) / audio_s for turn in rounds)
        found[f"{name}_latency_s"] = Spread.of(median(pair[place].took_s for pair in turn) for turn in rounds)
        errors = sum(edits(one.window.words.split(), spoken(one.pairs[-1][place].text)) for one in measured)
        found[f"{name}_wer"] = errors / said
    return found


def _total(turn: Sequence[tuple[Answer, Answer]], place: int) -> float:
    return sum(pair[place].cpu_s for pair in turn)
