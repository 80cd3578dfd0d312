"""``python -m loadtests.translation speed``: tokens through Triton's ``llm`` against vLLM by itself, and alone.

Both engines are in memory with the same arguments and take turns on the same prompts: in each round the numbers of
sentences at once come in random order, and so do the two sides. No sentence comes twice, so the prefix cache of either
holds the instruction and the examples, as in a live session, and nothing else. Greedy decoding; the first round does
not count.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from livetranslate.protocol import TranslateOptions
from livetranslate_tools.paths import state_dir
from loadtests.figures import Figures
from loadtests.machine import setting
from loadtests.translation import llm_jobs, served_llm
from loadtests.translation.bare_side import BareSide
from loadtests.translation.plots import plot_speed
from loadtests.translation.speed_figures import Batch, pair_figures, rows_of
from loadtests.translation.tables import speed_table
from loadtests.translation.talk_sentences import fresh_sentences
from loadtests.translation.triton_side import TritonSide

TARGETS = {"throughput_ratio": 0.95, "ttft_added_ms": 10.0, "batching_at_16": 6.0}
"""What is wanted; the report carries it."""


def main(
    url: Annotated[str, typer.Option(help="gRPC address of the server.")] = "localhost:8001",
    concurrent: Annotated[str, typer.Option(help="Sentences at once, with commas.")] = "1,4,16,64",
    rounds: Annotated[int, typer.Option(min=1, help="Rounds that count.")] = 3,
    least: Annotated[int, typer.Option(help="Sentences of a batch, at least.")] = 12,
    waves: Annotated[int, typer.Option(help="Sentences of a batch for each of those at once, at least.")] = 2,
    source: Annotated[str, typer.Option(help="Language of the sentences; they are English.")] = "en",
    target: Annotated[str, typer.Option(help="Language to translate into.")] = "es",
    bare: Annotated[bool, typer.Option(help="Whether vLLM by itself is measured too.")] = True,
    seed: Annotated[int, typer.Option(help="Of the sentences and of all orders.")] = 1,
    state: Annotated[Path | None, typer.Option("--state-dir", help="The server's state folder.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write everything to this JSON file.")] = None,
    plots: Annotated[Path | None, typer.Option(help="Write plots (SVG) into this folder.")] = None,
) -> None:
    """Measures time to first token, latency and throughput through Triton, and of vLLM by itself."""
    console = Console()
    counts = [int(number) for number in concurrent.split(",")]
    options = TranslateOptions(source=source, target=target)
    folder = state or state_dir()
    try:
        version = served_llm.version_folder(folder) if bare else None
    except FileNotFoundError as error:
        raise typer.BadParameter(f"{error} Or measure without vLLM by itself (--no-bare).") from error
    details = setting("loadtests.translation") | {
        "kind": "translation_speed",
        "llm": served_llm.weights_name(folder, url),
        "engine_arguments": {**served_llm.engine_arguments(version), "model": ""} if version else None,
        "languages": f"{source}-{target}",
        "targets": TARGETS,
    }
    measurement = Measurement(url, options, counts, least=least, waves=waves, seed=seed)
    if version is None:
        measured = measurement.run(TritonSide(url), None, rounds=rounds, console=console)
    else:
        console.print("Starting vLLM by itself …")
        with BareSide(version) as other:
            measured = measurement.run(TritonSide(url), other, rounds=rounds, console=console)
    rows = rows_of(measured)
    sizes = {row["concurrent"]: measurement.size(row["concurrent"]) for row in rows}
    console.print(speed_table(rows, title=f"{details['llm'] or 'llm'}; median of {rounds} rounds (lowest–highest)"))
    content = details | {"rounds": rounds, "sentences_per_round": sizes, "rows": rows}
    if report:
        report.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if plots:
        console.print(*plot_speed(content, plots))


class Measurement:
    """What is sent, in which order."""

    def __init__(
        self, url: str, options: TranslateOptions, counts: Sequence[int], *, least: int, waves: int, seed: int
    ) -> None:
        self._url = url
        self._options = options
        self._counts = counts
        self._least = least
        self._waves = waves
        self._chance = random.Random(seed)
        self._sentences: Iterator[str] = fresh_sentences(seed)

    def size(self, concurrent: int) -> int:
        """Sentences of a batch with so many at once."""
        return max(self._least, self._waves * concurrent)

    def run(
        self, triton: TritonSide, bare: BareSide | None, *, rounds: int, console: Console
    ) -> list[dict[int, Figures]]:
        """Figures of each round by the number of sentences at once, after one round that does not count."""
        found = []
        for number in range(rounds + 1):
            order = list(self._counts)
            self._chance.shuffle(order)
            figures = {concurrent: self._batch(concurrent, triton, bare) for concurrent in order}
            if number:
                found.append(figures)
                console.print(f"round {number} of {rounds}")
        return found

    def _batch(self, concurrent: int, triton: TritonSide, bare: BareSide | None) -> Figures:
        sentences = list(islice(self._sentences, self.size(concurrent)))
        jobs = asyncio.run(llm_jobs.prepare(self._url, sentences, self._options))
        sides: list[TritonSide | BareSide] = [triton] if bare is None else [triton, bare]
        self._chance.shuffle(sides)
        batches: dict[Any, Batch] = {side: side.run(jobs, concurrency=concurrent) for side in sides}
        return pair_figures(batches[triton], batches[bare] if bare is not None else None)
