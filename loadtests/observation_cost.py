"""What it costs to be watched: throughput of a server that reports metrics over that of one that reports none.

    livetranslate serve --detach --state-dir A
    livetranslate serve --detach --state-dir B --no-metrics --http-port 8010 --grpc-port 8011 --metrics-port 8012
    python -m loadtests.observation_cost --watched localhost:8001 --blind localhost:8011

Both servers run on the same machine; the load goes to one and to the other in short turns, and who is first changes
every round, so that a busy machine hurts both alike. The ratio is taken round by round.
"""

from __future__ import annotations

import json
import threading
import time
import wave
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from statistics import median, quantiles
from typing import Annotated, Any

import numpy as np
import tritonclient.grpc as triton
import typer
from rich.console import Console
from rich.table import Table

from livetranslate.protocol import TranslateOptions, WindowOptions, encode_options, tensors
from loadtests.machine import setting

AT_MOST = 0.02
WINDOW_S = 4.0
SENTENCE = "The meeting begins at nine, and there is coffee at half past ten."


def window_inputs() -> list[Any]:
    """A live window of real speech, as a session sends it."""
    with files("livetranslate").joinpath("samples/jfk.wav").open("rb") as stream, wave.open(stream) as audio:
        pcm = np.frombuffer(audio.readframes(int(WINDOW_S * audio.getframerate())), "<i2")
    return [
        _tensor(tensors.AUDIO, (pcm.astype(np.float32) / 32768)[np.newaxis], "FP32"),
        _text(tensors.WINDOW, encode_options(WindowOptions(language="en"))),
    ]


def prompt_inputs() -> list[Any]:
    """A sentence and what is wanted of it."""
    options = encode_options(TranslateOptions(source="en", target="es"))
    return [_text(tensors.TEXT, SENTENCE.encode()), _text(tensors.OPTIONS, options)]


LOADS: dict[str, Callable[[], list[Any]]] = {tensors.WHISPER: window_inputs, tensors.TRANSLATION_PROMPT: prompt_inputs}


def throughput(url: str, model: str, inputs: list[Any], *, callers: int, seconds: float) -> float:
    """Requests answered per second with so many callers, each of which asks again as soon as it is answered."""
    answered = [0] * callers
    until = time.monotonic() + seconds

    def call(number: int) -> None:
        client = triton.InferenceServerClient(url)
        while time.monotonic() < until:
            client.infer(model, inputs)
            answered[number] += 1
        client.close()

    threads = [threading.Thread(target=call, args=(number,)) for number in range(callers)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(answered) / (time.monotonic() - began)


def main(
    watched: Annotated[str, typer.Option(help="gRPC address of the server that reports metrics.")],
    blind: Annotated[str, typer.Option(help="gRPC address of the one that does not.")],
    rounds: Annotated[int, typer.Option(help="Turns of each server.", min=2)] = 12,
    seconds: Annotated[float, typer.Option(help="Length of a turn.")] = 4.0,
    callers: Annotated[int, typer.Option(help="Callers at once.")] = 4,
    report: Annotated[Path | None, typer.Option(help="Write everything to this JSON file.")] = None,
) -> None:
    """Compares the two."""
    console = Console()
    found: dict[str, dict[str, Any]] = {}
    table = Table(
        "model", "watched, 1/s", "blind, 1/s", "ratio", "quartiles", title=f"{rounds} rounds, {callers} callers"
    )
    for model, make in LOADS.items():
        inputs = make()
        rates: dict[str, list[float]] = {watched: [], blind: []}
        for number in range(rounds + 1):
            for url in (watched, blind) if number % 2 else (blind, watched):
                rate = throughput(url, model, inputs, callers=callers, seconds=seconds if number else 1.0)
                if number:  # the first does not count
                    rates[url].append(rate)
        ratios = [one / other for one, other in zip(rates[watched], rates[blind], strict=True)]
        low, middle, high = quantiles(ratios, n=4)
        found[model] = {"watched": rates[watched], "blind": rates[blind], "ratio": middle, "low": low, "high": high}
        table.add_row(
            model, f"{median(rates[watched]):.1f}", f"{median(rates[blind]):.1f}", f"{middle:.3f}",
            f"{low:.3f}–{high:.3f}",
        )  # fmt: skip
    console.print(table)
    if report:
        report.write_text(
            json.dumps(setting("loadtests.observation_cost") | {"kind": "observation", "models": found}, indent=1)
            + "\n",
            encoding="utf-8",
        )
    if any(1 - entry["ratio"] > AT_MOST for entry in found.values()):
        raise typer.Exit(1)


def _tensor(name: str, value: Any, datatype: str) -> Any:
    tensor = triton.InferInput(name, list(value.shape), datatype)
    tensor.set_data_from_numpy(value)
    return tensor


def _text(name: str, value: bytes) -> Any:
    return _tensor(name, np.array([[value]], np.object_), "BYTES")


if __name__ == "__main__":
    typer.run(main)
