"""Calls and streams of gRPC whose messages are bytes that nobody checked."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
from tritonclient.grpc import service_pb2

from livetranslate.inference import StreamResponse
from livetranslate.protocol import Error, decode_event, tensors
from loadtests.faults.bad_requests import BadRequest
from loadtests.faults.delivery.verdict import Fate, Verdict, refusal, worst

_SERVICE = "/inference.GRPCInferenceService"
_AWAY = (grpc.StatusCode.UNAVAILABLE,)
_OPTIONS = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]


class GrpcDoor:
    """One channel to the server; a new one after it broke.

    Args:
        url: ``host:port``.
        deadline_s: patience with each request.
    """

    def __init__(self, url: str, *, deadline_s: float) -> None:
        self._channel = grpc.aio.insecure_channel(url, options=_OPTIONS)
        self._deadline_s = deadline_s
        self._call = self._channel.unary_unary(f"{_SERVICE}/ModelInfer")
        self._stream = self._channel.stream_stream(f"{_SERVICE}/ModelStreamInfer")

    async def close(self) -> None:
        """Closes the channel."""
        await self._channel.close()

    async def call(self, request: BadRequest) -> Verdict:
        """Sends one ``ModelInfer``."""
        try:
            await self._call(request.messages[0], timeout=self._deadline_s)
        except grpc.aio.AioRpcError as error:
            return _of_status(error.code(), error.details() or "")
        return Verdict(Fate.ACCEPTED)

    async def stream(self, request: BadRequest) -> Verdict:
        """Sends all messages on one stream, and leaves it when each has had an answer."""
        call = self._stream()
        answers = _Answers(len(request.messages))
        try:
            await asyncio.wait_for(self._exchange(call, request, answers), self._deadline_s)
        except asyncio.TimeoutError:
            return Verdict(Fate.HANG, text=f"{answers.waiting} of {len(request.messages)} messages without an answer")
        except grpc.aio.AioRpcError as error:
            answers.verdicts.append(_of_status(error.code(), error.details() or ""))
        finally:
            call.cancel()
        return worst(answers.verdicts)

    async def _exchange(self, call: Any, request: BadRequest, answers: _Answers) -> None:
        for message in request.messages:
            await call.write(message)
        await call.done_writing()
        while answers.waiting:
            data = await call.read()
            if data is grpc.aio.EOF:
                code, details = await call.code(), await call.details()
                if code is not grpc.StatusCode.OK:
                    answers.verdicts.append(_of_status(code, details or ""))
                elif answers.waiting:
                    answers.verdicts.append(Verdict(Fate.CLOSED, "OK", "the stream ended without more answers"))
                return
            answers.take(service_pb2.ModelStreamInferResponse.FromString(data))


class _Answers:
    """Which messages of a stream have had an answer; one whose id is not told counts for the oldest."""

    def __init__(self, messages: int) -> None:
        self.waiting = messages
        self.verdicts: list[Verdict] = []
        self._answered: set[str] = set()

    def take(self, message: Any) -> None:
        response = StreamResponse(message)
        # START's events come under START's id: only the first of them is news.
        if not response.request_id or response.request_id not in self._answered:
            self.waiting -= 1
        if response.request_id:
            self._answered.add(response.request_id)
        if response.error_text:
            self.verdicts.append(refusal(response.error_text, status="stream"))
            return
        for raw in response.items(tensors.EVENT):
            event = decode_event(raw)
            if isinstance(event, Error):
                self.verdicts.append(Verdict(Fate.CODE, str(event.code.value), event.message[:300]))


def _of_status(code: grpc.StatusCode, details: str) -> Verdict:
    verdict = refusal(details, status=code.name)
    if verdict.fate is Fate.CODE:
        return verdict
    if code is grpc.StatusCode.DEADLINE_EXCEEDED:
        return Verdict(Fate.HANG, code.name, details[:300])
    if code in _AWAY:
        return Verdict(Fate.LOST, code.name, details[:300])
    return verdict
