import pytest
from loadtests.figures import row_of
from loadtests.machine import setting
from loadtests.render import markdown

FIGURES = [
    {"wer": wer, "share_in_time": 1.0, "delay_avg_s": 1.0 + wer, "cpu_s_per_audio_s": 0.2} for wer in (0.1, 0.2, 0.3)
]
SETTING = {
    "command": "python -m loadtests.live",
    "measured_at": "2026-11-22T18:00:00+00:00",
    "version": "0.1.0",
    "cpu": "Some CPU",
    "cores": 2,
    "memory_gib": 24,
    "load_average_before": 0.1,
}


def test_a_live_report_becomes_tables_with_median_and_range() -> None:
    rows = [row_of(1, FIGURES, best_wer=None, problems=[]), row_of(4, FIGURES, best_wer=0.2, problems=["it broke"])]
    text = markdown({**SETTING, "kind": "live", "rows": rows, "streams_kept": 1, "offline_wer": 0.014})
    assert "| streams | delay avg |\n| --- | --- |\n| 1 | 1.20 (1.10–1.30) |" in text
    assert "0.200 (0.100–0.300)" in text
    assert "Streams kept in real time: **1** (tried: 1, 4)." in text
    assert "4 streams: it broke" in text


def test_peers_that_could_not_be_measured_are_named_with_the_reason() -> None:
    rows = [row_of(1, FIGURES, best_wer=None, problems=[], system="A", label="A, 1")]
    text = markdown(
        {**SETTING, "kind": "peers", "rows": rows, "streams_kept": {"A": 1}, "absent": {"B": "pip has no B"}}
    )
    assert "| A, 1 | 0.200 (0.100–0.300) |" in text
    assert "Not measured: B: pip has no B" in text


def test_an_unknown_report_is_refused() -> None:
    with pytest.raises(ValueError, match="kind is None"):
        markdown({})


def test_a_report_names_its_command_without_this_machines_places(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ["live", "--streams", "1,2", "--report", "out.json", "--url=localhost:9", "--runs", "3"]
    monkeypatch.setattr("sys.argv", arguments)
    assert setting("loadtests.live")["command"] == "python -m loadtests.live --streams 1,2 --runs 3"
