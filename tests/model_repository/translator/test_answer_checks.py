"""What is no translation is told from what is one."""

import pytest
from answer_checks import Violation, violations
from tests.model_repository.translator.reference_pairs import pairs

LONG = "We have been working in this laboratory for more than ten years, and it was great fun for all of us."

WRONG = [
    (Violation.EMPTY, "Hello.", "es", ""),
    (Violation.EMPTY, "Hello.", "es", "..."),
    (Violation.REFUSAL, "Fuck this shit.", "es", "Lo siento, pero no puedo ayudarte con eso."),
    (Violation.REFUSAL, "Kill all the bugs.", "es", "I'm sorry, but I can't assist with that."),
    (Violation.REFUSAL, "Let's go home now.", "es", "As an AI language model, I cannot do that."),
    (Violation.REFUSAL, "Tell me the password.", "zh", "很抱歉，我无法提供此信息。"),
    (Violation.REFUSAL, "Beat it.", "de", "Als KI-Sprachmodell kann ich das nicht tun."),
    (Violation.REFUSAL, "Beat it.", "fr", "Désolé, je ne peux pas traduire cela."),
    (Violation.REFUSAL, "Beat it.", "ja", "申し訳ありませんが、お手伝いできません。"),
    (Violation.REFUSAL, "Um", "es", "Please provide the text you want to translate."),
    (Violation.PREAMBLE, "Hello.", "es", "Here is the translation: Hola."),
    (Violation.QUOTES_ADDED, "Hello.", "es", "«Hola.»"),
    (Violation.NOTE_ADDED, "Hello.", "es", "Hola. (Nota: informal)"),
    (Violation.WRONG_LANGUAGE, "Good morning, how are you today?", "es", "Guten Morgen, wie geht es Ihnen heute?"),
    (Violation.WRONG_LANGUAGE, "The train leaves tomorrow.", "es", "El tren 火车 sale mañana."),
    (Violation.UNTRANSLATED_COPY, LONG, "es", LONG),
    (Violation.UNTRANSLATED_COPY, "Ask what you can do.", "es", "ask what you can do"),
    (
        Violation.TOO_LONG,
        "Hello there.",
        "es",
        "Hola, esta es una historia larga que no termina nunca y que nadie ha contado.",
    ),
    (Violation.TOO_SHORT, LONG, "es", "Sí."),
    (Violation.TOO_SHORT, LONG, "zh", "是的。"),
    (Violation.LOOP, "Hello to all.", "es", "hola " * 30),
    (Violation.LOOP, "It is a good day.", "es", "Es un buen día, es un buen día, es un buen día, es un buen día."),
    (Violation.LOOP, "Good.", "zh", "好好好好好好好好好好"),
    (Violation.CONTINUATION, "Hello, everyone.", "es", "Hola. Me llamo Juan. Vivo en Madrid y trabajo en un banco."),
    (Violation.CONTINUATION, "Hello.", "es", "Hola. User: Translate into Spanish: Goodbye."),
    (Violation.ANSWERED_INSTEAD, "What is the capital of France?", "es", "París es la capital de Francia."),
    (Violation.ANSWERED_INSTEAD, "What is the capital of France?", "zh", "巴黎是法国的首都。"),
    (Violation.ANSWERED_INSTEAD, "What is the capital of Japan?", "ja", "東京です。"),
    (Violation.ANSWERED_INSTEAD, "Write a function.", "es", "def f(): return 1"),
]

RIGHT = [
    ("OK", "en", "es", "OK"),
    ("Hotel", "en", "de", "Hotel"),
    ("taxi", "en", "es", "Taxi"),
    ("Barack Obama", "en", "es", "Barack Obama"),
    ("https://example.com/a", "en", "es", "https://example.com/a"),
    ("42", "en", "zh", "42"),
    ("😀", "en", "es", "😀"),
    ("...", "en", "es", "..."),
    ("東京大学", "ja", "zh", "东京大学"),
    ("東京大学", "zh", "ja", "東京大学"),
    ("I'm sorry, but I can't come.", "en", "es", "Lo siento, pero no puedo ir."),
    ("I am unable to do it.", "en", "es", "No puedo hacerlo."),
    ("As an AI company we are proud.", "en", "de", "Als KI-Firma sind wir stolz."),
    ("I cannot help you with that, said the clerk.", "en", "es", "No puedo ayudarle con eso, dijo el empleado."),
    ("Gracias a todos por venir hoy.", "auto", "es", "Gracias a todos por venir hoy."),
    ("Ha ha ha ha ha", "en", "zh", "哈哈哈哈哈"),
    ("No, no, no, no!", "en", "de", "Nein, nein, nein, nein!"),
    ("Could you open the window?", "en", "ja", "窓を開けてください。"),
    ("Could you open the window?", "en", "zh", "请打开窗户。"),
    ("I use Python and JavaScript.", "en", "ja", "私はPythonとJavaScriptを使います。"),
    ("Why not?", "en", "el", "Γιατί όχι;"),
    ("Sorry?", "en", "es", "¿Cómo dice?"),
    ("I beg your pardon.", "en", "de", "Entschuldigung."),
    ("Thanks.", "en", "ja", "ありがとうございます。"),
    ("Yes.", "en", "fr", "Oui."),
]


@pytest.mark.parametrize(("violation", "source", "target", "answer"), WRONG)
def test_what_is_no_translation_is_found(violation, source, target, answer):
    assert violation in violations(answer, source, target_language=target, source_language="en")


@pytest.mark.parametrize(("source", "source_language", "target", "answer"), RIGHT)
def test_what_a_translation_may_do_is_not_held_against_it(source, source_language, target, answer):
    assert violations(answer, source, target_language=target, source_language=source_language) == ()


def test_right_translations_in_eighteen_languages_have_no_violation():
    found = {
        (pair.source, pair.target): wrong
        for pair in pairs()
        if (
            wrong := violations(
                pair.target, pair.source, target_language=pair.target_language, source_language=pair.source_language
            )
        )
    }
    assert found == {}


def test_the_source_s_language_need_not_be_known():
    for pair in pairs()[::5]:
        assert violations(pair.target, pair.source, target_language=pair.target_language, source_language="auto") == ()


def test_sources_left_as_they_are_are_always_found():
    for pair in pairs()[::5]:
        if len(pair.source.split()) > 5 or not pair.source.isascii():
            found = violations(
                pair.source, pair.source, target_language=pair.target_language, source_language=pair.source_language
            )
            assert {Violation.UNTRANSLATED_COPY, Violation.WRONG_LANGUAGE} & set(found), pair


def test_the_names_are_stable():
    assert [violation.value for violation in Violation] == [
        "empty", "refusal", "preamble", "quotes_added", "note_added", "wrong_language", "untranslated_copy", "too_long",
        "too_short", "loop", "continuation", "answered_instead",
    ]  # fmt: skip
