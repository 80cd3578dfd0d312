"""All ways to a translation that this server is configured for, each behind its circuit breaker."""

from __future__ import annotations

from typing import Any

from bounded_call import BoundedCalls, BoundedRoute
from fallback_chain import FallbackChain, Observer, guarded
from generation import Route
from remote_server import RemoteServer
from remote_settings import RemoteSettings
from retry_policy import RetryPolicy
from translator_settings import TranslatorSettings
from triton_route import TritonRoute


def make_chain(
    settings: TranslatorSettings, *, pb_utils: Any, observer: Observer, remote: RemoteSettings | None = None
) -> FallbackChain:
    """The chain of the configured models, and behind them the remote server where one is given."""
    models = [TritonRoute(pair, pb_utils) for pair in settings.routes]
    routes: list[Route] = list(models)
    if remote is not None:
        routes.append(RemoteServer(remote, models[0].messages))
    bounded: list[Route] = [
        BoundedRoute(route, BoundedCalls(route.name), silence_s=settings.silence_s) for route in routes
    ]
    return FallbackChain(
        guarded(bounded, observer, failures=settings.breaker_failures, recovery_s=settings.breaker_recovery_s),
        retry=RetryPolicy(),
        observe=observer,
    )
