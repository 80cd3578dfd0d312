"""What callers and the audit log are told when a session opens, ends, or is refused."""

import json
import threading
from datetime import datetime, timezone

import pytest
from admission import Admission
from daily_audio import DailyAudio
from live_session import LiveSession
from reception import Reception, Way
from resume_token import ResumeTokens
from session_settings import SessionSettings
from sessions import Sessions
from tests.client.fake_triton_metrics import FakeMetrics

from livetranslate.access import Gate, Quotas, StoredKey, Tenant, make_key
from livetranslate.access.api_keys import KEY_HEADER, hash_key
from livetranslate.access.directory import TenantDirectory
from livetranslate.access.tenants import TenantsFile
from livetranslate.audit import AuditLog, Kind
from livetranslate.audit.verification import read
from livetranslate.audit.writer import AuditWriter
from livetranslate.protocol import ErrorCode, LiveTranslateError, WindowText, WindowWord, decode_event
from livetranslate.protocol.metric_reporter import MetricReporter


class Request:
    def __init__(self, key=None):
        self._parameters = json.dumps({KEY_HEADER: key} if key else {})

    def parameters(self):
        return self._parameters


class Recogniser:
    def hear(self, audio, options):
        words = tuple(WindowWord(f"w{i}", i, i + 0.8, i + 0.5, 0.9) for i in range(int(len(audio) / 16000)))
        return WindowText(language="en", words=words, avg_logprob=-0.1)


class Desk:
    """A reception with everything real behind it but the recogniser."""

    def __init__(self, folder, *tenants, max_sessions=4):
        self.keys = {}
        listed = []
        for name, quotas in tenants:
            key, key_id = make_key()
            stored = StoredKey(key_id, hash_key(key), datetime.now(timezone.utc))
            listed.append(Tenant(name, (stored,), quotas))
            self.keys[name] = key
        file = folder / "tenants.json"
        if listed:
            TenantsFile(tuple(listed)).write(file)
        self.log = AuditLog(folder / "audit", b"key")
        self.audit = AuditWriter(self.log, print)
        self.reporter = MetricReporter(FakeMetrics(), labels={"version": "1"})
        self.sessions = Sessions(admission=Admission(max_sessions), on_abandoned=lambda _: None)
        self.reception = Reception(
            gate=Gate(TenantDirectory(file)),
            sessions=self.sessions,
            daily_audio=DailyAudio(folder / "usage", "live-1"),
            audit=self.audit,
            reporter=self.reporter,
            make=self.make,
        )
        self.events = []
        self.closed = threading.Event()

    def make(self, session_id, options, events, way, span):
        return LiveSession(
            session_id,
            options,
            recogniser=Recogniser(),
            translator=None,
            events=events,
            settings=SessionSettings(),
            is_cancelled=way.is_cancelled,
            models={"live_translation": "1"},
            tokens=ResumeTokens((b"a key of the tests",)),
        )

    def open(self, session_id, tenant=None, options=b'{"source": "en"}'):
        way = Way(lambda data: self.events.append(decode_event(data)), self.closed.set, lambda: False)
        return self.reception.open(session_id, Request(self.keys.get(tenant)), options, way)

    def close(self):
        self.sessions.close(timeout_s=10)
        self.reception.close()
        self.reporter.close()

    def records(self):
        return [(record.kind, record.body) for record in read(self.log.folder)]


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path, ("acme", Quotas(sessions=1, audio_minutes_per_day=0.05)), ("other", Quotas()))
    yield desk
    desk.close()


def test_a_sessions_life_is_in_the_audit_log_without_a_word_of_it(desk):
    session = desk.open("s-1", "acme")
    desk.reception.received(session, Request(desk.keys["acme"]), 16_000)
    session.inbox.put(b"\0" * 16_000, lambda: None)
    session.end()
    assert desk.closed.wait(20)
    desk.close()
    (started, at_start), (ended, at_end) = desk.records()
    assert (started, ended) == (Kind.SESSION_STARTED, Kind.SESSION_ENDED)
    assert at_start["tenant"] == at_end["tenant"] == "acme"
    assert at_start["source"] == "en"
    assert at_end["outcome"] == "DONE"
    assert at_end["audio_s"] == 0.5
    assert at_end["models"] == {"live_translation": "1"}
    assert not {"text", "message"} & at_end.keys()


def test_without_a_key_there_is_one_event_that_says_so_and_a_record(desk):
    error = desk.open("s-1")
    assert error.code is ErrorCode.UNAUTHENTICATED
    assert [event.code for event in desk.events] == [ErrorCode.UNAUTHENTICATED]
    assert desk.closed.is_set()
    desk.close()
    assert desk.records() == [(Kind.SESSION_REFUSED, {"tenant": "", "session_id": "s-1", "code": "UNAUTHENTICATED"})]


def test_a_tenants_quota_of_sessions_is_its_own(desk):
    assert isinstance(desk.open("s-1", "acme"), LiveSession)
    assert desk.open("s-2", "acme").code is ErrorCode.QUOTA_EXCEEDED
    assert isinstance(desk.open("s-3", "other"), LiveSession)


def test_nobody_reaches_anothers_session(desk):
    session = desk.open("s-1", "acme")
    assert desk.reception.find("s-1", Request(desk.keys["acme"])) is session
    with pytest.raises(LiveTranslateError) as error:
        desk.reception.find("s-1", Request(desk.keys["other"]))
    assert error.value.code is ErrorCode.SESSION_ENDED
    with pytest.raises(LiveTranslateError) as error:
        desk.reception.find("s-1", Request())
    assert error.value.code is ErrorCode.UNAUTHENTICATED


def test_a_day_that_is_used_up_ends_the_session_and_opens_no_other(desk):
    session = desk.open("s-1", "acme")
    desk.reception.received(session, Request(desk.keys["acme"]), 32_000 * 4)
    assert desk.closed.wait(20)
    assert desk.events[-1].code is ErrorCode.QUOTA_EXCEEDED
    assert desk.open("s-2", "acme").code is ErrorCode.QUOTA_EXCEEDED
    assert isinstance(desk.open("s-3", "other"), LiveSession)


def test_a_full_server_is_left_to_the_caller_to_answer(tmp_path):
    desk = Desk(tmp_path, max_sessions=1)
    assert isinstance(desk.open("s-1"), LiveSession)
    assert desk.open("s-2").code is ErrorCode.SERVER_BUSY
    assert {type(event).__name__ for event in desk.events} == {"SessionStarted"}
    desk.close()
    assert (Kind.SESSION_REFUSED, {"tenant": "anonymous", "session_id": "s-2", "code": "SERVER_BUSY"}) in desk.records()
