"""Failed gRPC calls, told as a :class:`LiveTranslateError` that says what to do."""

from __future__ import annotations

from typing import Any

from livetranslate.protocol import ErrorCode, LiveTranslateError

# What grpc.aio says when a write fails before the stream's own status has come; the status is lost then.
_WRITTEN_TO_CLOSED_STREAM = "Internal error from Core"

# What grpc says when one side speaks TLS and the other does not, or does not trust it.
_TLS_SIGNS = ("Socket closed", "handshake", "CERTIFICATE_VERIFY_FAILED", "WRONG_VERSION_NUMBER")


def unreachable(address: str, reason: str) -> LiveTranslateError:
    """Nothing answers at the address, or not in the way that was expected."""
    if any(sign in reason for sign in _TLS_SIGNS):
        return LiveTranslateError(
            ErrorCode.CONNECTION_FAILED,
            f"What listens at {address} ended the handshake ({reason}). If the server is encrypted, write its address "
            "as grpcs://host:port, name its authority in LIVETRANSLATE_TLS_CA, and where it asks clients for a "
            "certificate, yours in LIVETRANSLATE_TLS_CERT and _KEY; if it is not, leave these out. "
            "'livetranslate status' says whether it runs at all.",
        )
    return LiveTranslateError(
        ErrorCode.CONNECTION_FAILED,
        f"No LiveTranslate server answers at {address} ({reason}). Start one with 'livetranslate serve', or give "
        "the address of its gRPC port (8001 by default) with --url or the variable LIVETRANSLATE_URL.",
    )


def broken(address: str, reason: str) -> LiveTranslateError:
    """The connection was there and is gone."""
    return LiveTranslateError(
        ErrorCode.CONNECTION_FAILED,
        f"The connection to {address} broke ({reason}); what was final stays valid. 'livetranslate status' says "
        "whether the server runs; open a new session for the rest.",
    )


def not_ready(model: str, address: str, reason: str = "") -> LiveTranslateError:
    """The server runs and the model does not."""
    detail = f" ({reason})" if reason else ""
    return LiveTranslateError(
        ErrorCode.MODEL_UNAVAILABLE,
        f"The server at {address} runs, but its model {model!r} is not ready{detail}. Wait until it has started, "
        "or see what is wrong with 'livetranslate status'.",
    )


def from_rpc_error(error: Any, *, address: str, model: str, was_connected: bool) -> LiveTranslateError:
    """Names the failure of a gRPC call.

    Args:
        error: a ``grpc.RpcError`` with ``code()`` and ``details()``.
        address: the server's address, for the sentence.
        model: the model that was called.
        was_connected: whether the server was reached; tells Triton's own UNAVAILABLE from a server that is not there.
    """
    status = error.code().name
    reason = _first_line(error.details())
    if status == "DEADLINE_EXCEEDED":
        return LiveTranslateError(
            ErrorCode.DEADLINE_EXCEEDED, f"{address} did not answer within the time limit for {model!r}; allow more."
        )
    if status == "CANCELLED":
        return LiveTranslateError(ErrorCode.SESSION_CANCELLED, f"The call to {model!r} was cancelled.")
    if status == "UNAVAILABLE" and not was_connected:
        return unreachable(address, reason)
    if status == "UNIMPLEMENTED":
        return unreachable(address, "what answers there is not a Triton inference server")
    if status == "INTERNAL" and reason == _WRITTEN_TO_CLOSED_STREAM:
        return broken(address, "it closed while audio was on its way")
    if "RST_STREAM" in reason:
        return broken(address, "the stream was reset")
    told = from_server_text(error.details() or reason, address=address, model=model)
    if status == "UNAVAILABLE" and told.code is ErrorCode.INTERNAL:
        return broken(address, reason)
    return told


def from_server_text(text: str, *, address: str, model: str) -> LiveTranslateError:
    """Names a failure that the server put into words: a model's own ``[CODE] sentence``, or Triton's text."""
    parsed = LiveTranslateError.parse(text)
    if f"[{parsed.code.value}]" in text:
        return parsed
    if parsed.code is ErrorCode.MODEL_UNAVAILABLE or "no available versions" in text:
        return not_ready(model, address, _first_line(text))
    if parsed.code is ErrorCode.SERVER_BUSY:
        return LiveTranslateError(
            ErrorCode.SERVER_BUSY, f"The server at {address} has more requests than it can queue; try again shortly."
        )
    if parsed.code is ErrorCode.SESSION_NOT_STARTED:
        return LiveTranslateError(
            ErrorCode.SESSION_NOT_STARTED,
            f"The server at {address} does not know this session any more (it was idle too long, or {model!r} was "
            "loaded again); open a new one.",
        )
    return LiveTranslateError(parsed.code, f"The server at {address} failed in {model!r}: {_first_line(text)}")


def _first_line(details: str | None) -> str:
    return (details or "no reason given").strip().splitlines()[0].rstrip(".;")
