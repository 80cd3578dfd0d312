"""Against real sockets of the test's own: no server of the product is needed."""

import asyncio
from contextlib import asynccontextmanager

import grpc
import pytest
from loadtests.faults.bad_requests import BadRequest, Door
from loadtests.faults.delivery import raw_bytes
from loadtests.faults.delivery.grpc_calls import GrpcDoor
from loadtests.faults.delivery.verdict import Fate, Verdict, refusal, worst
from tritonclient.grpc import service_pb2, service_pb2_grpc


def raw(data: bytes) -> BadRequest:
    return BadRequest("http", "a test", "", Door.HTTP, (data,))


@asynccontextmanager
async def listening(serve):
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    try:
        yield f"{host}:{port}"
    finally:
        server.close()


def answering(answer: bytes):
    async def serve(reader, writer):
        await reader.read(100)
        writer.write(answer)
        writer.close()

    return serve


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n{}", Verdict(Fate.ACCEPTED, "200")),
        (b"HTTP/1.1 404 Not Found\r\n\r\nno such model", Verdict(Fate.TRITON, "HTTP 404", "no such model")),
        (b"HTTP/1.1 500 x\r\n\r\n[TEXT_EMPTY] Nothing.", Verdict(Fate.CODE, "TEXT_EMPTY", "[TEXT_EMPTY] Nothing.")),
        (b"", Verdict(Fate.CLOSED, "silently")),
        (b"\0\0\0\x04", Verdict(Fate.CLOSED, "bytes")),
    ],
)
async def test_an_answer_is_told_by_its_first_line_and_words(answer, verdict):
    async with listening(answering(answer)) as address:
        assert await raw_bytes.deliver(raw(b"GET /"), address, deadline_s=10) == verdict


async def test_a_server_that_waits_for_the_rest_may_answer_when_it_is_told_that_none_comes(monkeypatch):
    monkeypatch.setattr(raw_bytes, "PATIENT_S", 0.1)

    async def serve(reader, writer):
        await reader.read()  # to the end
        writer.write(b"HTTP/1.1 400 half a request\r\n\r\n")
        writer.close()

    async with listening(serve) as address:
        assert (await raw_bytes.deliver(raw(b"POST"), address, deadline_s=10)).code == "HTTP 400"


async def test_a_server_that_never_answers_hangs(monkeypatch):
    monkeypatch.setattr(raw_bytes, "PATIENT_S", 0.1)
    over = asyncio.Event()

    async def serve(reader, writer):
        await over.wait()
        writer.close()

    async with listening(serve) as address:
        verdict = await raw_bytes.deliver(raw(b"POST"), address, deadline_s=0.5)
        over.set()
    assert verdict.fate is Fate.HANG


async def test_nobody_there_is_a_lost_request():
    assert (await raw_bytes.deliver(raw(b"GET /"), "127.0.0.1:1", deadline_s=10)).fate is Fate.LOST


class Triton(service_pb2_grpc.GRPCInferenceServiceServicer):
    """Answers by the model's name."""

    async def ModelInfer(self, request, context):
        if request.model_name == "silent":
            await asyncio.sleep(60)
        if request.model_name == "coded":
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "[TEXT_NOT_UTF8] Bytes 0xff.")
        if request.model_name == "away":
            await context.abort(grpc.StatusCode.UNAVAILABLE, "Socket closed")
        return service_pb2.ModelInferResponse(model_name=request.model_name)

    async def ModelStreamInfer(self, requests, context):
        async for request in requests:
            if request.model_name == "silent":
                continue
            answer = service_pb2.ModelStreamInferResponse()
            answer.infer_response.id = request.id
            if request.model_name == "refused":
                answer.error_message = "must specify the START flag"
            yield answer


@pytest.fixture
async def door():
    server = grpc.aio.server()
    service_pb2_grpc.add_GRPCInferenceServiceServicer_to_server(Triton(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    door = GrpcDoor(f"127.0.0.1:{port}", deadline_s=2.0)
    yield door
    await door.close()
    await server.stop(None)


def to(*models: str, door: Door = Door.CALL) -> BadRequest:
    messages = [
        service_pb2.ModelInferRequest(model_name=model, id=f"chunk-{number}").SerializeToString()
        for number, model in enumerate(models)
    ]
    return BadRequest("tensors", "a test", models[0], door, tuple(messages))


@pytest.mark.parametrize(
    ("model", "fate", "code"),
    [
        ("fine", Fate.ACCEPTED, ""),
        ("coded", Fate.CODE, "TEXT_NOT_UTF8"),
        ("away", Fate.LOST, "UNAVAILABLE"),
        ("silent", Fate.HANG, "DEADLINE_EXCEEDED"),
    ],
)
async def test_a_call_is_told_by_its_status(door, model, fate, code):
    verdict = await door.call(to(model))
    assert (verdict.fate, verdict.code) == (fate, code)


async def test_a_stream_ends_when_each_message_was_answered(door):
    assert (await door.stream(to("fine", "fine", door=Door.STREAM))).fate is Fate.ACCEPTED


async def test_the_worst_answer_of_a_stream_counts(door):
    verdict = await door.stream(to("fine", "refused", "fine", door=Door.STREAM))
    assert (verdict.fate, verdict.text) == (Fate.TRITON, "must specify the START flag")


async def test_a_stream_that_ends_without_all_answers_is_closed_and_not_a_hang(door):
    assert (await door.stream(to("fine", "silent", door=Door.STREAM))).fate is Fate.CLOSED


async def test_bytes_that_are_no_message_get_gRPCs_own_error(door):
    verdict = await door.call(BadRequest("protobuf", "noise", "", Door.CALL, (b"\xff" * 50,)))
    assert verdict.fate is Fate.TRITON


def test_only_codes_of_the_contract_count_as_such():
    assert refusal("[SESSION_IDLE] Nothing came.", status="x").fate is Fate.CODE
    assert refusal("[SOMETHING_ELSE] no", status="stream") == Verdict(Fate.TRITON, "stream", "[SOMETHING_ELSE] no")
    assert worst([]).fate is Fate.ACCEPTED
