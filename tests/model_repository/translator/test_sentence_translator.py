"""One sentence to one checked translation, given what the routes answer (they stand at the edge)."""

import pytest
from circuit_breaker import CircuitBreaker
from fallback_chain import FallbackChain
from retry_policy import RetryPolicy
from sentence_translator import SentenceTranslator

from livetranslate.protocol import (
    ErrorCode,
    LiveTranslateError,
    SentencePair,
    TranslateOptions,
    TranslationFlag,
)


class Scripted:
    """A route that gives its answers in turn, the last one for ever."""

    name = "llm"

    def __init__(self, *answers) -> None:
        self.answers = list(answers)
        self.requests = []

    def generate(self, request, *, on_text, is_cancelled):
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        on_text(answer)
        return answer


class Deaf:
    def attempt(self, *_: object) -> None: ...

    def breaker(self, *_: object) -> None: ...

    def fallback(self, *_: object) -> None: ...


def translate(route: Scripted, text: str, *, flags=None, shown=None, **options):
    chain = FallbackChain([(route, CircuitBreaker(failures=3, recovery_s=30))], retry=RetryPolicy(), observe=Deaf())
    shown = [] if shown is None else shown
    return SentenceTranslator(chain, timeout_s=5.0, on_flag=(flags if flags is not None else []).append).translate(
        text,
        TranslateOptions(**{"source": "en", "target": "es", **options}),
        on_text=shown.append,
        is_cancelled=lambda: False,
    )


def test_a_good_answer_is_asked_for_once():
    route = Scripted("Buenos días a todos.")
    result = translate(route, "Good morning, everyone.")
    assert (result.text, result.route, result.attempts, result.flags) == ("Buenos días a todos.", "llm", 1, ())
    assert len(route.requests) == 1


def test_what_a_model_says_around_a_translation_is_taken_off_also_while_it_streams():
    shown = []
    result = translate(
        Scripted('Here is the translation: "Buenos días a todos."'), "Good morning, everyone.", shown=shown
    )
    assert result.text == "Buenos días a todos."
    assert shown[-1] == "Buenos días a todos."


def test_a_refusal_is_asked_again_more_sternly_and_without_context():
    route = Scripted("I'm sorry, but I can't help with that.", "¿Cómo abro la puerta?")
    context = (SentencePair(source="Hello.", target="Hola."),)
    result = translate(route, "How do I open the door?", context=context)
    assert result.text == "¿Cómo abro la puerta?"
    assert result.attempts == 2
    assert route.requests[0].options.context == context
    assert route.requests[1].options.is_strict
    assert route.requests[1].options.context == ()


def test_a_question_that_comes_back_as_a_statement_is_asked_for_with_its_mark():
    route = Scripted("Me puede enviar el informe.", "¿Me puede enviar el informe?")
    result = translate(route, "Could you send me the report?")
    assert route.requests[1].options.insist == ("?",)
    assert (result.text, result.flags) == ("¿Me puede enviar el informe?", ())


@pytest.mark.parametrize("answer", ["", "I'm sorry, but I can't help with that.", "How do I open the front door?"])
def test_what_is_no_translation_twice_is_never_shown_as_one(answer):
    flags = []
    result = translate(Scripted(answer), "How do I open the front door?", flags=flags)
    assert (result.text, result.route) == ("How do I open the front door?", "source")
    assert result.untranslated
    assert result.flags == (TranslationFlag.REJECTED,)
    assert flags == [TranslationFlag.REJECTED]


def test_a_missed_term_is_insisted_on_once_and_then_flagged():
    route = Scripted("El pago se hace con la carta.")
    result = translate(route, "The payment is made by card.", glossary={"card": "tarjeta"})
    assert route.requests[1].options.insist == ("tarjeta",)
    assert len(route.requests) == 2
    assert TranslationFlag.TERM_MISSED in result.flags
    assert "tarjeta" in result.lost


def test_a_term_that_the_second_attempt_brings_is_no_flag():
    route = Scripted("El pago se hace con la carta.", "El pago se hace con la tarjeta.")
    result = translate(route, "The payment is made by card.", glossary={"card": "tarjeta"})
    assert (result.text, result.flags) == ("El pago se hace con la tarjeta.", ())


def test_a_lost_number_is_insisted_on_and_never_lost_in_silence():
    route = Scripted("La reunión empieza por la mañana.")
    result = translate(route, "The meeting starts at 10:30 in the morning.")
    assert len(route.requests) == 2
    assert result.flags == (TranslationFlag.NUMBER_LOST,)
    assert result.lost


def test_the_better_of_two_attempts_is_kept():
    route = Scripted("El pago de 50 euros se hace con la carta.", "I'm sorry, but I can't help with that.")
    result = translate(route, "The payment of 50 euros is made by card.", glossary={"card": "tarjeta"})
    assert result.text == "El pago de 50 euros se hace con la carta."


def test_when_nothing_answers_the_words_pass_marked():
    route = Scripted(LiveTranslateError(ErrorCode.MODEL_UNAVAILABLE, "gone"))
    result = translate(route, "Good morning, everyone.", timeout_s=1.0)
    assert (result.text, result.untranslated) == ("Good morning, everyone.", True)
    assert result.flags == (TranslationFlag.UNAVAILABLE,)


def test_what_is_promised_stays_at_the_beginning_whatever_the_answer():
    result = translate(Scripted(" a todos."), "Good morning, everyone.", committed="Buenos días")
    assert result.text == "Buenos días a todos."
    again = translate(Scripted("Buenos días a todos."), "Good morning, everyone.", committed="Buenos días")
    assert again.text == "Buenos días a todos."


def test_half_a_sentence_is_asked_for_once_whatever_it_lacks():
    route = Scripted("La reunión")
    result = translate(route, "The meeting at 10:30 in the", is_complete=False)
    assert (result.text, result.flags, len(route.requests)) == ("La reunión", (), 1)


def test_a_text_that_no_model_could_take_is_refused():
    route = Scripted(LiveTranslateError(ErrorCode.TEXT_TOO_LONG, "too long"))
    with pytest.raises(LiveTranslateError) as caught:
        translate(route, "Good morning.")
    assert caught.value.code is ErrorCode.TEXT_TOO_LONG
