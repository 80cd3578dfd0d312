"""Numbers as digits and as words: times, confidence and punctuation stay; what is no plain number stays as heard."""

import pytest
from numerals import LANGUAGES_IN_DIGITS, convert, is_available, open_run, refusal

from livetranslate.protocol import ErrorCode, Numerals, Word


def words_of(text: str, *, confidence: float | None = 0.9) -> tuple[Word, ...]:
    return tuple(Word(word, at * 0.4, at * 0.4 + 0.35, confidence) for at, word in enumerate(text.split()))


def converted(text: str, language: str, mode: Numerals) -> str:
    return " ".join(word.text for word in convert(words_of(text), language, mode))


@pytest.mark.parametrize(
    ("language", "heard", "written"),
    [
        ("en", "I have twenty-one, two hundred and five pears and one idea.", "I have 21, 205 pears and one idea."),
        ("en", "The twenty-first of May nineteen eighty-four.", "The 21st of May 1984."),
        ("en", "Twenty twenty-four: three point one four.", "2024: 3.14."),
        ("en", "Call five five five one two three.", "Call 5 5 5 1 2 3."),
        ("en", "two point five million people", "2.5 million people"),
        ("en", "a hundred dollars and fifty cents", "100 dollars and 50 cents"),
        ("en", "“Ninety-nine” (forty)", "“99” (40)"),
        ("fr", "vingt et un mille quatre-vingt-dix-neuf amis, trois virgule quatorze", "21099 amis, 3,14"),
        ("de", "zweihundertfünf Euro, drei Komma fünf", "205 Euro, 3,5"),
        ("es", "treinta y dos personas", "32 personas"),
        ("it", "ventuno", "21"),
        ("pt", "duzentos e cinco", "205"),
        ("nl", "eenentwintig mensen", "21 mensen"),
    ],
)
def test_number_words_become_digits(language, heard, written):
    assert converted(heard, language, Numerals.DIGITS) == written


@pytest.mark.parametrize(
    "text",
    [
        "One of them. No one. A second, the third man.",
        "It is second to none.",
        "two thirds of it",
        "$5 at 10:30 in room A4, 20 of them",
        "a four-leaf clover",
    ],
)
def test_what_is_no_plain_number_stays_in_digits_mode(text):
    assert converted(text, "en", Numerals.DIGITS) == text


@pytest.mark.parametrize(
    ("language", "heard", "written"),
    [
        ("en", "I have 21, 205 pears.", "I have twenty-one, two hundred and five pears."),
        ("en", "In 1984 we paid 3.14.", "In nineteen eighty-four we paid three point one four."),
        ("en", "21 people. 21st of May.", "Twenty-one people. Twenty-first of May."),
        ("de", "rund 205 Leute im Jahr 1984", "rund zweihundertfünf Leute im Jahr neunzehnhundertvierundachtzig"),
        ("de", "etwa 3,5", "etwa drei Komma fünf"),
        ("fr", "j'ai 80 ans", "j'ai quatre-vingts ans"),
        ("ru", "там 21 человек", "там двадцать один человек"),
        ("ja", "二 21", "二 二十一"),
    ],
)
def test_digits_become_number_words(language, heard, written):
    assert converted(heard, language, Numerals.WORDS) == written


@pytest.mark.parametrize("text", ["007 10:30 $5 5% 1980s A4 3-4 +49 1,23,4", "nothing at all", "99999999999999999999"])
def test_what_is_no_plain_number_stays_in_words_mode(text):
    assert converted(text, "en", Numerals.WORDS) == text


def test_a_run_becomes_one_word_with_its_times_and_mean_confidence():
    words = (
        Word("about", 0.0, 0.3, 0.5),
        Word("two", 0.4, 0.6, 0.9),
        Word("hundred", 0.6, 1.0, 0.7),
        Word("and", 1.0, 1.1, 0.8),
        Word("five,", 1.1, 1.4, 0.6),
    )
    assert convert(words, "en", Numerals.DIGITS) == (words[0], Word("205,", 0.4, 1.4, 0.75))


def test_confidence_is_unknown_when_one_words_is():
    words = (Word("two", 0.0, 0.2, None), Word("hundred", 0.2, 0.5, 0.7))
    assert convert(words, "en", Numerals.DIGITS) == (Word("200", 0.0, 0.5, None),)


def test_a_pause_or_another_speaker_ends_a_number():
    apart = (Word("forty", 0.0, 0.3), Word("five", 2.0, 2.3))
    assert [word.text for word in convert(apart, "en", Numerals.DIGITS)] == ["40", "5"]
    two = (Word("forty", 0.0, 0.3, speaker="A"), Word("five", 0.3, 0.6, speaker="B"))
    assert [word.text for word in convert(two, "en", Numerals.DIGITS)] == ["40", "5"]


def test_as_heard_and_unknown_languages_change_nothing():
    words = words_of("двадцать один 21")
    assert convert(words, "ru", Numerals.DIGITS) is words
    assert convert(words, "hi", Numerals.WORDS) is words
    assert convert(words_of("twenty-one"), "en", Numerals.AS_HEARD) == words_of("twenty-one")


def test_what_a_language_cannot_is_said_in_a_sentence():
    assert refusal("en", Numerals.DIGITS) is refusal("hi", Numerals.AS_HEARD) is None
    problem = refusal("hi", Numerals.WORDS)
    assert problem.code is ErrorCode.OPTION_INVALID
    assert "'words'" in problem.message
    assert "'hi'" in problem.message
    assert all(is_available(language, Numerals.DIGITS) for language in LANGUAGES_IN_DIGITS)


@pytest.mark.parametrize(
    ("language", "text", "count"),
    [
        ("en", "we saw two hundred", 2),
        ("en", "we saw two hundred and", 3),
        ("en", "you and", 0),
        ("en", "it was a", 1),
        ("en", "two hundred,", 0),
        ("en", "twenty people", 0),
        ("en", "five six seven", 3),
        ("en", "three point", 2),
        ("fr", "deux cent et", 3),
        ("ru", "двадцать", 0),
        ("en", "", 0),
    ],
)
def test_open_runs_are_held_back(language, text, count):
    assert open_run(words_of(text), language) == count


@pytest.mark.parametrize(
    "text",
    [
        "In nineteen eighty four we had two hundred and five pears, one of them was a hundred years old.",
        "Call five five five one two three, or five, or nobody at all on the twenty first of May.",
        "She said two point five million and then a thousand and one nights and thirty three point three.",
    ],
)
def test_committing_all_but_the_open_run_never_takes_anything_back(text):
    words = words_of(text)
    shown: tuple[Word, ...] = ()
    for end in range(1, len(words) + 1):
        heard = words[:end]
        closed = convert(heard[: end - open_run(heard, "en")], "en", Numerals.DIGITS)
        assert closed[: len(shown)] == shown
        shown = closed
    assert convert(words, "en", Numerals.DIGITS)[: len(shown)] == shown


def test_words_mode_holds_nothing_back():
    assert open_run(words_of("two hundred"), "en", Numerals.WORDS) == 0
