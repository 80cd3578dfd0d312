"""Translation quality of the running server over a parallel set: chrF, BLEU, and how clean the output is.

    python -m loadtests.translation_quality --url localhost:8001 --pairs loadtests/data/parallel/en-es.tsv

The languages are read from the file's name (``en-es.tsv``). Scores are sacrebleu's (chrF: Popović 2015; BLEU: Post
2018). Time to first token and sentences a second are those of this run, at the given concurrency.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import sacrebleu
import tritonclient.grpc.aio as triton
from rich.console import Console
from rich.table import Table

from livetranslate.protocol import TranslateOptions, encode_options, tensors

# sacrebleu's tokenizers for languages whose words 13a cannot find.
_BLEU_TOKENIZERS = {"zh": "zh", "yue": "zh", "ja": "char", "ko": "char", "th": "char"}
_QUOTES = "\"'“”„«»「」"
_TALK = ("translation:", "traducción:", "traduction", "übersetzung", "翻译", "here is", "sure,", "note:")


@dataclass(frozen=True)
class Translated:
    """One sentence: its texts, and when the first delta and the last came, seconds after sending."""

    source: str
    reference: str
    translation: str
    first_delta_s: float
    total_s: float


@dataclass(frozen=True)
class Quality:
    """One parallel set's result. Times are in seconds."""

    pair: str
    sentences: int
    chrf: float
    bleu: float
    unclean: int
    first_delta_median_s: float
    first_delta_max_s: float
    sentences_per_s: float


def read_pairs(path: Path) -> list[tuple[str, str]]:
    """Source and reference of every line of a two-column TSV file."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    for number, row in enumerate(rows, start=1):
        if len(row) != 2:
            raise SystemExit(f"{path}:{number} has {len(row)} tab-separated columns; expected source and reference.")
    return [(row[0], row[1]) for row in rows]


def is_unclean(source: str, translation: str) -> bool:
    """Whether the answer holds more than the translation: quotes of its own, an explanation, lines, or nothing."""
    added_quotes = translation[:1] in _QUOTES and source[:1] not in _QUOTES
    talks = any(phrase in translation.casefold() and phrase not in source.casefold() for phrase in _TALK)
    return not translation or translation != translation.strip() or "\n" in translation or added_quotes or talks


async def translate(client: triton.InferenceServerClient, text: str, options: TranslateOptions) -> tuple[str, float]:
    """A sentence's translation and the time to its first delta, seconds."""
    inputs = []
    for name, value in ((tensors.TEXT, text.encode()), (tensors.OPTIONS, encode_options(options))):
        tensor = triton.InferInput(name, [1, 1], "BYTES")
        tensor.set_data_from_numpy(np.array([[value]], dtype=np.object_))
        inputs.append(tensor)

    async def requests() -> AsyncIterator[dict[str, Any]]:
        yield {"model_name": tensors.TRANSLATE, "inputs": inputs, "enable_empty_final_response": True}

    started_s = time.perf_counter()
    first_delta_s = 0.0
    deltas: list[str] = []
    async for result, error in client.stream_infer(requests()):
        if error is not None:
            raise error
        value = result.as_numpy(tensors.TRANSLATION)
        if value is not None and value.size:
            first_delta_s = first_delta_s or time.perf_counter() - started_s
            deltas.append(value.item().decode("utf-8"))
        if result.get_response().parameters["triton_final_response"].bool_param:
            break
    return "".join(deltas), first_delta_s


async def run(url: str, path: Path, *, concurrency: int) -> tuple[Quality, list[Translated]]:
    """Translates a whole set and scores it."""
    source, target = path.stem.split("-")[:2]
    options = TranslateOptions(source=source, target=target)
    pairs = read_pairs(path)
    limit = asyncio.Semaphore(concurrency)

    async with triton.InferenceServerClient(url) as client:

        async def one(text: str, reference: str) -> Translated:
            async with limit:
                started_s = time.perf_counter()
                translation, first_delta_s = await translate(client, text, options)
                return Translated(text, reference, translation, first_delta_s, time.perf_counter() - started_s)

        started_s = time.perf_counter()
        results = await asyncio.gather(*(one(text, reference) for text, reference in pairs))
        elapsed_s = time.perf_counter() - started_s

    hypotheses = [result.translation for result in results]
    references = [[result.reference for result in results]]
    first_deltas_s = [result.first_delta_s for result in results]
    quality = Quality(
        pair=f"{source}-{target}",
        sentences=len(results),
        chrf=round(sacrebleu.corpus_chrf(hypotheses, references).score, 1),
        bleu=round(
            sacrebleu.corpus_bleu(hypotheses, references, tokenize=_BLEU_TOKENIZERS.get(target, "13a")).score, 1
        ),
        unclean=sum(is_unclean(result.source, result.translation) for result in results),
        first_delta_median_s=round(float(np.median(first_deltas_s)), 3),
        first_delta_max_s=round(max(first_deltas_s), 3),
        sentences_per_s=round(len(results) / elapsed_s, 2),
    )
    return quality, list(results)


def show(console: Console, quality: Quality, results: list[Translated]) -> None:
    """Prints the sentences and the scores."""
    table = Table(title=f"{quality.pair}: {quality.sentences} sentences", show_lines=False)
    for column in ("reference", "translation"):
        table.add_column(column, ratio=1)
    for result in results:
        mark = " [red](unclean)[/]" if is_unclean(result.source, result.translation) else ""
        table.add_row(result.reference, result.translation + mark)
    console.print(table)
    console.print(
        f"[bold]chrF {quality.chrf}[/], BLEU {quality.bleu} over {quality.sentences} sentences; "
        f"{quality.unclean} unclean; first delta {quality.first_delta_median_s} s (median), "
        f"{quality.first_delta_max_s} s (max); {quality.sentences_per_s} sentences/s"
    )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="chrF and BLEU of the running server's translate ensemble.")
    parser.add_argument("--url", default="localhost:8001", help="gRPC address of the server")
    parser.add_argument("--pairs", type=Path, nargs="+", required=True, help="TSV files named SOURCE-TARGET….tsv")
    parser.add_argument("--concurrency", type=int, default=1)
    parser.add_argument("--json", type=Path, help="also write scores and sentences here")
    arguments = parser.parse_args()

    console = Console(stderr=True)
    report = []
    for path in arguments.pairs:
        quality, results = asyncio.run(run(arguments.url, path, concurrency=arguments.concurrency))
        show(console, quality, results)
        report.append({**asdict(quality), "results": [asdict(result) for result in results]})
    if arguments.json:
        arguments.json.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(json.dumps([{key: row[key] for key in row if key != "results"} for row in report]))


if __name__ == "__main__":
    main()
