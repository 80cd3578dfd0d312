"""Pacing arithmetic, on a clock of the test's own."""

import pytest

from livetranslate.pacing import Pace, Pacer
from livetranslate.protocol import AudioFormat

LAYOUT = AudioFormat()
TENTH = b"\0" * 3_200


class Clock:
    """Time that passes only in sleep, which takes a little too long, like a real one."""

    def __init__(self, overshoot_s: float = 0.0) -> None:
        self.now_s = 100.0
        self.overshoot_s = overshoot_s

    def __call__(self) -> float:
        return self.now_s

    async def sleep(self, seconds: float) -> None:
        self.now_s += seconds + self.overshoot_s


async def times(clock: Clock, pacer: Pacer, count: int, work_s: float = 0.0) -> list[float]:
    async def chunks():
        for _ in range(count):
            yield TENTH

    sent = []
    async for _ in pacer.paced(chunks(), LAYOUT):
        sent.append(clock.now_s)
        clock.now_s += work_s
    return sent


async def test_a_chunk_leaves_when_its_last_sample_was_spoken():
    clock = Clock()
    assert await times(clock, Pacer(clock=clock, sleep=clock.sleep), 3) == pytest.approx([100.1, 100.2, 100.3])


async def test_slow_sleeps_do_not_add_up():
    clock = Clock(overshoot_s=0.015)
    sent = await times(clock, Pacer(clock=clock, sleep=clock.sleep), 3000)
    assert sent[-1] == pytest.approx(400.0, abs=0.02)


async def test_a_late_chunk_does_not_delay_those_after_it():
    clock = Clock()
    pacer = Pacer(clock=clock, sleep=clock.sleep)
    assert pacer.delay_s(0.1) == pytest.approx(0.1)
    clock.now_s += 5.0
    assert pacer.delay_s(0.2) == 0.0
    assert pacer.delay_s(5.5) == pytest.approx(0.5)


async def test_the_fast_pace_never_sleeps():
    clock = Clock()
    pacer = Pacer(Pace.FAST, clock=clock, sleep=clock.sleep)
    assert await times(clock, pacer, 100) == [100.0] * 100
    assert pacer.started_at_s == 100.0
