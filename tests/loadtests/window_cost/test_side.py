import io
import sys
from pathlib import Path

import numpy as np
import pytest
from loadtests.framed_process import SideError
from loadtests.scoring.score import spoken
from loadtests.window_cost.comparison import Answer, Measured, Side, compare, summary
from loadtests.window_cost.side import read_frame, write_frame
from loadtests.window_cost.windows import Window, cut
from tests.whisper_weights import whisper_weights

from loadtests.live import clips

HERE = Path(sys.executable)


def test_frames_come_out_as_they_went_in() -> None:
    stream = io.BytesIO()
    for data in (b"ready", b"", b"\0" * 70_000):
        write_frame(stream, data)
    stream.seek(0)
    assert [read_frame(stream) for _ in range(4)] == [b"ready", b"", b"\0" * 70_000, None]


def test_our_engine_answers_from_a_process_of_its_own_with_what_it_cost() -> None:
    window = cut([clips.find("jfk")], [8.0])[0]
    arguments = ("offline", str(whisper_weights()), "en", "2")
    with Side("ours", HERE, "loadtests.window_cost.our_side", *arguments) as side:
        answer = side.transcribe(window.samples)
    assert spoken(answer.text)[:4] == ["and", "so", "my", "fellow"]
    assert answer.cpu_s > 0.01
    assert answer.took_s > 0.01


def test_a_side_that_cannot_start_is_named() -> None:
    with pytest.raises(SideError, match="theirs ended with exit code 1"), Side("theirs", HERE, "no.such.module"):
        pass


class Script:
    """A side with a known cost."""

    def __init__(self, name: str, text: str, cpu_s: float) -> None:
        self.name = name
        self.answer = Answer(text, cpu_s, cpu_s / 2)
        self.asked = 0

    def transcribe(self, samples: object) -> Answer:
        self.asked += 1
        return self.answer


def test_costs_are_compared_pair_by_pair_without_the_first_round() -> None:
    windows = [Window(name, np.zeros(32_000, np.float32), "and so") for name in ("a", "b")]
    ours, theirs = Script("ours", "And so.", 0.1), Script("theirs", "and", 0.4)
    measured = compare(windows, ours, theirs, rounds=3, seed=1)  # type: ignore[arg-type]
    assert ours.asked == theirs.asked == 2 * (3 + 1)
    assert [len(one.pairs) for one in measured] == [3, 3]
    found = summary(measured)
    assert found["cpu_ratio"].median == pytest.approx(0.25)  # type: ignore[union-attr]
    assert found["ours_cpu_s_per_audio_s"].median == pytest.approx(0.05)  # type: ignore[union-attr]
    assert found["ours_wer"] == 0.0
    assert found["theirs_wer"] == 0.5


def test_the_ratio_of_a_window_is_the_median_of_its_pairs() -> None:
    window = Window("a", np.zeros(16_000, np.float32), "and")
    pairs = tuple((Answer("", ours, 0.0), Answer("", 1.0, 0.0)) for ours in (0.2, 0.9, 0.3))
    assert Measured(window, pairs).ratio == 0.3
