"""Which part of a growing caption is complete: labelled sentences, growth, length."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sentence_buffer import MAX_CHARS, MAX_CHARS_UNSPACED, Split, split
from sentence_languages import rules_for

from livetranslate.protocol import LANGUAGES, ErrorCode, LiveTranslateError
from livetranslate.protocol.transcript import join_words

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SENTENCES = Path(__file__).resolve().parents[2] / "data" / "sentences"
FOREMOST = ("en", "zh", "ja", "es", "de", "fr")
LONG_ENOUGH = 1000


def labelled() -> Iterator[tuple[str, list[str]]]:
    """Every labelled text: its language and its sentences."""
    for path in sorted(SENTENCES.glob("*.toml")):
        texts = tomllib.loads(path.read_text(encoding="utf-8"))["texts"]
        by_language = texts if isinstance(texts, dict) else {path.stem: texts}
        for language, lists in by_language.items():
            yield from ((language, sentences) for sentences in lists)


CASES = [pytest.param(language, sentences, id=f"{language}-{sentences[0]}") for language, sentences in labelled()]


def join(sentences: list[str], language: str) -> str:
    return ("" if language in ("zh", "ja") else " ").join(sentences)


def squeezed(*texts: str) -> str:
    return "".join("".join(texts).split())


def prefixes(text: str, language: str) -> list[str]:
    """A text as it grows, word by word; in Chinese and Japanese a "word" is a character with the marks around it."""
    if language not in ("zh", "ja"):
        words = text.split(" ")
        return [" ".join(words[: count + 1]) for count in range(len(words))]
    marks = "。！？!?.，、；：”」』）》…"
    starts = [at for at in range(1, len(text)) if text[at] not in marks and text[at - 1] not in "“「『（《"]
    return [text[:at] for at in starts] + [text]


@pytest.mark.parametrize(("language", "sentences"), CASES)
def test_sentences_are_found(language, sentences):
    text = join(sentences, language)
    assert split(text, language, is_final=True, max_chars=LONG_ENOUGH) == Split(tuple(sentences), "")


@pytest.mark.parametrize(("language", "sentences"), CASES)
def test_sentences_come_one_by_one_while_the_text_grows_and_stay(language, sentences):
    seen: tuple[str, ...] = ()
    for text in prefixes(join(sentences, language), language):
        now = split(text, language, is_final=False, max_chars=LONG_ENOUGH)
        assert now.complete[: len(seen)] == seen
        assert now.complete == tuple(sentences[: len(now.complete)])
        assert squeezed(*now.complete, now.rest) == squeezed(text)
        seen = now.complete
    assert len(seen) >= len(sentences) - 1  # only the last one waits for the end


def test_there_are_enough_labelled_texts():
    counts = {language: sum(1 for own, _ in labelled() if own == language) for language in FOREMOST}
    assert min(counts.values()) >= 12
    assert sum(counts.values()) >= 80


@pytest.mark.parametrize(
    ("text", "language", "complete", "rest"),
    [
        ("", "en", (), ""),
        ("  \n ", "zh", (), ""),
        ("...", "en", (), "..."),
        ("I saw Dr.", "en", (), "I saw Dr."),  # Smith?
        ("I saw it.", "en", (), "I saw it."),
        ("I saw it. Then", "en", ("I saw it.",), "Then"),
        ("I saw it. then Anna", "en", (), "I saw it. then Anna"),
        ("I love it. iPhones", "en", ("I love it.",), "iPhones"),
        ("It cost 3.", "en", (), "It cost 3."),
        ("Er kam am 3.", "de", (), "Er kam am 3."),
        ("Er kam am 3. Mai", "de", (), "Er kam am 3. Mai"),
        ("« Bonjour !", "fr", (), "« Bonjour !"),
        ("« Bonjour ! »", "fr", (), "« Bonjour ! »"),
        ("« Bonjour ! » Il", "fr", ("« Bonjour ! »",), "Il"),
        ("¡Hola! ¿Qué", "es", ("¡Hola!",), "¿Qué"),
        ("¡Hola!¿Qué", "es", ("¡Hola!",), "¿Qué"),
        ("你好。", "zh", ("你好。",), ""),
        ("你好？我", "zh", ("你好？",), "我"),
        ("他说：“你好。", "zh", (), "他说：“你好。"),
        ("“你好。”", "zh", (), "“你好。”"),
        ("“你好。”他", "zh", (), "“你好。”他"),  # says?
        ("はい。", "ja", ("はい。",), ""),
        ("すごい！", "ja", (), "すごい！"),  # と思う?
        ("すごい！ね", "ja", (), "すごい！ね"),
        ("すごい！ねえ", "ja", ("すごい！",), "ねえ"),
        ("Dr. 王来了。好", "zh", ("Dr. 王来了。",), "好"),
        ("네. 그래요", "ko", ("네.",), "그래요"),
        ("Non lo so. Anna", "it", ("Non lo so.",), "Anna"),
        ("Das ist die kath. Kirche", "de", (), "Das ist die kath. Kirche"),  # sentencex knows
        ("Jane and Co. They", "en", ("Jane and Co.",), "They"),
        ("so . . . well", "en", (), "so . . . well"),
        ("1.) Be early. Then", "en", ("1.) Be early.",), "Then"),
        ("यह अच्छा है। और", "hi", ("यह अच्छा है।",), "और"),
    ],
)
def test_what_is_complete_before_the_utterance_ends(text, language, complete, rest):
    assert split(text, language, is_final=False) == Split(complete, rest)


@pytest.mark.parametrize(
    ("text", "language", "pieces"),
    [
        (
            "We have been working on this problem for a very long time now; nobody in the whole building had found out "
            "what it was that made the engine stop",
            "en",
            ["We have been working on this problem for a very long time now;"],
        ),
        (
            "I wanted to come to the meeting yesterday afternoon, but the train from Boston was late and then there "
            "was no taxi anywhere",
            "en",
            ["I wanted to come to the meeting yesterday afternoon,"],
        ),
        (
            "we were standing in front of the old town hall because somebody had told us that the mayor would speak "
            "there at noon today",
            "en",
            ["we were standing in front of the old town hall because somebody had told us"],
        ),
        (
            "Ich wollte gestern eigentlich noch zu der Besprechung kommen, aber der Zug aus Hamburg hatte wieder "
            "einmal zwei Stunden Verspätung",
            "de",
            ["Ich wollte gestern eigentlich noch zu der Besprechung kommen,"],
        ),
        (
            "Je voulais venir à la réunion hier après-midi, mais le train de Lyon avait encore une fois deux heures de "
            "retard à cause de la neige",
            "fr",
            ["Je voulais venir à la réunion hier après-midi,"],
        ),
        (
            "yo quería venir ayer por la tarde a la reunión con todos ustedes pero el tren de Sevilla llegó otra vez "
            "con dos horas de retraso",
            "es",
            ["yo quería venir ayer por la tarde a la reunión con todos ustedes"],
        ),
        (
            "我昨天下午本来想来参加这个非常重要的会议，但是从上海开来的火车因为下大雪又晚点了两个多小时才到",
            "zh",
            ["我昨天下午本来想来参加这个非常重要的会议，"],
        ),
        (
            "我昨天下午本来想来参加这个非常重要的会议但是从上海开来的火车因为下大雪又晚点了两个多小时才到",
            "zh",
            ["我昨天下午本来想来参加这个非常重要的会议"],
        ),
        (
            "昨日の午後は会議に参加するつもりだったのですが大雪のせいで新幹線がまた二時間以上も遅れてしまって",
            "ja",
            ["昨日の午後は会議に参加するつもりだったのですが"],
        ),
    ],
)
def test_what_goes_on_too_long_is_cut_behind_a_clause(text, language, pieces):
    found = split(text, language, is_final=False)
    assert list(found.complete) == pieces
    assert found.rest


def test_a_long_text_without_any_clause_is_cut_between_words_but_not_in_numbers_and_latin_words():
    digits = " ".join(["twelve"] * 14 + ["10 000 000"] * 3 + ["more"] * 12)
    first = split(digits, "en", is_final=False).complete[0]
    assert len(first) <= MAX_CHARS
    assert not first[-1].isdigit()
    chinese = "天" * 30 + "iPhone" + "地" * 30
    first = split(chinese, "zh", is_final=False).complete[0]
    assert first in ("天" * 30, "天" * 30 + "iPhone")


def test_a_comma_in_a_number_or_in_a_quote_is_no_clause_while_there_is_a_better_one():
    text = (
        "The old house by the river cost them 1, 200 thousand, and (as we heard, later on, from several of their "
        "friends) the garden came on top of it"
    )
    assert split(text, "en", is_final=False).complete == ("The old house by the river cost them 1, 200 thousand,",)


def test_a_quote_that_is_never_closed_holds_nothing_back_for_long():
    text = "He said: “I am tired. Let us go home. " + "We walk and walk and walk all day long. " * 4
    assert split(text[:80], "en", is_final=False).complete == ()
    assert split(text, "en", is_final=False).complete[:2] == ("He said: “I am tired.", "Let us go home.")
    assert split(text[:38], "en", is_final=True).complete == ("He said: “I am tired.", "Let us go home.")


def test_a_limit_too_small_to_cut_at_is_refused():
    with pytest.raises(LiveTranslateError, match="max_chars is 5") as refused:
        split("Hello.", "en", is_final=True, max_chars=5)
    assert refused.value.code is ErrorCode.OPTION_INVALID


def test_the_rules_of_every_language_can_be_read_and_compare_words_in_lower_case():
    for language in LANGUAGES:
        rules = rules_for(language)
        assert not {word for word in (*rules.openers, *rules.joins) if word != word.lower()}


# Growth, whatever is said

TOKENS = {
    "en": 'Dr. U.S. etc. the The he He I said, but 3.5 10. 5 end. What? well... “Go. home.” (so) "no. way." a@b.org; -',
    "de": "am 3. Mai. usw. z. B. Der der und, aber Haus. Was? „Geh. heim.“ »Nein.« 20. II. 3,5 Str. Ende.",
    "fr": "M. Me. etc. « » Ah ! ? Il il et, mais car 12. J.-C. Fin. “Oui.” p. ex. : ;",
    "es": "Sr. EE. UU. ¿Qué? ¡Ay! el El y, pero 3. «No. sé.» Fin. p. m. —dijo",
    "zh": "我 们 他 说 道 但 是 了 ， 。 ！ ？ “好 。” 」 「去 …… 3.5 iPhone . Dr. ； 《书》 天",
    "ja": "私 は と 思 って 言 です が から 、 。 ！ ？ 「行 。」 」 … 3.5 OK . 『 』 行きます",
}


@st.composite
def growing(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A language and words in it; as the recogniser gives them, closing marks stand with the word before them."""
    language = draw(st.sampled_from(sorted(TOKENS)))
    words: list[str] = []
    for token in draw(st.lists(st.sampled_from(TOKENS[language].split()), max_size=60)):
        if words and all(character in "，。！？、；…!?.”」』)»" for character in token) and language in ("zh", "ja"):
            words[-1] += token
        else:
            words.append(token)
    return language, words


@given(growing(), st.sampled_from([None, 20, 33]))
def test_nothing_is_lost_and_what_is_complete_never_changes(spoken, max_chars):
    language, words = spoken
    seen: tuple[str, ...] = ()
    for count in range(1, len(words) + 1):
        text = join_words(words[:count], language)
        now = split(text, language, is_final=False, max_chars=max_chars)
        assert squeezed(*now.complete, now.rest) == squeezed(text)
        assert all(piece and piece == piece.strip() for piece in now.complete)
        assert now.complete[: len(seen)] == seen
        done = split(text, language, is_final=True, max_chars=max_chars)
        assert done.rest == ""
        assert squeezed(*done.complete) == squeezed(text)
        assert done.complete[: len(now.complete)] == now.complete
        seen = now.complete


@given(growing())
def test_a_caller_may_hand_in_only_the_rest(spoken):
    language, words = spoken
    text = join_words(words, language)
    whole = split(text, language, is_final=False)
    again = split(whole.rest, language, is_final=True)
    assert whole.complete + again.complete == split(text, language, is_final=True).complete


@given(st.text(max_size=300), st.sampled_from(["en", "zh", "ja", "th", "ko", "el", "auto"]), st.booleans())
def test_any_text_comes_back_whole(text, language, is_final):
    found = split(text, language, is_final=is_final)
    assert squeezed(*found.complete, found.rest) == squeezed(text)


@pytest.mark.parametrize(("language", "limit"), [("en", MAX_CHARS), ("zh", MAX_CHARS_UNSPACED)])
def test_text_without_punctuation_does_not_pile_up(language, limit):
    text = join_words(["word" if language == "en" else "字"] * 500, language)
    found = split(text, language, is_final=False)
    assert max(map(len, found.complete)) <= limit
    assert len(found.rest) <= 1.5 * limit
    assert min(map(len, found.complete)) >= limit // 6
