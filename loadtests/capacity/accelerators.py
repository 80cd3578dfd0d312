"""Sessions of one accelerator by formula, from times that somebody measured on it. Nothing here was run on a GPU.

The recogniser's queue is the same as on a CPU (:mod:`loadtests.capacity.recogniser_queue`); only its batches are
faster. Beside it stands memory: weights and workspace, and for translation the key-value cache of the sentences that
are under way.

    sessions = min(instances · (most sessions with R ≤ target),
                   kv_bytes / (targets · in_flight · tokens · bytes_per_token))
"""

from __future__ import annotations

from dataclasses import dataclass

from loadtests.capacity.batch_time import BatchTime
from loadtests.capacity.recogniser_queue import Speaker, most_sessions


@dataclass(frozen=True)
class TranslationLoad:
    """What translations hold of an llm's memory.

    Attributes:
        kv_bytes: memory for the key-value cache.
        bytes_per_token: of the cache: 2 · layers · key-value heads · head size · bytes of a number.
        tokens: prompt and translation of a sentence.
        in_flight: sentences of one session and language that are under way on average: sentences a second · seconds.
        targets: languages of a session.
    """

    kv_bytes: float
    bytes_per_token: float
    tokens: float
    in_flight: float
    targets: int

    def most_sessions(self) -> int:
        """Sessions whose sentences fit.

        Raises:
            ValueError: a figure is not above 0.
        """
        held = self.targets * self.in_flight * self.tokens * self.bytes_per_token
        if held <= 0 or self.kv_bytes <= 0:
            raise ValueError(f"{self}: every figure must be above 0.")
        return int(self.kv_bytes / held)


def sessions_of(
    batch_time: BatchTime,
    speaker: Speaker,
    *,
    target_recognition_s: float,
    instances: int = 1,
    translation: TranslationLoad | None = None,
) -> int:
    """Sessions of a machine with so many instances of the recogniser, one an accelerator.

    Args:
        batch_time: measured on the accelerator (``python -m loadtests.perf_analyzer sweep --only whisper``).
        speaker: of the model's policy; its rate of windows does not depend on the machine.
        target_recognition_s: see docs/operations.md.
        instances: recognisers, each on its own accelerator.
        translation: None for captions only.

    Raises:
        ValueError: fewer than one instance.
    """
    if instances < 1:
        raise ValueError(f"{instances} instances: at least one is needed.")
    heard = instances * most_sessions(batch_time, speaker, recognition_s=target_recognition_s)
    return heard if translation is None else min(heard, translation.most_sessions())
