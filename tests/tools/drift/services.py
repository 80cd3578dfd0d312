"""Small services whose counters are known: pages of metrics, and windows of chance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from livetranslate_tools.drift.reference import Reference
from livetranslate_tools.drift.signals import BY_SIGNAL, OVERFLOW
from livetranslate_tools.drift.window import Window

WINDOW_S = 60.0
LEVELS = (-30.0, -25.0, -20.0)
"""Three sessions' levels, all in buckets of their own."""


def shape(signal: str, values: Sequence[float] | np.ndarray) -> dict[str, float]:
    """Values as a histogram's buckets."""
    bounds = [float(bound) for bound in BY_SIGNAL[signal].outcomes[:-1]]
    counts = np.bincount(np.searchsorted(bounds, values, side="left"), minlength=len(bounds) + 1)
    return dict(zip(BY_SIGNAL[signal].outcomes, counts.astype(float).tolist(), strict=True))


def window(
    levels: Sequence[float] | np.ndarray = (),
    *,
    languages: dict[str, float] | None = None,
    speech: tuple[float, float] | None = None,
    at: int = 0,
) -> Window:
    """A window with these levels of utterances, utterances by language, speech and audio seconds."""
    counts = {"speech_level": shape("speech_level", levels)}
    if languages is not None:
        counts["language"] = languages
    return Window(at * WINDOW_S, (at + 1) * WINDOW_S, counts, {} if speech is None else {"speech_share": speech})


def reference(windows: Sequence[Window]) -> Reference:
    return Reference.of(windows, window_s=WINDOW_S)


def independent(random: np.random.Generator, count: int, *, mean: float = -25.0) -> np.ndarray:
    """Levels of utterances that have nothing to do with one another."""
    return random.normal(mean, 6.0, count)


def in_sessions(random: np.random.Generator, sessions: int, each: int, *, mean: float = -25.0) -> np.ndarray:
    """Levels of utterances whose sessions have microphones of their own."""
    return np.concatenate([random.normal(random.normal(mean, 6.0), 1.5, each) for _ in range(sessions)])


class Service:
    """Counters as Triton shows them, which only grow."""

    def __init__(self, version: str = "1") -> None:
        self.version = version
        self.levels: list[float] = []
        self.utterances: dict[str, int] = {}
        self.audio_s = self.speech_s = 0.0

    def hear(self, levels: Sequence[float] | np.ndarray, *, language: str = "en") -> None:
        """Utterances of 3 s each, in 5 s of audio each."""
        self.levels += list(levels)
        self.utterances[language] = self.utterances.get(language, 0) + len(levels)
        self.audio_s += 5.0 * len(levels)
        self.speech_s += 3.0 * len(levels)

    def page(self) -> str:
        """The metrics endpoint's text."""
        name, below = "livetranslate_speech_level_dbfs", 0.0
        lines = [f"# HELP {name} Level of an utterance's loud frames, below full scale.", f"# TYPE {name} histogram"]
        for bound, count in shape("speech_level", self.levels).items():
            below += count
            shown = bound if bound == OVERFLOW else f"{float(bound):f}".rstrip("0").rstrip(".")
            lines.append(f'{name}_bucket{{version="{self.version}",le="{shown}"}} {below:.0f}')
        lines += [f'{name}_count{{version="{self.version}"}} {below:.0f}']
        lines += [
            f'livetranslate_utterances_total{{language="{language}",version="{self.version}"}} {count}'
            for language, count in self.utterances.items()
        ]
        for metric, value in (("audio", self.audio_s), ("speech", self.speech_s)):
            lines.append(f'livetranslate_{metric}_seconds_total{{version="{self.version}"}} {value:.6f}')
        lines.append('nv_inference_count{model="whisper",version="1"} 12')
        return "\n".join(lines) + "\n"
