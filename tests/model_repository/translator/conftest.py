"""What the tests of the fallback chain and of its remote route share."""

import pytest
from fallback_chain import FallbackChain, guarded
from remote_server import RemoteServer
from remote_settings import RemoteSettings
from tests.model_repository.translator.remote_chat_server import chat_server
from tests.model_repository.translator.remote_requests import KEY
from tests.model_repository.translator.scripted_routes import QUICK, Recorder


@pytest.fixture
def seen():
    return Recorder()


@pytest.fixture
def chain_of(seen):
    def make(*routes, retry=QUICK, **breaker):
        return FallbackChain(guarded(routes, seen, **breaker), retry=retry, observe=seen)

    return make


@pytest.fixture
def server():
    with chat_server() as running:
        yield running


@pytest.fixture
def remote_to():
    opened = []

    def make(server, *, chat=None, **changes):
        settings = RemoteSettings(**{"base_url": server.url, "model": "qwen", "api_key": KEY} | changes)
        opened.append(RemoteServer(settings, chat or (lambda request: [{"role": "user", "content": request.text}])))
        return opened[-1]

    yield make
    for route in opened:
        route.close()
