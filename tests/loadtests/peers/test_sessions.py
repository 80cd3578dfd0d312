from loadtests.peers.driver import PeerSession
from loadtests.peers.protocols import Text

from loadtests.live import clips
from loadtests.scoring import Shown


def session(*texts: tuple[float, Text]) -> PeerSession:
    return PeerSession(clips.find("jfk"), started_at=100.0, texts=list(texts))


def test_what_is_still_open_at_the_end_counts_as_committed_when_it_last_changed() -> None:
    steps = session((101.0, Text("", "and so")), (102.5, Text("And", "so"))).timeline().steps
    assert steps == (
        Shown(1.0, None, "", "and so"),
        Shown(2.5, None, "And", "And so"),
        Shown(2.5, None, "And so", "And so"),
    )


def test_a_session_that_has_committed_everything_needs_no_such_step() -> None:
    assert len(session((101.0, Text("And so", ""))).timeline().steps) == 1
    assert session().timeline().steps == ()
