"""What a viewer sees, in a wide terminal, in a narrow one, and in a file."""

import io
from datetime import datetime, timezone

import pytest
from rich.console import Console
from rich.style import Style

from livetranslate.caption_state import MAX_WAITING, CaptionState
from livetranslate.captions import LiveCaptions, PlainCaptions, caption_view, clock
from livetranslate.pacing import Pace, Pacer
from livetranslate.protocol import (
    Category,
    Done,
    Endpoint,
    ErrorCode,
    Event,
    SpeakerUpdate,
    TranscriptFinal,
    TranscriptPartial,
    TranslationFinal,
    TranslationFlag,
    TranslationPartial,
    Warning_,
    Word,
)
from livetranslate.received_events import ReceivedEvent
from livetranslate.summary import StreamMeter

NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)


def make(kind: type, utterance_id: int | None = 0, **fields) -> Event:
    times = (
        {} if utterance_id is None else {"audio_start_s": utterance_id * 10.0, "audio_end_s": utterance_id * 10.0 + 4}
    )
    return kind(seq=0, emitted_at=NOW, utterance_id=utterance_id, **{**times, **fields})


def words(text: str, start_s: float = 0.0) -> tuple[Word, ...]:
    return tuple(Word(word, start_s + i, start_s + i + 0.5) for i, word in enumerate(text.split()))


def terminal(width: int = 60, height: int = 20) -> Console:
    return Console(file=io.StringIO(), force_terminal=True, width=width, height=height, color_system="truecolor")


def rows(captions: LiveCaptions, console: Console) -> list[str]:
    return ["".join(segment.text for segment in line).rstrip() for line in console.render_lines(captions, pad=False)]


def styles(captions: LiveCaptions, console: Console) -> dict[str, Style]:
    return {
        segment.text.strip(): segment.style or Style() for segment in console.render(captions) if segment.text.strip()
    }


def test_committed_text_is_plain_and_uncommitted_text_dim():
    console = terminal()
    captions = LiveCaptions(console, ["es"])
    captions.show(make(TranscriptPartial, committed_words=words("And so,"), unstable_text="my fell"))
    captions.show(make(TranscriptPartial, committed_words=words("my"), unstable_text="fellow Am"))
    assert rows(captions, console)[0] == "And so, my fellow Am"
    shown = styles(captions, console)
    assert not shown["And so, my"].dim
    assert shown["fellow Am"].dim


def test_translations_stand_beneath_in_a_colour_each():
    console = terminal()
    captions = LiveCaptions(console, ["es", "fr"])
    captions.show(make(TranscriptFinal, text="Good morning.", words=words("Good morning.")))
    captions.show(make(TranslationPartial, language="fr", text="Bon"))
    captions.show(make(TranslationFinal, language="es", text="Buenos días."))
    assert [row for row in rows(captions, console) if row] == ["Good morning.", "es Buenos días.", "fr Bon"]
    shown = styles(captions, console)
    assert shown["Buenos días."].color != shown["Bon"].color
    assert shown["Bon"].dim
    assert not shown["Buenos días."].dim


def test_a_finished_utterance_scrolls_up_and_the_next_grows():
    console = terminal()
    with LiveCaptions(console, ["es"]) as captions:
        captions.show(make(TranscriptFinal, text="One.", words=words("One.")))
        captions.show(make(TranscriptPartial, 1, unstable_text="Tw"))
        assert rows(captions, console)[:2] == ["One.", "Tw"]
        captions.show(make(TranslationFinal, language="es", text="Uno."))
        assert rows(captions, console)[:1] == ["Tw"]
    printed = console.file.getvalue()
    assert printed.index("One.") < printed.rindex("Uno.") < printed.rindex("Tw")


@pytest.mark.parametrize("width", [1, 8, 20])
def test_a_narrow_and_low_terminal_shows_the_newest_lines(width):
    console = terminal(width=width, height=4)
    captions = LiveCaptions(console, [])
    captions.show(
        make(TranscriptPartial, committed_words=words("a b c d e f g h i j k l m n o p q r s t u v w x y z " * 3))
    )
    shown = [row for row in rows(captions, console) if row]
    assert len(shown) <= 3
    assert shown[-1].endswith("z")
    assert all(len(row) <= width for row in shown)


def test_speakers_are_named_in_their_colour():
    console = terminal()
    captions = LiveCaptions(console, ["es"])
    captions.show(make(TranscriptFinal, text="Hello. Hi!", words=words("Hello. Hi!")))
    captions.show(make(SpeakerUpdate, speaker="A", word_indices=(0,)))
    captions.show(make(SpeakerUpdate, speaker="B", word_indices=(1, 99)))
    assert rows(captions, console)[0] == "A: Hello. B: Hi!"
    shown = styles(captions, console)
    assert shown["A:"].color != shown["B:"].color


def test_chinese_is_joined_without_spaces():
    state = CaptionState()
    state.apply(make(TranscriptPartial, committed_words=words("我们 选择"), language="zh"))
    assert state.utterances[0].committed_text == "我们选择"


def test_a_failed_translation_does_not_hold_the_utterance():
    state = CaptionState(["es", "fr", "en"])
    state.apply(make(TranscriptFinal, text="One.", language="en"))
    state.apply(make(TranslationFinal, language="es", text="Uno."))
    assert state.take_finished() == []
    state.apply(
        make(Warning_, code=ErrorCode.TRANSLATION_FAILED, category=Category.MODEL, message="It failed.", language="fr")
    )
    assert [utterance.committed_text for utterance in state.take_finished()] == ["One."]


def test_translations_that_never_come_do_not_pile_up():
    state = CaptionState(["es"])
    for number in range(100):
        state.apply(make(TranscriptFinal, number, text=f"{number}."))
        state.take_finished()
        assert len(state.utterances) <= MAX_WAITING
    state.apply(make(Done, None, audio_s=1, speech_s=1, utterances=100, words=100))
    assert len(state.take_finished()) == MAX_WAITING


def test_text_that_turned_out_to_be_nothing_vanishes():
    state = CaptionState(["es"])
    state.apply(make(TranscriptPartial, unstable_text="hm"))
    state.apply(make(TranscriptFinal, text=""))
    assert state.take_finished() == []
    assert state.utterances == []


def test_a_file_gets_one_plain_line_for_each_final_text():
    console = Console(file=io.StringIO(), width=20)
    view = caption_view(console, ["es"])
    assert isinstance(view, PlainCaptions)
    with view:
        view.show(make(TranscriptPartial, 7, unstable_text="never shown"))
        view.show(make(TranscriptFinal, 7, text="A sentence that is longer than the width [bold]."))
        view.show(make(TranslationFinal, 7, language="es", text="Una frase."))
        view.show(make(Endpoint, 7, reason="pause"))
        view.show(make(Warning_, 7, code=ErrorCode.FALLING_BEHIND, category=Category.QUEUE, message="Late."))
    assert console.file.getvalue() == (
        "[01:10.0] A sentence that is longer than the width [bold].\n"
        "[01:10.0] es: Una frase.\nwarning: Late. (FALLING_BEHIND)\n"
    )


def test_clock_rounds_into_the_next_minute():
    assert [clock(value) for value in (0, 59.96, 127.31, 6000)] == ["00:00.0", "01:00.0", "02:07.3", "100:00.0"]


def test_delay_is_measured_from_the_end_of_each_word_to_its_commitment():
    pacer = Pacer(clock=lambda: 1000.0)
    pacer.delay_s(0.1)
    meter = StreamMeter(pacer)
    heard = words("one two three")  # end at 0.5, 1.5 and 2.5 s

    def take(event: Event, at_s: float) -> None:
        meter.take(ReceivedEvent(b"", event, 1000.0 + at_s))

    take(make(TranscriptPartial, committed_words=heard[:1]), 1.5)  # 1.0 s
    take(make(TranscriptPartial, committed_words=heard[1:2]), 3.0)  # 1.5 s
    take(make(TranscriptFinal, text="one two three", words=heard), 6.0)  # only "three": 3.5 s
    take(make(TranslationFinal, language="es", text="uno dos tres"), 6.5)  # the audio ends at 4: 2.5 s
    take(make(Done, None, audio_s=5.0, speech_s=4.0, utterances=1, words=3), 7.0)
    summary = meter.summary()
    assert summary.word_delay_s == pytest.approx(2.0)
    assert summary.translation_delay_s == pytest.approx(2.5)
    assert summary.real_time_factor == pytest.approx(1.4)
    assert summary.line() == (
        "3 words in 1 utterances, 5.0 s of audio in 7.0 s (real-time factor 1.40), mean delay of a word 2.0 s, "
        "of a translation 2.5 s"
    )


def test_audio_sent_fast_has_no_delay():
    meter = StreamMeter(Pacer(Pace.FAST))
    meter.take(ReceivedEvent(b"", make(TranscriptFinal, text="one", words=words("one")), 5.0))
    assert meter.summary().word_delay_s is None
    assert "delay" not in meter.summary().line()
    assert meter.summary().real_time_factor == 0.0


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        ({"text": "One.", "untranslated": True}, "One. (not translated)"),
        ({"text": "Uno.", "flags": (TranslationFlag.NUMBER_LOST,), "lost": ("50",)}, "Uno. (check: 50)"),
        ({"text": "Uno."}, "Uno."),
    ],
)
def test_what_a_reader_should_know_of_a_translation_stands_behind_it(facts, shown):
    console = terminal()
    captions = LiveCaptions(console, ["es"])
    captions.show(make(TranslationFinal, language="es", **facts))
    assert f"es {shown}" in rows(captions, console)
    plain = Console(file=io.StringIO(), width=200)
    PlainCaptions(plain, ["es"]).show(make(TranslationFinal, language="es", **facts))
    assert plain.file.getvalue().strip().endswith(f"es: {shown}")
