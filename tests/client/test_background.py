"""Blocking producers beside the event loop."""

import asyncio
import threading

import pytest

from livetranslate.background import iterate_in_background


async def test_items_come_in_order():
    assert [item async for item in iterate_in_background(range(1000))] == list(range(1000))


async def test_a_failure_is_raised_after_the_items_before_it():
    def failing():
        yield 1
        raise OSError("gone")

    seen = []
    items = iterate_in_background(failing())
    seen.append(await anext(items))
    with pytest.raises(OSError, match="gone"):
        await anext(items)
    assert seen == [1]


async def test_a_fast_producer_waits_for_its_reader():
    produced = []

    def counting():
        for item in range(1000):
            produced.append(item)
            yield item

    items = iterate_in_background(counting())
    assert await anext(items) == 0
    await asyncio.sleep(0.2)
    assert len(produced) < 40
    await items.aclose()


async def test_a_producer_that_blocks_for_ever_does_not_hold_its_reader():
    never = threading.Event()

    def blocking():
        yield 1
        never.wait()

    items = iterate_in_background(blocking())
    assert await anext(items) == 1
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(anext(items), 0.1)
    await items.aclose()
    never.set()


def test_an_event_loop_that_ended_while_the_producer_was_reading_is_no_error(recwarn):
    reading, ended = threading.Event(), threading.Event()
    problems = []

    def blocking():
        yield 1
        reading.set()
        ended.wait()
        yield 2

    async def read_one():
        assert await anext(iterate_in_background(blocking())) == 1
        await asyncio.to_thread(reading.wait)

    hook, threading.excepthook = threading.excepthook, problems.append
    try:
        asyncio.run(read_one())
        ended.set()
        for thread in threading.enumerate():
            if thread.name == "audio-reader":
                thread.join(5)
                assert not thread.is_alive()
    finally:
        threading.excepthook = hook
    assert problems == []
    assert [str(warning.message) for warning in recwarn if "never awaited" in str(warning.message)] == []
