"""What a chain of routes owes its caller: text taken back, deadlines kept, an end when nobody listens any more."""

import threading

import pytest
from bounded_call import BoundedCalls, BoundedRoute
from generation import RouteRefusal
from retry_policy import RetryPolicy
from tests.model_repository.translator.scripted_routes import (
    Scripted,
    error,
    passed_through,
    translate,
)

from livetranslate.protocol import SOURCE_ROUTE, ErrorCode, LiveTranslateError


def test_text_that_is_not_gone_on_with_is_taken_back(chain_of):
    shown = []
    llm = Scripted("llm", ("Buenos días a", error(ErrorCode.TRANSLATION_FAILED)), "Buenas tardes.")
    assert translate(chain_of(llm), on_text=shown.append).text == "Buenas tardes."
    assert shown == ["Buenos", "Buenos días", "Buenos días a", "", "Buenas", "Buenas tardes."]


def test_text_is_taken_back_before_the_source_text_passes(chain_of):
    shown = []
    llm = Scripted("llm", ("Buenos", RouteRefusal(ErrorCode.TRANSLATION_FAILED, "cut")))
    assert passed_through(translate(chain_of(llm), on_text=shown.append))
    assert shown == ["Buenos", ""]


def test_nothing_is_taken_back_where_nothing_was_shown(chain_of):
    shown = []
    translate(chain_of(Scripted("llm", error(ErrorCode.TRANSLATION_FAILED), "Hola.")), on_text=shown.append)
    assert shown == ["Hola."]


def test_a_wait_that_would_pass_the_deadline_is_not_begun(chain_of):
    llm, remote = Scripted("llm", error(ErrorCode.TRANSLATION_FAILED)), Scripted("remote", "Hola.")
    patient = RetryPolicy(first_wait_s=100.0, longest_wait_s=200.0)
    assert translate(chain_of(llm, remote, retry=patient), in_s=20.0).route == "remote"
    assert llm.calls == 1


def test_without_time_nobody_is_asked(chain_of, seen):
    llm = Scripted("llm", "Hola.")
    outcome = translate(chain_of(llm, Scripted("remote", "Hola.")), in_s=-1.0)
    assert passed_through(outcome)
    assert outcome.error.code is ErrorCode.DEADLINE_EXCEEDED
    assert (llm.calls, outcome.attempts) == (0, 0)
    assert seen.fallbacks == [("llm", SOURCE_ROUTE)]


def test_a_busy_server_is_asked_again_when_it_says_and_not_shut_off(chain_of, seen):
    busy = error(ErrorCode.SERVER_BUSY, retry_after_s=0.005)
    llm = Scripted("llm", busy, busy, "Hola.")
    assert translate(chain_of(llm, failures=1)).route == "llm"
    assert llm.calls == 3
    assert seen.breakers == []


def test_a_server_that_asks_for_a_long_wait_is_not_waited_for(chain_of):
    llm = Scripted("llm", error(ErrorCode.SERVER_BUSY, retry_after_s=30.0))
    assert translate(chain_of(llm, Scripted("remote", "Hola."))).route == "remote"
    assert llm.calls == 1


def test_a_deadline_is_the_routes_fault_only_if_it_had_a_fair_chance_and_said_nothing():
    policy = RetryPolicy(fair_chance_s=2.0)
    late = error(ErrorCode.DEADLINE_EXCEEDED)
    assert policy.tells_against(late, was_heard=False, seconds=2.5)
    assert not policy.tells_against(late, was_heard=False, seconds=0.5)
    assert not policy.tells_against(late, was_heard=True, seconds=2.5)
    assert policy.tells_against(error(ErrorCode.MODEL_UNAVAILABLE), was_heard=True, seconds=0.0)


def test_a_session_that_is_cancelled_between_two_tries_ends_there(chain_of, seen):
    cancelled = threading.Event()

    class Failing:
        name = "llm"

        def generate(self, request, *, on_text, is_cancelled):
            threading.Timer(0.05, cancelled.set).start()
            raise error(ErrorCode.TRANSLATION_FAILED)

    slow = RetryPolicy(first_wait_s=30.0, longest_wait_s=60.0)
    remote = Scripted("remote", "Hola.")
    with pytest.raises(LiveTranslateError) as ended:
        translate(chain_of(Failing(), remote, retry=slow), in_s=600.0, is_cancelled=cancelled.is_set)
    assert ended.value.code is ErrorCode.SESSION_CANCELLED
    assert remote.calls == 0


def test_a_cancelled_session_gets_no_source_text(chain_of, seen):
    over = []

    class Failing:
        name = "llm"

        def generate(self, request, *, on_text, is_cancelled):
            over.append(True)
            raise RouteRefusal(ErrorCode.MODEL_UNAVAILABLE, "gone", faulty=True)

    with pytest.raises(LiveTranslateError) as ended:
        translate(chain_of(Failing(), failures=1), is_cancelled=lambda: bool(over))
    assert ended.value.code is ErrorCode.SESSION_CANCELLED
    assert seen.fallbacks == []


def test_who_fails_to_listen_gets_the_error_back_and_no_route_is_blamed(chain_of, seen):
    class Converting:
        """Turns whatever happens inside it into an error of its own."""

        name = "llm"
        calls = 0

        def generate(self, request, *, on_text, is_cancelled):
            self.calls += 1
            try:
                on_text("Hola.")
            except Exception as problem:
                raise error(ErrorCode.TRANSLATION_FAILED) from problem
            return "Hola."

    def listener(text):
        raise ConnectionError("nobody reads")

    llm = Converting()
    with pytest.raises(ConnectionError, match="nobody reads"):
        translate(chain_of(llm, failures=1), on_text=listener)
    assert llm.calls == 1
    assert seen.attempts == [("llm", "abandoned")]
    assert seen.breakers == []


def test_a_model_that_hangs_is_left_behind_and_then_left_alone(chain_of, seen):
    released = threading.Event()

    class Hanging:
        name = "llm"
        calls = 0

        def generate(self, request, *, on_text, is_cancelled):
            self.calls += 1
            released.wait(30)
            return "too late"

    llm, hanging = Hanging(), BoundedCalls("llm")
    chain = chain_of(BoundedRoute(llm, hanging, silence_s=0.05), Scripted("remote", "Hola."))
    try:
        assert [translate(chain).route for _ in range(3)] == ["remote"] * 3
        assert llm.calls == 3
        assert hanging.abandoned == 3
        assert seen.breakers == [("llm", "open")]
    finally:
        released.set()
