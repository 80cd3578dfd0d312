"""The route to an OpenAI-compatible server (vLLM, Ollama): streamed chat completions over HTTP.

httpx, rather than the package ``openai``: requests are of one kind, and retries, deadlines and the meaning of errors
are this chain's own business. Texts and keys are in no error and no log; of a server's refusal only the status is told,
as its sentence may quote the prompt.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Any

import httpx
import msgspec
from chat_stream import BrokenStreamError, read_chat
from generation import GenerationRequest, IsCancelled, OnText, RouteRefusal, cancelled
from remote_settings import RemoteSettings

from livetranslate.protocol import ErrorCode, LiveTranslateError

ChatMessages = Sequence[dict[str, str]]
"""Messages with ``role`` and ``content``."""

CONNECT_TIMEOUT_S = 5.0
MAX_RETRY_AFTER_S = 3_600.0

_MIN_ANSWER_TOKENS = 64
_MAX_TOKENS_PER_CHAR = 4  # Chinese into a script of which the model knows only bytes
_MISCONFIGURED = frozenset({401, 403, 404, 405})
_BUSY = 429
_CLOCK_TOLERANCE_S = 0.02
_REQUEST_TIMEOUT = 408


class RemoteServer:
    """A route to another server. Put it behind a ``BoundedRoute``, which bounds all of an answer's time.

    Args:
        settings: which server.
        build_chat: makes the messages of a request; where the last is the assistant's, the answer goes on with it.
        stop: where an answer ends, besides where the model ends it; one that the source text has is left out.
        name: for events and metrics.
    """

    def __init__(
        self,
        settings: RemoteSettings,
        build_chat: Callable[[GenerationRequest], ChatMessages],
        *,
        stop: tuple[str, ...] = ("\n",),
        name: str = "remote",
    ) -> None:
        self._settings = settings
        self._build_chat = build_chat
        self._stop = stop
        self._name = name
        headers = {"Accept": "text/event-stream", "Accept-Encoding": "identity", "Content-Type": "application/json"}
        if settings.api_key:
            headers["Authorization"] = f"Bearer {settings.api_key}"
        # Redirects are not followed: the key and the text go where the operator said, or nowhere.
        self._client = httpx.Client(headers=headers, follow_redirects=False)

    @property
    def name(self) -> str:
        """What events and metrics call it."""
        return self._name

    def close(self) -> None:
        """Closes idle connections; the server is not asked any more."""
        self._client.close()

    def generate(self, request: GenerationRequest, *, on_text: OnText, is_cancelled: IsCancelled) -> str:
        """The whole answer, streamed.

        Raises:
            LiveTranslateError: ``MODEL_UNAVAILABLE`` (no connection, a failing or silent server, a broken answer),
                ``SERVER_BUSY``, ``DEADLINE_EXCEEDED``, ``SESSION_CANCELLED``; a :class:`RouteRefusal` where it
                would answer the same again.
        """

        def check() -> None:
            if is_cancelled():
                raise cancelled()
            if time.monotonic() >= request.deadline:
                raise self._too_late()

        check()
        so_far = ""
        # Both outside what the client raises: a failure of theirs must not be taken for the server's.
        body = msgspec.json.encode(self._body(request))
        timeout = self._timeout(request)
        try:
            with self._client.stream("POST", self._url, content=body, timeout=timeout) as response:
                self._check_status(response)
                for delta in read_chat(response.iter_bytes(), on_bytes=check):
                    if delta.error_status is not None:
                        raise self._refusal(delta.error_status, None)
                    if delta.text:
                        so_far += delta.text
                        on_text(so_far)
                    if delta.finish_reason not in (None, "stop"):
                        raise self._incomplete(delta.finish_reason)
        except (httpx.HTTPError, httpx.StreamError, BrokenStreamError) as problem:
            raise self._failure(problem, request) from problem
        return so_far

    @property
    def _url(self) -> str:
        return f"{self._settings.base_url}/chat/completions"

    def _body(self, request: GenerationRequest) -> dict[str, Any]:
        answer_tokens = _MIN_ANSWER_TOKENS + _MAX_TOKENS_PER_CHAR * len(request.text)
        messages = list(self._build_chat(request))
        body: dict[str, Any] = {
            "model": self._settings.model,
            "messages": messages,
            "stream": True,
            "temperature": 0,
            "max_tokens": min(self._settings.max_tokens, answer_tokens),
        }
        if stop := [end for end in self._stop if end not in request.text]:
            body["stop"] = stop
        if messages[-1]["role"] == "assistant":
            # The answer's beginning is given: vLLM must be told to go on with it, Ollama does so anyway.
            body |= {"add_generation_prompt": False, "continue_final_message": True}
        return body

    def _timeout(self, request: GenerationRequest) -> httpx.Timeout:
        silence_s = max(0.001, min(self._settings.timeout_s, request.deadline - time.monotonic()))
        return httpx.Timeout(silence_s, connect=min(silence_s, CONNECT_TIMEOUT_S))

    def _check_status(self, response: httpx.Response) -> None:
        if response.status_code != httpx.codes.OK:
            raise self._refusal(response.status_code, _retry_after_s(response))
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind != "text/event-stream":
            raise RouteRefusal(
                ErrorCode.REMOTE_REFUSED,
                f"The remote server answered {kind[:60]!r} instead of a stream of events; its URL must be that of an "
                "OpenAI-compatible interface.",
                faulty=True,
            )

    def _refusal(self, status: int, retry_after_s: float | None) -> LiveTranslateError:
        answered = f"The remote server answered with status {status}"
        if status == _BUSY:
            return LiveTranslateError(ErrorCode.SERVER_BUSY, f"{answered}: too many requests.", retry_after_s)
        if status >= 500 or status == _REQUEST_TIMEOUT:
            return LiveTranslateError(ErrorCode.MODEL_UNAVAILABLE, f"{answered}. Try again later.", retry_after_s)
        if status in _MISCONFIGURED or status < 400:
            advice = f"check its URL, its key, and whether it has the model {self._settings.model!r}"
            return RouteRefusal(ErrorCode.REMOTE_REFUSED, f"{answered}: {advice}.", faulty=True)
        # A prompt too long for its model, mostly: the next sentence may well do.
        return RouteRefusal(ErrorCode.REMOTE_REFUSED, f"{answered}: it does not take this request.")

    def _incomplete(self, reason: str | None) -> LiveTranslateError:
        return RouteRefusal(
            ErrorCode.TRANSLATION_FAILED,
            f"The remote server ended its answer before it was complete ({str(reason)[:40]!r}). Send less text.",
        )

    def _failure(self, problem: Exception, request: GenerationRequest) -> LiveTranslateError:
        if isinstance(problem, httpx.PoolTimeout):
            return LiveTranslateError(
                ErrorCode.SERVER_BUSY, "All connections to the remote server are in use. Try again later."
            )
        if isinstance(problem, httpx.TimeoutException) and time.monotonic() >= request.deadline - _CLOCK_TOLERANCE_S:
            return self._too_late()
        if isinstance(problem, httpx.ConnectTimeout):
            what = "could not be reached in time"
        elif isinstance(problem, httpx.TimeoutException):
            what = f"was silent for {self._settings.timeout_s:g} s, which is the limit"
        elif isinstance(problem, httpx.ConnectError):
            what = f"could not be reached ({problem})"
        elif isinstance(problem, BrokenStreamError):
            what = f"sent an answer that cannot be used: {problem}"
        else:
            what = f"broke off its answer ({type(problem).__name__})"
        return LiveTranslateError(ErrorCode.MODEL_UNAVAILABLE, f"The remote server {what}. Try again later.")

    def _too_late(self) -> LiveTranslateError:
        return LiveTranslateError(
            ErrorCode.DEADLINE_EXCEEDED,
            "The remote server's answer was not complete in time. Send less text, or allow more time.",
        )


def _retry_after_s(response: httpx.Response) -> float | None:
    """``Retry-After`` (RFC 9110, 10.2.3), seconds or a date; None without one that can be read."""
    value = response.headers.get("Retry-After", "").strip()
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - time.time()
        except (TypeError, ValueError, OverflowError):
            return None
    return min(max(0.0, seconds), MAX_RETRY_AFTER_S) if isfinite(seconds) else None
