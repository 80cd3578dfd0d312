import pytest
from loadtests.translation.answers import Answer, Question
from loadtests.translation.judge import Judge

from livetranslate.protocol import TranslateOptions, TranslationResult


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge.of_newest_translator()


def question(text: str, **options: dict[str, str]) -> Question:
    return Question(text, TranslateOptions(source="en", target="es", **options))


def answered(text: str, *, untranslated: bool = False) -> Answer:
    return Answer(TranslationResult(text=text, route="llm", untranslated=untranslated), 0.1, 0.2)


def test_a_good_translation_has_nothing_against_it(judge: Judge) -> None:
    found = judge.judge(
        question("We have 36 stalls."), answered("Tenemos 36 puestos."), reference="Tenemos 36 puestos."
    )
    assert (found.violations, found.is_wrong_language, found.figures_lost) == ((), False, ())
    assert len(found.figures) == 1


def test_a_number_that_went_missing_is_seen(judge: Judge) -> None:
    found = judge.judge(question("We have 36 stalls."), answered("Tenemos muchos puestos."), reference=None)
    assert len(found.figures_lost) == 1


def test_another_language_is_seen(judge: Judge) -> None:
    text = "Das neue Krankenhaus wird im Frühjahr eröffnet und schafft viele neue Arbeitsplätze."
    source = "The new hospital will open in spring and create many new jobs."
    found = judge.judge(question(source), answered(text), reference=None)
    assert found.is_wrong_language
    assert "wrong_language" in found.violations


def test_terms_are_those_of_the_glossary_that_the_sentence_has(judge: Judge) -> None:
    asked = question("The lift is broken.", glossary={"lift": "elevador", "clinic": "consultorio"})
    found = judge.judge(asked, answered("El ascensor está averiado."), reference=None)
    assert (found.terms, found.terms_missed) == (("lift",), ("lift",))
    assert judge.judge(asked, answered("El elevador está averiado."), reference=None).terms_missed == ()


def test_source_text_that_was_passed_on_is_not_judged_as_a_translation(judge: Judge) -> None:
    found = judge.judge(question("Good morning."), answered("Good morning.", untranslated=True), reference=None)
    assert found.untranslated
    assert (found.text, found.violations) == ("", ())


def test_a_failed_request_is_told_with_its_reason(judge: Judge) -> None:
    found = judge.judge(question("Good morning."), Answer(None, None, 1.0, "MODEL_UNAVAILABLE: no llm"), reference=None)
    assert not found.is_translated
    assert (found.failure, found.violations) == ("MODEL_UNAVAILABLE: no llm", ())
