"""Scores live captions: what was shown when, against reference words with their times. Pure functions, any system.

    timeline = Timeline(duration_s=11.0, steps=(Shown(at_s=1.4, audio_s=1.0, committed="", displayed="and so"), …))
    result = score(timeline, (ReferenceWord("and", 0.3, 0.6), …))

Text is compared as spoken words (see loadtests.spoken_words) unless another tokeniser is given.
"""

from loadtests.scoring.score import IN_TIME_S, Score, score
from loadtests.scoring.spread import Distribution, Spread
from loadtests.scoring.timeline import ReferenceWord, Shown, Timeline

__all__ = ["IN_TIME_S", "Distribution", "ReferenceWord", "Score", "Shown", "Spread", "Timeline", "score"]
