"""``python -m loadtests.translation live``: translations while people speak: how late, how good, how steady, how dear.

A session at a microphone's pace for each policy and set of target languages, in random order, several times. The
words' delays are counted to the moment in which they are committed (StreamLAAL, see loadtests.translation.latency), the
quality is chrF of the final text against a written translation where the clip has one, and against the translation of
the recognised sentences without haste. A column with several languages gives their means.

Each session plays the clip's recordings in another order: with the same history twice, the llm's prefix cache would
know every prompt of the second session.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from livetranslate.connection import Connection
from livetranslate.protocol import LiveTranslateError, TranslateOptions, TranslationPolicy
from livetranslate_tools.paths import state_dir
from loadtests.figures import spreads
from loadtests.live import clips, offline
from loadtests.live.clips import Clip
from loadtests.live.driver import play
from loadtests.live.option_pairs import session_options
from loadtests.machine import setting
from loadtests.translation import parallel_sets, served_llm
from loadtests.translation.answers import Question, Through, ask_all, asker
from loadtests.translation.live_run import Expected, LiveTranslation, Setup, measure
from loadtests.translation.plots import plot_live
from loadtests.translation.tables import live_table

CPU = "cpu_s.llm"


def main(
    url: Annotated[str, typer.Option(help="gRPC address of the server.")] = "localhost:8001",
    clip: Annotated[
        str, typer.Option(help="As of loadtests.live: jfk, librivox, a file, a folder; several with commas.")
    ] = "jfk,librivox",
    source: Annotated[str, typer.Option(help="Spoken language.")] = "en",
    targets: Annotated[
        list[str] | None, typer.Option(help="Target languages of a session, with commas; again for another session.")
    ] = None,
    policies: Annotated[str, typer.Option(help="When to translate, with commas.")] = "final,simultaneous",
    option: Annotated[list[str] | None, typer.Option(help="A session option, KEY=VALUE; again for more.")] = None,
    through: Annotated[
        Through, typer.Option(help="What translates the recognised sentences without haste.")
    ] = Through.TRANSLATOR,
    runs: Annotated[int, typer.Option(min=1, help="Repetitions of each session.")] = 3,
    seed: Annotated[int, typer.Option(help="Of the sessions' order.")] = 1,
    state: Annotated[Path | None, typer.Option("--state-dir", help="The server's state folder, for its cost.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write everything to this JSON file.")] = None,
    plots: Annotated[Path | None, typer.Option(help="Write plots (SVG) into this folder.")] = None,
) -> None:
    """Plays a clip into sessions of each policy and set of languages, and prints delays, quality and cost."""
    console = Console()
    languages = [tuple(one.split(",")) for one in targets or ["es", "es,de,fr"]]
    setups = [Setup(TranslationPolicy(policy), chosen) for policy in policies.split(",") for chosen in languages]
    options = session_options(option or [])
    folder = state or state_dir()
    record = served_llm.record_of(folder, url)
    if record is None:
        console.print("No server of this state folder at that address (--state-dir): its cost is not measured.")
    chosen_clip, offline_wer = offline.timed(url, clips.find(clip), source=source)
    details = setting("loadtests.translation") | {
        "kind": "translation_live",
        "llm": served_llm.weights_name(folder, url),
        "clip": chosen_clip.name,
        "clip_s": round(chosen_clip.duration_s, 2),
        "words": len(chosen_clip.times),
        "offline_wer": offline_wer,
        "options": {name: str(value) for name, value in options.items()},
        "runs": runs,
    }
    wanted = sorted({language for setup in setups for language in setup.targets})
    try:
        expected = asyncio.run(_expected(url, chosen_clip, source=source, targets=wanted, through=through))
    except LiveTranslateError as error:
        raise typer.BadParameter(f"The sentences could not be translated without haste: {error}") from error
    chance = random.Random(seed)
    if len(chosen_clip.parts) < 2:
        console.print(
            "The clip is one recording, the same in every session: the prefix cache finds more than it would."
        )
    for setup in setups:  # warm-up
        chosen = {**options, "translation": setup.policy}
        asyncio.run(
            play(url, shuffled(chosen_clip, chance), source=source, targets=setup.targets, pace="fast", options=chosen)
        )
    measured: dict[str, list[LiveTranslation]] = {setup.label: [] for setup in setups}
    for number in range(runs):
        for setup in chance.sample(setups, len(setups)):
            found = measure(
                url, shuffled(chosen_clip, chance), setup, expected, source=source, options=options,
                metrics_url=record.ports.metrics_url if record else None, pid=record.supervisor_pid if record else None,
            )  # fmt: skip
            measured[setup.label].append(found)
            console.print(f"run {number + 1} of {runs}: {setup.label}")
    rows = rows_of(setups, measured)
    console.print(live_table(rows, title=f"{chosen_clip.name}; median of {runs} runs (lowest–highest)"))
    for row in rows:
        for problem in dict.fromkeys(row["problems"]):
            console.print(f"{row['label']}: {problem}", style="red", markup=False)
    content = details | {"expected": {name: asdict(one) for name, one in expected.items()}, "rows": rows}
    if report:
        report.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if plots:
        console.print(*plot_live(content, plots))
    if any(row["problems"] for row in rows):
        raise typer.Exit(1)


def shuffled(clip: Clip, chance: random.Random) -> Clip:
    """The clip's recordings in another order: a session then has another history, and its prompts are new."""
    return clips.join(clip.name, chance.sample(clip.parts, len(clip.parts))) if len(clip.parts) > 1 else clip


def rows_of(setups: Sequence[Setup], measured: Mapping[str, Sequence[LiveTranslation]]) -> list[dict[str, Any]]:
    """Lines of a report. The llm's CPU time is held against that of one language, same policy, run by run."""
    alone = {setup.policy: measured[setup.label] for setup in reversed(setups) if len(setup.targets) == 1}
    rows = []
    for setup in setups:
        runs = measured[setup.label]
        figures = [dict(run.figures) for run in runs]
        for one, single in zip(figures, alone.get(setup.policy, ()), strict=False):
            cost, least = one.get(CPU), single.figures.get(CPU)
            one["llm_cpu_ratio"] = cost / least if cost is not None and least else None
        by_language = {
            language: {
                name: asdict(spread) for name, spread in spreads([run.by_language[language] for run in runs]).items()
            }
            for language in setup.targets
        }
        rows.append(
            {
                "label": setup.label,
                "policy": setup.policy.value,
                "targets": list(setup.targets),
                "figures": {name: asdict(spread) for name, spread in spreads(figures).items()},
                "by_language": by_language,
                "runs": figures,
                "texts": [run.texts for run in runs],
                "problems": [problem for run in runs for problem in run.problems],
            }
        )
    return rows


async def _expected(
    url: str, clip: Clip, *, source: str, targets: Sequence[str], through: Through
) -> dict[str, Expected]:
    """References that the project keeps, and the translations of what the recogniser hears without haste."""
    parts = clip.parts or (clip,)
    kept = parallel_sets.read_clip_references(parallel_sets.DATA / "clips.toml")
    sentences = [(await asyncio.to_thread(offline.transcribe, url, part, source=source)).text for part in parts]
    found = {}
    async with Connection(url) as connection:
        ask = asker(connection, through)
        for target in targets:
            options = TranslateOptions(source=source, target=target)
            answers = await ask_all(ask, [Question(text, options) for text in sentences], concurrency=1)
            references = {part.name: kept.get(part.name, {}).get(target, "") for part in parts}
            found[target] = Expected(
                offline={part.name: answer.text for part, answer in zip(parts, answers, strict=True)},
                references=references if all(references.values()) else {},
            )
    return found
