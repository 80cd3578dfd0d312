"""The bound on unacknowledged audio."""

import asyncio

from livetranslate.audio_window import AudioWindow


async def waits(window: AudioWindow, duration_s: float) -> bool:
    task = asyncio.create_task(window.wait_for_room(duration_s))
    done, _ = await asyncio.wait({task}, timeout=0.05)
    task.cancel()
    return not done


async def test_audio_within_the_limit_does_not_wait():
    window = AudioWindow(2.0)
    window.add("1", 1.0)
    assert not await waits(window, 1.0)
    assert await waits(window, 1.1)


async def test_an_acknowledgement_makes_room_once():
    window = AudioWindow(2.0)
    window.add("1", 1.0)
    window.add("2", 1.0)
    window.acknowledge("1")
    window.acknowledge("1")
    window.acknowledge("never sent")
    assert window.pending_s == 1.0
    assert not await waits(window, 1.0)


async def test_a_chunk_above_the_limit_passes_alone():
    window = AudioWindow(2.0)
    assert not await waits(window, 5.0)
    window.add("1", 0.1)
    assert await waits(window, 5.0)


async def test_closing_wakes_the_waiting_sender():
    window = AudioWindow(1.0)
    window.add("1", 1.0)
    waiting = asyncio.create_task(window.wait_for_room(1.0))
    await asyncio.sleep(0)
    window.close()
    await asyncio.wait_for(waiting, 5)
