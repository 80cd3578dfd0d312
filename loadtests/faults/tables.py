"""The reports of faults as tables: for the terminal (rich), and as Markdown for documents (``KINDS``)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from loadtests.columns import markdown_table
from loadtests.faults.delivery.verdict import Fate
from loadtests.scoring import Spread

Report = Mapping[str, Any]
Lines = list[list[str]]

FATES = {
    Fate.CODE: "refused, own code",
    Fate.TRITON: "refused by Triton",
    Fate.ACCEPTED: "accepted",
    Fate.CLOSED: "closed",
    Fate.LOST: "server away",
    Fate.HANG: "no answer in time",
}


def write(content: Report, path: Path | None) -> None:
    """The JSON report, if one is wanted."""
    if path is not None:
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def table(title: str, headings: Sequence[str], lines: Lines) -> Table:
    """For the terminal: names left, figures right."""
    made = Table(title=title)
    for number, heading in enumerate(headings):
        made.add_column(heading, justify="right" if number else "left", overflow="fold")
    for line in lines:
        made.add_row(*line)
    return made


def malformed_tables(report: Report) -> Iterable[Table | str]:
    """What the terminal shows of a campaign."""
    title = f"{report['count']:,} malformed requests, seed {report['seed']}, {report['took_s']:.0f} s"
    yield table(title, *_fates(report))
    yield table("Sessions beside them", *neighbour_lines(report["neighbours"]))
    yield from _malformed_sentences(report)


def _malformed(report: Report) -> Iterable[str]:
    yield from markdown_table(*_fates(report))
    yield ""
    yield from markdown_table(*neighbour_lines(report["neighbours"]))
    yield ""
    yield from _malformed_sentences(report)


def _fates(report: Report) -> tuple[list[str], Lines]:
    rows: Lines = []
    for kind, fates in report["by_kind"].items():
        counts = [fates.get(fate.value, 0) for fate in FATES]
        rows.append([kind, str(sum(counts)), *map(str, counts)])
    sums = [str(sum(int(row[place]) for row in rows)) for place in range(1, len(FATES) + 2)]
    return ["kind", "sent", *FATES.values()], [*rows, ["all", *sums]]


def _malformed_sentences(report: Report) -> Iterable[str]:
    crashed = ", ".join(f"{one['model']} ({one['pid']})" for one in report["crashes"]) or "none"
    yield f"Processes that ended: {crashed}. Requests without an answer, also alone: {report['hangs']}."
    internal = sum(one["fate"] == Fate.CODE.value for one in report["remarkable"])
    yield f"Answered as a fault of ours (INTERNAL): {internal}."
    for one in report["remarkable"]:
        if one["fate"] != Fate.ACCEPTED.value:
            alone = f", alone: {one['alone']['fate']}" if one["alone"] else ""
            ended = f", ended: {', '.join(one['ended'])}" if one["ended"] else ""
            yield f"request {one['number']} ({one['kind']} {one['model']}: {one['what']}): {one['fate']}{alone}{ended}"


def neighbour_lines(neighbours: Report) -> tuple[list[str], Lines]:
    """The sessions beside it: calm ones, then those beside the faults."""
    headings = ["", "sessions", "lost", "faults", "breaks", "WER", "words lost", "added", "changed"]
    lines = []
    for name in ("calm", "disturbed"):
        side = neighbours[name]
        wer = f"{side['wer']:.3f}" if side["wer"] is not None else "–"
        counts = (side["sessions"], side["lost_sessions"], len(side["faults"]), side["breaks"])
        words = (side["words_lost"], side["words_added"], side["words_changed"])
        lines.append([name, *map(str, counts), wer, *map(str, words)])
    return headings, lines


def chaos_tables(report: Report) -> Iterable[Table | str]:
    """What the terminal shows of faults."""
    if report["rows"]:
        yield table(f"One fault at a time, {report['runs']} tries each, seed {report['seed']}", *_recoveries(report))
        yield table("The sessions that were running, and what stays", *_losses(report))
    yield from _chaos_sentences(report)


def _chaos(report: Report) -> Iterable[str]:
    yield from markdown_table(*_recoveries(report))
    yield ""
    yield from markdown_table(*_losses(report))
    yield ""
    yield from _chaos_sentences(report)


def _recoveries(report: Report) -> tuple[list[str], Lines]:
    headings = ["fault", "tries", "by itself well again", "captions after, s", "and translations, s", "all ready, s"]
    lines = []
    for row in report["rows"]:
        if row["not_possible"] is None:
            times = [_seconds(row[name]) for name in ("captions_s", "recovered_s", "ready_s")]
            lines.append([row["what"], str(row["tries"]), f"{row['recovered']} of {row['tries']}", *times])
    return headings, lines


def _losses(report: Report) -> tuple[list[str], Lines]:
    headings = [
        "fault",
        "sessions",
        "lost",
        "faults",
        "breaks",
        "longest, s",
        "words lost",
        "added",
        "changed",
        "stays",
    ]
    lines = []
    for row in report["rows"]:
        if row["not_possible"] is None:
            counts = (row["sessions"], row["lost_sessions"], len(row["faults"]), row["breaks"], row["longest_break_s"])
            words = (row["words_lost"], row["words_added"], row["words_changed"])
            stays = ", ".join(f"{name.replace('_', ' ')} {more:+g}" for name, more in row["left"].items() if more)
            lines.append([row["fault"], *map(str, counts), *map(str, words), stays or "nothing"])
    return headings, lines


def _chaos_sentences(report: Report) -> Iterable[str]:
    for one in report.get("damaged_caches", ()):
        yield f"Cached weights, {one['damage']}: {'found' if one['found'] else 'NOT FOUND'} by 'models verify'."
    if "ended_by" in report:
        yield f"It ended early, {report['ended_by']}"
    if "neighbours" not in report:
        return
    calm = report["neighbours"]["calm"]
    words = f"{calm['words_lost']} lost, {calm['words_added']} added, {calm['words_changed']} changed"
    yield f"Undisturbed: {calm['sessions']} sessions; words among them: {words}."
    for row in report["rows"]:
        if row["not_possible"] is not None:
            yield f"{row['fault']}: not done: {row['not_possible']}."
        yield from (f"{row['fault']}: {fault}" for fault in dict.fromkeys(row["faults"]))
        yield from (f"{row['fault']}: {one['failure']}" for one in row["details"] if one["failure"])


def connection_tables(report: Report) -> Iterable[Table | str]:
    """What the terminal shows of crowds."""
    yield table(f"{report['count']} connections at once", *_crowds(report))
    yield table("Sessions beside them", *neighbour_lines(report["neighbours"]))


def _connections(report: Report) -> Iterable[str]:
    yield from markdown_table(*_crowds(report))
    yield ""
    yield from markdown_table(*neighbour_lines(report["neighbours"]))


def _crowds(report: Report) -> tuple[list[str], Lines]:
    headings = ["clients", "let in", "connected within, s", "closed", "a new session meanwhile", "sessions lost"]
    headings += ["breaks", "words lost", "added", "changed", "crashes", "threads more", "files more"]
    lines = []
    for row in report["rows"]:
        fresh = "served" if row["fresh_meanwhile"] else row["fresh_failure"] or "no final"
        counts = [row["lost_sessions"], row["breaks"], row["words_lost"], row["words_added"], row["words_changed"]]
        more = [f"{row['left'][name]:+g}" for name in ("threads", "files")]
        crowd = [str(row["connected"]), f"{row['connect_s']:.2f}", str(row["closed"]), fresh]
        lines.append([row["what"], *crowd, *map(str, counts), str(len(row["crashes"])), *more])
    return headings, lines


def soak_tables(report: Report) -> Iterable[Table | str]:
    """What the terminal shows of a soak."""
    yield table("Resident memory, MB", *_memory(report))
    yield table("Counts of all processes", *_counts(report))
    yield from _soak_sentences(report)


def _soak(report: Report) -> Iterable[str]:
    yield from markdown_table(*_memory(report))
    yield ""
    yield from markdown_table(*_counts(report))
    yield ""
    yield from _soak_sentences(report)


def _memory(report: Report) -> tuple[list[str], Lines]:
    headings = ["process", "at first", "settled", "at last", "MB an hour", "± of the fit", "MB an hour and slot"]
    names = ("first_mb", "settled_mb", "last_mb", "mb_per_h", "error", "mb_per_h_and_slot")
    lines = [[group, *(_number(found[name]) for name in names)] for group, found in report["memory"].items()]
    return headings, lines


def _counts(report: Report) -> tuple[list[str], Lines]:
    lines = []
    for name, found in report["counts"].items():
        growth = _number(found["per_h"]["per_unit"] if found["per_h"] else None)
        lines.append([name.replace("_", " "), *(str(found[key]) for key in ("first", "last", "most")), growth])
    return ["", "at first", "at last", "most", "more an hour"], lines


def _soak_sentences(report: Report) -> Iterable[str]:
    wer = f", WER {report['wer']:.3f}" if report["wer"] is not None else ""
    restarts = ", ".join(f"{name} {count}" for name, count in report["model_restarts"].items()) or "none"
    yield (
        f"{report['sessions']} sessions in {report['slots']} slots, {report['audio_s'] / 60:.0f} min of audio{wer}; "
        f"problems {len(report['problems'])}, warnings {report['warnings']}, restarts of models: {restarts}."
    )
    yield from dict.fromkeys(report["problems"])


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def _seconds(spread: Report | None) -> str:
    return "–" if spread is None else Spread(**spread).text(1)


KINDS: dict[str, Callable[[Report], Iterable[str]]] = {
    "faults_malformed": _malformed,
    "faults_connections": _connections,
    "faults_chaos": _chaos,
    "faults_soak": _soak,
}
