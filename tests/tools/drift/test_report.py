"""The page: whole HTML of its own, with what drifts and both distributions."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import numpy as np
from tests.tools.drift.services import in_sessions, reference, window

from livetranslate_tools.drift.report import render
from livetranslate_tools.drift.window import Window


class Tags(HTMLParser):
    """Counts elements and checks that each is closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def page(*, mean: float = -25.0, language: str = "en") -> str:
    random = np.random.default_rng(1)

    def made(at: int, mean: float, language: str) -> Window:
        speech = (float(random.normal(500, 20)), 900.0)
        return window(in_sessions(random, 6, 15, mean=mean), languages={language: 90.0}, speech=speech, at=at)

    usual = reference([made(at, -25.0, "en") for at in range(30)])
    return render(usual, [made(40 + at, mean, language) for at in range(3)], in_a_row=3, significance=0.01)


def test_it_is_whole_and_loads_nothing() -> None:
    tags = Tags()
    tags.feed(page(mean=-50.0))
    assert tags.open == []
    assert sum(tag == "svg" for tag, _ in tags.seen) == 3
    addresses = [value for _, attributes in tags.seen for key, value in attributes.items() if key in ("src", "href")]
    assert addresses
    assert all(value and value.startswith("#") for value in addresses)


def test_it_says_first_what_drifts() -> None:
    heading = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)
    assert heading.search(page())[1] == "No drift"
    assert "Drift: Level of speech" in heading.search(page(mean=-50.0))[1]


def test_bars_are_shares_of_the_whole() -> None:
    text = page(language="<es>")
    assert "<title>en: 100.0% usual</title>" in text
    assert "<title>&lt;es&gt;: 100.0% now</title>" in text
    assert "<es>" not in text


def test_what_was_not_judged_says_why() -> None:
    assert "Last one not judged: the reference has 0 windows with 30 livetranslate_word_confidence, not 4." in page()
