"""Bytes written to a port as they are."""

from __future__ import annotations

import asyncio
import re

from loadtests.faults.bad_requests import BadRequest
from loadtests.faults.delivery.verdict import Fate, Verdict, refusal

PATIENT_S = 2.0
"""How long an answer to bytes that may be half a request is waited for, before we say that no more will come."""
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")
_MOST_BYTES = 1 << 20


async def deliver(request: BadRequest, address: str, *, deadline_s: float) -> Verdict:
    """Writes the bytes, reads for a while, says that no more will come, and reads to the end.

    A server may well wait for the rest of a request while its sender keeps the connection open. Once the sender has
    said that nothing more comes, it must answer or close.
    """
    host, _, port = address.rpartition(":")
    try:
        reader, writer = await asyncio.wait_for(asyncio.open_connection(host, int(port)), deadline_s)
    except (OSError, asyncio.TimeoutError) as error:
        return Verdict(Fate.LOST, "connect", repr(error))
    answer = bytearray()
    try:
        await asyncio.wait_for(_exchange(reader, writer, request.messages[0], answer), deadline_s)
    except asyncio.TimeoutError:
        if not answer:
            return Verdict(Fate.HANG, text="open and silent after the end of the request")
    except OSError as error:
        if not answer:
            return Verdict(Fate.CLOSED, "reset", repr(error))
    finally:
        writer.transport.abort()
    return _judge(bytes(answer))


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, data: bytes, answer: bytearray) -> None:
    sending = asyncio.create_task(_send(writer, data))
    try:
        try:
            await asyncio.wait_for(_read(reader, answer), PATIENT_S)
        except asyncio.TimeoutError:
            await sending
            if writer.can_write_eof():
                writer.write_eof()
            await _read(reader, answer)
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


async def _send(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(data)
    await writer.drain()


async def _read(reader: asyncio.StreamReader, answer: bytearray) -> None:
    while data := await reader.read(65_536):
        if len(answer) < _MOST_BYTES:
            answer += data


def _judge(answer: bytes) -> Verdict:
    status = _STATUS.match(answer)
    text = answer.partition(b"\r\n\r\n")[2].decode("utf-8", "replace")
    if status is None:
        return Verdict(Fate.CLOSED, "bytes" if answer else "silently", text[:100])
    if status[1].startswith(b"2"):
        return Verdict(Fate.ACCEPTED, status[1].decode())
    return refusal(text, status=f"HTTP {status[1].decode()}")
