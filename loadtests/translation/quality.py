"""``python -m loadtests.translation quality``: how good translations are, over parallel sets and awkward sentences."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from livetranslate.connection import Connection
from livetranslate.protocol import LiveTranslateError
from livetranslate_tools.paths import state_dir
from loadtests.machine import setting
from loadtests.translation import parallel_sets
from loadtests.translation.answers import Through, asker
from loadtests.translation.judge import Judge
from loadtests.translation.parallel_sets import Adversarial, ParallelSet, Terms
from loadtests.translation.quality_run import Asking, Variant, translate_adversarial, translate_set
from loadtests.translation.quality_scores import Judged, Quality, score
from loadtests.translation.served_llm import weights_name
from loadtests.translation.tables import quality_table

SHOWN = 20
"""Of the sentences with something wrong, so many are printed; the report holds all."""


def main(
    url: Annotated[str, typer.Option(help="gRPC address of the server.")] = "localhost:8001",
    tsv: Annotated[
        list[Path] | None,
        typer.Option(help="A set or a folder of sets, SOURCE-TARGET.tsv; again for more. Default: the project's own."),
    ] = None,
    variants: Annotated[
        str, typer.Option(help=f"With commas: {', '.join(one.value for one in Variant)}.")
    ] = "alone,own context,reference context,terms",
    through: Annotated[
        Through, typer.Option(help="The bare ensemble, or the model with checks and fallback.")
    ] = Through.TRANSLATOR,
    adversarial: Annotated[
        Path | None, typer.Option(help="A TOML file of awkward sentences, translated as well.")
    ] = None,
    targets: Annotated[
        str, typer.Option(help="Languages into which the awkward sentences are translated.")
    ] = "es,de,zh",
    terms: Annotated[Path, typer.Option(help="Glossaries by language pair.")] = parallel_sets.DATA / "terms.toml",
    context_pairs: Annotated[int, typer.Option(help="Earlier sentences that go along, where they do.")] = 3,
    concurrency: Annotated[int, typer.Option(help="Requests under way, at most.")] = 4,
    state: Annotated[
        Path | None, typer.Option("--state-dir", help="The server's state folder, to name its llm.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write everything to this JSON file.")] = None,
) -> None:
    """Translates parallel sets alone, with context and with a glossary, and prints scores with their counts."""
    console = Console()
    try:
        chosen = [Variant(one.strip()) for one in variants.split(",")]
        sets = parallel_sets.find(tsv or [parallel_sets.DATA])
        cases = parallel_sets.read_adversarial(adversarial) if adversarial else []
        glossaries = parallel_sets.read_terms(terms)
    except (ValueError, OSError, LiveTranslateError) as error:
        raise typer.BadParameter(str(error)) from error
    details = setting("loadtests.translation") | {
        "kind": "translation_quality",
        "through": through.value,
        "llm": weights_name(state or state_dir(), url),
        "context_pairs": context_pairs,
    }
    languages = [target for target in targets.split(",") if target]
    rows = asyncio.run(
        _measure(
            url, sets, chosen, cases, languages, glossaries,
            through=through, concurrency=concurrency, context_pairs=context_pairs,
        )
    )  # fmt: skip
    console.print(quality_table(rows, title=f"{through.value}, {details['llm'] or 'llm not known'}"))
    _show_what_is_wrong(console, rows)
    if report:
        content = details | {"rows": rows}
        report.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if any(row["failed"] for row in rows):
        raise typer.Exit(1)


async def _measure(
    url: str,
    sets: Sequence[ParallelSet],
    variants: Sequence[Variant],
    cases: Sequence[Adversarial],
    targets: Sequence[str],
    glossaries: Terms,
    *,
    through: Through,
    concurrency: int,
    context_pairs: int,
) -> list[dict[str, Any]]:
    rows = []
    judge = Judge.of_newest_translator()
    async with Connection(url) as connection:
        asking = Asking(asker(connection, through), judge, concurrency, context_pairs)
        for parallel in sets:
            terms = glossaries.get(parallel.languages, {})
            for variant in variants:
                if variant is Variant.TERMS and not terms:
                    continue
                judged = await translate_set(asking, parallel, variant, terms=terms)
                quality = score(judged, target=parallel.target)
                rows.append(_row(parallel.name, parallel.languages, variant.value, quality, judged))
        for target in targets if cases else ():
            judged = await translate_adversarial(asking, cases, target=target)
            quality = score(judged, target=target)
            rows.append(_row("adversarial", f"*-{target}", Variant.ALONE.value, quality, judged))
    return rows


def _row(name: str, languages: str, variant: str, quality: Quality, judged: Sequence[Judged]) -> dict[str, Any]:
    return {
        "set": name,
        "languages": languages,
        "variant": variant,
        **asdict(quality),
        "figures_kept": quality.figures_kept,
        "terms_kept": quality.terms_kept,
        "judged": [asdict(one) for one in judged],
    }


def _show_what_is_wrong(console: Console, rows: Sequence[dict[str, Any]]) -> None:
    wrong = [
        (row, one, what)
        for row in rows
        for one in row["judged"]
        if (what := [one["failure"] or "", *one["violations"], *one["figures_lost"], *one["terms_missed"]]) != [""]
        and not one["untranslated"]
    ]
    for row, one, what in wrong[:SHOWN]:
        reasons = ", ".join(reason for reason in what if reason)
        console.print(f"{row['languages']}, {row['variant']}: {reasons}", style="red", markup=False)
        console.print(f"  {one['source']}\n  {one['text']}", markup=False)
    if len(wrong) > SHOWN:
        console.print(f"… and {len(wrong) - SHOWN} more; --report writes them all.")
