"""What Triton counted while perf_analyzer asked: sizes of batches with their times, and time in the queue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tritonclient import grpc as triton_grpc

from loadtests.perf_analyzer.binary import PerfAnalyzerError

Counters = Mapping[str, tuple[int, int]]
"""``queue``, ``compute``, ``batch 4`` … -> (how often, nanoseconds)."""

_BATCH = "batch "


def read(url: str, model: str) -> Counters:
    """A model's statistics, all its versions together.

    Raises:
        InferenceServerException: the server does not answer or has no such model.
    """
    with triton_grpc.InferenceServerClient(url) as client:
        return parse(client.get_inference_statistics(model, as_json=True))


def parse(statistics: Mapping[str, Any]) -> Counters:
    """Triton's answer (its JSON holds numbers as texts, and leaves zeros out)."""
    found: dict[str, tuple[int, int]] = {}

    def add(name: str, entry: Mapping[str, Any]) -> None:
        count, ns = found.get(name, (0, 0))
        found[name] = (count + int(entry.get("count", 0)), ns + int(entry.get("ns", 0)))

    for version in statistics.get("model_stats", ()):
        inference = version.get("inference_stats", {})
        add("queue", inference.get("queue", {}))
        add("compute", inference.get("compute_infer", {}))
        for batch in version.get("batch_stats", ()):
            add(f"{_BATCH}{batch.get('batch_size', 0)}", batch.get("compute_infer", {}))
    return found


def figures(before: Counters, after: Counters) -> dict[str, Any]:
    """Means between two readings, milliseconds: time in the queue, and of a batch of each size with its number.

    Raises:
        PerfAnalyzerError: the model was loaded again between them.
    """

    def grown(name: str) -> tuple[int, int]:
        count, ns = after[name]
        earlier = before.get(name, (0, 0))
        if count < earlier[0]:
            raise PerfAnalyzerError(
                f"Triton's count of {name!r} fell: the model was loaded again meanwhile. Measure again."
            )
        return count - earlier[0], ns - earlier[1]

    def mean_ms(name: str) -> float | None:
        count, ns = grown(name) if name in after else (0, 0)
        return round(ns / count / 1e6, 3) if count else None

    sizes = sorted(int(name.removeprefix(_BATCH)) for name in after if name.startswith(_BATCH))
    return {
        "queue_ms": mean_ms("queue"),
        "batches": [
            {"size": size, "count": grown(f"{_BATCH}{size}")[0], "compute_ms": mean_ms(f"{_BATCH}{size}")}
            for size in sizes
            if grown(f"{_BATCH}{size}")[0]
        ],
    }
