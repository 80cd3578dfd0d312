"""What a remote server may do wrong, against a real one on this machine: refusals, cuts, rubbish, silence."""

import email.utils
import socket
import threading
import time

import pytest
from bounded_call import BoundedCalls, BoundedRoute
from generation import RouteRefusal
from tests.model_repository.translator.remote_requests import (
    answer,
    cut_short,
    failure,
    status,
)

from livetranslate.protocol import ErrorCode

# Refusals


@pytest.mark.parametrize("code", [401, 403, 404, 307])
def test_a_wrong_key_url_or_model_is_not_tried_again_and_tells_against_the_route(server, remote_to, code):
    server.answers.append(status(code, Location="http://127.0.0.1:1/"))
    refused = failure(remote_to(server))
    assert isinstance(refused, RouteRefusal)
    assert refused.faulty
    assert refused.code is ErrorCode.REMOTE_REFUSED
    assert f"status {code}" in refused.message
    assert "'qwen'" in refused.message


@pytest.mark.parametrize("code", [400, 413, 422])
def test_a_request_that_is_not_taken_says_nothing_of_the_server(server, remote_to, code):
    server.answers.append(status(code))
    refused = failure(remote_to(server))
    assert isinstance(refused, RouteRefusal)
    assert not refused.faulty


@pytest.mark.parametrize(("advice", "seconds"), [("7", 7.0), ("0.5", 0.5), ("-3", 0.0), ("1e9", 3600.0)])
def test_a_busy_server_says_when_to_come_again(server, remote_to, advice, seconds):
    server.answers.append(status(429, Retry_After=advice))
    busy = failure(remote_to(server))
    assert (busy.code, busy.retry_after_s) == (ErrorCode.SERVER_BUSY, seconds)
    assert not isinstance(busy, RouteRefusal)


def test_a_busy_server_may_name_a_date(server, remote_to):
    server.answers.append(status(429, Retry_After=email.utils.formatdate(time.time() + 100, usegmt=True)))
    assert 60 < failure(remote_to(server)).retry_after_s <= 100


@pytest.mark.parametrize("advice", ["soon", "nan", ""])
def test_advice_that_cannot_be_read_is_none(server, remote_to, advice):
    server.answers.append(status(429, Retry_After=advice))
    assert failure(remote_to(server)).retry_after_s is None


@pytest.mark.parametrize("code", [500, 502, 503, 408])
def test_a_failing_server_is_unavailable(server, remote_to, code):
    server.answers.append(status(code))
    failed = failure(remote_to(server))
    assert failed.code is ErrorCode.MODEL_UNAVAILABLE
    assert not isinstance(failed, RouteRefusal)


def test_a_failure_within_the_stream_is_the_same_as_before_it(server, remote_to):
    def fails(exchange):
        exchange.begin()
        exchange.event("Bue")
        exchange.send(b'data: {"error": {"message": "about the secret", "code": 429}}\n\n')

    def fails_as_older_servers_do(exchange):
        exchange.begin()
        exchange.send(b'data: {"object": "error", "message": "about the secret", "code": 500}\n\n')

    server.answers += [fails, fails_as_older_servers_do]
    route = remote_to(server)
    assert failure(route).code is ErrorCode.SERVER_BUSY
    assert failure(route).code is ErrorCode.MODEL_UNAVAILABLE


def test_a_web_page_is_no_answer(server, remote_to):
    server.answers.append(lambda exchange: (exchange.begin(200, "text/html"), exchange.send(b"<html>secret</html>")))
    refused = failure(remote_to(server))
    assert isinstance(refused, RouteRefusal)
    assert "text/html" in refused.message


@pytest.mark.parametrize("reason", ["length", "content_filter"])
def test_an_answer_that_was_cut_short_is_none(server, remote_to, reason):
    server.answers.append(answer("Buenos", finish=reason))
    refused = failure(remote_to(server))
    assert isinstance(refused, RouteRefusal)
    assert refused.code is ErrorCode.TRANSLATION_FAILED
    assert not refused.faulty


# Broken connections


def test_where_nobody_listens_the_server_is_unavailable(remote_to, server):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{unused.getsockname()[1]}"
        failed = failure(remote_to(server, base_url=nobody))
    assert failed.code is ErrorCode.MODEL_UNAVAILABLE
    assert "could not be reached" in failed.message


def cut_within_a_chunk(exchange):
    exchange.begin(Transfer_Encoding="chunked")
    exchange.send(b"ff\r\ndata: {")
    exchange.cut()


def cut_before_the_answer(exchange):
    exchange.cut()


@pytest.mark.parametrize("cut", [cut_short, cut_within_a_chunk, cut_before_the_answer])
def test_a_connection_that_breaks_is_no_end_of_an_answer(server, remote_to, cut):
    server.answers.append(cut)
    assert failure(remote_to(server)).code is ErrorCode.MODEL_UNAVAILABLE


@pytest.mark.parametrize("rubbish", [b"data: {secret\n\n", b"data: \xff\xfe\n\n", b'data: {"choices": 7}\n\n'])
def test_rubbish_is_no_answer(server, remote_to, rubbish):
    server.answers.append(lambda exchange: (exchange.begin(), exchange.send(rubbish)))
    assert failure(remote_to(server)).code is ErrorCode.MODEL_UNAVAILABLE


def test_an_event_without_end_is_not_kept_in_memory(server, remote_to):
    def endless(exchange):
        exchange.begin()
        for _ in range(64):
            exchange.send(b"data: " + b"x" * (1 << 18))

    server.answers.append(endless)
    assert "1,048,576 bytes" in failure(remote_to(server)).message


# Time


def test_a_silent_server_is_given_up(server, remote_to):
    server.answers.append(lambda exchange: exchange.hang())
    failed = failure(remote_to(server, timeout_s=0.1))
    assert failed.code is ErrorCode.MODEL_UNAVAILABLE
    assert "0.1 s" in failed.message


def test_a_server_that_falls_silent_in_the_middle_is_given_up(server, remote_to):
    def falls_silent(exchange):
        exchange.begin()
        exchange.event("Bue")
        exchange.hang()

    server.answers.append(falls_silent)
    shown = []
    failed = failure(remote_to(server, timeout_s=0.5), on_text=shown.append)
    assert failed.code is ErrorCode.MODEL_UNAVAILABLE
    assert shown == ["Bue"]


def test_nobody_waits_past_the_deadline(server, remote_to):
    server.answers.append(lambda exchange: exchange.hang())
    assert failure(remote_to(server, timeout_s=20.0), in_s=0.1).code is ErrorCode.DEADLINE_EXCEEDED


def trickle(send):
    def play(exchange):
        exchange.begin()
        while not exchange.released.wait(0.01):
            send(exchange)

    return play


def test_a_server_that_never_ends_is_stopped_at_the_deadline(server, remote_to):
    server.answers.append(trickle(lambda exchange: exchange.event("x")))
    assert failure(remote_to(server), in_s=0.2).code is ErrorCode.DEADLINE_EXCEEDED


def test_signs_of_life_without_text_do_not_prolong_the_deadline(server, remote_to):
    server.answers.append(trickle(lambda exchange: exchange.send(b": still here\n\n")))
    assert failure(remote_to(server), in_s=0.2).code is ErrorCode.DEADLINE_EXCEEDED


def test_after_the_deadline_nothing_is_sent(server, remote_to):
    assert failure(remote_to(server), in_s=-1.0).code is ErrorCode.DEADLINE_EXCEEDED
    assert server.seen == []


def test_a_cancelled_session_stops_the_stream(server, remote_to):
    cancelled = threading.Event()
    server.answers.append(trickle(lambda exchange: exchange.event("x")))
    failed = failure(remote_to(server), on_text=lambda _: cancelled.set(), is_cancelled=cancelled.is_set)
    assert failed.code is ErrorCode.SESSION_CANCELLED


def test_behind_a_bound_a_silent_server_does_not_hold_a_cancelled_session(server, remote_to):
    asked = threading.Event()
    server.answers.append(lambda exchange: (asked.set(), exchange.hang()))
    route = BoundedRoute(remote_to(server), BoundedCalls("remote"), silence_s=30.0)
    assert failure(route, is_cancelled=asked.is_set).code is ErrorCode.SESSION_CANCELLED
