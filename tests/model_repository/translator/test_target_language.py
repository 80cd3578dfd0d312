"""Which texts are not in the language that was asked for."""

import pytest
from target_language import is_wrong, language_of
from tests.model_repository.translator.reference_pairs import examples


def test_no_right_sentence_is_called_wrong():
    assert [(code, text) for sentence in examples() for code, text in sentence.items() if is_wrong(text, code)] == []


def test_no_piece_of_a_right_sentence_is_called_wrong():
    for sentence in examples():
        for code, text in sentence.items():
            words = text.split()
            for start in range(0, len(words) - 4, 2):
                assert not is_wrong(" ".join(words[start : start + 5]), code)


def test_nearly_every_sentence_in_another_language_is_caught():
    verdicts = [
        is_wrong(text, other)
        for sentence in examples()
        for code, text in sentence.items()
        for other in sentence
        if other != code
    ]
    assert sum(verdicts) >= 0.98 * len(verdicts)


@pytest.mark.parametrize(
    ("language", "text", "source"),
    [
        ("es", "OK, no hay problema.", "OK, no problem."),
        ("es", "Buenas noches, John Smith y Mary Jones.", "Good evening, John Smith and Mary Jones."),
        ("es", "El CEO de Goldman Sachs habló en Wall Street.", "The CEO of Goldman Sachs spoke in Wall Street."),
        ("de", "Angela Merkel traf Emmanuel Macron in Berlin.", "Angela Merkel met Emmanuel Macron in Berlin."),
        ("de", "Das Update für das Smartphone ist online.", "The update for the smartphone is online."),
        ("de", "Das Meeting mit dem Team ist um zehn.", "The meeting with the team is at ten."),
        ("fr", "Star Wars et Game of Thrones.", "Star Wars and Game of Thrones."),
        ("en", "Good morning, Señor García.", "Buenos días, señor García."),
        ("en", "Pasta alla carbonara is my favourite.", "La pasta alla carbonara es mi favorita."),
        ("no", "God morgen, hvordan har du det?", "Good morning, how are you?"),
        ("sv", "Vi ses på torsdag klockan tre.", "See you at three on Thursday."),
        ("pt", "Bom dia a todos.", "Good morning, everyone."),
        ("nl", "De trein is te laat.", "The train is late."),
        ("ja", "東京都", "Tokyo"),
        ("ja", "PythonとJavaScriptでコードを書きます。", "I write code in Python and JavaScript."),
        ("zh", "我用 Python 写 backend。", "I write the backend in Python."),
        ("zh", "iPhone", "iPhone"),
        ("ru", "Windows и Linux", "Windows and Linux"),
        ("zh", "他说「ありがとう」。", "彼は「ありがとう」と言った。"),
    ],
)
def test_names_and_borrowed_words_do_not_count(language, text, source):
    assert not is_wrong(text, language, source=source)


@pytest.mark.parametrize(
    "text", ["Hello.", "Yes, of course.", "OK", "Taxi", "42", "", "😀", "...", "https://example.com/now"]
)
def test_short_texts_are_never_called_wrong_by_their_words(text):
    assert not is_wrong(text, "es")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "你好"),
        ("en", "李明"),
        ("es", "El tren 火车 sale mañana."),
        ("ko", "우리는 内日 만나요."),
        ("ja", "我们明天去东京。"),
        ("ja", "これは这们です。"),
        ("zh", "私は学生です。"),
        ("zh", "We will meet again tomorrow morning."),
        ("ru", "We will meet again tomorrow morning."),
        ("en", "Мы встретимся завтра."),
        ("ar", "We will meet again tomorrow morning."),
        ("hi", "Uçuşumuz iki saat gecikti."),
    ],
)
def test_a_foreign_script_is_wrong(language, text):
    assert is_wrong(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("こんにちは", "ja"),
        ("你好吗", "zh"),
        ("안녕하세요", "ko"),
        ("Γιατί όχι", "el"),
        ("Wir treffen uns morgen um zehn Uhr.", "de"),
        ("Мы встретимся завтра в десять часов утра.", "ru"),
        ("Taxi", None),
        ("42", None),
    ],
)
def test_a_language_is_named_where_it_is_certain(text, language):
    assert language_of(text) == language
