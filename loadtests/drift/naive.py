"""The usual ways to judge a histogram, which take its observations for independent: to show what that costs."""

from __future__ import annotations

import numpy as np
from scipy import stats

from livetranslate_tools.drift.divergence import Counts

PSI_ALARM = 0.25
"""Of the rule of thumb "below 0.1 nothing, above 0.25 a major shift"."""
_LEAST_SHARE = 1e-4
"""An empty bucket would make the index infinite; this is what is commonly put in."""


def population_stability_index(now: Counts, usual: Counts) -> float:
    """PSI of two histograms [buckets]."""
    p = np.maximum(now / now.sum(), _LEAST_SHARE)
    q = np.maximum(usual / usual.sum(), _LEAST_SHARE)
    return float(np.sum((p - q) * np.log(p / q)))


def chi_square_p(now: Counts, usual: Counts) -> float:
    """The p value of the chi-square test that both are of one distribution."""
    table = np.array([now, usual])[:, (now + usual) > 0]
    return float(stats.chi2_contingency(table).pvalue) if table.shape[1] > 1 else 1.0
