from itertools import islice

import pytest
from loadtests.translation.speed_figures import Batch, Timed, batch_figures, pair_figures, rows_of
from loadtests.translation.tables import speed_markdown
from loadtests.translation.talk_sentences import fresh_sentences


def batch(*, first_s: float, took_s: float, text: str = "hola", tokens: int = 10, count: int = 4) -> Batch:
    return Batch(tuple(Timed(text, tokens, first_s, took_s) for _ in range(count)), took_s)


def test_throughput_counts_all_tokens_over_the_whole_batch() -> None:
    figures = batch_figures(batch(first_s=0.1, took_s=2.0))
    assert figures["tokens_per_s"] == 20.0
    assert figures["sentences_per_s"] == 2.0
    assert figures["ttft_p50_ms"] == pytest.approx(100.0)
    assert figures["latency_p99_ms"] == pytest.approx(2000.0)


def test_triton_is_held_against_the_bare_engine_of_the_same_round() -> None:
    figures = pair_figures(batch(first_s=0.108, took_s=2.0), batch(first_s=0.1, took_s=1.9))
    assert figures["throughput_ratio"] == pytest.approx(0.95)
    assert figures["ttft_added_ms"] == pytest.approx(8.0)
    assert figures["same_text"] == 1.0


def test_sentences_that_the_sides_answer_differently_are_seen() -> None:
    ours, theirs = batch(first_s=0.1, took_s=1.0), batch(first_s=0.1, took_s=1.0, text="otra")
    assert pair_figures(ours, theirs)["same_text"] == 0.0


def test_batching_is_held_against_one_at_a_time_of_the_same_round() -> None:
    rounds = [
        {number: pair_figures(batch(first_s=0.1, took_s=took_s), None) for number, took_s in ((1, slow_s), (16, 0.5))}
        for slow_s in (3.0, 4.0, 5.0)
    ]
    rows = rows_of(rounds)
    assert [row["concurrent"] for row in rows] == [1, 16]
    assert rows[1]["figures"]["triton_batching"] == {"median": 8.0, "low": 6.0, "high": 10.0, "runs": 3}
    assert "bare_tokens_per_s" not in rows[1]["figures"]
    text = "\n".join(speed_markdown({"llm": "qwen", "languages": "en-es", "rounds": 3, "rows": rows}))
    assert "| 16 | 80.0 (80.0–80.0) | 8.0 (6.0–10.0) |" in text


def test_sentences_are_fresh_and_the_same_for_a_seed() -> None:
    many = list(islice(fresh_sentences(1), 2000))
    assert len(set(many)) == 2000
    assert many[:5] == list(islice(fresh_sentences(1), 5))
    assert many[:5] != list(islice(fresh_sentences(2), 5))
