"""How far two distributions are from one another: the Jensen-Shannon divergence, in bits.

0 for equal ones, 1 for ones that share no outcome; always finite, so an empty bucket needs no invented count, as the
population stability index would (J. Lin, "Divergence measures based on the Shannon entropy", IEEE Transactions on
Information Theory 37(1), 1991). For small differences it is about PSI / (8 ln 2).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from livetranslate_tools.drift.errors import DriftError

Counts = npt.NDArray[np.float64]
BITS = float(np.log(2.0))


def jensen_shannon_bits(one: Counts, other: Counts) -> float:
    """Of two arrays of counts [outcomes]; 0 when either is empty."""
    if not (one.sum() > 0 and other.sum() > 0):
        return 0.0
    p, q = one / one.sum(), other / other.sum()
    middle = (p + q) / 2.0
    return float(max(0.0, (_kullback_leibler(p, middle) + _kullback_leibler(q, middle)) / (2.0 * BITS)))


def expected_by_chance_bits(outcomes: int, share_of_one: float) -> float:
    """The divergence to expect of two samples of one distribution whose observations are independent.

    Its leading term: a 1/8 (in nats) of a chi-square of ``outcomes - 1`` degrees of freedom, times 1/n + 1/m.

    Args:
        outcomes: how many occur.
        share_of_one: 1/n + 1/m of samples of n and of m observations.
    """
    return (outcomes - 1) * share_of_one / (8.0 * BITS)


def aligned(one: Mapping[str, float], other: Mapping[str, float]) -> tuple[Counts, Counts]:
    """Two sets of counts over the outcomes of both, in one order; for a mix, where either may lack some."""
    outcomes = list(dict.fromkeys([*one, *other]))
    arrays = [np.array([counts.get(outcome, 0.0) for outcome in outcomes], np.float64) for counts in (one, other)]
    return arrays[0], arrays[1]


def aligned_buckets(one: Mapping[str, float], other: Mapping[str, float]) -> tuple[Counts, Counts]:
    """The same for histograms, whose buckets must be the same ones.

    Raises:
        DriftError: they are not.
    """
    if set(one) != set(other):
        raise DriftError(
            f"The buckets of now ({', '.join(one)}) are not those of the reference ({', '.join(other)}): the server "
            "is of another version. Save a new reference: 'livetranslate drift reference save'."
        )
    return aligned(one, other)


def _kullback_leibler(p: Counts, q: Counts) -> float:
    """Nats; q is positive where p is."""
    present = p > 0
    return float(np.sum(p[present] * np.log(p[present] / q[present])))
