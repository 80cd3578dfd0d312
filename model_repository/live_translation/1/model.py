"""Triton adapter of the live session: requests to sessions, events to responses.

The START request's response sender stays open for the whole session and carries every event. Each later request
is closed at once (or, when much audio waits, as soon as its audio is taken). END lets the session finish.
"""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np
import triton_python_backend_utils as pb_utils
from admission import Admission
from audio_intake import take_in
from engines import TritonEngines
from event_stream import EventStream, as_error
from inbox import keep_open, once
from live_session import LiveSession
from reception import Reception, Way
from resume_token import ResumeTokens
from sequence_end import SequenceCloser
from session_settings import SessionSettings
from sessions import Sessions

from livetranslate.protocol import ErrorCode, LiveTranslateError, SessionOptions, SessionUpdate, decode_options, tensors
from livetranslate.protocol.metric_reporter import MetricReporter
from livetranslate.tracing import Span

START = pb_utils.TRITONSERVER_REQUEST_FLAG_SEQUENCE_START
END = pb_utils.TRITONSERVER_REQUEST_FLAG_SEQUENCE_END
FINAL = pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL


class TritonPythonModel:
    """The model as Triton sees it."""

    def initialize(self, args: dict[str, str]) -> None:
        """Reads the limits from the model's parameters."""
        config = json.loads(args["model_config"])
        parameters = config.get("parameters", {})
        given = SessionSettings.__annotations__.keys() & parameters.keys()
        self._settings = SessionSettings(**{name: float(parameters[name]["string_value"]) for name in given})
        self._reporter = MetricReporter(pb_utils, labels={"version": args["model_version"]})
        self._models = {tensors.LIVE_TRANSLATION: args["model_version"]}
        admission = Admission.from_config(config)
        self._engines = TritonEngines(pb_utils, self._reporter, on_recognised=admission.recognised)
        self._tokens = ResumeTokens.from_environment()
        self._closer = SequenceCloser(pb_utils, model_version=int(args["model_version"]))
        self._sessions = Sessions(admission=admission, on_abandoned=self._closer.end)
        self._reception = Reception.from_environment(
            f"live_translation-{args['model_version']}",
            sessions=self._sessions,
            reporter=self._reporter,
            make=self._make_session,
            on_problem=pb_utils.Logger.log_error,
        )
        self._reporter.collect = self._report_load

    def execute(self, requests: list[Any]) -> None:
        """Hands every request to its session; never waits for one."""
        for request in requests:
            sender = request.get_response_sender()
            try:
                self._accept(request, sender)
            except Exception as problem:  # noqa: BLE001 - one bad request must not harm its neighbours
                sender.send(pb_utils.InferenceResponse(error=_triton_error(as_error(problem))), flags=FINAL)

    def finalize(self) -> None:
        """Lets running sessions finish what they have heard."""
        self._sessions.close(timeout_s=20.0)
        self._closer.close(timeout_s=5.0)
        self._reporter.close()
        self._reception.close()
        gc.collect()

    def _report_load(self, reporter: MetricReporter) -> None:
        reporter.set("livetranslate_sessions_open", len(self._sessions))
        reporter.set("livetranslate_audio_waiting_seconds", round(self._sessions.backlog_s, 2))
        self._reception.keep_counts()

    def _accept(self, request: Any, sender: Any) -> None:
        session_id = str(request.correlation_id())
        audio = _audio(request)
        if request.flags() & START:
            opened = self._reception.open(session_id, request, _options(request), _way(sender))
            if isinstance(opened, LiveTranslateError):
                if opened.code is not ErrorCode.SESSION_ALREADY_STARTED and not request.flags() & END:
                    self._closer.end(session_id)
                if opened.code is ErrorCode.SERVER_BUSY:
                    raise opened
                return
            session, acknowledge = opened, keep_open
        else:
            session = self._reception.find(session_id, request)
            acknowledge = once(lambda: sender.send(flags=FINAL))
            _update(session, _options(request))
        self._reception.received(session, request, len(audio))
        take_in(audio, acknowledge, inbox=session.inbox, warn=session.events.warn)
        if request.flags() & END:
            session.end()

    def _make_session(
        self, session_id: str, options: SessionOptions, events: EventStream, way: Way, span: Span
    ) -> LiveSession:
        engines = self._engines.within(span)
        return LiveSession(
            session_id,
            options,
            recogniser=engines,
            translator=engines,
            events=events,
            settings=self._settings,
            is_cancelled=way.is_cancelled,
            models=self._models,
            tokens=self._tokens,
        )


def _way(sender: Any) -> Way:
    return Way(
        send=lambda event: sender.send(pb_utils.InferenceResponse([_event_tensor(event)])),
        close=lambda: sender.send(flags=FINAL),
        is_cancelled=sender.is_cancelled,
    )


def _update(session: LiveSession, changes: bytes | None) -> None:
    if changes is None:
        return
    try:
        session.update(decode_options(changes, SessionUpdate))
    except LiveTranslateError as error:
        session.events.warn(error)  # what was agreed before stands, and the request's audio is heard


def _options(request: Any) -> bytes | None:
    tensor = pb_utils.get_input_tensor_by_name(request, tensors.OPTIONS)
    if tensor is None or tensor.as_numpy().size == 0:
        return None
    return bytes(tensor.as_numpy().reshape(-1)[0])


def _audio(request: Any) -> bytes:
    tensor = pb_utils.get_input_tensor_by_name(request, tensors.AUDIO)
    return b"" if tensor is None else bytes(tensor.as_numpy().tobytes())


def _event_tensor(event: bytes) -> Any:
    return pb_utils.Tensor(tensors.EVENT, np.array([event], dtype=np.object_))


def _triton_error(error: LiveTranslateError) -> Any:
    kind = pb_utils.TritonError.UNAVAILABLE if error.code.retryable else pb_utils.TritonError.INVALID_ARG
    return pb_utils.TritonError(str(error), pb_utils.TritonError.INTERNAL if error.code is ErrorCode.INTERNAL else kind)
