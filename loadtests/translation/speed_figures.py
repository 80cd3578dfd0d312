"""From the times of single sentences to a round's figures, and from rounds to what is reported. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from loadtests.figures import Figures, spreads
from loadtests.scoring import Distribution

SIDES = ("triton", "bare")


@dataclass(frozen=True)
class Timed:
    """One sentence's answer.

    Attributes:
        text: what was generated.
        tokens: how many tokens.
        first_s: from sending to the first token, seconds.
        total_s: from sending to the end.
    """

    text: str
    tokens: int
    first_s: float
    total_s: float


@dataclass(frozen=True)
class Batch:
    """A number of sentences, so many of them at once.

    Attributes:
        answers: in the sentences' order.
        took_s: from the first sending to the last answer's end, seconds.
    """

    answers: tuple[Timed, ...]
    took_s: float


def batch_figures(batch: Batch) -> Figures:
    """Times and throughput of one side in one round."""
    first = Distribution.of([answer.first_s for answer in batch.answers])
    total = Distribution.of([answer.total_s for answer in batch.answers])
    figures: Figures = {
        "tokens_per_s": sum(answer.tokens for answer in batch.answers) / batch.took_s,
        "sentences_per_s": len(batch.answers) / batch.took_s,
        "tokens_per_sentence": sum(answer.tokens for answer in batch.answers) / max(1, len(batch.answers)),
    }
    for name, distribution in (("ttft", first), ("latency", total)):
        for part in ("p50", "p95", "p99"):
            figures[f"{name}_{part}_ms"] = 1000 * getattr(distribution, part) if distribution else None
    return figures


def pair_figures(triton: Batch, bare: Batch | None) -> Figures:
    """One round: each side by its name, and the one against the other where both were measured.

    ``ttft_added_ms`` is the difference of the medians; ``same_text`` the share of sentences that both sides answered
    alike. Rounding differs with what is in a batch together, so it need not be 1.
    """
    ours = {f"triton_{name}": value for name, value in batch_figures(triton).items()}
    if bare is None:
        return ours
    theirs = {f"bare_{name}": value for name, value in batch_figures(bare).items()}
    alike = [one.text == other.text for one, other in zip(triton.answers, bare.answers, strict=True)]
    return {
        **ours,
        **theirs,
        "throughput_ratio": _ratio(ours["triton_tokens_per_s"], theirs["bare_tokens_per_s"]),
        "ttft_added_ms": _difference(ours["triton_ttft_p50_ms"], theirs["bare_ttft_p50_ms"]),
        "same_text": sum(alike) / len(alike) if alike else None,
    }


def rows_of(rounds: Sequence[Mapping[int, Figures]]) -> list[dict[str, Any]]:
    """Lines of a report, one for each number of sentences at once.

    The factor that batching gives is taken round by round: tokens a second at so many at once, by those one at a time.
    """
    found = []
    for concurrent in sorted({number for one in rounds for number in one}):
        runs = []
        for one in rounds:
            if concurrent not in one:
                continue
            figures = dict(one[concurrent])
            for side in SIDES:
                alone = one[1].get(f"{side}_tokens_per_s") if 1 in one else None
                figures[f"{side}_batching"] = _ratio(figures.get(f"{side}_tokens_per_s"), alone)
            runs.append(figures)
        figures_of_all = {name: asdict(spread) for name, spread in spreads(runs).items()}
        found.append({"concurrent": concurrent, "figures": figures_of_all, "runs": runs})
    return found


def _ratio(one: float | None, other: float | None) -> float | None:
    return one / other if one is not None and other else None


def _difference(one: float | None, other: float | None) -> float | None:
    return one - other if one is not None and other is not None else None
