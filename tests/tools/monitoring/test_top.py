"""``livetranslate top``: right figures from pages, a view that shows them, and clear words when nobody answers."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from livetranslate_tools.cli import register
from livetranslate_tools.monitoring.exposition import parse
from livetranslate_tools.monitoring.top_figures import figures
from livetranslate_tools.monitoring.top_growth import Growth
from livetranslate_tools.monitoring.top_pages import History, Page
from livetranslate_tools.monitoring.top_view import view

EARLIER = """
nv_inference_request_success{model="whisper",version="1"} 10
livetranslate_sessions_started_total{version="1"} 5
livetranslate_word_delay_seconds_bucket{version="1",le="1.0"} 100
livetranslate_word_delay_seconds_bucket{version="1",le="2.0"} 100
livetranslate_word_delay_seconds_bucket{version="1",le="+Inf"} 100
"""
NEWEST = """
nv_inference_request_success{model="whisper",version="1"} 30
nv_inference_request_success{model="whisper",version="2"} 4
nv_inference_request_failure{model="whisper",version="2",reason="BACKEND"} 1
nv_inference_pending_request_count{model="whisper",version="2"} 3
livetranslate_device_info{model="whisper",version="2",device="GPU"} 1
livetranslate_sessions_open{version="1"} 2
livetranslate_sessions_open{version="2"} 1
livetranslate_sessions_started_total{version="1"} 7
livetranslate_sessions_refused_total{version="1",error_type="SERVER_BUSY"} 4
livetranslate_audio_waiting_seconds{version="1"} 6.5
livetranslate_word_delay_seconds_bucket{version="1",le="1.0"} 110
livetranslate_word_delay_seconds_bucket{version="1",le="2.0"} 120
livetranslate_word_delay_seconds_bucket{version="1",le="+Inf"} 120
livetranslate_translation_breaker_state{route="llm",version="1"} 2
livetranslate_translation_breaker_state{route="remote",version="1"} 0
livetranslate_translations_total{language="es",outcome="TRANSLATED",version="1"} 3
livetranslate_translation_fallbacks_total{from_route="llm",to_route="remote",version="1"} 2
ml_inference_errors_total{service="s",model="whisper",error_type="INTERNAL",version="2"} 1
vllm:num_requests_waiting{model="llm",version="1"} 5
"""


def page(text: str, *, at_s: float) -> Page:
    return Page.of(list(parse(text)), at_s=at_s)


def test_figures_are_those_of_the_window():
    found = figures(page(NEWEST, at_s=60.0), page(EARLIER, at_s=0.0))
    assert found.window_s == 60.0
    assert found.sessions_open == 3
    assert found.sessions_started == 2
    assert found.sessions_refused == {"SERVER_BUSY": 4}
    # Of 20 new words 10 took up to 1 s and 10 up to 2 s.
    assert found.word_delay_p50_s == pytest.approx(1.0)
    assert found.word_delay_p95_s == pytest.approx(1.9)
    assert found.recognition_p95_s is None
    assert found.breakers == {"llm": "open", "remote": "closed"}
    assert found.fallbacks == {"llm remote": 2}
    assert found.errors == {"whisper INTERNAL": 1}
    assert [(model.version, model.device, model.requests, model.failures) for model in found.models] == [
        ("1", None, 20, 0),
        ("2", "GPU", 4, 1),
    ]
    assert found.models[1].waiting == 3


def test_without_an_earlier_page_everything_counts():
    found = figures(page(NEWEST, at_s=60.0), None)
    assert found.window_s is None
    assert found.sessions_started == 7


def test_a_server_that_began_anew_counts_from_there():
    assert Growth(page(EARLIER, at_s=60.0), page(NEWEST, at_s=0.0)).total("livetranslate_sessions_started_total") == 5


def test_what_lies_above_the_last_bound_counts_as_that_bound():
    text = 'd_bucket{le="1"} 0\nd_bucket{le="2"} 0\nd_bucket{le="+Inf"} 9\n'
    assert Growth(page(text, at_s=0.0), None).quantile(0.5, "d") == 2.0


@pytest.mark.parametrize(("share", "expected"), [(0.25, -65.0), (0.75, -55.0)])
def test_negative_bounds_are_interpolated(share, expected):
    text = 'd_bucket{le="-70"} 0\nd_bucket{le="-60"} 10\nd_bucket{le="-50"} 20\nd_bucket{le="+Inf"} 20\n'
    assert Growth(page(text, at_s=0.0), None).quantile(share, "d") == pytest.approx(expected)


def test_the_window_slides():
    history = History(window_s=10.0)
    for at_s in range(0, 31, 5):
        history.add(page("up 1", at_s=float(at_s)))
    assert history.newest.at_s == 30.0
    assert history.earlier.at_s == 20.0


def test_the_view_shows_what_is_wrong():
    console = Console(width=140, record=True, file=StringIO())
    console.print(view(figures(page(NEWEST, at_s=60.0), page(EARLIER, at_s=0.0)), url="http://a:8002/metrics"))
    text = console.export_text()
    for expected in ("3 open", "4 refused SERVER_BUSY", "6.5 s waiting", "p95 1.90 s", "llm open", "5 waiting"):
        assert expected in text
    assert "1 whisper INTERNAL" in text
    assert "in the last 60 s" in text


@pytest.fixture
def endpoint() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = {"/metrics": NEWEST, "/other": "go_goroutines 3\n", "/html": "<html>"}
            self.send_response(200 if self.path in known else 404)
            self.end_headers()
            self.wfile.write(known.get(self.path, "").encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def run(*arguments: str):
    app = typer.Typer()
    register(app)
    return CliRunner().invoke(app, ["top", *arguments])


def test_once_as_json_is_one_object(endpoint):
    answer = run("--once", "--json", "--url", endpoint)
    assert answer.exit_code == 0
    assert json.loads(answer.stdout)["sessions_open"] == 3


@pytest.mark.parametrize(
    ("path", "says"),
    [("/other", "none of Triton's"), ("/html", "no Prometheus sample"), ("/nothing", "HTTP 404")],
)
def test_another_program_is_told_from_a_server(endpoint, path, says):
    answer = run("--once", "--url", f"http://{endpoint}{path}")
    assert answer.exit_code == 1
    assert says in answer.stderr


def test_where_nobody_answers_one_is_told_what_to_look_at(tmp_path):
    answer = run("--once", "--url", "127.0.0.1:9")
    assert answer.exit_code == 1
    assert "http://127.0.0.1:9/metrics" in answer.stderr
    assert "livetranslate status" in answer.stderr


def test_a_url_that_is_none_is_refused():
    answer = run("--once", "--url", "file:///etc/hostname")
    assert answer.exit_code == 1
    assert "no URL of a metrics endpoint" in answer.stderr


@pytest.mark.parametrize("options", [["--json"], []], ids=["json", "in a pipe"])
def test_ctrl_c_leaves_cleanly(endpoint, options):
    process = subprocess.Popen(
        [sys.executable, "-c", HEEDS_CTRL_C, "top", *options, "--interval", "0.5", "--url", endpoint],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 0
    assert said == b""


def test_in_a_terminal_it_takes_the_screen_and_gives_it_back(endpoint):
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", HEEDS_CTRL_C, "top", "--interval", "0.5", "--url", endpoint],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "140"},
        cwd=Path.cwd(),
    )
    os.close(follower)
    seen = b""
    while b"word delay" not in seen:
        seen += os.read(leader, 4096)
    process.send_signal(signal.SIGINT)
    try:
        while more := os.read(leader, 4096):
            seen += more
    except OSError:  # the terminal's other end is closed
        pass
    os.close(leader)
    assert process.wait(timeout=30) == 0
    assert b"\x1b[?1049h" in seen
    assert b"\x1b[?1049l" in seen
    assert b"Traceback" not in seen


# A shell's background jobs ignore Ctrl-C, and so would what they start.
HEEDS_CTRL_C = """
import signal, sys
from livetranslate.cli import main
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(main())
"""
