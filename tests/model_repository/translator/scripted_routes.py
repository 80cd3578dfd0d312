"""Routes that do as they are told, and an observer that keeps what it is told, for the tests of the chain."""

import time

from generation import GenerationRequest
from retry_policy import RetryPolicy

from livetranslate.protocol import SOURCE_ROUTE, LiveTranslateError, TranslateOptions

QUICK = RetryPolicy(first_wait_s=0.002, longest_wait_s=0.02, shortest_attempt_s=0.0, fair_chance_s=0.0)


def error(code, retry_after_s=None):
    return LiveTranslateError(code, "as scripted", retry_after_s)


class Scripted:
    """Does what its script says, one step an attempt; the last one again and again.

    A step is an error to raise, or a text to stream word by word; a tuple streams its text, then raises its error.
    """

    def __init__(self, name, *steps):
        self.name = name
        self.steps = list(steps)
        self.calls = 0

    def generate(self, request, *, on_text, is_cancelled):
        step = self.steps[min(self.calls, len(self.steps) - 1)]
        self.calls += 1
        text, problem = step if isinstance(step, tuple) else (step, None)
        if isinstance(text, BaseException):
            raise text
        words = text.split()
        for count in range(1, len(words) + 1):
            on_text(" ".join(words[:count]))
        if problem is not None:
            raise problem
        return text


class Recorder:
    def __init__(self):
        self.attempts = []
        self.breakers = []
        self.fallbacks = []

    def attempt(self, route, outcome, seconds):
        assert seconds >= 0
        self.attempts.append((route, outcome))

    def breaker(self, route, state):
        self.breakers.append((route, state.value))

    def fallback(self, from_route, to_route):
        self.fallbacks.append((from_route, to_route))


def request_in(seconds=60.0):
    return GenerationRequest("Good morning.", TranslateOptions(target="es", source="en"), time.monotonic() + seconds)


def translate(chain, *, in_s=60.0, on_text=lambda _: None, is_cancelled=lambda: False):
    return chain.translate(request_in(in_s), on_text=on_text, is_cancelled=is_cancelled)


def passed_through(outcome):
    return (outcome.text, outcome.route, outcome.untranslated) == ("Good morning.", SOURCE_ROUTE, True)
