"""What the recogniser is asked at each step, and what is promised of its answers.

The recogniser reads a script: it says the words that lie in the window, behind the prefix, as a real one should.
"""

import msgspec
import numpy as np
import pytest
from audio_buffer import AudioBuffer
from commit_policy import POLICIES, make_policy
from event_stream import EventStream
from hypothesis import given, settings
from hypothesis import strategies as st
from language_choice import LanguageChoice
from listener import CONTEXT_CHARS, Listener
from utterance import Utterance

from livetranslate.protocol import (
    ErrorCode,
    LiveTranslateError,
    SessionOptions,
    WindowOptions,
    WindowText,
    WindowWord,
    Word,
    decode_event,
)

WORD_S = 0.5


class Script:
    """Half a second a word. ``mishear`` may change the words of a hypothesis, but the true ones are heard in time.

    Samples count up, so that a window tells where in the session it begins.
    """

    def __init__(self, words, *, language="en", mishear=lambda words, end_s: words) -> None:
        self.words = words
        self.language = language
        self.mishear = mishear
        self.asked: list[tuple[float, float, WindowOptions]] = []
        self.failures: list[LiveTranslateError] = []

    def hear(self, audio, options):
        start_s, end_s = float(audio[0]), float(audio[0]) + len(audio) / 16_000
        self.asked.append((start_s, end_s, options))
        if self.failures:
            raise self.failures.pop(0)
        first = round(start_s / WORD_S)
        forced = options.prefix.split() if self.language == "en" else list(options.prefix)
        heard = [
            WindowWord(text, i * WORD_S - start_s, (i + 1) * WORD_S - start_s, (i + 1) * WORD_S - start_s - 0.1, 0.9)
            for i, text in enumerate(self.words)
            if i >= first + len(forced) and i * WORD_S < end_s - 0.1
        ]
        return WindowText(self.language, tuple(self.mishear(heard, end_s - start_s)))


class Heard:
    """A listener on an utterance from 0, with all that it says."""

    def __init__(self, recogniser, *, length_s: float, language="en", **options) -> None:
        self.events = []
        self.options = SessionOptions(**({"source": language} | options))
        buffer = AudioBuffer()
        buffer.append((np.arange(round(length_s * 16_000)) / 16_000).astype(np.float32))
        self.listener = Listener(
            self.options,
            policy=make_policy(self.options),
            recogniser=recogniser,
            buffer=buffer,
            events=EventStream(lambda data: self.events.append(decode_event(data)), lambda: None),
            languages=LanguageChoice(self.options.source),
            is_cancelled=lambda: False,
        )
        self.utterance = Utterance(0, 0.0)
        self.length_s = length_s

    def steps(self, step_s=0.8):
        for end_s in np.arange(step_s, self.length_s, step_s):
            self.listener.decode_partial(self.utterance, float(end_s))

    def finalise(self):
        return self.listener.finalise(self.utterance, self.length_s, last_speech_s=self.length_s - 0.05)

    @property
    def promised(self):
        return [word.text for event in self.events for word in getattr(event, "committed_words", ())]


WORDS = [f"w{i}{'.' if i % 9 == 8 else ''}" for i in range(40)]


@pytest.mark.parametrize("policy", POLICIES)
def test_the_final_holds_all_words_once_and_begins_with_what_was_promised(policy):
    heard = Heard(Script(WORDS), length_s=20.0, policy=policy)
    heard.steps()
    final = heard.finalise()
    assert [word.text for word in final.words] == WORDS
    assert final.text == " ".join(WORDS)
    assert heard.promised == WORDS[: len(heard.promised)]
    assert bool(heard.promised) == (policy != "at_the_end")
    assert final.avg_logprob == pytest.approx(np.log(0.9), abs=1e-3)


def test_committed_words_are_forced_until_their_audio_is_left_behind():
    script = Script(WORDS)
    heard = Heard(script, length_s=20.0, initial_prompt="A speech.", hotwords="Dashwood")
    heard.steps()
    starts = [start_s for start_s, _, _ in script.asked]
    assert starts == sorted(starts)
    assert starts[-1] > 8.0
    assert max(end_s - start_s for start_s, end_s, _ in script.asked) < 7.5
    for start_s, _, options in script.asked:
        assert options.context.startswith("A speech. Dashwood")
        before = options.context.removeprefix("A speech. Dashwood").strip()
        if start_s:
            assert " ".join(WORDS[: round(start_s / WORD_S)]).endswith(before)
            assert 0 < len(before) <= CONTEXT_CHARS
        else:
            assert before == ""
        assert options.language == "en"


def test_windows_of_a_policy_that_promises_nothing_grow():
    script = Script(WORDS)
    heard = Heard(script, length_s=12.0, policy="at_the_end")
    heard.steps()
    assert {start_s for start_s, _, _ in script.asked} == {0.0}
    assert {options.prefix for _, _, options in script.asked} == {""}


def test_chinese_is_forced_without_spaces():
    characters = [chr(0x4E00 + i) for i in range(30)]
    script = Script(characters, language="zh")
    heard = Heard(script, length_s=15.0, language="zh")
    heard.steps()
    assert heard.finalise().text == "".join(characters)
    assert any(len(options.prefix) > 2 for _, _, options in script.asked)
    assert not any(" " in options.prefix for _, _, options in script.asked)


def test_a_detected_language_is_kept_once_words_are_committed():
    script = Script(WORDS, language="en")
    heard = Heard(script, length_s=6.0, language="auto")
    heard.steps()
    languages = [options.language for _, _, options in script.asked]
    assert languages[0] == "auto"
    assert languages[-1] == "en"
    assert heard.finalise().language == "en"


def test_a_partial_that_fails_warns_and_takes_nothing_back():
    script = Script(WORDS)
    heard = Heard(script, length_s=6.0)
    heard.steps()
    promised = list(heard.promised)
    script.failures = [LiveTranslateError(ErrorCode.MODEL_UNAVAILABLE, "away")]
    assert not heard.listener.decode_partial(heard.utterance, 5.9)
    assert heard.events[-1].code is ErrorCode.MODEL_UNAVAILABLE
    assert heard.promised == promised
    script.failures = [LiveTranslateError(ErrorCode.MODEL_UNAVAILABLE, "away")] * 2
    assert [word.text for word in heard.finalise().words] == WORDS[:12]


def test_a_final_that_cannot_be_decoded_keeps_what_was_promised(monkeypatch):
    monkeypatch.setattr("listener.RETRY_S", 0.0)
    script = Script(WORDS)
    heard = Heard(script, length_s=6.0)
    heard.steps()
    script.failures = [LiveTranslateError(ErrorCode.TRANSCRIPTION_FAILED, "broken")]
    final = heard.finalise()
    assert heard.events[-1].code is ErrorCode.TRANSCRIPTION_FAILED
    assert not heard.events[-1].fatal
    assert [word.text for word in final.words] == heard.promised
    nothing = Heard(Script(WORDS), length_s=2.0)
    nothing.listener._recogniser.failures = [LiveTranslateError(ErrorCode.TRANSCRIPTION_FAILED, "broken")]
    assert nothing.finalise() is None


def test_a_final_reuses_a_decoding_that_heard_everything():
    script = Script(WORDS)
    heard = Heard(script, length_s=6.0)
    heard.listener.decode_partial(heard.utterance, 6.0)
    assert [word.text for word in heard.finalise().words] == WORDS[:12]
    assert len(script.asked) == 1


def test_a_long_utterance_keeps_its_committed_words_and_is_cut_behind_them():
    heard = Heard(Script(WORDS), length_s=15.0)
    heard.steps()
    committed = len(heard.utterance.committed)
    final, cut_s = heard.listener.finalise_long(heard.utterance, 15.0)
    assert len(final.words) >= committed > 20
    assert [word.text for word in final.words] == WORDS[: len(final.words)]
    assert cut_s == pytest.approx(len(final.words) * WORD_S, abs=0.2)


def test_words_promised_before_a_break_are_heard_again_and_not_told_again():
    script = Script(WORDS)
    heard = Heard(script, length_s=8.0)
    promised = tuple(Word(text, i * WORD_S, (i + 1) * WORD_S, 0.9) for i, text in enumerate(WORDS[:7]))
    heard.listener.adopt(heard.utterance, promised)
    heard.steps()
    assert script.asked[0][2] == WindowOptions(language="en")
    assert [word.text for word in heard.finalise().words] == WORDS[:16]
    assert WORDS[0] not in heard.promised


def test_promised_words_stay_though_they_are_heard_otherwise():
    heard = Heard(Script(WORDS), length_s=8.0)
    promised = (Word("other", 0.0, WORD_S, 0.9), Word("words", WORD_S, 2 * WORD_S, 0.9))
    heard.listener.adopt(heard.utterance, promised)
    heard.steps()
    assert [word.text for word in heard.finalise().words] == ["other", "words", *WORDS[2:16]]


def test_adopted_words_alone_are_worth_an_end():
    heard = Heard(Script(WORDS), length_s=2.0)
    heard.listener.adopt(heard.utterance, ())
    assert not heard.utterance.shown
    heard.listener.adopt(heard.utterance, (Word("w0", 0.0, 0.5),))
    assert heard.utterance.shown


def test_a_rest_too_short_for_a_word_is_not_asked_about():
    script = Script(WORDS)
    heard = Heard(script, length_s=0.06)
    final = heard.listener.finalise(heard.utterance, 0.06, last_speech_s=0.05)
    assert (final.text, final.words) == ("", ())
    assert script.asked == []
    assert heard.events == []


def test_an_early_end_commits_all_and_the_next_words_follow():
    heard = Heard(Script(WORDS), length_s=8.0, policy="local_agreement")
    heard.listener.decode_partial(heard.utterance, 3.0, commits_all=True)
    assert heard.promised == WORDS[:6]
    assert heard.utterance.pending == []
    heard.steps(step_s=4.0)
    assert [word.text for word in heard.finalise().words] == WORDS[:16]


@settings(max_examples=60, deadline=None)
@given(data=st.data(), policy=st.sampled_from(sorted(POLICIES)), step_s=st.floats(0.3, 2.5), length_s=st.floats(1, 25))
def test_whatever_is_misheard_at_the_end_nothing_promised_changes(data, policy, step_s, length_s):
    """The newest second is misheard at random: exchanged, in capitals, with marks, unsure, or not heard at all."""

    def mishear(words, end_s):
        fresh = sum(word.end_s > end_s - 1.0 for word in words)
        kept = words[: len(words) - data.draw(st.integers(0, fresh))]
        return [
            msgspec.structs.replace(
                word,
                text=data.draw(st.sampled_from([word.text, word.text.upper(), f"{word.text},", f"x{word.text}"])),
                confidence=data.draw(st.sampled_from([0.2, 0.95])),
            )
            if word.end_s > end_s - 1.0
            else word
            for word in kept
        ]

    heard = Heard(Script([f"w{i}" for i in range(60)], mishear=mishear), length_s=length_s, policy=policy)
    heard.steps(step_s)
    promised = list(heard.promised)
    final = heard.finalise()
    texts = [word.text for word in final.words]
    assert texts[: len(promised)] == promised
    assert final.text == " ".join(texts)
    assert [int(text.strip("xwW,")) for text in texts] == list(range(len(texts)))
    assert len(texts) >= int((length_s - 1.0) / WORD_S)
    times = [time for word in final.words for time in (word.start_s, word.end_s)]
    assert times == sorted(times)
