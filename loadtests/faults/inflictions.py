"""What can happen to a server, one thing at a time."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from livetranslate.protocol import tensors
from livetranslate_tools.serving.record import now
from loadtests.faults import false_clock
from loadtests.faults.ground import SHARED_MEMORY, Ground, fill

STOPPED_S = 20.0
SLOW_S = 20.0
SLOW_CYCLE_S = (0.75, 0.25)
"""A slow process stands still for so long and runs for so long, in turn."""
FULL_S = 15.0
GONE_S = 3.0
STEP_S = 3600.0
STEPPED_S = 20.0
Find = Callable[[Ground], "list[psutil.Process]"]


@dataclass(frozen=True)
class Infliction:
    """One kind of fault.

    Attributes:
        what: in words.
        inflict: does it, and returns when it is over; cancelled, it undoes what it did.
        cannot: why it cannot be done here; None when it can.
    """

    what: str
    inflict: Callable[[Ground], Awaitable[None]]
    cannot: Callable[[Ground], str | None] = lambda _: None


def kill(find: Find) -> Callable[[Ground], Awaitable[None]]:
    """SIGKILL to all that are found."""

    async def inflict(ground: Ground) -> None:
        for process in await asyncio.to_thread(find, ground):
            with suppress(psutil.NoSuchProcess):
                process.kill()

    return inflict


def stop(find: Find) -> Callable[[Ground], Awaitable[None]]:
    """SIGSTOP, and SIGCONT after 20 s."""

    async def inflict(ground: Ground) -> None:
        processes = await asyncio.to_thread(find, ground)
        with _continued(processes):
            _send(processes, signal.SIGSTOP)
            await asyncio.sleep(STOPPED_S)

    return inflict


def slow(find: Find) -> Callable[[Ground], Awaitable[None]]:
    """SIGSTOP and SIGCONT in turn for 20 s: a quarter of the speed."""

    async def inflict(ground: Ground) -> None:
        processes = await asyncio.to_thread(find, ground)
        still_s, running_s = SLOW_CYCLE_S
        with _continued(processes):
            for _ in range(int(SLOW_S / (still_s + running_s))):
                _send(processes, signal.SIGSTOP)
                await asyncio.sleep(still_s)
                _send(processes, signal.SIGCONT)
                await asyncio.sleep(running_s)

    return inflict


def full(find: Callable[[Ground], Path | None]) -> Callable[[Ground], Awaitable[None]]:
    """A file system without a free byte for 15 s."""

    async def inflict(ground: Ground) -> None:
        folder = find(ground)
        if folder is None:
            raise ValueError("This file system is not ours alone: it is not filled.")
        filler = folder / "faults.filler"
        try:
            await asyncio.to_thread(fill, folder, filler.name)
            await asyncio.sleep(FULL_S)
        finally:
            filler.unlink(missing_ok=True)

    return inflict


def _no_room(find: Callable[[Ground], Path | None], what: str) -> Callable[[Ground], str | None]:
    def cannot(ground: Ground) -> str | None:
        if find(ground) is not None:
            return None
        return f"{what} is filled only where it is a small one of the test's own (root, and a server that is started)"

    return cannot


async def _step_clock(ground: Ground) -> None:
    """An hour ahead, and after 20 s back."""
    if ground.clock is None:
        raise ValueError("The server has no clock of its own: the machine's is not touched.")
    try:
        false_clock.step(ground.clock, STEP_S)
        await asyncio.sleep(STEPPED_S)
        ahead_s = (ground.server.record().heartbeat_at - now()).total_seconds()
        if ahead_s < STEP_S / 2:
            raise ValueError(
                f"The server's clock is {ahead_s:.0f} s ahead, not {STEP_S:.0f}: the step did not reach it."
            )
    finally:
        false_clock.step(ground.clock, 0.0)


def _no_clock(ground: Ground) -> str | None:
    if ground.clock is not None:
        return None
    return "a clock is stepped only in a server that is started for it, and only where there is a C compiler"


async def _reset(ground: Ground) -> None:
    ground.network.reset()


def _stub(model: str) -> Find:
    return lambda ground: ground.stub(model)


def _disk(ground: Ground) -> Path | None:
    return ground.small_disk


def _shared_memory(ground: Ground) -> Path | None:
    return ground.small_shared_memory


def _send(processes: Iterable[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)


@contextmanager
def _continued(processes: list[psutil.Process]) -> Iterator[None]:
    """Lets them run again, whatever happens."""
    try:
        yield
    finally:
        _send(processes, signal.SIGCONT)


CLOCK = "clock-step"
_STUBS = (
    tensors.WHISPER,
    tensors.AUDIO_DECODER,
    tensors.TRANSLATION_PROMPT,
    tensors.TRANSLATOR,
    tensors.LIVE_TRANSLATION,
    tensors.LLM,
)
FAULTS: dict[str, Infliction] = {
    **{f"kill-{model}": Infliction(f"SIGKILL: {model}'s stub", kill(_stub(model))) for model in _STUBS},
    "kill-engine": Infliction("SIGKILL: vLLM's engine", kill(Ground.engine)),
    "kill-triton": Infliction("SIGKILL: tritonserver", kill(Ground.triton)),
    "stop-whisper": Infliction("SIGSTOP for 20 s: whisper's stub", stop(_stub(tensors.WHISPER))),
    "stop-live": Infliction("SIGSTOP for 20 s: live_translation's stub", stop(_stub(tensors.LIVE_TRANSLATION))),
    "stop-engine": Infliction("SIGSTOP for 20 s: vLLM's engine", stop(Ground.engine)),
    "slow-whisper": Infliction("a quarter of the speed for 20 s: whisper", slow(_stub(tensors.WHISPER))),
    "slow-engine": Infliction("a quarter of the speed for 20 s: vLLM's engine", slow(Ground.engine)),
    "reset": Infliction("connections reset", _reset),
    "gone": Infliction("connections refused for 3 s", lambda ground: ground.network.vanish(GONE_S)),
    "stall": Infliction("bytes lost for 3 s, then reset", lambda ground: ground.network.stall(GONE_S)),
    "full-disk": Infliction("state folder without a free byte for 15 s", full(_disk), _no_room(_disk, "A disk")),
    "full-shm": Infliction(
        f"{SHARED_MEMORY} without a free byte for 15 s",
        full(_shared_memory),
        _no_room(_shared_memory, str(SHARED_MEMORY)),
    ),
    CLOCK: Infliction("clock an hour ahead for 20 s, then back", _step_clock, _no_clock),
}
"""Every fault that happens to a running server, by name."""
