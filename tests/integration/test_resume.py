"""Real sessions, disturbed at random points: their words are those of an undisturbed one.

The whole campaign is ``python -m loadtests.live.disturbances``; here is a handful of it, with fixed seeds. Triton
itself is killed only there: it takes its time to be back.
"""

import pytest
from loadtests.live.clips import jfk
from loadtests.live.disturbances import campaign, plan

pytestmark = pytest.mark.integration


@pytest.mark.parametrize(
    ("kinds", "targets"),
    [(("reset", "gone", "stall"), ["es"]), (("stub", "reload", "reset"), [])],
    ids=["network", "server"],
)
async def test_disturbed_sessions_say_the_same_words(server, kinds, targets):
    planned = plan(jfk(), runs=3, seed=5, kinds=kinds)
    calm, outcomes = await campaign(
        server.grpc_url, server.state, jfk(), planned, targets=targets, speed=2.0, policy="at_the_end"
    )
    assert [outcome.faults for outcome in calm] == [[], []]
    assert calm[0].words == calm[1].words
    assert [(outcome.disturbances, outcome.faults) for outcome in outcomes] == [(one, []) for one in planned]
    assert sum(len(outcome.breaks_s) for outcome in outcomes) >= 2
