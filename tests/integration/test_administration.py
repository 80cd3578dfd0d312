"""Who may administer a server: those with the key of its state folder."""

import urllib.error
import urllib.request

import pytest
from tritonclient import grpc as triton_grpc

from livetranslate.protocol import tensors
from livetranslate_tools.serving.admin_key import HEADER, admin_key, grpc_headers

pytestmark = pytest.mark.integration

CALLS = {
    "unload a model": lambda client, headers: client.unload_model(tensors.AUDIO_DECODER, headers=headers),
    "load a model": lambda client, headers: client.load_model(tensors.AUDIO_DECODER, headers=headers),
    "list the repository": lambda client, headers: client.get_model_repository_index(headers=headers),
    "register shared memory": lambda client, headers: client.register_system_shared_memory(
        "region", "/no-such-region", 16, headers=headers
    ),
    "change the log": lambda client, headers: client.update_log_settings({"log_verbose_level": 1}, headers=headers),
    "change tracing": lambda client, headers: client.update_trace_settings(settings={}, headers=headers),
}


@pytest.fixture
def client(server):
    connection = triton_grpc.InferenceServerClient(server.grpc_url)
    yield connection
    connection.close()


@pytest.mark.parametrize("what", CALLS)
@pytest.mark.parametrize("headers", [{}, grpc_headers("0" * 64)], ids=["without a key", "with a wrong key"])
def test_a_stranger_may_not(client, what, headers):
    with pytest.raises(triton_grpc.InferenceServerException, match="protocol is restricted"):
        CALLS[what](client, headers)


def test_the_operator_may(client, server):
    headers = grpc_headers(admin_key(server.state))
    names = {entry.name for entry in client.get_model_repository_index(headers=headers).models}
    assert tensors.WHISPER in names


def test_http_asks_for_the_key_too(server):
    request = urllib.request.Request(f"{server.http_url}/v2/repository/index", method="POST", data=b"{}")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)
    assert refused.value.code == 403
    request.add_header(HEADER, admin_key(server.state))
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert tensors.WHISPER.encode() in answer.read()
