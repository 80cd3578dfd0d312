import dataclasses
import random

import numpy as np
import pytest
from loadtests.live.clips import RATE_HZ, Clip, join
from loadtests.translation.live import rows_of, shuffled
from loadtests.translation.live_run import Expected, LiveTranslation, Setup, judged, mean_figures
from loadtests.translation.tables import live_markdown
from tests.loadtests.translation.sessions import growing, recorded, said, translated

from livetranslate.protocol import TranslationPolicy
from loadtests.scoring import ReferenceWord

ONE = Clip(
    "one",
    np.zeros(2 * RATE_HZ, np.int16),
    "good morning",
    (ReferenceWord("good", 0.0, 1.0), ReferenceWord("morning", 1.0, 2.0)),
)
FINAL = Setup(TranslationPolicy.FINAL, ("es",))
BOTH = Setup(TranslationPolicy.FINAL, ("es", "de"))


def test_a_sessions_figures_say_how_late_how_good_and_how_steady() -> None:
    recording = recorded(
        said("good morning", at=3.0, end_s=2.0), growing("buenos", at=4.0), translated("buenos días", at=5.0)
    )
    found = judged(recording, ONE, FINAL, {"es": Expected(offline={"one": "buenos días"})}, cost={"cpu_s.llm": 2.0})
    assert found.figures["laal_s"] == 5.0  # all after the end: the first word, from the sentence's beginning
    assert found.figures["laal_ideal_s"] == pytest.approx(2.0 - 0.5 * 0)
    assert found.figures["delay_avg_s"] == pytest.approx(((5.0 - 1.0) + (5.0 - 2.0)) / 2)
    assert found.figures["chrf_offline"] == pytest.approx(100.0)
    assert found.figures["chrf_reference"] is None
    assert found.figures["displayed_erasure"] == 0.0
    assert found.figures["cpu_s.llm"] == 2.0
    assert found.texts == {"es": "buenos días"}


def test_the_recordings_of_a_clip_are_the_sentences_that_a_stream_is_cut_at() -> None:
    clip = join("both", [ONE, dataclasses.replace(ONE, name="two")])
    expected = Expected(offline={"one": "a", "two": "b"}, references={"two": "zwei", "one": "eins"})
    first, second = expected.sentences(clip, "de")
    assert (first.start_s, first.end_s, first.reference) == (0.0, 2.0, ("eins",))
    assert (second.start_s, second.end_s, second.reference) == (2.5, 4.5, ("zwei",))


def test_sessions_play_the_recordings_in_orders_of_their_own_with_the_times_of_their_words() -> None:
    clip = join("many", [dataclasses.replace(ONE, name=str(number)) for number in range(6)])
    chance = random.Random(1)
    orders = {tuple(part.name for part in shuffled(clip, chance).parts) for _ in range(5)}
    assert len(orders) == 5
    assert shuffled(clip, chance).times == clip.times  # the recordings are alike but for their names
    assert shuffled(ONE, chance) is ONE


def test_several_languages_are_averaged_where_all_have_the_figure() -> None:
    assert mean_figures([{"a": 1.0, "b": 2.0}, {"a": 3.0, "b": None}]) == {"a": 2.0, "b": None}


def test_cost_is_held_against_one_language_of_the_same_policy_run_by_run() -> None:
    def run(cpu_s: float, *languages: str) -> LiveTranslation:
        return LiveTranslation({"cpu_s.llm": cpu_s}, {one: {"laal_s": 1.0} for one in languages}, {}, [])

    one = [run(10.0, "es"), run(20.0, "es")]
    both = [run(15.0, "es", "de"), run(32.0, "es", "de")]
    rows = rows_of([FINAL, BOTH], {FINAL.label: one, BOTH.label: both})
    assert rows[0]["figures"]["llm_cpu_ratio"]["median"] == 1.0
    assert rows[1]["figures"]["llm_cpu_ratio"] == {"median": 1.55, "low": 1.5, "high": 1.6, "runs": 2}
    text = "\n".join(live_markdown({"llm": None, "clip": "two", "clip_s": 4.5, "runs": 2, "rows": rows}))
    assert "| final, es+de | 23.5 (15.0–32.0) | 1.55 (1.50–1.60) |" in text
