"""Along the chain of routes: tries, detours, and at last the source text, marked; never an invention."""

import threading

import pytest
from circuit_breaker import BreakerState, CircuitBreaker
from fallback_chain import FallbackChain, guarded
from generation import RouteRefusal
from retry_policy import RetryPolicy
from tests.model_repository.translator.scripted_routes import (
    QUICK,
    Scripted,
    error,
    passed_through,
    translate,
)

from livetranslate.protocol import SOURCE_ROUTE, ErrorCode, LiveTranslateError


def test_the_first_route_that_answers_is_the_answer(chain_of, seen):
    second = Scripted("remote", "nunca")
    shown = []
    outcome = translate(chain_of(Scripted("llm", "Buenos días."), second), on_text=shown.append)
    assert (outcome.text, outcome.route, outcome.attempts) == ("Buenos días.", "llm", 1)
    assert not outcome.untranslated
    assert shown == ["Buenos", "Buenos días."]
    assert second.calls == 0
    assert seen.attempts == [("llm", "ok")]
    assert seen.fallbacks == []


def test_a_passing_failure_is_tried_again(chain_of, seen):
    llm = Scripted("llm", error(ErrorCode.MODEL_UNAVAILABLE), error(ErrorCode.TRANSLATION_FAILED), "Buenos días.")
    outcome = translate(chain_of(llm))
    assert (outcome.text, outcome.route, outcome.attempts) == ("Buenos días.", "llm", 3)
    assert seen.attempts == [("llm", "MODEL_UNAVAILABLE"), ("llm", "TRANSLATION_FAILED"), ("llm", "ok")]


def test_after_three_tries_the_next_route_is_asked(chain_of, seen):
    llm, remote = Scripted("llm", error(ErrorCode.TRANSLATION_FAILED)), Scripted("remote", "Buenos días.")
    outcome = translate(chain_of(llm, remote, failures=10))
    assert (llm.calls, remote.calls) == (3, 1)
    assert (outcome.route, outcome.attempts) == ("remote", 4)
    assert seen.fallbacks == [("llm", "remote")]


def test_where_nobody_answers_the_source_text_passes_marked_and_says_why(chain_of, seen):
    routes = [Scripted(name, error(ErrorCode.MODEL_UNAVAILABLE)) for name in ("llm", "llm_fallback", "remote")]
    outcome = translate(chain_of(*routes))
    assert passed_through(outcome)
    assert outcome.attempts == 9
    assert outcome.error.code is ErrorCode.MODEL_UNAVAILABLE
    assert seen.fallbacks == [("llm", "llm_fallback"), ("llm_fallback", "remote"), ("remote", SOURCE_ROUTE)]


@pytest.mark.parametrize("code", [ErrorCode.TEXT_TOO_LONG, ErrorCode.OPTION_INVALID, ErrorCode.SESSION_CANCELLED])
def test_what_the_caller_is_to_blame_for_is_raised_at_once(chain_of, seen, code):
    llm, remote = Scripted("llm", error(code)), Scripted("remote", "Buenos días.")
    chain = chain_of(llm, remote)
    for _ in range(5):
        with pytest.raises(LiveTranslateError) as refused:
            translate(chain)
        assert refused.value.code is code
    assert (llm.calls, remote.calls) == (5, 0)
    assert seen.breakers == [], "no such failure opens the breaker"


def test_a_refusal_is_not_tried_again_but_another_route_is(chain_of):
    llm = Scripted("llm", RouteRefusal(ErrorCode.MODEL_UNAVAILABLE, "no such model", faulty=True))
    assert translate(chain_of(llm, Scripted("remote", "Hola."))).route == "remote"
    assert llm.calls == 1


def test_only_a_faulty_route_is_shut_off_for_its_refusals(chain_of, seen):
    faulty = Scripted("llm", RouteRefusal(ErrorCode.MODEL_UNAVAILABLE, "wrong key", faulty=True))
    unfit = Scripted("llm_fallback", RouteRefusal(ErrorCode.TRANSLATION_FAILED, "prompt too long"))
    chain = chain_of(faulty, unfit)
    for _ in range(6):
        assert passed_through(translate(chain))
    assert (faulty.calls, unfit.calls) == (3, 6)
    assert seen.breakers == [("llm", "open")]


def test_a_route_that_breaks_its_promise_costs_a_detour_and_its_text_is_not_logged(chain_of, seen, caplog):
    llm = Scripted("llm", KeyError("a secret sentence"))
    assert translate(chain_of(llm, Scripted("remote", "Hola."))).route == "remote"
    assert llm.calls == 1
    assert seen.attempts[0] == ("llm", "INTERNAL")
    assert "KeyError" in caplog.text
    assert "secret" not in caplog.text


def test_an_open_breaker_sends_everybody_on_at_once_until_the_model_is_back(seen):
    now = [0.0]
    llm, remote = Scripted("llm", *[error(ErrorCode.MODEL_UNAVAILABLE)] * 3, "Hola."), Scripted("remote", "Buenas.")
    breakers = [CircuitBreaker(clock=lambda: now[0]) for _ in range(2)]
    chain = FallbackChain(list(zip([llm, remote], breakers, strict=True)), retry=QUICK, observe=seen)
    assert [translate(chain).route for _ in range(3)] == ["remote"] * 3
    assert llm.calls == 3
    assert breakers[0].state is BreakerState.OPEN
    now[0] = 30.0
    assert translate(chain).route == "llm"
    assert breakers[0].state is BreakerState.CLOSED


def test_a_failing_probe_is_not_tried_again(seen):
    now = [0.0]
    llm = Scripted("llm", error(ErrorCode.MODEL_UNAVAILABLE))
    breaker = CircuitBreaker(clock=lambda: now[0])
    chain = FallbackChain([(llm, breaker)], retry=QUICK, observe=seen)
    translate(chain)
    now[0] = 30.0
    assert passed_through(translate(chain))
    assert llm.calls == 4


def test_while_one_sentence_probes_the_others_take_the_next_route(seen):
    probing, go = threading.Event(), threading.Event()

    class Recovering:
        name = "llm"
        calls = 0

        def generate(self, request, *, on_text, is_cancelled):
            self.calls += 1
            if self.calls == 1:
                raise RouteRefusal(ErrorCode.MODEL_UNAVAILABLE, "down", faulty=True)
            probing.set()
            assert go.wait(30)
            return "Hola."

    now = [0.0]
    llm = Recovering()
    breaker = CircuitBreaker(failures=1, clock=lambda: now[0])
    chain = FallbackChain(
        [(llm, breaker), (Scripted("remote", "Buenas."), CircuitBreaker())], retry=QUICK, observe=seen
    )
    assert translate(chain).route == "remote"
    now[0] = 30.0
    outcomes = []
    probe = threading.Thread(target=lambda: outcomes.append(translate(chain)))
    probe.start()
    assert probing.wait(10)
    assert [translate(chain).route for _ in range(3)] == ["remote"] * 3
    assert llm.calls == 2
    go.set()
    probe.join(10)
    assert [outcome.route for outcome in outcomes] == ["llm"]
    assert translate(chain).route == "llm"


@pytest.mark.parametrize("names", [[], ["llm", "llm"], [SOURCE_ROUTE]])
def test_a_chain_needs_routes_that_can_be_told_apart(seen, names):
    with pytest.raises(ValueError, match="different names"):
        FallbackChain(guarded([Scripted(name, "") for name in names], seen), retry=QUICK, observe=seen)


@pytest.mark.parametrize("wrong", [{"attempts": 0}, {"first_wait_s": -1.0}, {"fair_chance_s": float("nan")}])
def test_a_senseless_retry_policy_is_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        RetryPolicy(**wrong)
