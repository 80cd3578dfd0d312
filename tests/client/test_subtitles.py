"""Subtitles: what a viewer can read, and what players accept."""

from datetime import datetime, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livetranslate.protocol import Segment, Transcript, TranslationFinal, Word
from livetranslate.subtitle_lines import LINE_COLUMNS, break_lines, columns, split_text
from livetranslate.subtitles import (
    MAX_CUE_S,
    MIN_CUE_S,
    Cue,
    text_cues,
    to_srt,
    to_vtt,
    transcript_cues,
    translation_cues,
)

KENNEDY = "And so, my fellow Americans, ask not what your country can do for you, ask what you can do for your country."


def spoken(text: str, *, word_s: float = 0.5, start_s: float = 0.0, speaker: str | None = None) -> tuple[Word, ...]:
    return tuple(
        Word(word, start_s + i * word_s, start_s + (i + 0.9) * word_s, 0.9, speaker)
        for i, word in enumerate(text.split())
    )


def transcript(*words: Word, language: str = "en") -> Transcript:
    segment = Segment(words[0].start_s, words[-1].end_s, " ".join(word.text for word in words), words)
    return Transcript(language, words[-1].end_s, (segment,))


def test_a_speech_becomes_readable_cues():
    cues = transcript_cues(transcript(*spoken(KENNEDY)))
    assert " ".join(line for cue in cues for line in cue.lines) == KENNEDY
    assert all(len(cue.lines) <= 2 and columns(line) <= LINE_COLUMNS for cue in cues for line in cue.lines)
    assert all(cue.end_s - cue.start_s <= MAX_CUE_S for cue in cues)
    assert cues[0].start_s == 0.0
    assert [cue.lines for cue in cues] == [
        ("And so, my fellow Americans, ask not", "what your country can do for you,"),
        ("ask what you can do for your country.",),
    ]


def test_a_long_sentence_leaves_no_word_alone():
    words = spoken("We choose to go to the moon in this decade and do the other things not because", word_s=0.41)
    cues = transcript_cues(transcript(*words))
    assert [cue.lines for cue in cues] == [
        ("We choose to go to the moon in this", "decade and do the other things not because"),
    ]
    words = spoken("We choose to go to the moon in this decade and do the other things not because", word_s=0.45)
    lengths = [sum(len(line.split()) for line in cue.lines) for cue in transcript_cues(transcript(*words))]
    assert sorted(lengths) == [7, 10]


def test_a_pause_and_a_sentence_end_start_a_new_cue():
    words = (
        *spoken("Ask not.", word_s=1.0),
        *spoken("Ask what.", start_s=2.0, word_s=1.0),
        *spoken("Now.", start_s=9.0),
    )
    assert [cue.lines for cue in transcript_cues(transcript(*words))] == [("Ask not.",), ("Ask what.",), ("Now.",)]


def test_a_new_speaker_starts_a_new_cue():
    words = (*spoken("How are you?", speaker="A"), *spoken("Fine thanks", start_s=1.5, speaker="B"))
    cues = transcript_cues(transcript(*words))
    assert [(cue.speaker, cue.lines) for cue in cues] == [("A", ("How are you?",)), ("B", ("Fine thanks",))]
    assert "A: How are you?" in to_srt(cues)
    assert "<v B>Fine thanks" in to_vtt(cues)


def test_a_short_word_stays_long_enough_to_be_read():
    (cue,) = transcript_cues(transcript(Word("Yes.", 1.0, 1.1)))
    assert cue.end_s - cue.start_s == pytest.approx(MIN_CUE_S)


def test_a_short_cue_never_covers_the_next():
    cues = transcript_cues(transcript(Word("A", 0.0, 0.1, speaker="A"), Word("B", 0.3, 0.6, speaker="B")))
    assert cues[0].end_s <= cues[1].start_s


def test_unspaced_languages_are_joined_and_broken_by_columns():
    characters = "我们选择在这个十年登上月球并非因为它简单而是因为它困难因为这个目标将有助于组织和衡量我们最优秀的能力"
    words = tuple(Word(c, i * 0.1, i * 0.1 + 0.09) for i, c in enumerate(characters))
    cues = transcript_cues(transcript(*words, language="zh"))
    assert "".join(line for cue in cues for line in cue.lines) == characters
    assert all(columns(line) <= LINE_COLUMNS for cue in cues for line in cue.lines)
    assert len(cues) > 1


def test_a_segment_without_word_times_shares_its_time_by_length():
    cues = text_cues(KENNEDY + " " + KENNEDY, 10.0, 30.0)
    assert cues[0].start_s == 10.0
    assert cues[-1].end_s == pytest.approx(30.0)
    assert all(a.end_s == pytest.approx(b.start_s) for a, b in pairwise(cues))


def test_translations_stand_where_the_speech_was():
    def final(text: str, start_s: float, end_s: float) -> TranslationFinal:
        return TranslationFinal(
            seq=0,
            emitted_at=datetime.now(timezone.utc),
            language="es",
            text=text,
            audio_start_s=start_s,
            audio_end_s=end_s,
        )

    cues = translation_cues([final("¿Y tú?", 4.0, 6.0), final("Hola.", 1.0, 3.0), final("", 7.0, 8.0)])
    assert [(cue.lines, cue.start_s, cue.end_s) for cue in cues] == [(("Hola.",), 1.0, 3.0), (("¿Y tú?",), 4.0, 6.0)]


def test_srt_and_vtt_are_what_players_read():
    cues = [Cue(0.0, 1.5, ("R&B <live>",)), Cue(3661.0005, 3662.9996, ("one", "two"))]
    assert to_srt(cues) == (
        "1\n00:00:00,000 --> 00:00:01,500\nR&B <live>\n\n2\n01:01:01,000 --> 01:01:03,000\none\ntwo\n"
    )
    assert to_vtt(cues) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nR&amp;B &lt;live&gt;\n\n01:01:01.000 --> 01:01:03.000\none\ntwo\n"
    )


def test_silence_gives_no_cue():
    assert transcript_cues(Transcript("en", 5.0)) == []
    assert to_srt([]) == ""
    assert to_vtt([]) == "WEBVTT\n"


@given(st.text(alphabet=st.sampled_from("ab,. 月球。é"), max_size=400))
def test_any_text_keeps_its_characters_and_the_limits(text):
    parts = split_text(text)
    for part in parts:
        lines = break_lines(part)
        assert len(lines) <= 2
        assert all(columns(line) <= LINE_COLUMNS + 2 for line in lines)
    assert "".join("".join(parts).split()) == "".join(text.split())


@given(st.lists(st.tuples(st.floats(0.01, 3), st.floats(0, 2)), min_size=1, max_size=60))
def test_cues_never_overlap_and_never_vanish(spans):
    words, now_s = [], 0.0
    for length_s, gap_s in spans:
        words.append(Word("word", now_s, now_s + length_s))
        now_s += length_s + gap_s
    cues = transcript_cues(transcript(*words))
    assert sum(len(line.split()) for cue in cues for line in cue.lines) == len(words)
    assert all(cue.end_s > cue.start_s for cue in cues)
    assert all(a.end_s <= b.start_s + 1e-9 or a.end_s - a.start_s <= 0.0011 for a, b in pairwise(cues))
