"""A call that hangs is given up, counted, and never heard of again."""

import threading
import time

import pytest
from bounded_call import BoundedCalls, BoundedRoute
from generation import GenerationRequest

from livetranslate.protocol import ErrorCode, LiveTranslateError, TranslateOptions

LONG_S = 60.0


def run(calls, call, *, in_s=LONG_S, silence_s=LONG_S, on_text=lambda _: None, is_cancelled=lambda: False):
    return calls.run(
        call,
        deadline=time.monotonic() + in_s,
        silence_s=silence_s,
        on_text=on_text,
        is_cancelled=is_cancelled,
    )


def wait_until(condition):
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.005)


@pytest.fixture
def calls():
    return BoundedCalls("llm", max_abandoned=2)


@pytest.fixture
def released():
    """Lets every hanging call of a test go at its end."""
    event = threading.Event()
    yield event
    event.set()


def hang(released):
    def call(tell, is_left):
        released.wait(30)
        return "too late"

    return call


def test_what_is_streamed_and_returned_comes_through_in_the_callers_thread(calls):
    heard = []

    def call(tell, is_left):
        tell("a")
        tell("ab")
        return "abc"

    answer = run(calls, call, on_text=lambda text: heard.append((text, threading.get_ident())))
    assert answer == "abc"
    assert heard == [("a", threading.get_ident()), ("ab", threading.get_ident())]
    assert calls.abandoned == 0


def test_what_the_call_raises_is_raised(calls):
    def call(tell, is_left):
        raise LiveTranslateError(ErrorCode.TEXT_TOO_LONG, "too long")

    with pytest.raises(LiveTranslateError, match="too long"):
        run(calls, call)
    assert calls.abandoned == 0


def test_a_call_without_any_text_is_given_up_as_unavailable(calls, released):
    with pytest.raises(LiveTranslateError) as given_up:
        run(calls, hang(released), silence_s=0.05)
    assert given_up.value.code is ErrorCode.MODEL_UNAVAILABLE
    assert "0.05 s" in given_up.value.message
    assert calls.abandoned == 1
    released.set()
    wait_until(lambda: calls.abandoned == 0)


def test_a_call_that_falls_silent_between_two_texts_is_given_up(calls, released):
    heard = []

    def call(tell, is_left):
        tell("a")
        released.wait(30)
        tell("ab")
        return "ab"

    with pytest.raises(LiveTranslateError) as given_up:
        run(calls, call, silence_s=0.1, on_text=heard.append)
    assert given_up.value.code is ErrorCode.MODEL_UNAVAILABLE
    released.set()
    wait_until(lambda: calls.abandoned == 0)
    assert heard == ["a"], "an abandoned call is not heard of again"


def test_text_that_keeps_coming_is_no_silence(calls):
    def call(tell, is_left):
        for length in range(1, 25):
            time.sleep(0.05)
            tell("x" * length)
        return "x" * 24

    assert run(calls, call, silence_s=1.0) == "x" * 24


def test_a_slow_listener_is_no_silence(calls):
    listened = threading.Event()

    def call(tell, is_left):
        tell("a")
        listened.wait(30)
        return "ab"

    def listener(text):
        time.sleep(0.6)
        listened.set()

    assert run(calls, call, silence_s=0.5, on_text=listener) == "ab"


def test_the_deadline_ends_a_call_that_never_stops_talking(calls):
    def call(tell, is_left):
        text = ""
        while not is_left():
            text += "x"
            tell(text)
            time.sleep(0.002)
        return text

    with pytest.raises(LiveTranslateError) as given_up:
        run(calls, call, in_s=0.1)
    assert given_up.value.code is ErrorCode.DEADLINE_EXCEEDED
    wait_until(lambda: calls.abandoned == 0)


def test_the_deadline_ends_a_call_that_hangs(calls, released):
    with pytest.raises(LiveTranslateError) as given_up:
        run(calls, hang(released), in_s=0.05)
    assert given_up.value.code is ErrorCode.DEADLINE_EXCEEDED


def test_a_cancelled_session_does_not_wait(calls, released):
    cancelled = threading.Event()
    threading.Timer(0.05, cancelled.set).start()
    with pytest.raises(LiveTranslateError) as given_up:
        run(calls, hang(released), is_cancelled=cancelled.is_set)
    assert given_up.value.code is ErrorCode.SESSION_CANCELLED
    assert calls.abandoned == 1


def test_a_listener_that_fails_ends_the_call(calls):
    stopped = threading.Event()

    def call(tell, is_left):
        tell("a")
        while not is_left():
            time.sleep(0.002)
        stopped.set()
        return "a"

    def listener(text):
        raise ConnectionError("the stream is closed")

    with pytest.raises(ConnectionError):
        run(calls, call, on_text=listener)
    assert stopped.wait(10)


def test_when_too_many_hang_others_are_refused_until_some_return(calls, released):
    for _ in range(2):
        with pytest.raises(LiveTranslateError):
            run(calls, hang(released), silence_s=0.02)
    with pytest.raises(LiveTranslateError, match="2 calls of 'llm' hang") as refused:
        run(calls, lambda tell, is_left: "fine")
    assert refused.value.code is ErrorCode.MODEL_UNAVAILABLE
    released.set()
    wait_until(lambda: calls.abandoned == 0)
    assert run(calls, lambda tell, is_left: "fine") == "fine"


def test_a_thread_that_hangs_does_not_keep_the_process(calls, released):
    with pytest.raises(LiveTranslateError):
        run(calls, hang(released), silence_s=0.02)
    hanging = [thread for thread in threading.enumerate() if thread.name == "call-llm"]
    assert hanging
    assert all(thread.daemon for thread in hanging)


def test_a_bounded_route_keeps_its_name_and_gives_its_silence_up(calls, released):
    class Hanging:
        name = "remote"

        def generate(self, request, *, on_text, is_cancelled):
            released.wait(30)
            return ""

    route = BoundedRoute(Hanging(), calls, silence_s=0.05)
    request = GenerationRequest("Hi.", TranslateOptions(target="es", source="en"), time.monotonic() + LONG_S)
    assert route.name == "remote"
    with pytest.raises(LiveTranslateError) as given_up:
        route.generate(request, on_text=lambda _: None, is_cancelled=lambda: False)
    assert given_up.value.code is ErrorCode.MODEL_UNAVAILABLE


def test_no_room_for_a_call_that_hangs_is_refused():
    with pytest.raises(ValueError, match="max_abandoned"):
        BoundedCalls("llm", max_abandoned=0)
