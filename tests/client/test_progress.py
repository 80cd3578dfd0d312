"""What a caller tells the next server of a broken session's translations."""

from datetime import datetime, timezone

from livetranslate.progress import SessionProgress
from livetranslate.protocol import (
    Category,
    Error,
    ErrorCode,
    Event,
    ResumeRequest,
    SessionUpdated,
    TranscriptFinal,
    TranscriptPartial,
    TranslationFinal,
    TranslationPartial,
    Warning_,
    Word,
    encode_event,
)
from livetranslate.received_events import ReceivedEvent

NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)


def request_after(*events: Event, targets: tuple[str, ...] = ("es", "fr")) -> ResumeRequest:
    progress = SessionProgress(targets)
    progress.token = "v1.x"
    for event in events:
        progress.take(ReceivedEvent(encode_event(event), event, 0.0))
    return progress.request(audio_end_s=9.0)


def make(kind: type, utterance_id: int | None = 0, **fields: object) -> Event:
    return kind(seq=1, emitted_at=NOW, utterance_id=utterance_id, **fields)


def about(kind: type, code: ErrorCode, language: str, utterance_id: int | None = None, **fields: object) -> Event:
    return make(kind, utterance_id, code=code, category=code.category, message="m", language=language, **fields)


def test_what_was_promised_of_the_open_utterance_s_translation_is_told():
    request = request_after(
        make(TranscriptPartial, committed_words=(Word("we", 0.0, 0.2),)),
        make(TranslationPartial, language="es", text="Vamos a ver", committed_text="Vamos"),
        make(TranslationPartial, language="es", text="Vamos a hablar", committed_text="Vamos a"),
    )
    assert request.committed_translations == {"es": "Vamos a"}


def test_what_was_promised_of_a_final_s_translation_goes_with_it_until_it_comes():
    heard = (
        make(TranslationPartial, language="es", text="Vamos a", committed_text="Vamos"),
        make(TranscriptFinal, text="We will."),
    )
    (missing,) = request_after(*heard).untranslated
    assert (missing.targets, missing.committed) == (("es", "fr"), {"es": "Vamos"})
    (missing,) = request_after(*heard, make(TranslationFinal, language="es", text="Vamos.")).untranslated
    assert (missing.targets, missing.committed) == (("fr",), {})


def test_a_translation_that_was_given_up_is_not_asked_for_again():
    final = make(TranscriptFinal, text="We will.")
    lost = about(Error, ErrorCode.TRANSLATION_FAILED, "es", 0, fatal=False)
    assert request_after(final, lost).untranslated[0].targets == ("fr",)


def test_that_translations_come_another_way_gives_up_none():
    final = make(TranscriptFinal, text="We will.")
    fallback = about(Warning_, ErrorCode.TRANSLATION_FALLBACK, "es")
    assert fallback.category is Category.FALLBACK
    assert request_after(final, fallback).untranslated[0].targets == ("es", "fr")


def test_languages_that_changed_are_those_of_the_next_server():
    request = request_after(
        make(SessionUpdated, None, targets=("de",)),
        make(TranscriptFinal, text="We will."),
        make(TranslationFinal, language="de", text="Wir werden."),
        make(TranscriptFinal, 1, text="Now."),
    )
    assert [(missing.utterance_id, missing.targets) for missing in request.untranslated] == [(1, ("de",))]
    assert [pair.target for pair in request.context["de"]] == ["Wir werden."]
