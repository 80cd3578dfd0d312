"""A handful of each campaign, with fixed seeds, against the real server; all of it: ``python -m loadtests.faults``."""

import pytest
from loadtests.faults.bad_requests import malformed_requests
from loadtests.faults.delivery.verdict import Fate
from loadtests.faults.malformed_run import Campaign
from loadtests.faults.recovery import fresh_session
from loadtests.faults.server import NoServerError, Server, under_test
from loadtests.faults.slow_clients import Crowd, kinds
from rich.console import Console

pytestmark = pytest.mark.integration


@pytest.fixture
def under_fire(server) -> Server:
    return Server(server.grpc_url, server.http_url.removeprefix("http://"), server.state)


async def test_malformed_requests_are_answered_and_end_no_process(under_fire):
    campaign = Campaign(under_fire, deadline_s=60.0, parallel=1)
    await campaign.run(malformed_requests(60, seed=1))
    assert campaign.crashes == []
    assert [one for one in campaign.remarkable if one.verdict.fate in (Fate.HANG, Fate.LOST)] == []
    assert sum(campaign.counts.values()) == 60


async def test_a_crowd_of_silent_clients_keeps_no_new_session_out(under_fire):
    crowd = Crowd(kinds()["grpc-settings"], 50)
    await crowd.stay(under_fire.grpc_url, seconds=1.0)
    assert crowd.connected == 50
    assert (await fresh_session(under_fire.grpc_url)).heard


def test_a_running_server_is_found_by_its_address(under_fire):
    with under_test(under_fire.grpc_url, console=Console()) as found:
        assert found == under_fire
        assert found.is_ready()
        assert "whisper" in found.stubs()


def test_an_address_where_nobody_listens_is_a_sentence():
    with (
        pytest.raises(NoServerError, match="No server of this project listens"),
        under_test("127.0.0.1:1", console=Console()),
    ):
        pass
