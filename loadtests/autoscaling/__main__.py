"""``python -m loadtests.autoscaling``: simulate fleets under policies, or record a server's traffic for it."""

from __future__ import annotations

import json
import time
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from loadtests.autoscaling import comparison, traffic
from loadtests.autoscaling.fleet import FleetSettings
from loadtests.autoscaling.recording import Recorder
from loadtests.autoscaling.server_load import ServerModel
from loadtests.capacity.assessment import TARGET_RECOGNITION_S

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False)
console = Console(highlight=False)

ROOM = "room asked"
EVERYBODY = "everybody let in"


@app.command()
def simulate(
    folder: Annotated[Path, typer.Argument(help="Where autoscaling.json, .md and plots go.")],
    capacity: Annotated[Path, typer.Option(help="capacity.json of loadtests.capacity: what a server is like.")],
    recording: Annotated[
        Path | None, typer.Option(help="A recorded traffic (CSV), besides the synthetic ones.")
    ] = None,
    times: Annotated[
        float, typer.Option(min=0.0, help="Calls for each recorded one; 0: as many as offer half the peak on average.")
    ] = 0.0,
    stretch: Annotated[float, typer.Option(help="Seconds for each recorded one.")] = 60.0,
    peak: Annotated[float, typer.Option(help="Sessions at the peak, in rooms of one server.")] = 3.0,
    start: Annotated[float, typer.Option(min=0.0, help="Seconds until a new server takes sessions.")] = 90.0,
    seed: Annotated[int, typer.Option(help="Of the traffic.")] = 1,
) -> None:
    """Plays each traffic on each policy, with servers that keep their room and with servers that let everybody in."""
    content = run(
        folder,
        capacity=capacity,
        recording=recording,
        times=times,
        stretch=stretch,
        peak=peak,
        start_s=start,
        seed=seed,
    )
    console.print("\n".join(content["markdown"]), markup=False, soft_wrap=True)


@app.command()
def record(
    path: Annotated[Path, typer.Argument(help="CSV to write.")],
    metrics_url: Annotated[str, typer.Option(help="Page of metrics.")] = "http://localhost:8002/metrics",
    seconds: Annotated[float, typer.Option(min=1.0, help="How long.")] = 600.0,
    every: Annotated[float, typer.Option(min=0.2, help="Seconds between two looks.")] = 2.0,
) -> None:
    """Records a running server's traffic."""
    with Recorder(metrics_url, path, every_s=every):
        time.sleep(seconds)
    console.print(f"{path.name}: {max(0, len(path.read_text(encoding='utf-8').splitlines()) - 1)} lines.")


def run(
    folder: Path, *, capacity: Path, recording: Path | None, times: float, stretch: float, peak: float, start_s: float,
    seed: int,
) -> dict[str, Any]:  # fmt: skip
    """Simulates and writes; returns the report, its tables as ``markdown``."""
    assessment = json.loads(capacity.read_text(encoding="utf-8"))["assessment"]
    models = {
        ROOM: ServerModel.from_assessment(assessment, recognition_s=TARGET_RECOGNITION_S, keeps_room=True),
        EVERYBODY: ServerModel.from_assessment(assessment, recognition_s=TARGET_RECOGNITION_S, keeps_room=False),
    }
    room = models[ROOM].room
    sessions = peak * room
    traffics = [make(sessions, seed=seed) for make in (traffic.daily, traffic.ramp, traffic.spikes)]
    if recording is not None:
        if not times:
            once = traffic.recorded(recording, times=1.0, stretch=stretch, seed=seed)
            times = sessions / 2 / once.offered_sessions
        traffics.append(traffic.recorded(recording, times=times, stretch=stretch, seed=seed))
    settings = FleetSettings(start_s=start_s)
    found = comparison.simulate(traffics, models, settings, policies=list(comparison.POLICIES))
    folder.mkdir(parents=True, exist_ok=True)
    markdown: list[str] = []
    for name, outcomes in found.items():
        markdown += [f"Servers: {name} (at most {models[name].room} sessions)", "", *comparison.table(outcomes), ""]
        comparison.plot_tradeoff(outcomes, folder / f"cost-{name.replace(' ', '-')}.png")
    for key, group in groupby(found[ROOM], key=lambda one: one.traffic):
        comparison.plot_traffic(list(group), folder / f"{key}.png", room=room)
    content = {
        "kind": "autoscaling", "room": room, "peak_sessions": sessions, "start_s": start_s, "seed": seed,
        "times": times, "stretch": stretch,
        "outcomes": {name: comparison.as_json(outcomes) for name, outcomes in found.items()}, "markdown": markdown,
    }  # fmt: skip
    (folder / "autoscaling.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / "autoscaling.md").write_text("\n".join(markdown) + "\n", encoding="utf-8")
    return content


if __name__ == "__main__":
    app()
