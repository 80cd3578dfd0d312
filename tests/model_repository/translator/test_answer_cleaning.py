"""A translation comes out of what a language model says around it, and a good one comes out as it went in."""

from itertools import cycle

import pytest
from answer_cleaning import clean
from tests.model_repository.translator.reference_pairs import pairs

WRAPPED = [
    "{}<|im_end|>",
    "{}<|im_end|>\n<|im_start|>user\nTranslate into Spanish:",
    "<think>\nThe user wants a translation.\n</think>\n\n{}",
    "Here is the translation: {}",
    "Here is the translation:\n\n{}",
    "Sure! Here's the translation:\n{}",
    "Translation: {}",
    "**Translation:** {}",
    "Translated text:\n{}",
    "Aquí está la traducción: {}",
    "Hier ist die Übersetzung:\n{}",
    "Voici la traduction : {}",
    "Ecco la traduzione: {}",
    "Aqui está a tradução: {}",
    "以下是翻译：\n{}",
    "翻訳：{}",
    "번역: {}",
    "Spanish: {}",
    "**Deutsch:** {}",
    "中文：{}",
    "```\n{}\n```",
    "```text\n{}",
    "**{}**",
    "`{}`",
    "  {}  ",
    "{}\n\nNote: I kept the informal tone.",
    "{}\n\nExplanation: the verb is in the past tense.",
    "{}\n(Literally: it is so.)",
    "{} (Note: this is informal.)",
    "{} (Nota: registro informal.)",
    "{}（注：这是直译）",
    "{} Note: this is a literal translation.",
]


def plain_pairs():
    """Pairs without quotes, colons or parentheses in the source, so that whatever is around them is the model's."""
    return [pair for pair in pairs() if not set('"“«「:：(（*`') & set(pair.source + pair.target)]


@pytest.mark.parametrize("wrapped", WRAPPED)
def test_what_stands_around_a_translation_is_dropped(wrapped):
    for pair in plain_pairs()[::7]:
        answer = wrapped.replace("{}", pair.target)
        assert clean(answer, pair.source, pair.target_language) == pair.target


@pytest.mark.parametrize("quotes", ['""', "“”", "«»", "「」", "„“", "''"])
def test_quotes_that_the_source_has_not_are_dropped(quotes):
    for pair in plain_pairs()[::7]:
        assert clean(quotes[0] + pair.target + quotes[1], pair.source, pair.target_language) == pair.target


def test_the_source_said_again_is_dropped():
    forms = cycle(["{s}\n{t}", "{s} → {t}", "English: {s}\nTranslation: {t}", '"{s}" -> "{t}"', "{s} = {t}"])
    for pair, form in zip(plain_pairs()[::7], forms, strict=False):
        answer = form.replace("{s}", pair.source).replace("{t}", pair.target)
        assert clean(answer, pair.source, pair.target_language) == pair.target


def test_a_right_translation_stays_as_it_is():
    changed = {
        pair.target: cleaned
        for pair in pairs()
        if (cleaned := clean(pair.target, pair.source, pair.target_language)) != pair.target
    }
    assert changed == {}


def test_every_beginning_of_a_right_translation_stays_too():
    for pair in pairs()[::11]:
        for end in range(1, len(pair.target)):
            begun = pair.target[:end].strip()
            assert clean(begun, pair.source, pair.target_language) == begun


@pytest.mark.parametrize(
    ("source", "translation"),
    [
        ('"Hello," he said.', '"Hola", dijo él.'),
        ('He said: "Hello".', "Él dijo: «Hola»."),
        ('"Hello" and "bye".', "«Hola» y «adiós»."),
        ("'Come!'", "„Komm!“"),
        ("Here's the thing, we lost.", "Hier ist die Sache: wir haben verloren."),
        ("Clearly, there is no money.", "Claro: no hay dinero."),
        ("The plan is simple, win.", "El plan es simple: ganar."),
        ("Three things: bread, wine and cheese.", "Tres cosas: pan, vino y queso."),
        ("Note: the room is closed.", "Nota: la sala está cerrada."),
        ("Here is the translation: read it.", "Aquí está la traducción: léela."),
        ("The translation is good.", "La traducción es «buena»."),
        ("Spanish: a beautiful language.", "Español: una lengua hermosa."),
        ("NATO meets today.", "La OTAN (NATO) se reúne hoy."),
        ("Madrid, the capital, is big.", "Madrid (la capital) es grande."),
        ("In the morning I drink coffee.", "'s Ochtends drink ik koffie."),
        ("It's time to go.", "C'est l'heure d'y aller, l'ami."),
        ("Use `ls -la` now.", "Usa `ls -la` ahora."),
        ("<|im_end|> is a token.", "<|im_end|> es un token."),
        ("It is 10:30.", "Son las 10:30."),
        ("First, the cost.", "第一：成本。"),
        ("- Yes", "- Sí"),
        ("It is a note on the piano.", "Es una nota de piano: un do."),
        ("Sure, why not.", "Sure, warum nicht."),
        ("OK.", "OK."),
        ("Line one.\nLine two.", "Línea uno.\nLínea dos."),
    ],
)
def test_a_translation_that_looks_like_talk_stays(source, translation):
    assert clean(translation, source, "es") == translation


@pytest.mark.parametrize(
    ("answer", "source", "target", "cleaned"),
    [
        ('The translation of "Hello" into Spanish is "Hola".', "Hello", "es", "Hola"),
        ("你好 (Nǐ hǎo)", "Hello", "zh", "你好"),
        ("Sure! Hola a todos.", "Hello, all.", "es", "Hola a todos."),
        ('"Hola a todos.', "Hello, all.", "es", "Hola a todos."),
        ("Hola   a \t todos.", "Hello, all.", "es", "Hola a todos."),
        ("Hola.\nAdiós.\nBuenas noches.", "Hello.", "es", "Hola."),
        ("Translation:", "Hello.", "es", ""),
        ("", "Hello.", "es", ""),
        ("<|im_end|>", "Hello.", "es", ""),
    ],
)
def test_other_forms(answer, source, target, cleaned):
    assert clean(answer, source, target) == cleaned


@pytest.mark.parametrize("wrapped", WRAPPED)
def test_cleaning_again_changes_nothing(wrapped):
    cleaned = clean(wrapped.replace("{}", "Hola a todos."), "Hello, all.", "es")
    assert clean(cleaned, "Hello, all.", "es") == cleaned
