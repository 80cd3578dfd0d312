"""A service seen only through its metrics: sessions come and go, and windows count what they say.

Sessions arrive at random, more by day than by night, and last 20 minutes on average. Each has one voice, one microphone
and room (an offset of level and of noise) and a subject (a dozen of that voice's utterances), so what one session says
is alike, and neighbouring windows share sessions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from livetranslate_tools.drift.signals import BY_SIGNAL
from livetranslate_tools.drift.window import Window
from loadtests.drift.utterances import Measured, Utterance

DAY_S = 86_400.0
SESSION_S = 1200.0
PAUSE_S = 2.0
SUBJECT = 12
LEVEL_SPREAD_DB, NOISE_SPREAD_DB = 4.0, 3.0
"""Standard deviations between sessions."""
DAY_SWING = 0.8
"""Traffic at noon is 1.8 times its mean, at midnight 0.2 times."""

Random = np.random.Generator
Floats = npt.NDArray[np.float64]


def outcome_of(signal: str, values: Floats) -> npt.NDArray[np.intp]:
    """The bucket of each value; an upper bound belongs to its bucket."""
    bounds = np.array([float(bound) for bound in BY_SIGNAL[signal].outcomes[:-1]])
    return np.searchsorted(bounds, values, side="left")


def histogram(signal: str, values: Floats) -> Floats:
    """How many values each bucket holds."""
    return np.bincount(outcome_of(signal, values), minlength=len(BY_SIGNAL[signal].outcomes)).astype(np.float64)


@dataclass(frozen=True)
class Voice:
    """One speaker's utterances as arrays, utterance by utterance.

    Attributes:
        level_dbfs: loudness.
        snr_db: above noise.
        speech_s: length.
        words_per_second: NaN where there are no words.
        confidences: of the words, by bucket [utterances, buckets].
        languages: as heard.
        speech_share: of the audio.
    """

    level_dbfs: Floats
    snr_db: Floats
    speech_s: Floats
    words_per_second: Floats
    confidences: Floats
    languages: npt.NDArray[np.str_]
    speech_share: float

    @classmethod
    def of(cls, measured: Measured) -> Voice:
        """From what a server measured; utterances too short to have a level are left out."""
        said: list[Utterance] = [one for one in measured.utterances if one.level_dbfs is not None]
        words = np.array([len(one.confidences) for one in said], np.float64)
        lengths = np.array([one.speech_s for one in said])
        return cls(
            level_dbfs=np.array([one.level_dbfs for one in said], np.float64),
            snr_db=np.array([one.snr_db for one in said], np.float64),
            speech_s=lengths,
            words_per_second=np.where(words > 0, words / lengths, np.nan),
            confidences=np.array([histogram("word_confidence", np.array(one.confidences)) for one in said]),
            languages=np.array([one.language for one in said]),
            speech_share=float(lengths.sum() / measured.audio_s),
        )


@dataclass
class Counts:
    """What the windows of a stretch of time count, by signal [windows, outcomes]."""

    windows: int
    shapes: dict[str, Floats] = field(init=False)
    languages: dict[str, Floats] = field(default_factory=dict)
    speech: Floats = field(init=False)

    def __post_init__(self) -> None:
        names = ("speech_level", "speech_snr", "word_confidence", "words_per_second")
        self.shapes = {name: np.zeros((self.windows, len(BY_SIGNAL[name].outcomes))) for name in names}
        self.speech = np.zeros((self.windows, 2))

    def add(self, window: npt.NDArray[np.intp], signal: str, values: Floats) -> None:
        """Values observed in these windows."""
        known = ~np.isnan(values)
        np.add.at(self.shapes[signal], (window[known], outcome_of(signal, values[known])), 1.0)

    def as_windows(self, window_s: float) -> list[Window]:
        """As the product's windows."""
        found = []
        for number in range(self.windows):
            counts = {
                name: dict(zip(BY_SIGNAL[name].outcomes, rows[number].tolist(), strict=True))
                for name, rows in self.shapes.items()
            }
            counts["language"] = {name: float(row[number]) for name, row in self.languages.items() if row[number]}
            spoken_s, audio_s = self.speech[number].tolist()
            found.append(
                Window(number * window_s, (number + 1) * window_s, counts, {"speech_share": (spoken_s, audio_s)})
            )
        return found


def windows_of(
    choose: Callable[[Random, float], Voice], *, count: int, window_s: float, sessions: float, random: Random
) -> list[Window]:
    """A service's windows, from midnight on.

    Args:
        choose: the voice that a session has at a time, seconds; asked at its start with the session's own generator,
            and again after that time's events (see :func:`steady` and :func:`changing`).
        count: how many.
        window_s: length of each.
        sessions: open at once on average.
        random: all chance.
    """
    counts, end_s = Counts(count), count * window_s
    started_s = _arrivals(-4 * SESSION_S, end_s, sessions, random)
    for start_s, own in zip(started_s, random.spawn(len(started_s)), strict=True):
        _session(float(start_s), choose, counts, window_s, own)
    return counts.as_windows(window_s)


def steady(voices: Sequence[Voice], weights: Sequence[float]) -> Callable[[Random, float], Voice]:
    """A session has one of these voices."""

    def choose(random: Random, _at_s: float) -> Voice:
        return voices[int(random.choice(len(voices), p=weights))]

    return choose


def changing(
    before: Callable[[Random, float], Voice],
    after: Callable[[Random, float], Voice],
    *,
    at_s: float,
    share: float,
) -> Callable[[Random, float], Voice]:
    """From a time on, this share of the sessions, open ones too, is as ``after`` says; chance is the same for both."""

    def choose(random: Random, now_s: float) -> Voice:
        is_hit = random.random() < share
        return (after if is_hit and now_s >= at_s else before)(random, now_s)

    return choose


def _arrivals(from_s: float, to_s: float, sessions: float, random: Random) -> Floats:
    most = sessions / SESSION_S * (1 + DAY_SWING)
    at_s = random.uniform(from_s, to_s, random.poisson(most * (to_s - from_s)))
    traffic = 1 - DAY_SWING * np.cos(2 * np.pi * at_s / DAY_S)
    return np.sort(at_s[random.random(at_s.size) * (1 + DAY_SWING) < traffic])


def _session(
    start_s: float, choose: Callable[[Random, float], Voice], counts: Counts, window_s: float, random: Random
) -> None:
    length_s = float(random.exponential(SESSION_S))
    level_db, noise_db = random.normal(0.0, LEVEL_SPREAD_DB), random.normal(0.0, NOISE_SPREAD_DB)
    seed = int(random.integers(2**63))
    first = int(start_s // window_s)
    for number in range(max(0, first), min(counts.windows, int((start_s + length_s) // window_s) + 1)):
        # The same chance in each window of the session: it keeps its voice and subject, unless what happens changes it.
        voice = choose(np.random.default_rng(seed), number * window_s)
        subject = np.random.default_rng(seed).integers(len(voice.speech_s), size=SUBJECT)
        from_s, to_s = max(start_s, number * window_s), min(start_s + length_s, (number + 1) * window_s)
        _talk(voice, subject, to_s - from_s, number, counts, level_db=level_db, noise_db=noise_db, random=random)


def _talk(
    voice: Voice,
    subject: npt.NDArray[np.int64],
    seconds: float,
    number: int,
    counts: Counts,
    *,
    level_db: float,
    noise_db: float,
    random: Random,
) -> None:
    """What one session says in one window."""
    audio_s = float(voice.speech_s[subject].mean()) / voice.speech_share + PAUSE_S
    said = random.choice(subject, random.poisson(max(0.0, seconds) / audio_s))
    window = np.full(said.size, number)
    counts.add(window, "speech_level", np.minimum(voice.level_dbfs[said] + level_db, 0.0))
    counts.add(window, "speech_snr", np.maximum(voice.snr_db[said] + noise_db, 0.0))
    counts.add(window, "words_per_second", voice.words_per_second[said])
    counts.shapes["word_confidence"][number] += voice.confidences[said].sum(axis=0)
    for language, times in zip(*np.unique(voice.languages[said], return_counts=True), strict=True):
        counts.languages.setdefault(str(language), np.zeros(counts.windows))[number] += times
    counts.speech[number] += (float(voice.speech_s[said].sum()), max(0.0, seconds))
