"""What is called shifted and what is not: chance, sessions that resemble themselves, and real changes."""

from __future__ import annotations

import numpy as np
import pytest
from loadtests.drift.naive import chi_square_p
from tests.tools.drift.services import in_sessions, independent, reference, window

from livetranslate_tools.drift.divergence import aligned_buckets
from livetranslate_tools.drift.errors import DriftError
from livetranslate_tools.drift.judging import Judge, Judgement, SignalJudge, Verdict
from livetranslate_tools.drift.reference import Reference
from livetranslate_tools.drift.signals import BY_SIGNAL, SIGNALS
from livetranslate_tools.drift.window import Window, pooled


def judge_of(usual: Reference, signal: str) -> SignalJudge:
    return SignalJudge(BY_SIGNAL[signal], usual)


def judged(usual: Reference, now: Window, signal: str = "speech_level") -> Judgement:
    return judge_of(usual, signal).judge(now)


def test_p_values_of_independent_utterances_promise_no_more_than_they_keep() -> None:
    random = np.random.default_rng(1)
    usual = reference([window(independent(random, 80)) for _ in range(60)])
    judge = judge_of(usual, "speech_level")
    found = [judge.judge(window(independent(random, 80))).p_value for _ in range(600)]
    assert 0.3 < np.mean(np.array(found) < 0.5) < 0.55
    assert 0.01 < np.mean(np.array(found) < 0.05) < 0.07


def test_sessions_that_resemble_themselves_are_no_drift() -> None:
    random = np.random.default_rng(2)
    usual = reference([window(in_sessions(random, 6, 25)) for _ in range(100)])
    judge, everything = judge_of(usual, "speech_level"), pooled(usual.windows)
    windows = [window(in_sessions(random, 6, 25)) for _ in range(300)]
    shifted = sum(judge.judge(one).verdict is Verdict.SHIFTED for one in windows)
    as_if_independent = sum(
        chi_square_p(*aligned_buckets(one.counts["speech_level"], everything.counts["speech_level"])) < 0.01
        for one in windows
    )
    assert shifted <= 9
    assert as_if_independent > 250
    assert judge.judge(windows[0]).effective < 150 / 8


@pytest.mark.parametrize("windows", [4, 8, 60])
def test_another_microphone_is_shifted(windows: int) -> None:
    random = np.random.default_rng(4)
    usual = reference([window(in_sessions(random, 6, 25)) for _ in range(windows)])
    found = judged(usual, window(in_sessions(random, 6, 25, mean=-45.0)))
    assert found.verdict is Verdict.SHIFTED
    assert found.score > 0.3


def test_a_certain_but_tiny_shift_is_usual() -> None:
    random = np.random.default_rng(5)
    usual = reference([window(independent(random, 20_000)) for _ in range(30)])
    found = judged(usual, window(independent(random, 20_000, mean=-24.0)))
    assert found.p_value < 1e-6
    assert found.score < BY_SIGNAL["speech_level"].smallest_shift
    assert found.verdict is Verdict.USUAL


def test_the_score_of_chance_is_about_zero_however_few_there_are() -> None:
    random = np.random.default_rng(6)
    usual = reference([window(independent(random, 12)) for _ in range(50)])
    judge = judge_of(usual, "speech_level")
    scores = [judge.judge(window(independent(random, 12))).score for _ in range(200)]
    assert np.median(scores) < 0.02


def test_too_little_is_not_judged_and_says_why() -> None:
    usual = reference([window([-30.0] * 20) for _ in range(6)])
    found = judged(usual, window([-10.0] * 9))
    assert found.verdict is Verdict.UNJUDGED
    assert found.why == "the window has 9 livetranslate_speech_level_dbfs, not 10"
    assert "the reference has 0 windows" in judged(usual, window([-30.0] * 20), "language").why


def test_windows_larger_than_any_before_are_no_more_certain() -> None:
    random = np.random.default_rng(7)
    usual = reference([window(in_sessions(random, 4, 10)) for _ in range(40)])
    large = Window(0, 1, {"speech_level": {k: 500 * v for k, v in usual.windows[0].counts["speech_level"].items()}}, {})
    assert judged(usual, large).verdict is Verdict.USUAL


def test_a_language_that_nobody_spoke_is_shifted_and_a_single_utterance_of_it_is_not() -> None:
    usual = reference([window([-30.0] * 60, languages={"en": 60.0}) for _ in range(12)])
    one = judged(usual, window(languages={"en": 59.0, "es": 1.0}), "language")
    many = judged(usual, window(languages={"en": 30.0, "es": 30.0}), "language")
    assert (one.verdict, many.verdict) == (Verdict.USUAL, Verdict.SHIFTED)


def test_a_ratio_has_limits_from_its_own_course() -> None:
    random = np.random.default_rng(8)
    usual = reference([window([-30.0] * 20, speech=(900.0 * share, 900.0)) for share in random.normal(0.6, 0.02, 50)])
    judge = judge_of(usual, "speech_share")
    calm, low = judge.judge(window(speech=(560.0, 900.0))), judge.judge(window(speech=(270.0, 900.0)))
    assert calm.verdict is Verdict.USUAL
    assert calm.limits == pytest.approx((0.6 - 0.0545, 0.6 + 0.0545), abs=0.012)
    assert low.verdict is Verdict.SHIFTED
    assert low.score == pytest.approx(-0.5, abs=0.02)
    assert low.value == pytest.approx(0.3)


def test_a_ratio_of_nothing_is_not_judged() -> None:
    usual = reference([window([-30.0] * 20, speech=(0.0, 900.0)) for _ in range(6)])
    assert "no livetranslate_speech_seconds_total" in judged(usual, window(speech=(9.0, 900.0)), "speech_share").why


def test_every_signal_is_told_of_in_order() -> None:
    usual = reference([window([-30.0] * 20) for _ in range(6)])
    found = Judge(usual).judge(window([-30.0] * 20))
    assert [one.signal for one in found] == [signal.name for signal in SIGNALS]
    assert [one.verdict for one in found[:2]] == [Verdict.USUAL, Verdict.UNJUDGED]


def test_a_reference_of_other_buckets_is_refused() -> None:
    usual = reference([window([-30.0] * 20) for _ in range(6)])
    with pytest.raises(DriftError, match="another version"):
        judged(usual, Window(0, 1, {"speech_level": {"-70": 1.0, "+Inf": 20.0}}, {}))
