"""Windows from a real Prometheus (Debian's package), filled with hours of counters; without one these are skipped."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.tools.drift.services import Service, shape

from livetranslate.cli.application import run
from livetranslate_tools.drift.errors import DriftError
from livetranslate_tools.drift.prometheus import PrometheusServer

SCRAPE_S, WINDOW_S = 15, 900
END_S = int(time.time())
BEGAN_S, CHANGED_S = END_S - 3 * 3600, END_S - 1800
QUIET, LOUD = -30.0, -12.0


def history() -> str:
    """Two servers' counters in OpenMetrics: an utterance a scrape, loud and Spanish in the last half hour."""
    lines: dict[str, list[str]] = {}
    for instance in ("a", "b"):
        service = Service()
        for at_s in range(BEGAN_S, END_S + 1, SCRAPE_S):
            is_changed = at_s > CHANGED_S
            service.hear([LOUD if is_changed else QUIET], language="es" if is_changed else "en")
            for line in service.page().splitlines():
                series, _, value = line.rpartition(" ")
                if not line.startswith("#") and "_count" not in series:
                    name, _, labels = series.partition("{")
                    lines.setdefault(name, []).append(f'{name}{{instance="{instance}",{labels} {value} {at_s}')
    return "".join(f"# TYPE {name} unknown\n" + "\n".join(some) + "\n" for name, some in lines.items()) + "# EOF\n"


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not (shutil.which("prometheus") and shutil.which("promtool")):
        pytest.skip("Prometheus is not installed: apt-get install prometheus")
    folder = tmp_path_factory.mktemp("prometheus")
    (folder / "history.txt").write_text(history())
    (folder / "prometheus.yml").write_text("{}\n")
    subprocess.run(
        ["promtool", "tsdb", "create-blocks-from", "openmetrics", folder / "history.txt", folder / "data"],
        check=True,
        capture_output=True,
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [
        "prometheus", f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}",
        "--storage.tsdb.retention.time=100y", f"--web.listen-address={address}",
    ]  # fmt: skip
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            _wait_until_ready(address, process, folder / "log")
            yield address
        finally:
            process.terminate()


def _wait_until_ready(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        try:
            if httpx.get(f"http://{address}/-/ready").is_success:
                return
        except httpx.TransportError:
            pass
        if process.poll() is not None:
            break
        time.sleep(0.1)
    pytest.fail(log.read_text())


def windows_of(address: str, count: int, **options: str):
    return PrometheusServer(address, window_s=WINDOW_S, **options).past(count, ending_s=float(END_S))


def test_windows_come_from_the_past_with_all_servers_together(prometheus: str) -> None:
    windows = windows_of(prometheus, 8)
    assert [(one.start_s, one.end_s) for one in windows[-2:]] == [(END_S - 1800, END_S - 900), (END_S - 900, END_S)]
    each = 2 * WINDOW_S / SCRAPE_S
    for one in windows[1:4]:
        assert one.counts["speech_level"] == pytest.approx(shape("speech_level", [QUIET] * int(each)), rel=0.02)
        assert one.counts["language"] == pytest.approx({"en": each}, rel=0.02)
        assert one.sums["speech_share"] == pytest.approx((3 * each, 5 * each), rel=0.02)
    assert windows[-1].counts["speech_level"] == pytest.approx(shape("speech_level", [LOUD] * int(each)), rel=0.02)
    assert windows[-1].counts["language"]["es"] == pytest.approx(each, rel=0.02)
    assert windows[-1].counts["language"]["en"] == 0


def test_only_chosen_servers_count(prometheus: str) -> None:
    one = windows_of(prometheus, 1, selector='instance="a"')[0]
    assert one.counts["language"]["es"] == pytest.approx(WINDOW_S / SCRAPE_S, rel=0.02)


def test_times_without_scrapes_are_empty(prometheus: str) -> None:
    windows = PrometheusServer(prometheus, window_s=WINDOW_S).past(2, ending_s=BEGAN_S - 3600.0)
    assert [(one.counts, one.sums) for one in windows] == [({}, {}), ({}, {})]


def test_refusals_are_told_in_a_sentence(prometheus: str) -> None:
    with pytest.raises(DriftError, match="refuses"):
        windows_of(prometheus, 1, selector="instance=")
    with pytest.raises(DriftError, match="more than Prometheus gives"):
        windows_of(prometheus, 20_000)


def test_an_address_without_prometheus_is_told_in_a_sentence() -> None:
    with pytest.raises(DriftError, match="does not answer"):
        windows_of("127.0.0.1:1", 1)


def test_the_commands_take_reference_and_present_from_it(prometheus: str, tmp_path: Path) -> None:
    def drift(*arguments: str) -> int:
        return run(["drift", *arguments, "--prometheus", prometheus])

    assert drift("check", "--reference", "2h", "--window", "10m") == 1
    assert drift("reference", "save", str(tmp_path / "usual.json"), "--reference", "2h", "--window", "10m") == 0
    assert drift("report", "--reference", "2h", "--window", "10m", "--html", str(tmp_path / "report.html")) == 0
    assert "Drift: Level of speech; Languages of utterances" in (tmp_path / "report.html").read_text()
    assert drift("check", "--reference", "50w", "--window", "10m") == 2
