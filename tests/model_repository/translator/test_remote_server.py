"""The route to an OpenAI-compatible server, against a real one on this machine: what is sent, streamed and kept."""

import logging
import threading
import time

import pytest
from circuit_breaker import BreakerState
from fallback_chain import FallbackChain, guarded
from generation import GenerationRequest, RouteRefusal
from retry_policy import RetryPolicy
from tests.model_repository.translator.remote_chat_server import chat_server
from tests.model_repository.translator.remote_requests import (
    KEY,
    SENTENCE,
    answer,
    cut_short,
    failure,
    generate,
    status,
)

from livetranslate.protocol import TranslateOptions


def test_an_answer_is_streamed_and_returned_whole(server, remote_to):
    server.answers.append(answer("Buenos", " días", "."))
    shown = []
    assert generate(remote_to(server), on_text=shown.append) == "Buenos días."
    assert shown == ["Buenos", "Buenos días", "Buenos días."]


def test_the_request_is_what_such_servers_take(server, remote_to):
    server.answers.append(answer("Hola."))
    generate(remote_to(server))
    (seen,) = server.seen
    assert seen.path == "/v1/chat/completions"
    assert seen.headers["authorization"] == f"Bearer {KEY}"
    assert seen.body == {
        "model": "qwen",
        "messages": [{"role": "user", "content": SENTENCE}],
        "stream": True,
        "temperature": 0,
        "max_tokens": 64 + 4 * len(SENTENCE),
        "stop": ["\n"],
    }


def test_a_stop_that_the_text_has_itself_is_left_out_and_long_texts_get_no_more_than_the_limit(server, remote_to):
    server.answers.append(answer("Hola."))
    generate(remote_to(server, max_tokens=100, api_key=""), text="One.\nTwo.\n" * 20)
    (seen,) = server.seen
    assert "stop" not in seen.body
    assert seen.body["max_tokens"] == 100
    assert "authorization" not in seen.headers


def test_an_answer_that_has_begun_is_gone_on_with(server, remote_to):
    server.answers.append(answer(" días."))
    chat = [{"role": "user", "content": "Good morning."}, {"role": "assistant", "content": "Buenos"}]
    assert generate(remote_to(server, chat=lambda request: chat)) == " días."
    (seen,) = server.seen
    assert seen.body["continue_final_message"] is True
    assert seen.body["add_generation_prompt"] is False


def test_events_may_come_in_any_pieces_and_with_any_ends_of_line(server, remote_to):
    def in_pieces(exchange):
        exchange.begin()
        exchange.send(b": hello\r\n\r\nevent: message\r\n")
        exchange.event("日本\u2028語\u0085", end="\r\n\r\n")
        whole = 'data:{"choices":[{"delta":{"content":"で"},"finish_reason":""}]}\n\n'.encode()
        for byte in whole:
            exchange.send(bytes([byte]))
        exchange.send(b'data: {"choices":[],"usage":{"total_tokens":3}}\n\n')
        exchange.send(b'data: {"choices":[{"delta":{"role":"assistant"}}]}\n\n')
        exchange.send(b"data: [DONE]")

    server.answers.append(in_pieces)
    assert generate(remote_to(server)) == "日本\u2028語\u0085で"


def test_an_empty_answer_is_an_empty_text(server, remote_to):
    server.answers.append(answer())
    shown = []
    assert generate(remote_to(server), on_text=shown.append) == ""
    assert shown == []


class Deaf:
    def attempt(self, route, outcome, seconds): ...

    def breaker(self, route, state): ...

    def fallback(self, from_route, to_route): ...


def test_in_a_chain_a_server_that_comes_back_translates_again(server, remote_to):
    server.answers += [status(503), cut_short, answer("Buenos", " días.")]
    routes = guarded([remote_to(server)], Deaf())
    chain = FallbackChain(routes, retry=RetryPolicy(first_wait_s=0.001), observe=Deaf())
    request = GenerationRequest(SENTENCE, TranslateOptions(target="es", source="en"), time.monotonic() + 30.0)
    shown = []
    outcome = chain.translate(request, on_text=shown.append, is_cancelled=lambda: False)
    assert (outcome.text, outcome.attempts, outcome.untranslated) == ("Buenos días.", 3, False)
    assert shown == ["Bue", "Buenos", "", "Buenos", "Buenos días."]
    assert routes[0][1].state is BreakerState.CLOSED


def test_neither_text_nor_key_is_logged(server, remote_to, caplog):
    caplog.set_level(logging.DEBUG)
    server.answers += [answer("the secret answer"), status(500)]
    route = remote_to(server)
    generate(route)
    failure(route)
    assert caplog.records, "httpx logs its requests"
    assert "secret" not in caplog.text


def test_many_sessions_share_one_route(server, remote_to):
    def echo(exchange):
        answer(exchange.body["messages"][-1]["content"])(exchange)

    server.answers.append(echo)
    route = remote_to(server)
    answers = {}

    def ask(number):
        answers[number] = generate(route, text=f"text {number}")

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert answers == {number: f"text {number}" for number in range(12)}


def test_a_failing_listener_is_not_the_servers_failure(server, remote_to):
    server.answers.append(answer("Hola."))

    def listener(text):
        raise BrokenPipeError("nobody reads")

    with pytest.raises(BrokenPipeError):
        generate(remote_to(server), on_text=listener)


def test_redirects_are_not_followed_with_the_key(server, remote_to):
    with chat_server() as other:
        other.answers.append(answer("Hola."))
        server.answers.append(status(308, Location=f"{other.url}/chat/completions"))
        assert isinstance(failure(remote_to(server)), RouteRefusal)
        assert other.seen == []
