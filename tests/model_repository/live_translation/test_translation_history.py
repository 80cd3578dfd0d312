"""Which earlier sentences go into a prompt."""

from translation_history import MAX_AGE_S, TranslationHistory

from livetranslate.protocol import SentencePair


def pair(number: int) -> SentencePair:
    return SentencePair(source=f"s{number}", target=f"t{number}")


def history(*spoken_s: float) -> TranslationHistory:
    made = TranslationHistory()
    for number, at_s in enumerate(spoken_s):
        made.add(pair(number), spoken_s=at_s)
    return made


def test_the_newest_three_go_into_the_prompt_oldest_first():
    assert history(1, 2, 3, 4).for_prompt(5) == (pair(1), pair(2), pair(3))


def test_what_is_older_than_half_a_minute_is_left_out():
    assert history(1, 20, 30).for_prompt(1 + MAX_AGE_S + 0.5) == (pair(1), pair(2))


def test_no_more_than_five_are_kept():
    assert [kept.source for _, kept in history(*range(9)).pairs] == ["s4", "s5", "s6", "s7", "s8"]


def test_a_resumed_session_goes_on_with_its_pairs():
    assert TranslationHistory.resumed([pair(0)], 100.0).for_prompt(110.0) == (pair(0),)


def test_without_a_past_there_is_no_context():
    assert TranslationHistory().for_prompt(0.0) == ()
    assert TranslationHistory().last_source == ""
