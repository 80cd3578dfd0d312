"""Personal data in a final transcript: gone from its text and from its words."""

from listener import FinalWords
from transcript_redaction import redacted, without_partials

from livetranslate.protocol import SessionOptions
from livetranslate.protocol.transcript import Word


def final(text):
    words = tuple(Word(text=word, start_s=float(n), end_s=n + 0.9) for n, word in enumerate(text.split()))
    return FinalWords(text, words, "en", -0.1)


def test_what_a_find_covers_becomes_one_word_with_all_its_time():
    told = redacted(final("Write to anna at example dot com, or call 555-010-4477 today."))
    assert told.text == "Write to [EMAIL], or call [PHONE] today."
    assert [word.text for word in told.words] == ["Write", "to", "[EMAIL]", "or", "call", "[PHONE]", "today."]
    email = told.words[2]
    assert (email.start_s, email.end_s) == (2.0, 6.9)
    assert not any(part in f"{told}" for part in ("anna", "example", "4477"))


def test_a_transcript_without_any_stays_as_it_is():
    plain = final("Ask not what your country can do for you in 1961.")
    assert redacted(plain) is plain


def test_words_that_the_text_does_not_have_go():
    text = "Mail anna@example.com now."
    odd = FinalWords(text, (*final(text).words, Word("anna", 9.0, 9.5)), "en", None)
    assert [word.text for word in redacted(odd).words] == ["Mail", "[EMAIL]", "now."]


def test_nothing_is_shown_before_it_is_whole():
    options = without_partials(SessionOptions(redact=True, early_pause_s=0.3))
    assert (options.partials, options.early_pause_s) == (False, 0.0)
