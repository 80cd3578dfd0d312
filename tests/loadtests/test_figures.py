import pytest
from loadtests.figures import caption_figures, most_streams, row_of, spread_of

from loadtests.scoring import Score, Spread


def one(*, errors: int = 0, share: float = 1.0, delays: tuple[float, ...] = (1.0, 2.0)) -> Score:
    return Score(errors, 10, 10, delays, delays, delays, 0.5, 1.0, 0.0, 0.2, 0.4, share, share)


def test_words_are_pooled_and_the_worst_stream_decides() -> None:
    figures = caption_figures([one(errors=1, share=0.9), one(delays=(3.0, 4.0, 5.0))])
    assert figures["wer"] == pytest.approx(1 / 20)
    assert figures["delay_avg_s"] == 3.0
    assert figures["share_in_time"] == 0.9


def test_a_row_gives_median_and_range_of_its_runs() -> None:
    runs = [caption_figures([one(errors=number)]) for number in (0, 1, 2)]
    row = row_of(1, runs, best_wer=None, problems=[])
    assert spread_of(row, "wer") == Spread(0.1, 0.0, 0.2, 3)
    assert spread_of(row, "cpu_s_per_audio_s") is None
    assert row["kept"]


@pytest.mark.parametrize(
    ("score", "problems", "kept"),
    [
        (one(share=0.95), [], True),
        (one(share=0.94), [], False),
        (one(errors=1), [], False),
        (one(), ["an error event"], False),
    ],
)
def test_streams_are_kept_only_in_time_unharmed_and_correct(score: Score, problems: list[str], kept: bool) -> None:
    assert row_of(4, [caption_figures([score])], best_wer=0.0, problems=problems)["kept"] is kept


def test_the_most_streams_stand_below_the_first_number_that_was_not_kept() -> None:
    rows = [{"streams": count, "kept": kept} for count, kept in ((1, True), (2, True), (4, False), (8, True))]
    assert most_streams(rows) == 2
    assert most_streams(rows[2:]) == 0
