"""From what was seen to figures and tables."""

import asyncio

import pytest
from loadtests.faults.bad_requests.bad_grpc import PREFACE
from loadtests.faults.chaos_figures import difference, row
from loadtests.faults.chaos_run import Try
from loadtests.faults.neighbours import Neighbours, side
from loadtests.faults.slow_clients import Crowd, kinds
from loadtests.faults.soak_run import TOGETHER, Soak
from loadtests.faults.tables import KINDS, neighbour_lines
from loadtests.live.clips import jfk
from loadtests.live.disturbances import Outcome
from loadtests.live.leftovers import Footprint
from loadtests.live.memory_watch import MemoryWatch

HELD = Footprint(rss_mib=100, shm_mib=7, shm_files=7, processes=9, threads=80, files=300)


def compared(calm: str, words: str) -> Outcome:
    neighbours = Neighbours(None, jfk(), 1, [], calm=[Outcome([], words=calm)])  # type: ignore[arg-type]
    outcome = Outcome([], words=words)
    neighbours.compare(outcome)
    return outcome


@pytest.mark.parametrize(
    ("words", "lost", "added", "changed"),
    [
        ("ask not what your country can do", 0, 0, 0),
        ("ask not what your can do", 1, 0, 0),
        ("ask not what what your country can do", 0, 1, 0),
        ("ask not what your county can do", 0, 0, 1),
        ("", 6, 0, 1),
    ],
)
def test_words_are_held_against_a_calm_run(words, lost, added, changed):
    outcome = compared("ask not what your country can do", words)
    assert (outcome.lost, outcome.added, outcome.changed) == (lost, added, changed)


def test_the_nearest_of_several_calm_runs_counts():
    neighbours = Neighbours(None, jfk(), 1, [], calm=[Outcome([], words="a b c d"), Outcome([], words="a b x d")])  # type: ignore[arg-type]
    outcome = Outcome([], words="a b x d")
    neighbours.compare(outcome)
    assert (outcome.lost, outcome.added, outcome.changed) == (0, 0, 0)


def test_sums_of_sessions():
    spoken = jfk().words or ""
    told = side([Outcome([], words=spoken, breaks_s=[1.5, 3.0]), Outcome([], faults=["failed: x"], lost=22)], jfk())
    assert (told["sessions"], told["lost_sessions"], told["breaks"], told["longest_break_s"]) == (2, 1, 2, 3.0)
    assert told["wer"] == 0.5
    assert neighbour_lines({"calm": told, "disturbed": told})[1][0][:3] == ["calm", "2", "1"]


def test_a_fault_has_recovered_only_where_sessions_and_supervisor_say_so():
    tries = [
        Try(1.0, captions_s=2.0, recovered_s=4.0, ready_s=5.0, is_well=True, before=HELD, after=HELD),
        Try(1.0, captions_s=2.0, recovered_s=0.6, ready_s=5.0, is_well=False),
        Try(1.0, captions_s=3.0, recovered_s=8.0, ready_s=None, zombies=1),
        Try(1.0, failure="nothing", before=HELD, after=Footprint(120, 7, 8, 9, 85, 300)),
    ]
    made = row("kill-x", "in words", tries, jfk(), None)
    assert (made["tries"], made["recovered"]) == (4, 1)
    assert made["recovered_s"] == {"median": 4.0, "low": 0.6, "high": 8.0, "runs": 3}
    assert made["left"] == {"processes": 0, "threads": 5, "files": 0, "shm_files": 1, "shm_mib": 0, "zombies": 1}


def test_what_is_left_may_be_less():
    assert difference(HELD, Footprint(90, 6, 6, 8, 70, 290))["threads"] == -10


def test_memory_of_a_soak_is_told_by_process_together_and_by_slot():
    soak = Soak(MemoryWatch(None))
    soak.watch.memory.clear()
    for minute in range(61):
        soak.watch.memory["whisper"].samples.append((minute * 60.0, 100_000_000 + minute * 100_000))
        soak.watch.memory["client"].samples.append((minute * 60.0, 50_000_000 + minute * 900_000))
        soak.watch.memory["llm"].samples.append((minute * 60.0, 200_000_000))
        soak.footprints.append((minute * 60.0, HELD))
    memory = soak.memory(settle_s=300.0, slots=4)
    assert memory["whisper"]["mb_per_h"] == pytest.approx(6.0)
    assert memory[TOGETHER]["mb_per_h"] == pytest.approx(6.0)  # the client is not the server
    assert memory[TOGETHER]["mb_per_h_and_slot"] == pytest.approx(1.5)
    assert memory["client"]["mb_per_h"] == pytest.approx(54.0)
    growth = soak.growth_of("threads", settle_s=300.0)
    assert growth is not None
    assert growth.per_unit == pytest.approx(0.0)


async def test_a_crowd_counts_who_was_let_in_and_who_was_closed():
    seen: list[bytes] = []

    async def serve(reader, writer):
        seen.append(await reader.read(10))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    crowd = Crowd(kinds()["grpc-preface"], 20)
    await crowd.stay(f"{host}:{port}", seconds=20)
    server.close()
    assert (crowd.connected, crowd.closed, seen) == (20, 20, [PREFACE[:10]] * 20)


async def test_a_crowd_that_nobody_lets_in_is_told_by_reason():
    crowd = Crowd(kinds()["http-silent"], 3)
    await crowd.stay("127.0.0.1:1", seconds=5)
    assert (crowd.connected, dict(crowd.refused)) == (0, {"ConnectionRefusedError": 3})


def test_every_report_can_be_rendered():
    assert set(KINDS) == {"faults_malformed", "faults_connections", "faults_chaos", "faults_soak"}
    told = side([Outcome([], words="x")], jfk())
    neighbours = {"calm": told, "disturbed": told}
    one = {
        "number": 5,
        "kind": "http",
        "model": "",
        "what": "cut",
        "fate": "hang",
        "code": "",
        "alone": {"fate": "hang"},
        "ended": ["llm"],
    }
    malformed = {
        "by_kind": {"http": {"code": 2, "hang": 1}}, "crashes": [{"model": "llm", "pid": 7}], "hangs": 1,
        "remarkable": [one], "neighbours": neighbours,
    }  # fmt: skip
    text = "\n".join(KINDS["faults_malformed"](malformed))
    assert "| http | 3 | 2 | 0 | 0 | 0 | 0 | 1 |" in text
    assert "request 5 (http : cut): hang, alone: hang, ended: llm" in text
    tries = [Try(1.0, captions_s=2.0, recovered_s=4.0, ready_s=5.0, is_well=True, before=HELD, after=HELD)]
    rows = [
        row("reset", "connections reset", tries, jfk(), None) | {"details": [{"failure": ""}]},
        row("full-disk", "a full disk", [], jfk(), "not ours") | {"details": []},
    ]
    text = "\n".join(KINDS["faults_chaos"]({"rows": rows, "neighbours": neighbours}))
    assert "| connections reset | 1 | 1 of 1 | 2.0 | 4.0 | 5.0 |" in text
    assert "full-disk: not done: not ours." in text
