from loadtests.live.captions_shown import timeline_of
from tests.loadtests.live.sessions import done, final, partial, recorded

from loadtests.scoring import Shown


def test_partials_add_to_what_is_committed_and_replace_what_is_not() -> None:
    timeline = timeline_of(
        recorded(
            partial("", "and sew", heard_s=1.0),
            partial("And", "so my", heard_s=2.0),
            partial("so", "", heard_s=3.0),
            final("And so.", heard_s=2.8),
            done(2.0),
        )
    )
    assert timeline.duration_s == 2.0
    assert timeline.steps == (
        Shown(0.0, 1.0, "", "and sew"),
        Shown(1.0, 2.0, "And", "And so my"),
        Shown(2.0, 3.0, "And so", "And so"),
        Shown(3.0, 3.0, "And so.", "And so."),  # the audio heard never goes back
    )


def test_utterances_stand_in_their_order() -> None:
    steps = timeline_of(recorded(partial("one", "two"), partial("", "three", utterance=1), final("One two."))).steps
    assert steps[1].displayed == "one two three"
    assert steps[2] == Shown(2.0, None, "One two.", "One two. three")
