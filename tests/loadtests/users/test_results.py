"""Locust's statistics as a report. The lines of its history are those of locust 2.47."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from loadtests.users.plots import plot_run
from loadtests.users.results import audio_throughput, history_of, results_of

HISTORY = """Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%,\
Total Request Count,Total Failure Count,Total Median Response Time,Total Average Response Time,\
Total Min Response Time,Total Max Response Time,Total Average Content Size
1764052756,0,,Aggregated,0.0,0.0,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,0,0,0,0.0,0,0,0
1764052760,2,live,word,2.5,0.0,1200,1400,1500,1600,1900,2300,2600,2900,3000,3000,3000,280,0,1200.0,1251.5,300,3000,0
1764052761,2,live,word,2.5,0.0,0,0,0,0,0,0,0,0,0,0,0,280,0,1200.0,1251.5,300,3000,0
"""


def stats() -> Any:
    """Statistics as locust has them: the attributes that are read, of its ``StatsEntry`` and ``StatsError``."""

    def entry(name: str, count: int, average: float, length: float, failures: int) -> SimpleNamespace:
        return SimpleNamespace(
            method="live", name=name, num_requests=count, num_failures=failures, avg_response_time=average,
            avg_content_length=length, get_response_time_percentile=lambda share: round(average * 2 * share),
        )  # fmt: skip

    words, sessions = entry("word", 280, 1251.54, 0.0, 0), entry("session done", 4, 812.5, 27200.0, 1)
    error = SimpleNamespace(method="live", name="session start", error="CallError('SERVER_BUSY: full')", occurrences=3)
    return SimpleNamespace(entries={("word", "live"): words, ("done", "live"): sessions}, errors={"a": error})


def test_rows_hold_percentiles_by_name() -> None:
    rows = results_of(stats())["rows"]
    assert [(row["name"], row["count"], row["failures"]) for row in rows] == [("session done", 4, 1), ("word", 280, 0)]
    assert (rows[1]["avg_ms"], rows[1]["p95_ms"]) == (1251.5, 2378)


def test_failures_keep_their_code() -> None:
    (failure,) = results_of(stats())["failures"]
    assert "SERVER_BUSY" in failure["error"]
    assert failure["count"] == 3


def test_throughput_is_the_audio_of_sessions_by_time() -> None:
    assert audio_throughput(results_of(stats())["rows"], took_s=54.4) == pytest.approx(2.0)


def test_history_begins_at_0_knows_users_and_has_no_delay_where_nothing_was_seen(tmp_path: Path) -> None:
    (tmp_path / "history.csv").write_text(HISTORY)
    history = history_of(tmp_path / "history.csv")
    found = [(row["at_s"], row["users"], row["name"], row["p95_ms"]) for row in history]
    assert found == [(4, 2, "live word", 2300.0), (5, 2, "live word", None)]
    assert plot_run(history, tmp_path / "users.png", title="a run").stat().st_size > 1000
