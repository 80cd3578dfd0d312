"""The sending thread: order, cancellation, and clients that break."""

import threading
import time

import numpy as np
import pytest
from request_errors import RequestError, Status
from response_pump import Codec, ResponsePump

FINAL = 1
TEXT = {"text_output": np.array([b"x"], dtype=np.object_)}


class Sender:
    """Stands where Triton's C++ object does: keeps what it is given."""

    def __init__(self, *, broken: bool = False, slow_s: float = 0.0) -> None:
        self.sent: list[tuple[object, int]] = []
        self.cancelled = False
        self.ended = threading.Event()
        self._broken = broken
        self._slow_s = slow_s

    def send(self, response: object = None, flags: int = 0) -> None:
        time.sleep(self._slow_s)
        if flags == FINAL:
            self.ended.set()
        if self._broken:
            raise RuntimeError("stream closed")
        self.sent.append((response, flags))

    def is_cancelled(self) -> bool:
        return self.cancelled


@pytest.fixture
def logged():
    return []


@pytest.fixture
def pump(logged):
    codec = Codec(response=lambda tensors: tensors, error=lambda error: error, final_flag=FINAL)
    pump = ResponsePump(codec, log_error=logged.append)
    yield pump
    pump.close()


def test_responses_keep_their_order_and_the_last_is_final(pump):
    sender = Sender()
    reply = pump.open(sender)
    reply.send(TEXT, final=False)
    reply.send(TEXT, final=True)
    assert sender.ended.wait(5)
    assert sender.sent == [(TEXT, 0), (TEXT, FINAL)]


def test_an_error_ends_the_request(pump):
    sender = Sender()
    error = RequestError(Status.INVALID_ARG, "no")
    pump.open(sender).fail(error)
    assert sender.ended.wait(5)
    assert sender.sent == [(error, FINAL)]


def test_a_slow_client_does_not_hold_up_the_one_who_queues(pump):
    slow = Sender(slow_s=0.2)
    reply = pump.open(slow)
    started_s = time.monotonic()
    for _ in range(5):
        reply.send(TEXT, final=False)
    queued_s = time.monotonic() - started_s
    reply.send(TEXT, final=True)
    assert slow.ended.wait(10)
    assert queued_s < 0.2 <= time.monotonic() - started_s
    assert len(slow.sent) == 6


def test_a_broken_stream_is_logged_and_others_are_served(pump, logged):
    broken, sound = Sender(broken=True), Sender()
    pump.open(broken).send(TEXT, final=True)
    pump.open(sound).send(TEXT, final=True)
    assert sound.ended.wait(5)
    assert logged == ["A response could not be sent: stream closed"]


def test_cancellation_is_noticed_once_even_when_nothing_is_sent(pump):
    sender, other = Sender(), Sender()
    noticed: list[str] = []
    reply, watched = pump.open(sender), pump.open(other)
    reply.on_cancelled = lambda: noticed.append("sender")
    watched.on_cancelled = lambda: noticed.append("other")
    sender.cancelled = True
    deadline = time.monotonic() + 5
    while not noticed and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.3)
    assert noticed == ["sender"]


def test_an_ended_request_is_watched_no_more(pump):
    sender, other = Sender(), Sender()
    noticed: list[str] = []
    reply = pump.open(sender)
    reply.on_cancelled = lambda: noticed.append("too late")
    reply.send(TEXT, final=True)
    assert sender.ended.wait(5)
    sender.cancelled = True
    pump.open(other)
    time.sleep(0.3)
    assert noticed == []
