"""What perf_analyzer's export of every request says, and what Triton counted beside it."""

from pathlib import Path
from typing import Any

import pytest
from loadtests.perf_analyzer.binary import PerfAnalyzerError
from loadtests.perf_analyzer.input_data import bytes_item
from loadtests.perf_analyzer.measurement import command_of, read_export, streamed_row, summary_row
from loadtests.perf_analyzer.targets import Target

from loadtests.perf_analyzer import batching, server_side, sweep

MS = 1_000_000
SUMMARY = """Concurrency,Inferences/Second,Client Send,Network+Server Send/Recv,Server Queue,Server Compute Input,\
Server Compute Infer,Server Compute Output,Client Recv,p50 latency,p90 latency,p95 latency,p99 latency,Avg latency,\
request/response,response wait
4,10.1439,26,487,139216,180,215468,7,2,240435,732273,749345,827626,355389,28,355332
"""
TEXT = Target("translator", "translator", [{"TEXT": bytes_item(b"hello", [1, 1])}], streams=True)
SPEECH = Target("transcribe", "transcribe", [], audio_s=5.0, parameters=(("rate_hz", "16000", "int"),))


def export(*requests: tuple[int, list[int]], windows_ms: tuple[int, ...] = (0, 1000, 2000)) -> dict[str, Any]:
    """Requests as (sent, answers) in milliseconds."""
    return {
        "experiments": [
            {
                "experiment": {"mode": "concurrency", "value": 1},
                "requests": [
                    {"timestamp": sent * MS, "response_timestamps": [at * MS for at in answers]}
                    for sent, answers in requests
                ],
                "window_boundaries": [at * MS for at in windows_ms],
            }
        ]
    }


def test_requests_count_when_their_last_answer_falls_into_the_windows() -> None:
    found = read_export(export((-50, [20, 60]), (100, [200, 400]), (1900, [1950, 2100]), (500, [])))
    assert found.took_s == pytest.approx(2.0)
    assert found.latencies_s == pytest.approx((0.11, 0.3))
    assert found.firsts_s == pytest.approx((0.07, 0.1))
    assert found.failed == 1


def test_throughput_is_in_requests_and_in_audio_seconds(tmp_path: Path) -> None:
    summary = tmp_path / "summary.csv"
    summary.write_text(SUMMARY)
    row = summary_row(SPEECH, 4, summary, "  Client: \n    Request count: 55\n")
    assert (row["per_s"], row["rtfx"], row["requests"]) == (10.144, 50.72, 55)
    assert row["latency_ms"] == {"p50": 240.435, "p90": 732.273, "p95": 749.345, "p99": 827.626, "avg": 355.389}
    assert row["first_ms"] is None
    streamed = streamed_row(TEXT, 1, read_export(export((0, [100]), (100, [150, 300]), (300, [400, 700]))))
    assert (streamed["per_s"], streamed["rtfx"]) == (1.5, None)
    assert streamed["latency_ms"]["p50"] == pytest.approx(200.0)
    assert streamed["first_ms"]["p50"] == pytest.approx(100.0)


def test_nothing_measured_is_an_error_and_not_a_0(tmp_path: Path) -> None:
    with pytest.raises(PerfAnalyzerError, match="no measured window"):
        read_export(export(windows_ms=(0,)))
    with pytest.raises(PerfAnalyzerError, match="No request to transcribe"):
        streamed_row(SPEECH, 1, read_export(export((0, [5000]))))
    summary = tmp_path / "summary.csv"
    summary.write_text(SUMMARY.splitlines()[0] + "\n")
    with pytest.raises(PerfAnalyzerError, match="No request to transcribe"):
        summary_row(SPEECH, 1, summary, "")


def test_the_command_names_what_the_target_needs() -> None:
    paths = {"data": Path("in.json"), "result": Path("out.json")}
    streams = command_of(Path("pa"), TEXT, 4, url="localhost:8001", window_s=2.5, **paths)
    assert "--streaming" in streams
    assert streams[streams.index("--concurrency-range") + 1] == "4:4:1"
    assert streams[streams.index("--measurement-interval") + 1] == "2500"
    whole = command_of(Path("pa"), SPEECH, 1, url="localhost:8001", window_s=1.0, **paths)
    assert "--streaming" not in whole
    assert whole[whole.index("--request-parameter") + 1] == "rate_hz:16000:int"


def statistics(single: int, pairs: int) -> dict[str, Any]:
    return {
        "model_stats": [
            {
                "inference_stats": {"queue": {"count": str(single + 2 * pairs), "ns": str(10 * MS * pairs)}},
                "batch_stats": [
                    {"batch_size": "1", "compute_infer": {"count": str(single), "ns": str(100 * MS * single)}},
                    {"batch_size": "2", "compute_infer": {"count": str(pairs), "ns": str(150 * MS * pairs)}},
                ],
            }
        ]
    }


def test_batches_are_those_between_two_readings() -> None:
    before, after = (server_side.parse(statistics(*counts)) for counts in ((3, 0), (3, 4)))
    found = server_side.figures(before, after)
    assert found["batches"] == [{"size": 2, "count": 4, "compute_ms": 150.0}]
    assert found["queue_ms"] == pytest.approx(5.0)
    assert batching.mean_batch({"batches": [*found["batches"], {"size": 1, "count": 4, "compute_ms": 1.0}]}) == 1.5
    assert batching.mean_batch({"batches": []}) == 0.0


def test_counts_that_fell_are_no_measurement() -> None:
    before, after = (server_side.parse(statistics(*counts)) for counts in ((3, 4), (1, 0)))
    with pytest.raises(PerfAnalyzerError, match="loaded again"):
        server_side.figures(before, after)


def test_a_report_is_written_in_every_form(tmp_path: Path) -> None:
    summary = tmp_path / "summary.csv"
    summary.write_text(SUMMARY)
    requests = read_export(export((0, [100, 120]), (100, [300, 310])))
    rows = [summary_row(SPEECH, count, summary, "") for count in (1, 2)]
    rows += [streamed_row(TEXT, count, requests) for count in (1, 2)]
    paths = sweep.write({"rows": rows}, tmp_path)
    assert [path.suffix for path in paths] == [".json", ".csv", ".png", ".md"]
    text = paths[3].read_text()
    assert "throughput, RTFX" in text.split("`translator`")[0]
    assert "first answer p50, ms" in text.split("`translator`")[1]
    assert len(paths[1].read_text().splitlines()) == 5
