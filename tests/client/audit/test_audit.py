"""The audit log shows every edit, survives crashes, and can forget."""

import json
import multiprocessing
from datetime import datetime, timedelta, timezone

import pytest

from livetranslate.audit import AuditLog, Kind, forget, retain, verify
from livetranslate.audit.verification import read
from livetranslate.audit.writer import AuditWriter

KEY = b"a key of the tests"


def body(number, tenant="acme"):
    return {"tenant": tenant, "session_id": f"s-{number}", "audio_s": 1.5 * number, "words": {"en": number, "中": 1}}


def filled(folder, count=7, *, segment_bytes=900):
    log = AuditLog(folder, KEY, segment_bytes=segment_bytes)
    for number in range(count):
        log.append((Kind.SESSION_ENDED, body(number, "acme" if number % 2 else "other")))
    return log


def lines(folder):
    return [
        (file, number)
        for file in sorted(folder.glob("audit-*"))
        for number in range(len(file.read_bytes().splitlines()))
    ]


def edit(file, number, change):
    content = file.read_bytes().splitlines(keepends=True)
    content[number] = change(content[number])
    file.write_bytes(b"".join(content))


def test_what_is_written_is_whole_and_reads_back(tmp_path):
    log = filled(tmp_path)
    report = verify(tmp_path, KEY)
    assert report.problems == []
    assert report.records == 7
    assert len(list(tmp_path.glob("audit-*"))) > 1
    assert [record.body["session_id"] for record in read(tmp_path)] == [f"s-{number}" for number in range(7)]
    assert (next(tmp_path.glob("audit-*")).stat().st_mode & 0o077) == 0
    log.append((Kind.ADMIN, {"action": "x"}), (Kind.ADMIN, {"action": "y"}))
    assert verify(tmp_path, KEY).records == 9


def test_an_empty_log_is_whole(tmp_path):
    assert verify(tmp_path, KEY).is_whole


EDITS = {
    "a body's value": lambda line: line.replace(b'"audio_s":', b'"audio_s":1'),
    "a tenant": lambda line: line.replace(b'"tenant":"', b'"tenant":"x'),
    "a time": lambda line: line.replace(b'"at":"2', b'"at":"3'),
    "a kind": lambda line: line.replace(b"session_ended", b"session_started"),
    "no line at all": lambda line: b"",
    "rubbish": lambda line: b"rubbish\n",
    "twice": lambda line: line + line,
}


@pytest.mark.parametrize("name", EDITS)
@pytest.mark.parametrize("place", range(7))
def test_every_edit_of_every_line_shows(tmp_path, name, place):
    filled(tmp_path)
    file, number = lines(tmp_path)[place]
    edit(file, number, EDITS[name])
    report = verify(tmp_path, KEY)
    assert not report.is_whole
    assert any(file.name in problem or "head.json" in problem or "audit-" in problem for problem in report.problems)


def test_a_changed_line_with_fresh_hashes_of_another_key_shows(tmp_path):
    filled(tmp_path / "real")
    filled(tmp_path / "forged").append((Kind.ADMIN, {}))
    other = AuditLog(tmp_path / "other", b"another key")
    other.append((Kind.SESSION_ENDED, body(0)))
    assert not verify(tmp_path / "other", KEY).is_whole


def test_two_lines_in_another_order_show(tmp_path):
    filled(tmp_path, segment_bytes=10**6)
    file = next(tmp_path.glob("audit-*"))
    content = file.read_bytes().splitlines(keepends=True)
    content[2], content[3] = content[3], content[2]
    file.write_bytes(b"".join(content))
    assert not verify(tmp_path, KEY).is_whole


@pytest.mark.parametrize("cut", [1, 3, 7])
def test_an_end_that_was_cut_off_shows(tmp_path, cut):
    filled(tmp_path, segment_bytes=10**6)
    file = next(tmp_path.glob("audit-*"))
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:-cut]))
    assert any("cut off" in problem for problem in verify(tmp_path, KEY).problems)


def test_a_removed_file_and_a_removed_head_show(tmp_path):
    filled(tmp_path)
    (tmp_path / "head.json").unlink()
    assert any("head.json is missing" in problem for problem in verify(tmp_path, KEY).problems)
    sorted(tmp_path.glob("audit-*"))[1].unlink()
    assert any("missing or moved" in problem for problem in verify(tmp_path, KEY).problems)


def test_a_head_put_back_with_the_end_shows_its_signature(tmp_path):
    filled(tmp_path)
    head = json.loads((tmp_path / "head.json").read_text())
    (tmp_path / "head.json").write_text(json.dumps({**head, "seq": 3}))
    assert any("head.json was changed" in problem for problem in verify(tmp_path, KEY).problems)


def test_half_a_line_of_a_crash_is_put_aside_and_the_log_goes_on(tmp_path):
    log = filled(tmp_path, segment_bytes=10**6)
    file = next(tmp_path.glob("audit-*"))
    with file.open("ab") as content:
        content.write(b'{"seq":8,"at":"20')
    log.append((Kind.ADMIN, {"action": "after the crash"}))
    assert verify(tmp_path, KEY).problems == []
    assert list(read(tmp_path))[-1].body == {"action": "after the crash"}
    assert [torn.read_bytes() for torn in tmp_path.glob("*.torn")] == [b'{"seq":8,"at":"20']


def test_a_crash_before_the_head_was_written_is_no_cut(tmp_path):
    log = filled(tmp_path, segment_bytes=10**6)
    head = (tmp_path / "head.json").read_bytes()
    log.append((Kind.ADMIN, {}))
    (tmp_path / "head.json").write_bytes(head)
    assert verify(tmp_path, KEY).is_whole


def append_many(folder, name):
    log = AuditLog(folder, KEY, segment_bytes=2000)
    for number in range(25):
        log.append((Kind.SESSION_STARTED, body(number, name)))


def test_several_processes_write_one_log(tmp_path):
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=append_many, args=(tmp_path, f"t{number}")) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    report = verify(tmp_path, KEY)
    assert report.problems == []
    assert report.records == 100


def test_forgetting_a_tenant_leaves_nothing_of_it_and_the_chain_holds(tmp_path):
    log = filled(tmp_path)
    assert forget(log, "acme") == 3
    assert verify(tmp_path, KEY).problems == []
    assert verify(tmp_path, KEY).forgotten == 3
    for file in tmp_path.iterdir():
        assert b"acme" not in file.read_bytes()
    assert [record.kind for record in read(tmp_path)][-1] is Kind.FORGOTTEN
    assert sum(record.body is not None and record.body.get("tenant") == "other" for record in read(tmp_path)) == 4
    assert forget(log, "acme") == 0


def test_an_emptied_line_cannot_be_filled_with_other_facts(tmp_path):
    log = filled(tmp_path)
    forget(log, "acme")
    file, number = next(
        (file, number) for file, number in lines(tmp_path) if b'"body":null' in file.read_bytes().splitlines()[number]
    )
    edit(file, number, lambda line: line.replace(b'"body":null,"salt":null', b'"body":{"tenant":"x"},"salt":"00"'))
    assert any("changed body" in problem for problem in verify(tmp_path, KEY).problems)


def test_what_is_old_is_removed_and_the_rest_is_whole(tmp_path, monkeypatch):
    class Old(datetime):
        @classmethod
        def now(cls, zone=None):
            return datetime.now(zone) - timedelta(days=10)

    monkeypatch.setattr("livetranslate.audit.record.datetime", Old)
    filled(tmp_path)
    monkeypatch.undo()
    log = AuditLog(tmp_path, KEY, segment_bytes=900)
    for number in range(4):
        log.append((Kind.SESSION_ENDED, body(number)))
    before = verify(tmp_path, KEY).records
    removed = retain(log, days=5)
    assert removed >= 6  # whole files go: the one that has newer lines too stays
    report = verify(tmp_path, KEY)
    assert report.problems == []
    assert report.records == before - removed + 1
    assert retain(log, days=5) == 0
    assert retain(log, days=0) > 0
    log.append((Kind.ADMIN, {}))
    assert verify(tmp_path, KEY).is_whole
    anchor = json.loads((tmp_path / "anchor.json").read_text())
    (tmp_path / "anchor.json").write_text(json.dumps({**anchor, "seq": anchor["seq"] - 1}))
    assert not verify(tmp_path, KEY).is_whole


def test_records_that_could_not_be_written_are_written_later(tmp_path, monkeypatch):
    told = []
    log = AuditLog(tmp_path / "log", KEY)
    real = AuditLog.append
    monkeypatch.setattr(AuditLog, "append", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    monkeypatch.setattr("livetranslate.audit.writer.RETRY_S", 0.05)
    monkeypatch.setattr("livetranslate.audit.writer.GATHER_S", 0.05)
    writer = AuditWriter(log, told.append)
    writer.put(Kind.ADMIN, {"action": "first"})
    for _ in range(100):
        if told:
            break
        writer._ending.wait(0.05)
    monkeypatch.setattr(AuditLog, "append", real)
    writer.put(Kind.ADMIN, {"action": "second"})
    writer.close()
    assert [record.body["action"] for record in read(tmp_path / "log")] == ["first", "second"]
    assert len(told) == 1
    assert "No space left" in told[0]


def test_without_a_folder_nothing_is_written(tmp_path):
    writer = AuditWriter.from_environment(print, {})
    writer.put(Kind.ADMIN, {})
    writer.close()


def test_times_are_utc(tmp_path):
    (record,) = AuditLog(tmp_path, KEY).append((Kind.ADMIN, {}))
    at = datetime.fromisoformat(record.at)
    assert at.utcoffset() == timedelta(0)
    assert abs((datetime.now(timezone.utc) - at).total_seconds()) < 60
