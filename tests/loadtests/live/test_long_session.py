import itertools
import os

from loadtests.live.clips import RATE_HZ, jfk
from loadtests.live.long_session import Told, speech
from loadtests.live.memory_watch import CLIENT, HOUR_S, MemoryWatch


async def spoken(audio_s: float, seed: int) -> tuple[bytes, Told]:
    told = Told()
    chunks = [chunk async for chunk in speech(jfk(), told, audio_s=audio_s, speed=0.0, seed=seed)]
    return b"".join(chunks), told


async def test_the_speech_is_as_long_as_was_asked_and_the_same_for_the_same_seed() -> None:
    pcm, told = await spoken(60.0, 1)
    assert abs(len(pcm) / 2 / RATE_HZ - 60.0) <= 0.1
    assert told.spoken in (4 * 22, 5 * 22)
    assert (await spoken(60.0, 1))[0] == pcm
    assert (await spoken(60.0, 2))[0] != pcm


def test_growth_is_told_an_hour_of_audio_and_only_after_the_beginning() -> None:
    watch = MemoryWatch(None)
    for minute in range(61):
        watch.look(minute * 60.0)
    memory = watch.memory[CLIENT]
    assert len(memory.samples) == 61
    # A jump in the beginning, then 3 MB an hour.
    memory.samples = [
        (at_s, round(1e6 * (100 + 3 * at_s / HOUR_S)) - (0 if at_s >= 300 else 50_000_000))
        for at_s, _ in memory.samples
    ]
    slope = memory.slope(after_s=300)
    assert slope is not None
    assert abs(slope.per_unit - 3.0) < 1e-3
    assert memory.held_mb(300) == 100.25


def test_this_process_is_seen() -> None:
    watch = MemoryWatch(None)
    watch.look(0.0)
    block = os.urandom(50_000_000)
    watch.look(1.0)
    (_, before), (_, after) = itertools.islice(watch.memory[CLIENT].samples, 2)
    assert after - before > 0.9 * len(block)
