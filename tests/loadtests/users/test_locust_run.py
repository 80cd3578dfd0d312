"""Locust itself, headless: in a process of its own, because it replaces sockets and threads of its interpreter."""

from pathlib import Path

import pytest
from loadtests.users.__main__ import run
from tests.conftest import Server


def start(folder: Path, url: str, mix: str, *, length_s: float, clip: str = "jfk") -> dict[str, dict[str, int]]:
    content = run(
        folder, url=url, mix=mix, shape="steady", peak=mix.count("="), length_s=length_s, clip=clip, source="en",
        targets="es",
    )  # fmt: skip
    assert (folder / "users.png").is_file()
    assert (folder / "users.json").is_file()
    return {f"{row['kind']} {row['name']}": row for row in content["rows"]}


def test_where_no_server_is_every_call_is_a_failure_with_its_code(tmp_path: Path) -> None:
    rows = start(tmp_path, "localhost:1", "live=1,text=1", length_s=3.0)
    assert rows["live session start"]["count"] == rows["live session start"]["failures"] > 0
    assert rows["text call"]["failures"] > 0
    assert "CONNECTION_FAILED" in (tmp_path / "results.json").read_text()


@pytest.mark.integration
def test_users_of_each_kind_speak_read_and_translate(server: Server, tmp_path: Path) -> None:
    rows = start(tmp_path, server.grpc_url, "live=1,file=1,text=1", length_s=8.0)
    assert rows["live session done"]["failures"] == 0
    assert rows["live word"]["count"] >= 20
    assert rows["live translation"]["count"] >= 1
    assert rows["file transcription"]["failures"] == 0
    assert rows["text translation"]["count"] >= 1
