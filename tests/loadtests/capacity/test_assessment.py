"""Predicted against measured, on rows made by the laws themselves."""

from pathlib import Path
from typing import Any

import pytest
from loadtests.capacity.assessment import assess, error
from loadtests.capacity.batch_time import BatchTime
from loadtests.capacity.measurement import merged, server_figures
from loadtests.capacity.metrics_page import RestartedError, parse
from loadtests.capacity.recogniser_queue import Speaker, predict

from loadtests.capacity import tables

BATCH = BatchTime(0.08, 0.04)
SPEAKER = Speaker(1.1, 0.12, 1.25, 2.3)


def spread(value: float) -> dict[str, float]:
    return {"median": value, "low": value, "high": value, "runs": 1}


def row(count: int, *, slower: float = 1.0) -> dict[str, Any]:
    told = predict(count, BATCH, SPEAKER)
    return {
        "streams": count,
        "kept": count <= 8,
        "figures": {
            "delay_avg_s": spread(told.delay_avg_s * slower),
            "delay_p95_s": spread(told.delay_p95_s * slower),
            "cpu_s_per_audio_s": spread(0.15 + 0.1 / count),
            "throughput": spread(float(count)),
        },
        "server": {
            "recognition_s": told.recognition_s,
            "recognitions_per_audio_s": 1.1,
            "batches": [{"size": size, "count": 9, "compute_ms": 80 + 40 * size} for size in (1, 2, 3)],
        },
    }


WINDOWS = [
    {"concurrency": n, "per_s": 12 * n / (1 + 0.3 * (n - 1)), "batches": row(1)["server"]["batches"]}
    for n in (1, 2, 4, 8)
]


def test_rows_that_obey_the_laws_are_predicted_without_error(tmp_path: Path) -> None:
    rows = [row(count) for count in (1, 2, 4, 8, 12)]
    found = assess(rows, WINDOWS, cores=2)
    for line in found["sessions"]:
        for name in ("recognition_s", "delay_avg_s", "delay_p95_s", "cpu_s_per_audio_s"):
            assert line[name]["error"] == pytest.approx(0.0, abs=1e-6), (line["sessions"], name)
    assert found["cpu_law"]["fitted_on"] == [1, 2, 4, 8]
    assert found["limits"]["cpu"] == int((1.8 - 0.1) / 0.15)
    most = found["limits"]["recognition"]
    assert predict(most, BATCH, SPEAKER).recognition_s <= 0.6 < predict(most + 1, BATCH, SPEAKER).recognition_s
    assert found["kept_in_real_time"] == 8
    assert found["scaling_law"]["held_out_error"] == pytest.approx(0.0, abs=1e-3)
    assert "measured: kept in real time | 8 | 4.0" in "\n".join(tables.limits_table(found))
    assert tables.plot(rows, found, tmp_path / "capacity.png").stat().st_size > 1000


def test_a_slower_machine_than_predicted_shows_as_an_error() -> None:
    found = assess([row(1), row(4), row(8, slower=1.25)], [], cores=2)
    assert found["sessions"][-1]["delay_avg_s"]["error"] == pytest.approx(-0.2)
    assert found["limits"]["scaling_law"] is None


def test_a_single_session_must_have_been_measured() -> None:
    with pytest.raises(ValueError, match=r"measured were \[2, 4\]"):
        assess([row(2), row(4)], [], cores=2)


def test_no_error_without_both_figures() -> None:
    assert error(None, 1.0) is None
    assert error(1.0, None) is None
    assert error(1.5, 1.0) == 0.5


def test_the_page_of_metrics_is_added_up_over_labels() -> None:
    page = (
        "# HELP x y\n"
        'livetranslate_recognition_seconds_sum{version="1"} 2.5\n'
        'livetranslate_recognition_seconds_sum{version="2"} 0.5\n'
        'livetranslate_recognition_seconds_count{version="1"} 10\n'
        'nv_inference_pending_request_count{model="whisper",version="1"} 3\n'
        "plain 7\n"
    )
    found = parse(page)
    assert found["livetranslate_recognition_seconds_sum"] == 3.0
    assert found["nv_inference_pending_request_count whisper"] == 3.0
    assert found["plain"] == 7.0
    figures = server_figures({"livetranslate_recognition_seconds_count": 4.0}, found, took_s=3.0, audio_s=12.0)
    assert figures["recognitions"] == 6
    assert figures["recognitions_per_audio_s"] == 0.5


def test_a_server_without_recognitions_has_no_recognition_time() -> None:
    assert server_figures({}, {}, took_s=1.0, audio_s=1.0)["recognition_s"] is None


def test_a_counter_that_fell_is_no_measurement() -> None:
    with pytest.raises(RestartedError, match="started again"):
        server_figures({"livetranslate_recognition_seconds_count": 9.0}, {}, took_s=1.0, audio_s=1.0)


def test_batches_of_runs_are_pooled_by_size() -> None:
    runs = [{"size": 2, "count": 1, "compute_ms": 100.0}, {"size": 1, "count": 5, "compute_ms": 50.0}]
    assert merged([*runs, {"size": 2, "count": 3, "compute_ms": 200.0}]) == [
        {"size": 1, "count": 5, "compute_ms": 50.0},
        {"size": 2, "count": 4, "compute_ms": 175.0},
    ]
