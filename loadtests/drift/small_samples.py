"""Two ways to say how far a histogram is from another, on samples of all sizes from one and from a shifted one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from livetranslate_tools.drift.divergence import (
    Counts,
    expected_by_chance_bits,
    jensen_shannon_bits,
)
from loadtests.drift.naive import PSI_ALARM, population_stability_index
from loadtests.drift.service import histogram
from loadtests.drift.utterances import Measured

SIZES = (10, 30, 100, 300, 1000)
REFERENCE = 10_000
DRAWS = 4000
SPREAD_DB, SHIFT_DB = 4.0, 6.0
"""Between microphones; and what happens in the shifted samples."""


def rows(measured: Sequence[Measured], *, seed: int) -> list[dict[str, Any]]:
    """A row a sample size: means by chance, and how often a shift of 6 dB is beyond 99 % of what chance gives."""
    random = np.random.default_rng(seed)
    levels = np.array(
        [
            one.level_dbfs
            for some in measured
            if (some.condition, some.spoken) == ("as recorded", "en")
            for one in some.utterances
            if one.level_dbfs is not None
        ]
    )

    def draw(count: int, shift_db: float = 0.0) -> Counts:
        said = random.choice(levels, count) + random.normal(shift_db, SPREAD_DB, count)
        return histogram("speech_level", said)

    found = []
    for size in SIZES:
        usual = [draw(REFERENCE) for _ in range(20)]
        same = [(draw(size), usual[number % 20]) for number in range(DRAWS)]
        shifted = [(draw(size, -SHIFT_DB), usual[number % 20]) for number in range(DRAWS)]
        indices = [np.array([population_stability_index(*both) for both in some]) for some in (same, shifted)]
        divergences = [np.array([jensen_shannon_bits(*both) for both in some]) for some in (same, shifted)]
        outcomes = int(np.count_nonzero(sum(usual)))
        chance = expected_by_chance_bits(outcomes, 1 / size + 1 / REFERENCE)
        found.append(
            {
                "size": size,
                "psi_by_chance": float(indices[0].mean()),
                "psi_alarms_by_chance": float(np.mean(indices[0] > PSI_ALARM)),
                "psi_finds": float(np.mean(indices[1] > np.quantile(indices[0], 0.99))),
                "js_by_chance": float(divergences[0].mean()),
                "js_expected": chance,
                "js_corrected": float(np.maximum(0.0, divergences[0] - chance).mean()),
                "js_finds": float(np.mean(divergences[1] > np.quantile(divergences[0], 0.99))),
            }
        )
    return found
