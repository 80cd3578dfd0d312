"""References survive their file, and what is no reference is refused in a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.tools.drift.services import reference, window

from livetranslate_tools.drift import durations
from livetranslate_tools.drift.errors import DriftError
from livetranslate_tools.drift.reference import load
from livetranslate_tools.drift.signals import BY_SIGNAL


def test_a_saved_reference_comes_back(tmp_path: Path) -> None:
    made = reference([window([-30.0] * 12, languages={"en": 12.0}, speech=(30.0, 70.0), at=at) for at in range(5)])
    made.save(tmp_path / "usual.json")
    assert load(tmp_path / "usual.json") == made


def test_quiet_windows_are_kept_but_not_used() -> None:
    made = reference([window([-30.0] * count) for count in (12, 12, 12, 12, 9, 0)])
    assert len(made.windows) == 6
    assert len(made.usable(BY_SIGNAL["speech_level"])) == 4


def test_a_reference_of_too_little_is_refused() -> None:
    with pytest.raises(DriftError, match="3 windows, of at most 12 utterances each; at least 4 need 10 or more"):
        reference([window([-30.0] * 12) for _ in range(3)])


def test_what_is_no_reference_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DriftError, match="cannot be read"):
        load(tmp_path / "none.json")
    file = tmp_path / "other.json"
    file.write_text('{"format": 1}')
    with pytest.raises(DriftError, match="is no reference"):
        load(file)
    reference([window([-30.0] * 12) for _ in range(4)]).save(file)
    file.write_text(json.dumps(json.loads(file.read_text()) | {"format": 2}))
    with pytest.raises(DriftError, match="format 2, this version reads 1"):
        load(file)


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("15m", 900), ("1.5h", 5400), ("7d", 604_800), ("1w", 604_800)]
)
def test_lengths_of_time(text: str, seconds: float) -> None:
    assert durations.is_duration(text)
    assert durations.seconds(text) == seconds
    assert durations.seconds(durations.text(seconds)) == seconds


@pytest.mark.parametrize("text", ["", "15", "m", "0m", "-5m", "15 min", "1h30m"])
def test_other_texts_are_no_lengths_of_time(text: str) -> None:
    with pytest.raises(DriftError, match="15m or 7d"):
        durations.seconds(text)
