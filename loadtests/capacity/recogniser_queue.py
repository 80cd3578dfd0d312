"""The recogniser as a queue that sessions share: how long a recognition takes, and how late words come, by sessions.

Assumptions. (1) One recogniser takes all windows that wait, up to ``largest``, as soon as it is free; a batch of ``b``
takes ``fixed + each · b`` on average, half as much or half as much again with even odds (windows differ in length).
(2) Windows come independently, at a rate ``X``; no more wait than there are sessions. (3) A session asks once in
``max(step, 2 R)`` seconds of speech, ``R`` being how long its recognitions take: the product's pace of partials.
(4) A word waits half a step for the window that commits it, and then for the recognition; nothing else grows with load.

The queue is what waits when a batch is done: a Markov chain over 0 … n (Bailey 1954: bulk service). Its mean length by
Little's law is ``R`` at a rate ``X``; the pace says ``X = n · activity / max(step, 2 R)``. One falls as ``R`` grows and
the other rises, so there is one solution. Then

    word delay  D = D₁ + (R - R₁) + (max(step, 2 R) - max(step, 2 R₁)) / 2
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.stats import poisson

from loadtests.capacity.batch_time import BatchTime

STEP_S = 0.8
"""Time between partials of one session (its option ``step_s``), seconds."""
SHARE = 0.5
"""Share of a session's time that its recognitions may take before partials become rarer."""
MAX_STEP_S = 5.0

_VARIATION = (0.5, 1.5)
_MOST_WAITING = 96
_LONGEST_S = 200.0
_HALVINGS = 40


@dataclass(frozen=True)
class Speaker:
    """What one session by itself showed.

    Attributes:
        rate_per_s: windows a second of audio.
        recognition_s: how long one took.
        delay_avg_s: mean delay of a word.
        delay_p95_s: and its 95th percentile.
    """

    rate_per_s: float
    recognition_s: float
    delay_avg_s: float = 0.0
    delay_p95_s: float = 0.0

    @property
    def activity(self) -> float:
        """Windows by step: speech has pauses, and each utterance a last window more."""
        return self.rate_per_s * step_s(self.recognition_s)


@dataclass(frozen=True)
class Prediction:
    """What the model says of ``sessions``.

    Attributes:
        sessions: how many there are.
        recognition_s: mean time of a recognition, waiting included.
        batch: mean batch.
        windows_per_s: recognitions a second.
        delay_avg_s: mean delay of a word.
        delay_p95_s: its 95th percentile.
    """

    sessions: int
    recognition_s: float
    batch: float
    windows_per_s: float
    delay_avg_s: float
    delay_p95_s: float

    @property
    def waiting(self) -> float:
        """Windows that wait or are decoded, by Little's law."""
        return self.windows_per_s * self.recognition_s


def step_s(recognition_s: float) -> float:
    """Time between two recognitions of one session."""
    return min(max(STEP_S, recognition_s / SHARE), max(MAX_STEP_S, recognition_s))


@lru_cache(maxsize=4096)
def predict(sessions: int, batch_time: BatchTime, speaker: Speaker) -> Prediction:
    """Solves for the recognition time by bisection.

    Raises:
        ValueError: fewer than one session.
    """
    if sessions < 1:
        raise ValueError(f"{sessions} sessions: a prediction needs at least one.")
    low_s, high_s = 0.0, _LONGEST_S
    for _ in range(_HALVINGS):
        middle_s = (low_s + high_s) / 2
        if _recognition(_rate(sessions, middle_s, speaker), sessions, batch_time)[0] > middle_s:
            low_s = middle_s
        else:
            high_s = middle_s
    # Where full batches do not keep up, R grows until sessions ask as rarely as batches come: the bisection's end.
    recognition_s, rate = high_s, _rate(sessions, high_s, speaker)
    _, batch = _recognition(rate, sessions, batch_time)
    later_s = recognition_s - speaker.recognition_s + (step_s(recognition_s) - step_s(speaker.recognition_s)) / 2
    return Prediction(
        sessions, recognition_s, batch, rate, speaker.delay_avg_s + later_s, speaker.delay_p95_s + later_s
    )


def most_sessions(batch_time: BatchTime, speaker: Speaker, *, recognition_s: float, limit: int = 10_000) -> int:
    """The largest number of sessions whose recognitions take no longer; 0 when one is too many.

    Args:
        batch_time: of the recogniser.
        speaker: a session alone.
        recognition_s: the longest mean time that is still good; the server's ``target_recognition_s``.
        limit: no more are looked for.
    """
    low, high = 0, limit + 1
    while high - low > 1:
        middle = (low + high) // 2
        fits = predict(middle, batch_time, speaker).recognition_s <= recognition_s
        low, high = (middle, high) if fits else (low, middle)
    return low


def _rate(sessions: int, recognition_s: float, speaker: Speaker) -> float:
    return sessions * speaker.activity / step_s(recognition_s)


def _recognition(rate_per_s: float, sessions: int, batch_time: BatchTime) -> tuple[float, float]:
    """Recognition time and mean batch at a rate of windows; an infinite time when full batches do not keep up."""
    largest = min(batch_time.largest, sessions)
    if rate_per_s >= largest / batch_time(largest):
        return math.inf, float(largest)
    most = min(sessions, _MOST_WAITING)
    waiting = np.arange(most + 1)
    begun = np.maximum(waiting, 1)  # an idle recogniser takes the first window that comes
    batches = np.minimum(begun, batch_time.largest)
    others_per_s = rate_per_s * (sessions - 1) / sessions  # a session that waits asks nothing
    moves = np.zeros((most + 1, most + 1))
    took_s = np.zeros(most + 1)
    held_s = np.zeros(most + 1)
    for variation in _VARIATION:
        times_s = np.array([batch_time(batch) for batch in batches]) * variation
        arrivals = _arrivals(others_per_s * times_s, most - begun)
        for start in waiting:
            after = begun[start] - batches[start]
            moves[start, after : after + most - begun[start] + 1] += arrivals[start, : most - begun[start] + 1]
        took_s += times_s
        held_s += times_s * (begun + arrivals @ waiting / 2)
    share = _steady(moves / len(_VARIATION))
    took_s = took_s / len(_VARIATION) + np.where(waiting == 0, 1 / rate_per_s, 0.0)
    batch = float(share @ batches)
    # Little's law: windows in the system by those that pass a second; both by the same time, which cancels.
    return float(share @ held_s) / len(_VARIATION) / batch, batch


def _arrivals(means: npt.NDArray[np.float64], most: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Probabilities of 0, 1, 2 … arrivals, a row a mean; all beyond a row's ``most`` stand there."""
    counts = np.arange(len(means))
    found = np.asarray(poisson.pmf(counts[None, :], means[:, None]), float)
    found[counts[None, :] > most[:, None]] = 0.0
    found[np.arange(len(means)), most] += 1.0 - found.sum(axis=1)
    return found


def _steady(moves: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """How often the chain is in each state in the long run."""
    size = len(moves)
    equations = moves.T - np.eye(size)
    equations[-1] = 1.0
    result = np.zeros(size)
    result[-1] = 1.0
    return np.asarray(np.linalg.solve(equations, result), float)
