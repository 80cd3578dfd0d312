"""Writes when each word of the project's own recordings was said: ``python -m loadtests.word_times``.

An offline pass of the served recogniser gives words with times; they are aligned with the reference words by edit
distance. A reference word that the recogniser missed lies evenly between its neighbours. The result is kept in
loadtests/data/word_times.json, so that delays measured today and tomorrow, of this system and of others, are counted
from the same moments.
"""

from __future__ import annotations

import json

import typer

from loadtests.live.clips import LIBRIVOX, jfk, librivox
from loadtests.live.offline import transcribe
from loadtests.scoring.reference import STORED, aligned_times


def main(url: str = "localhost:8001") -> None:
    """Asks the server at this gRPC address."""
    rows = {}
    for clip in (jfk(), *librivox(LIBRIVOX).parts):
        transcript = transcribe(url, clip, source="en")
        times = aligned_times((clip.words or "").split(), transcript.words, duration_s=clip.duration_s)
        rows[clip.name] = [[word.text, word.start_s, word.end_s] for word in times]
    lines = (f" {json.dumps(name)}: {json.dumps(times)}" for name, times in rows.items())
    STORED.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
