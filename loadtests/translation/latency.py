"""How far a translation stays behind the speech. Pure functions.

LAAL, the length-adaptive average lagging, is Papi et al. 2022, "Over-Generation Cannot Be Rewarded" (AutoSimTrans);
over a stream that is cut at the reference's sentences it is StreamLAAL, Papi et al. 2024, "StreamAtt" (ACL). With
``d_i`` the time from the sentence's beginning to the i-th target word, ``T`` the sentence's length in seconds, ``|Y|``
and ``|Y*|`` the number of words of the translation and of its reference::

    LAAL = 1/τ · Σ_{i=1..τ} ( d_i − (i − 1) · T / max(|Y|, |Y*|) ),   τ = the first i with d_i ≥ T, else |Y|

A system that translates as fast as words are said scores near 0. Computation-aware, ``d_i`` counts to the moment in
which the word was there to stay; ideal, to the audio that had been heard for it.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from loadtests.scoring.alignment import word_pairs


@dataclass(frozen=True)
class TargetWord:
    """A word (a character, where no spaces are written) of a translation.

    Attributes:
        text: the word.
        at_s: wall-clock time from which on it was there to stay, seconds after audio second 0 was spoken.
        heard_s: audio that had been heard for it, seconds; None when nothing says so.
        said_s: when its part of the speech ended, as if the words of a translated piece were spread evenly over the
            piece's audio.
    """

    text: str
    at_s: float
    heard_s: float | None
    said_s: float


@dataclass(frozen=True)
class SourceSentence:
    """A sentence that was said, and a translation of it in words.

    Attributes:
        start_s: when its first word began, seconds of audio.
        end_s: when its last word ended.
        reference: words of a translation.
    """

    start_s: float
    end_s: float
    reference: tuple[str, ...]


def laal(delays_s: Sequence[float], *, source_s: float, reference_words: int) -> float | None:
    """LAAL of one sentence, seconds; None when nothing was translated.

    Args:
        delays_s: of each target word, from the sentence's beginning.
        source_s: length of the sentence.
        reference_words: length of its reference.
    """
    if not delays_s:
        return None
    if delays_s[0] > source_s:
        return delays_s[0]
    pace_s = source_s / max(len(delays_s), reference_words)
    lags = []
    for number, delay_s in enumerate(delays_s):
        lags.append(delay_s - number * pace_s)
        if delay_s >= source_s:
            break
    return statistics.fmean(lags)


def stream_laal(words: Sequence[TargetWord], sentences: Sequence[SourceSentence], *, is_ideal: bool) -> float | None:
    """Mean LAAL of a stream's sentences, seconds.

    Args:
        words: of the whole translation, in order.
        sentences: what was said; those of which nothing was translated do not count.
        is_ideal: by the audio that had been heard, instead of the wall clock.

    Returns:
        None when nothing was translated, or the ideal is wanted and a word does not say what had been heard.
    """
    if is_ideal and any(word.heard_s is None for word in words):
        return None
    times = [(word.heard_s or 0.0) if is_ideal else word.at_s for word in words]
    cut = resegment([word.text for word in words], [sentence.reference for sentence in sentences])
    found = [
        laal(
            [times[place] - sentence.start_s for place in places],
            source_s=sentence.end_s - sentence.start_s,
            reference_words=len(sentence.reference),
        )
        for sentence, places in zip(sentences, cut, strict=True)
    ]
    known = [value for value in found if value is not None]
    return statistics.fmean(known) if known else None


def resegment(words: Sequence[str], references: Sequence[Sequence[str]]) -> list[range]:
    """The places of a translation's words that belong to each reference sentence, all of them in order.

    As mwerSegmenter does (Matusov et al. 2005): the alignment with the fewest edits between the whole translation and
    all references decides. Words that stand for none of the reference's go with those before them.
    """
    joined = [word.casefold() for reference in references for word in reference]
    pairs = word_pairs(joined, [word.casefold() for word in words])
    cut, begin, place = [], 0, 0
    for number, reference in enumerate(references):
        place += len(reference)
        is_last = number == len(references) - 1
        end = len(words) if is_last else next((index for position, index in pairs if position >= place), len(words))
        cut.append(range(begin, end))
        begin = end
    return cut
