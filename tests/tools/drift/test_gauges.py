"""The gauges as Prometheus reads them: in a file that is always whole, and on a page."""

from __future__ import annotations

import stat
from pathlib import Path

import httpx
import pytest

from livetranslate_tools.drift import gauges
from livetranslate_tools.drift.errors import DriftError
from livetranslate_tools.drift.judging import Judgement, Verdict
from livetranslate_tools.drift.sustained import DriftState


def state() -> DriftState:
    made = DriftState(1)
    made.add(
        [
            Judgement("speech_level", Verdict.SHIFTED, score=0.25),
            Judgement("speech_share", Verdict.USUAL, score=-0.1),
            Judgement("language", Verdict.UNJUDGED),
        ]
    )
    return made


def test_the_page_has_scores_and_what_is_detected() -> None:
    lines = gauges.page(state(), window_end_s=1_700_000_000.5).splitlines()
    assert [line for line in lines if not line.startswith("#")] == [
        'livetranslate_drift_score{signal="speech_level"} 0.25',
        'livetranslate_drift_score{signal="speech_share"} -0.1',
        'livetranslate_drift_detected{signal="speech_level"} 1',
        'livetranslate_drift_detected{signal="speech_share"} 0',
        'livetranslate_drift_detected{signal="language"} 0',
        "livetranslate_drift_window_end_timestamp_seconds 1700000000.500",
    ]
    assert sum(line.startswith("# TYPE") and line.endswith(" gauge") for line in lines) == 3


def test_the_file_is_replaced_and_everybody_may_read_it(tmp_path: Path) -> None:
    file = tmp_path / "textfile" / "drift.prom"
    for text in ("first\n", "second\n"):
        gauges.write(file, text)
    assert file.read_text() == "second\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert list(file.parent.iterdir()) == [file]


def test_a_file_that_node_exporter_passes_over_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DriftError, match=r"end in \.prom"):
        gauges.write(tmp_path / "drift.txt", "")
    (tmp_path / "taken").write_text("")
    with pytest.raises(DriftError, match="cannot be written"):
        gauges.write(tmp_path / "taken" / "drift.prom", "")


def test_the_newest_page_is_served() -> None:
    served = gauges.GaugePage("127.0.0.1:0")
    try:
        assert "# TYPE livetranslate_drift_detected gauge" in httpx.get(served.url).text
        served.show(gauges.page(state(), window_end_s=None))
        answer = httpx.get(served.url)
        assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
        assert 'livetranslate_drift_score{signal="speech_level"} 0.25' in answer.text
        assert httpx.get(served.url.replace("/metrics", "/other")).status_code == 404
        with pytest.raises(DriftError, match="cannot be listened on"):
            gauges.GaugePage(served.url.removeprefix("http://").removesuffix("/metrics"))
    finally:
        served.close()
    with pytest.raises(httpx.ConnectError):
        httpx.get(served.url)


@pytest.mark.parametrize("address", ["9109", "localhost", "localhost:", "localhost:99999", ":9109"])
def test_an_address_needs_host_and_port(address: str) -> None:
    with pytest.raises(DriftError, match="host:port"):
        gauges.GaugePage(address)
