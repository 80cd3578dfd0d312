"""The promises of ``redact``: offsets, choice, no failure, the same when done twice, linear time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livetranslate.protocol import ErrorCode, LiveTranslateError
from livetranslate.redaction import ALL_PATTERNS, Find, Kind, redact
from livetranslate.redaction.overlaps import choose

PIECES = [
    "anna@example.com", "anna at example dot com", "艾特", "点com", "@", ".", "example.com", "https://a.com/", "://",
    "555-123-4567", "+34 612 345 678", "4111 1111 1111 1111", "4 1 1 1", "DE89 3704 0044 0532 0130 00", "12345678Z",
    "078-05-1120", "11010519491231002X", "192.0.2.1", "2001:db8::1", "::", "five oh two", "一三八零零", "phone ",
    "电话", " ", ",", "-", "1", "0", "a", "é", "\u0301", "\u200b", "\ud800", "１", "[EMAIL]", "[", "]", "[PHONE",
    "\n", "dot",
]  # fmt: skip
HOSTILE = [
    "a", "1", "1 ", "1-", "1.", "1/", "(0", "4 ", "f:", "::", "@", "a@a.", "a.", "a b ", "http://", "www.", "one ",
    "一", "点", "a点com", "x dot ", "a at b dot ", "E S 9 1 ", "DE89 ", "phone 1 ", "4111 1111 1111 1111 ",
    "192.0.2.1 ", "anna@example.com,", "\u0301", "\u200b", "[EMAIL", "a_", "a dash ", " ", "https://a.com/)",
]  # fmt: skip

any_text = st.text(alphabet=st.characters(exclude_categories=()))
tempting_text = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=2)), max_size=14).map("".join)


def test_finds_say_where_in_the_text_that_was_given():
    text = "Ａ\u200bn: ａｎｎａ＠ｅｘａｍｐｌｅ．ｃｏｍ, tel. +34 6\u200b12 345 678!"
    redacted = redact(text)
    assert redacted.text == "Ａ\u200bn: [EMAIL], tel. [PHONE]!"
    assert [(find.kind, text[find.start : find.end]) for find in redacted.finds] == [
        (Kind.EMAIL, "ａｎｎａ＠ｅｘａｍｐｌｅ．ｃｏｍ"),
        (Kind.PHONE, "+34 6\u200b12 345 678"),
    ]


def test_only_the_kinds_that_are_asked_for():
    text = "anna@example.com 192.0.2.1"
    assert redact(text, kinds=frozenset({Kind.IP})).text == "anna@example.com [IP]"
    assert redact(text, kinds=frozenset()).text == text


def test_names_need_a_finder():
    with pytest.raises(LiveTranslateError, match="kinds holds address, name, which no pattern finds") as refused:
        redact("Anna", kinds=frozenset(Kind))
    assert refused.value.code is ErrorCode.OPTION_INVALID


def test_the_longest_wins_then_the_most_specific():
    url, email = Find(0, 30, Kind.URL), Find(10, 26, Kind.EMAIL)
    assert choose([email, url]) == [url]
    card, phone = Find(0, 15, Kind.CARD), Find(0, 15, Kind.PHONE)
    assert choose([phone, card]) == [card]
    apart = Find(40, 45, Kind.IP)
    assert choose([apart, phone]) == [phone, apart]
    assert redact("https://example.com/?u=anna@example.com").text == "[URL]"


def test_the_longest_url_is_found_whole():
    assert redact("see https://example.com/" + "a" * 20_000 + " now").text == "see [URL] now"


def test_an_email_of_a_long_name_leaves_no_domain():
    assert "example" not in redact("a" * 200 + "@example.com").text


@given(st.one_of(any_text, tempting_text))
def test_any_string_is_taken_and_once_is_enough(text):
    redacted = redact(text)
    assert redact(redacted.text).text == redacted.text
    position, rebuilt = 0, ""
    for find in redacted.finds:
        assert position <= find.start < find.end <= len(text)
        rebuilt += text[position : find.start] + find.kind.placeholder
        position = find.end
    assert rebuilt + text[position:] == redacted.text


@given(tempting_text, st.sets(st.sampled_from(sorted(ALL_PATTERNS))))
def test_once_is_enough_for_any_kinds(text, kinds):
    once = redact(text, kinds=frozenset(kinds))
    assert {find.kind for find in once.finds} <= kinds
    assert redact(once.text, kinds=frozenset(kinds)).text == once.text


@pytest.mark.timeout(120)  # a few seconds at most; a pattern that backtracks takes hours
@pytest.mark.parametrize("seed", HOSTILE)
def test_hostile_text_ends(seed):
    text = (seed * 100_000)[:100_000]
    once = redact(text).text
    assert redact(once).text == once
