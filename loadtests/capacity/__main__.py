"""``python -m loadtests.capacity``: live sessions measured; how many a machine holds, predicted, and how wrongly."""

from __future__ import annotations

import json
import os
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from livetranslate.protocol import tensors
from livetranslate_tools.paths import state_dir
from livetranslate_tools.serving.record import read as read_record
from loadtests.capacity import tables
from loadtests.capacity.accelerators import TranslationLoad, sessions_of
from loadtests.capacity.assessment import TARGET_RECOGNITION_S, assess
from loadtests.capacity.batch_time import BatchTime
from loadtests.capacity.measurement import measure_sessions
from loadtests.capacity.recogniser_queue import Speaker
from loadtests.capacity.run_setting import run_setting
from loadtests.live import clips, offline
from loadtests.live.run import server_pid
from loadtests.perf_analyzer.own_server import EVERYBODY_IN, own_server

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False)
console = Console(highlight=False)


@app.command()
def measure(
    folder: Annotated[Path, typer.Argument(help="Where capacity.json, .png and .md go.")],
    url: Annotated[str, typer.Option(help="gRPC address of a server; none to serve one that lets everybody in.")] = "",
    streams: Annotated[str, typer.Option(help="Numbers of sessions, with commas; 1 among them.")] = "1,2,4,8,12",
    runs: Annotated[int, typer.Option(min=1, help="Repetitions of each.")] = 3,
    clip: Annotated[str, typer.Option(help="jfk, librivox, a file, a folder with transcripts.")] = "librivox",
    source: Annotated[str, typer.Option(help="Spoken language, or auto.")] = "en",
    windows: Annotated[
        Path | None, typer.Option(help="perf_analyzer.json of a sweep with whisper, window; better batch times.")
    ] = None,
    state: Annotated[Path | None, typer.Option("--state-dir", help="The server's state folder.")] = None,
) -> None:
    """Measures sessions in real time and holds the predictions against them."""
    content = run(
        folder, url=url, streams=[int(number) for number in streams.split(",")], runs=runs, clip=clip, source=source,
        windows=windows, state=state,
    )  # fmt: skip
    console.print("\n".join(markdown(content)), markup=False, soft_wrap=True)


@app.command()
def model(report: Annotated[Path, typer.Argument(help="A capacity.json.")]) -> None:
    """Predicts anew from what was measured, and writes the plot and the tables again."""
    content = json.loads(report.read_text(encoding="utf-8"))
    content["assessment"] = assess(content["rows"], content["windows"], cores=content["cores"])
    write(content, report.parent)
    console.print("\n".join(markdown(content)), markup=False, soft_wrap=True)


@app.command()
def accelerator(
    fixed_ms: Annotated[float, typer.Option(min=0.0, help="A batch takes this,")],
    each_ms: Annotated[float, typer.Option(min=0.0, help="and this for each window in it.")],
    rate: Annotated[float, typer.Option(help="Windows a second of audio of one session.")] = 1.2,
    instances: Annotated[int, typer.Option(min=1, help="Recognisers, one an accelerator.")] = 1,
    targets: Annotated[int, typer.Option(min=0, help="Languages of a session; 0 for captions only.")] = 0,
    kv_gib: Annotated[float, typer.Option(help="Memory of the llm's key-value cache.")] = 10.0,
    kv_bytes_per_token: Annotated[float, typer.Option(help="2 · layers · kv heads · head size · bytes.")] = 131072.0,
    tokens: Annotated[float, typer.Option(help="Prompt and translation of a sentence.")] = 500.0,
    in_flight: Annotated[float, typer.Option(help="Sentences under way of a session and language.")] = 0.3,
) -> None:
    """Sessions by formula for an accelerator whose batch times somebody measured. Nothing is run."""
    batch_time = BatchTime(fixed_ms / 1000, each_ms / 1000)
    translation = TranslationLoad(kv_gib * 2**30, kv_bytes_per_token, tokens, in_flight, targets) if targets else None
    found = sessions_of(
        batch_time, Speaker(rate, batch_time(1)), target_recognition_s=TARGET_RECOGNITION_S, instances=instances,
        translation=translation,
    )  # fmt: skip
    console.print(f"{found} sessions, by formula; not run.")


def run(
    folder: Path, *, url: str, streams: list[int], runs: int, clip: str, source: str, windows: Path | None,
    state: Path | None,
) -> dict[str, Any]:  # fmt: skip
    """Measures, assesses and writes; returns the report. Without ``url`` on a server of its own that lets everybody in.

    Raises:
        typer.BadParameter: the state folder is not that of the server.
        ServingError: no server could be started.
        RestartedError: the server was started again meanwhile.
    """
    details = run_setting(folder) | {"kind": "capacity", "clip": clip, "limit_lifted": not url}
    with ExitStack() as stack:
        if not url:
            state = state or state_dir() / "loadtests-capacity"
            url = stack.enter_context(own_server(state, console, change=EVERYBODY_IN)).grpc_url
        state = state or state_dir()
        record = read_record(state)
        if record is None:
            raise typer.BadParameter(f"{state} has no server's record; name the server's state folder (--state-dir).")
        chosen, offline_wer = offline.timed(url, clips.find(clip), source=source)
        measured = measure_sessions(
            url, record.ports.metrics_url, chosen, sorted(streams), source=source, runs=runs,
            pid=server_pid(state, url), report=console.print,
        )  # fmt: skip
    window_rows = []
    if windows is not None:
        rows = json.loads(windows.read_text(encoding="utf-8"))["rows"]
        window_rows = [row for row in rows if row["target"] == f"{tensors.WHISPER}, window"]
    cores = os.cpu_count() or 1
    content = details | {"offline_wer": offline_wer, "rows": measured, "windows": window_rows, "cores": cores}
    content["assessment"] = assess(measured, window_rows, cores=cores)
    write(content, folder)
    return content


def write(content: dict[str, Any], folder: Path) -> None:
    """Writes ``capacity.json``, ``.md`` and ``.png``."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    (folder / "capacity.json").write_text(text, encoding="utf-8")
    (folder / "capacity.md").write_text("\n".join(markdown(content)) + "\n", encoding="utf-8")
    tables.plot(content["rows"], content["assessment"], folder / "capacity.png")


def markdown(content: dict[str, Any]) -> list[str]:
    """All tables of a report."""
    found = content["assessment"]
    lines = [*tables.sessions_table(content["rows"]), "", *tables.comparison_table(found), ""]
    lines += tables.limits_table(found)
    law = found.get("scaling_law")
    if law:
        held_out = "–" if law["held_out_error"] is None else f"{law['held_out_error']:+.0%}"
        lines += ["", f"Scaling law of windows: one alone {law['one_per_s']:.2f} a second, σ {law['serial']:.3f}, "
                  f"κ {law['crosstalk']:.5f}, most {law['most_per_s']:.2f} a second; error for the largest number "
                  f"when fitted without it: {held_out}."]  # fmt: skip
    return lines


if __name__ == "__main__":
    app()
