"""Windows are differences of the counters, whatever versions and restarts do to them."""

from __future__ import annotations

import pytest
from tests.tools.drift.services import Service, shape, window

from livetranslate_tools.drift.exposition import parse
from livetranslate_tools.drift.signals import BY_SIGNAL
from livetranslate_tools.drift.window import Reading, between, buckets, pooled, without


def reading(*services: Service, at_s: float = 0.0) -> Reading:
    return Reading(at_s, parse("".join(service.page() for service in services)))


def test_a_window_holds_what_was_counted_between_two_readings() -> None:
    service = Service()
    service.hear([-30.0, -70.0, 3.0])
    before = reading(service, at_s=100.0)
    service.hear([-22.0, -22.0, -48.0])
    service.hear([-20.0], language="es")
    found = between(before, reading(service, at_s=160.0))
    assert (found.start_s, found.end_s) == (100.0, 160.0)
    assert found.counts["speech_level"] == shape("speech_level", [-22.0, -22.0, -48.0, -20.0])
    assert found.counts["language"] == {"en": 3.0, "es": 1.0}
    assert found.sums["speech_share"] == pytest.approx((12.0, 20.0))
    assert found.observations(BY_SIGNAL["speech_level"]) == 4
    assert found.observations(BY_SIGNAL["speech_share"]) == pytest.approx(20.0)


def test_a_restarted_server_counts_from_nothing() -> None:
    before = Service()
    before.hear([-30.0] * 10)
    after = Service()
    after.hear([-20.0] * 3)
    found = between(reading(before), reading(after))
    assert found.counts["speech_level"] == shape("speech_level", [-20.0] * 3)
    assert found.counts["language"] == {"en": 3.0}


def test_versions_count_together() -> None:
    old, new = Service("1"), Service("2")
    old.hear([-30.0])
    before = reading(old)
    old.hear([-30.0])
    new.hear([-10.0] * 2)
    found = between(before, reading(old, new))
    assert found.counts["speech_level"] == shape("speech_level", [-30.0, -10.0, -10.0])


def test_what_a_server_lacks_is_left_out() -> None:
    found = between(Reading(0.0, {}), Reading(1.0, parse("livetranslate_audio_seconds_total 7\n")))
    assert (found.counts, found.sums) == ({}, {})
    assert found.observations(BY_SIGNAL["speech_snr"]) == 0


def test_only_the_llms_tokens_count() -> None:
    page = (
        'vllm:generation_tokens_total{model="llm",version="1"} 90\n'
        'vllm:generation_tokens_total{model="other",version="1"} 5\n'
        'livetranslate_words_total{language="en",version="1"} 60\n'
    )
    assert between(Reading(0.0, {}), Reading(1.0, parse(page))).sums["tokens_per_word"] == (90.0, 60.0)


def test_labels_may_hold_anything() -> None:
    page = 'livetranslate_utterances_total{language="a\\"b,c}\\\\",version="1"} 2 1700000000000\n'
    ((_, labels),) = parse(page)
    assert dict(labels)["language"] == 'a"b,c}\\'


def test_cumulative_buckets_become_counts_in_order() -> None:
    assert list(buckets({"+Inf": 9.0, "10": 4.0, "-5.0": 1.0}).items()) == [("-5", 1.0), ("10", 3.0), ("+Inf", 5.0)]
    assert buckets({"1": 2.0, "2": 1.9, "+Inf": 2.5}) == {"1": 2.0, "2": 0.0, "+Inf": 0.5}


def test_windows_are_put_together_and_taken_out_again() -> None:
    one = window([-30.0] * 2, languages={"en": 2.0}, speech=(3.0, 5.0), at=0)
    other = window([-20.0] * 3, languages={"es": 3.0}, speech=(1.0, 5.0), at=4)
    both = pooled([one, other])
    assert (both.start_s, both.end_s) == (one.start_s, other.end_s)
    assert both.counts["language"] == {"en": 2.0, "es": 3.0}
    rest = without(both, one)
    assert rest.counts["speech_level"] == other.counts["speech_level"]
    assert rest.sums == other.sums
    with pytest.raises(ValueError, match="no windows"):
        pooled([])
