"""A server that asks for keys and certificates: whom it lets in, and that its own supervisor still reaches it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import jiwer
import msgspec
import numpy as np
import pytest
from rich.console import Console
from tritonclient import grpc as triton_grpc

import livetranslate
from livetranslate import ErrorCode, LiveTranslateError, TlsFiles, samples
from livetranslate.access.directory import LOOK_EVERY_S
from livetranslate.audit import Kind
from livetranslate.audit.verification import read, verify
from livetranslate_tools import certificates
from livetranslate_tools.cli.serving import start
from livetranslate_tools.serving import status, tenancy, tls
from livetranslate_tools.serving.plan import Tls
from livetranslate_tools.serving.prepare import ServeRequest, free_ports
from livetranslate_tools.tenants import TenantRegistry

pytestmark = pytest.mark.integration

WORDS = "and so my fellow americans ask not what your country can do for you ask what you can do for your country"


@dataclass(frozen=True)
class Guarded:
    """A server behind mutual TLS that asks for keys."""

    url: str
    state: Path
    folder: Path
    registry: TenantRegistry
    plain_url: str

    def files(self, name="client"):
        return TlsFiles(self.folder / "ca.crt", self.folder / f"{name}.crt", self.folder / f"{name}.key")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    state, folder = tmp_path_factory.mktemp("guarded"), tmp_path_factory.mktemp("certificates")
    certificates.make(folder, ["localhost"])
    secured = tls.check(folder, asks_clients=True)
    ports = msgspec.structs.replace(free_ports(), tls=secured)
    registry = TenantRegistry(tenancy.tenants_file(state))
    registry.create_key("somebody")
    request = ServeRequest(state=state, ports=ports, models=("transcribe", "translation_prompt"), fetch=True)
    running = start(request, Console(stderr=True), owned=True)
    try:
        yield Guarded(f"grpcs://localhost:{ports.grpc}", state, folder, registry, ports.grpc_url)
    finally:
        running.stop()


async def heeded():
    """By now every model has read a change of the tenants."""
    await asyncio.sleep(2 * LOOK_EVERY_S)


async def refusal(client):
    with pytest.raises(LiveTranslateError) as error:
        await client.transcribe(samples.path(), "en")
    return error.value


async def test_a_tenant_with_a_certificate_and_a_key_is_served(guarded):
    key, _ = guarded.registry.create_key("acme")
    client = livetranslate.connect(guarded.url, api_key=key, tls=guarded.files())
    await heeded()
    transcript = await client.transcribe(samples.path(), "en")
    assert jiwer.wer(WORDS, "".join(c for c in transcript.text.lower() if c.isalpha() or c == " ")) <= 0.1


async def test_without_a_key_or_with_a_wrong_one_nobody_is_served(guarded):
    key, _ = guarded.registry.create_key("other")
    for wrong in (None, "lt_nothing", key[:-1] + ("0" if key[-1] != "0" else "1")):
        error = await refusal(livetranslate.connect(guarded.url, api_key=wrong, tls=guarded.files()))
        assert error.code is ErrorCode.UNAUTHENTICATED


async def test_without_a_certificate_or_with_a_strangers_the_connection_does_not_come_about(guarded, tmp_path):
    certificates.make(tmp_path, ["localhost"])
    strangers = TlsFiles(guarded.folder / "ca.crt", tmp_path / "client.crt", tmp_path / "client.key")
    for files in (TlsFiles(guarded.folder / "ca.crt"), strangers, TlsFiles(tmp_path / "ca.crt")):
        assert (await refusal(livetranslate.connect(guarded.url, tls=files))).code is ErrorCode.CONNECTION_FAILED
    plain = await refusal(livetranslate.connect(guarded.plain_url))
    assert plain.code is ErrorCode.CONNECTION_FAILED
    assert "grpcs://" in plain.message


async def test_requests_a_minute_are_counted(guarded):
    key, _ = guarded.registry.create_key("hasty")
    guarded.registry.set_quotas("hasty", requests_per_minute=2)
    client = livetranslate.connect(guarded.url, api_key=key, tls=guarded.files())
    await heeded()
    for _ in range(2):
        await client.transcribe(samples.path(), "en")
    error = await refusal(client)
    assert error.code is ErrorCode.QUOTA_EXCEEDED
    assert 0 < error.retry_after_s <= 30


async def test_a_revoked_key_and_a_suspended_tenant_are_refused(guarded):
    key, stored = guarded.registry.create_key("gone")
    guarded.registry.suspend("gone", is_suspended=True)
    client = livetranslate.connect(guarded.url, api_key=key, tls=guarded.files())
    await heeded()
    assert (await refusal(client)).code is ErrorCode.PERMISSION_DENIED
    guarded.registry.revoke_key(stored.id)
    await heeded()
    assert (await refusal(client)).code is ErrorCode.UNAUTHENTICATED


def test_the_supervisor_and_status_reach_it_with_keys_of_their_own(guarded):
    assert status.look(guarded.state).problem is None


def test_a_model_that_is_called_directly_asks_for_the_key_too(guarded):
    options = tls.client_options(Tls(str(guarded.folder), asks_clients=True))
    client = triton_grpc.InferenceServerClient(guarded.plain_url, **options)
    text = triton_grpc.InferInput("TEXT", [1, 1], "BYTES")
    text.set_data_from_numpy(np.array([[b"Good morning."]], object))
    wanted = triton_grpc.InferInput("OPTIONS", [1, 1], "BYTES")
    wanted.set_data_from_numpy(np.array([[b'{"target": "es"}']], object))
    with pytest.raises(triton_grpc.InferenceServerException, match="UNAUTHENTICATED"):
        client.infer("translation_prompt", [text, wanted])
    client.close()


def test_the_audit_log_of_a_real_server_is_whole(guarded):
    log = tenancy.audit_log(guarded.state)
    assert verify(log.folder, log.key).problems == []
    actions = [record.body["action"] for record in read(log.folder) if record.kind is Kind.ADMIN]
    assert "server_ready" in actions
