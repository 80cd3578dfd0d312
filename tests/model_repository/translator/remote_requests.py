"""What the tests of the remote route share: asking it, failing at it, and a server's usual answers."""

from __future__ import annotations

import time

import pytest
from generation import GenerationRequest

from livetranslate.protocol import LiveTranslateError, TranslateOptions

SENTENCE = "The secret sentence."
KEY = "sk-very-secret"


def generate(route, *, text=SENTENCE, in_s=30.0, on_text=lambda _: None, is_cancelled=lambda: False):
    options = TranslateOptions(target="es", source="en")
    request = GenerationRequest(text, options, time.monotonic() + in_s)
    return route.generate(request, on_text=on_text, is_cancelled=is_cancelled)


def failure(route, **changes) -> LiveTranslateError:
    with pytest.raises(LiveTranslateError) as failed:
        generate(route, **changes)
    assert "secret" not in str(failed.value)
    return failed.value


def answer(*words, finish="stop"):
    def play(exchange):
        exchange.begin()
        for word in words:
            exchange.event(word)
        exchange.event("", finish=finish)
        exchange.done()

    return play


def status(code, **headers):
    return lambda exchange: (
        exchange.begin(code, "application/json", **headers),
        exchange.send(f'{{"error": {{"message": "about {SENTENCE}"}}}}'.encode()),
    )


def cut_short(exchange):
    exchange.begin()
    exchange.event("Bue")
    exchange.event("nos")
    exchange.cut()
