"""For locust itself: ``locust -f loadtests/users/locustfile.py --headless -H localhost:8001 --mix live=4,text=2``.

Options can come from the environment, too: LOCUST_HOST, LIVETRANSLATE_MIX, LIVETRANSLATE_SHAPE and so on.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from locust import LoadTestShape, events

from loadtests.users.results import results_of
from loadtests.users.shapes import SHAPES, mix_of, users_at
from loadtests.users.user_classes import KINDS, FileTranscriptionUser, LiveSessionUser, TextTranslationUser

__all__ = ["FileTranscriptionUser", "LiveSessionUser", "Shape", "TextTranslationUser"]

SPAWN_RATE_PER_S = 10.0


def add_options(parser: Any) -> None:
    """What is spoken, by whom, and how many there are when."""
    for name, default, text in (
        ("mix", "live=6,file=1,text=3", "Kinds of users and their weights."),
        ("shape", "steady", f"How many users there are when: {', '.join(SHAPES)}."),
        ("clip", "librivox", "What is spoken: jfk, librivox, a file, a folder with transcripts."),
        ("source", "en", "Language of the speech, or auto."),
        ("targets", "", "Languages to translate into, with commas; none for captions only (texts: es)."),
    ):
        variable = f"LIVETRANSLATE_{name.upper()}"
        parser.add_argument(f"--{name}", env_var=variable, default=default, help=text, include_in_web_ui=True)
    parser.add_argument("--peak", env_var="LIVETRANSLATE_PEAK", type=int, default=4, help="Users at the peak.")
    parser.add_argument("--results", env_var="LIVETRANSLATE_RESULTS", default="", help="Write figures to this JSON.")
    parser.add_argument("--length", env_var="LIVETRANSLATE_LENGTH", type=float, default=120.0, help="Seconds.")


def set_mix(environment: Any, **_: Any) -> None:
    """The users' weights; a kind without weight is left out."""
    weights = mix_of(environment.parsed_options.mix)
    environment.user_classes = [KINDS[kind] for kind, weight in weights.items() if weight]
    for kind, weight in weights.items():
        KINDS[kind].weight = weight


def write_results(environment: Any, **_: Any) -> None:
    """The figures at the very end: locust's CSV files miss what comes after the last of their intervals."""
    if environment.parsed_options.results:
        content = results_of(environment.stats)
        Path(environment.parsed_options.results).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


class Shape(LoadTestShape):
    """The shape that ``--shape`` names."""

    def tick(self) -> tuple[int, float] | None:
        """Users now, and how fast they come; None ends the test."""
        options: Any = self.runner and self.runner.environment.parsed_options
        at_s: float = self.get_run_time()  # type: ignore[no-untyped-call]
        users = users_at(options.shape, at_s, peak=options.peak, length_s=options.length)
        return None if users is None else (users, SPAWN_RATE_PER_S)


events.init_command_line_parser.add_listener(add_options)  # type: ignore[no-untyped-call]
events.quitting.add_listener(write_results)  # type: ignore[no-untyped-call]
events.init.add_listener(set_mix)  # type: ignore[no-untyped-call]
