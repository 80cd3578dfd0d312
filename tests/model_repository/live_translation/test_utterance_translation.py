"""An utterance's translation: sentence by sentence, and ahead of the full stop (the translator stands at the edge)."""

import pytest
from heard_text import HeardText
from translation_history import TranslationHistory
from utterance_translation import UtteranceTranslation

from livetranslate.protocol import (
    SentencePair,
    SessionOptions,
    TranslationFlag,
    TranslationPolicy,
    TranslationResult,
)


class Shouter:
    """Translates word by word into capitals, behind what is committed."""

    def __init__(self) -> None:
        self.asked = []
        self.is_down = False

    def translate(self, text, options, *, on_text, is_cancelled):
        self.asked.append((text, options))
        if self.is_down:
            return TranslationResult(text, "source", untranslated=True, flags=(TranslationFlag.UNAVAILABLE,))
        answer = text.upper()
        assert answer.startswith(options.committed)
        on_text(answer)
        return TranslationResult(answer, "llm")


class Work:
    def __init__(self, *, policy=TranslationPolicy.SIMULTANEOUS, promised="", history=None) -> None:
        self.translator = Shouter()
        self.shown = []
        self.history = history or TranslationHistory()
        self.translation = UtteranceTranslation(
            target="es",
            options=SessionOptions(source="en", targets=("es",), translation=policy, keep=("Zyx",)),
            glossary={"card": "tarjeta"},
            translator=self.translator,
            history=self.history,
            show=lambda text, committed: self.shown.append((text, committed)),
            is_cancelled=lambda: False,
            promised=promised,
        )

    def follow(self, text: str, *, is_outdated=lambda: False) -> None:
        heard = HeardText(0, text, "en", 0.0, 5.0, is_final=False)
        self.translation.follow(heard, is_outdated=is_outdated)

    def finish(self, text: str) -> TranslationResult:
        return self.translation.finish(HeardText(0, text, "en", 0.0, 6.0))


def test_a_finished_utterance_is_translated_sentence_by_sentence_with_the_one_before_as_context():
    work = Work(policy=TranslationPolicy.FINAL)
    assert work.finish("We start today. Then we go home.").text == "WE START TODAY. THEN WE GO HOME."
    (first, first_options), (second, second_options) = work.translator.asked
    assert (first, second) == ("We start today.", "Then we go home.")
    assert first_options.context == ()
    assert second_options.context == (SentencePair(source="We start today.", target="WE START TODAY."),)
    assert second_options.glossary == {"card": "tarjeta"}
    assert second_options.keep == ("Zyx",)


def test_a_growing_sentence_is_translated_before_its_end_and_what_is_promised_stays():
    work = Work()
    work.follow("we will talk about")
    work.follow("we will talk about the budget and")
    committed = [promise for _, promise in work.shown]
    assert committed[-1] == "WE WILL TALK ABOUT"
    assert not work.translator.asked[-1][1].is_complete
    result = work.finish("we will talk about the budget and more")
    assert work.translator.asked[-1][1].committed == "WE WILL TALK ABOUT"
    assert work.translator.asked[-1][1].is_complete
    assert result.text.startswith(committed[-1])


def test_a_few_more_words_are_not_worth_another_guess():
    work = Work()
    work.follow("we will")
    work.follow("we will talk about")
    work.follow("we will talk about it")
    assert [text for text, _ in work.translator.asked] == ["we will talk about"]


def test_a_sentence_that_is_complete_while_the_speaker_goes_on_is_final_for_its_part():
    work = Work()
    work.follow("We start today. Then we")
    assert [text for text, _ in work.translator.asked] == ["We start today."]
    work.finish("We start today. Then we go home.")
    assert [text for text, _ in work.translator.asked] == ["We start today.", "Then we go home."]


def test_no_guess_is_begun_when_something_more_important_waits():
    work = Work()
    work.follow("we will talk about the budget", is_outdated=lambda: True)
    assert work.translator.asked == []


def test_when_the_model_goes_away_the_promised_beginning_stays_and_the_words_follow_marked():
    work = Work()
    work.follow("we will talk about")
    work.follow("we will talk about the budget and")
    work.translator.is_down = True
    result = work.finish("we will talk about the budget and more")
    assert result.untranslated
    assert result.text == "WE WILL TALK ABOUT we will talk about the budget and more"
    assert result.flags == (TranslationFlag.UNAVAILABLE,)
    assert work.history.for_prompt(6.0) == ()  # words that nobody translated teach the model nothing


def test_after_a_break_the_translation_begins_with_what_its_reader_has_seen():
    work = Work(promised="WE START")
    result = work.finish("we start today. then we go home.")
    assert [options.committed for _, options in work.translator.asked] == ["WE START"]
    assert result.text == "WE START TODAY. THEN WE GO HOME."


@pytest.mark.parametrize(("begins_s", "asked"), [(3.0, "it is good."), (4.0, "the plan we made it is good.")])
def test_words_heard_on_both_sides_of_a_cut_are_translated_once(begins_s, asked):
    history = TranslationHistory()
    history.add(SentencePair(source="this is the plan we made", target="X"), spoken_s=3.0)
    work = Work(policy=TranslationPolicy.FINAL, history=history)
    work.translation.finish(HeardText(1, "the plan we made it is good.", "en", begins_s, 6.0))
    assert work.translator.asked[0][0] == asked
