"""``python -m loadtests.perf_analyzer``: fetch the tool, write its input files, sweep concurrency, sweep batching."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from tritonclient.utils import InferenceServerException

import livetranslate
from livetranslate.protocol import tensors
from livetranslate_tools.paths import cache_dir, state_dir
from livetranslate_tools.serving.errors import ServingError
from loadtests.capacity.run_setting import run_setting
from loadtests.live import clips
from loadtests.perf_analyzer import batching, binary, input_data
from loadtests.perf_analyzer import sweep as sweeping
from loadtests.perf_analyzer.binary import PerfAnalyzerError
from loadtests.perf_analyzer.prompts import llm_target
from loadtests.perf_analyzer.targets import Target, targets

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False)
console = Console(highlight=False)

Url = Annotated[str, typer.Option(help="gRPC address of the server.")]
ClipName = Annotated[str, typer.Option(help="Speech: jfk, librivox, a file, a folder with transcripts.")]


@contextmanager
def sentences() -> Iterator[None]:
    """Failures as one sentence and exit code 1."""
    try:
        yield
    except (
        PerfAnalyzerError, ServingError, InferenceServerException, livetranslate.LiveTranslateError,
        FileNotFoundError,
    ) as error:  # fmt: skip
        console.print(str(error), style="red", markup=False)
        raise typer.Exit(1) from None


@app.command()
def fetch() -> None:
    """Puts perf_analyzer into the cache (14 MB; again: at once) and says its version."""
    with sentences():
        tool = binary.ensure(cache_dir(), report=console.print)
        console.print(f"{tool.version()}\n{tool.binary}", soft_wrap=True)


@app.command()
def inputs(
    folder: Annotated[Path, typer.Argument(help="Where the files go.")], clip: ClipName = "librivox", url: Url = ""
) -> None:
    """Writes the input files that the sweep uses, for perf_analyzer by hand; the llm's needs a server (--url)."""
    with sentences():
        for target in chosen("", clip=clip, url=url):
            path = input_data.write(target.items, folder / f"{re.sub(r'[^a-z_]+', '-', target.name)}.json")
            console.print(f"{path.name}: {len(target.items)} requests", markup=False)


@app.command()
def sweep(
    folder: Annotated[Path, typer.Argument(help="Where JSON, CSV, plot and table go.")],
    url: Url = "localhost:8001",
    only: Annotated[str, typer.Option(help="Targets, with semicolons; a model's name means all of its.")] = "",
    concurrency: Annotated[str, typer.Option(help="Requests at once, with commas.")] = "1,2,4,8,16",
    window: Annotated[float, typer.Option(min=0.5, help="Seconds of each of three windows.")] = 5.0,
    clip: ClipName = "librivox",
) -> None:
    """Measures throughput and latency of each model and ensemble at growing concurrency."""
    with sentences():
        content = run_sweep(folder, url=url, only=only, concurrency=concurrency, window_s=window, clip=clip)
    console.print("\n".join(sweeping.table(content["rows"])), markup=False, soft_wrap=True)
    if content["problems"]:
        raise typer.Exit(1)


def run_sweep(folder: Path, *, url: str, only: str, concurrency: str, window_s: float, clip: str) -> dict[str, Any]:
    """The sweep as other load tests call it; see :func:`sweep`."""
    tool = binary.ensure(cache_dir(), report=console.print)
    counts = [int(number) for number in concurrency.split(",")]
    details = run_setting(folder) | {
        "kind": "perf_analyzer", "tool": tool.version(), "window_s": window_s, "clip": clip,
    }  # fmt: skip
    picked = chosen(only, clip=clip, url=url)
    rows, problems = sweeping.sweep(tool, picked, counts, url=url, window_s=window_s, report=console.print)
    content = details | {"rows": rows, "problems": problems}
    if rows:
        sweeping.write(content, folder)
    return content


@app.command("batching")
def sweep_batching(
    folder: Annotated[Path, typer.Argument(help="Where batching.json goes.")],
    target: Annotated[str, typer.Option(help="What is asked.")] = f"{tensors.WHISPER}, window",
    delays: Annotated[str, typer.Option(help="Queue delays, microseconds, with commas.")] = "0,1000,20000",
    batches: Annotated[str, typer.Option(help="Largest batches, with commas.")] = "1,4,16",
    concurrency: Annotated[str, typer.Option(help="Requests at once, with commas.")] = "1,8",
    window: Annotated[float, typer.Option(min=0.5, help="Seconds of each of three windows.")] = 5.0,
    clip: ClipName = "librivox",
    state: Annotated[Path | None, typer.Option("--state-dir", help="State folder of the servers.")] = None,
) -> None:
    """Serves the model with each queue delay and largest batch, and measures it under the same load."""
    with sentences():
        tool = binary.ensure(cache_dir(), report=console.print)
        rows = batching.sweep_batching(
            tool,
            chosen(target, clip=clip, url="")[0],
            [(int(delay), int(batch)) for batch in batches.split(",") for delay in delays.split(",")],
            [int(count) for count in concurrency.split(",")],
            window_s=window,
            state=state or state_dir() / "loadtests-batching",
            console=console,
            report=console.print,
        )
    content = run_setting(folder) | {"kind": "batching", "rows": rows}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "batching.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    console.print("\n".join(batching.table(rows)), markup=False, soft_wrap=True)


def chosen(only: str, *, clip: str, url: str) -> list[Target]:
    """The targets that are named, in their order; all when none is.

    Raises:
        PerfAnalyzerError: a name is unknown.
    """
    found = targets(clips.find(clip))
    names = [name.strip() for name in only.split(";") if name.strip()]
    if url and (not names or tensors.LLM in names):
        found[tensors.LLM] = llm_target(url)
    unknown = [name for name in names if name not in found and name not in {one.model for one in found.values()}]
    if unknown:
        raise PerfAnalyzerError(f"{', '.join(unknown)} cannot be measured; known: {'; '.join([*found, tensors.LLM])}.")
    return [one for one in found.values() if not names or one.name in names or one.model in names]


if __name__ == "__main__":
    app()
