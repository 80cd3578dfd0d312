"""Locust's users: someone who speaks, someone with a recording, someone with a text.

Each observation of a call becomes a row of locust's statistics: ``live`` *session start*, *word* (one entry a word: its
delay), *final*, *translation*, *session done*; ``file`` *transcription*; ``text`` *first text*, *translation*. Failures
carry the error code of the product first.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from typing import Any

import gevent  # type: ignore[import-untyped]
from locust import User, between, constant, task

from loadtests.translation.talk_sentences import fresh_sentences
from loadtests.users.caller_process import CallerProcess
from loadtests.users.messages import Call, FileCall, LiveCall, TextCall

caller = cache(CallerProcess)


class CallingUser(User):
    """What all have in common."""

    abstract = True
    places = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        CallingUser.places += 1
        self.place = CallingUser.places
        options = self.environment.parsed_options
        self.url = self.host or "localhost:8001"
        self.clip: str = options.clip
        self.source: str = options.source
        self.targets = tuple(target for target in options.targets.split(",") if target)

    def call(self, make: Callable[[int], Call]) -> None:
        """Makes a call and reports what comes of it; waits as long as a server that is full says."""
        retry_after_s = 0.0
        for seen in caller().observations(make):
            retry_after_s = max(retry_after_s, seen.retry_after_s)
            self.environment.events.request.fire(
                request_type=seen.kind,
                name=seen.name,
                response_time=seen.seconds * 1000,
                response_length=seen.length,
                exception=CallError(seen.problem) if seen.problem else None,
                context={},
            )
        gevent.sleep(retry_after_s)


class CallError(Exception):
    """A call did not give what it should; the message begins with the error code."""


class LiveSessionUser(CallingUser):
    """Speaks: one session after another, at a microphone's pace."""

    wait_time = constant(1)

    @task
    def speak(self) -> None:
        """One session over the whole clip, beginning with another recording each time."""
        first = self.place + random.randrange(16)
        self.call(lambda number: LiveCall(number, self.url, self.clip, first, self.source, self.targets))


class FileTranscriptionUser(CallingUser):
    """Has a recording transcribed every few seconds."""

    wait_time = between(1, 5)

    @task
    def transcribe(self) -> None:
        """One recording of the clip."""
        part = random.randrange(1 << 16)
        self.call(lambda number: FileCall(number, self.url, self.clip, part, self.source))


class TextTranslationUser(CallingUser):
    """Has a sentence translated every few seconds; no sentence comes twice."""

    wait_time = between(1, 5)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sentences = fresh_sentences(self.place)

    @task
    def translate(self) -> None:
        """One English sentence into the targets."""
        text = next(self._sentences)
        targets = self.targets or ("es",)
        self.call(lambda number: TextCall(number, self.url, text, "en", targets))


KINDS: dict[str, type[CallingUser]] = {
    "live": LiveSessionUser,
    "file": FileTranscriptionUser,
    "text": TextTranslationUser,
}
