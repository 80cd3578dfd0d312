"""Who gets in with which key, and how often."""

import json
import time
from datetime import datetime, timedelta, timezone

import pytest

from livetranslate.access import ANONYMOUS, Gate, Quotas, StoredKey, Tenant, TenantsFile, make_key
from livetranslate.access.api_keys import KEY_HEADER, hash_key, key_id_of
from livetranslate.access.directory import TenantDirectory
from livetranslate.access.gate import INTERNAL
from livetranslate.access.request_rate import RequestRate
from livetranslate.protocol import ErrorCode, LiveTranslateError

NOW = datetime.now(timezone.utc)


class Request:
    def __init__(self, **parameters):
        self._parameters = json.dumps(parameters) if parameters else ""

    def parameters(self):
        return self._parameters


def with_key(key):
    return Request(**{KEY_HEADER: key})


def tenant(name="acme", *, quotas=None, suspended=False, expires_at=None):
    key, key_id = make_key()
    stored = StoredKey(key_id, hash_key(key), NOW, expires_at)
    return key, Tenant(name, (stored,), quotas or Quotas(), suspended)


def refused(call, *arguments):
    with pytest.raises(LiveTranslateError) as error:
        call(*arguments)
    return error.value


def gate_of(tmp_path, *tenants, **environment):
    file = tmp_path / "tenants.json"
    TenantsFile(tenants).write(file)
    return Gate.from_environment({"LIVETRANSLATE_TENANTS": str(file), **environment})


def test_without_a_tenants_file_everybody_is_let_in(tmp_path):
    gate = Gate.from_environment({"LIVETRANSLATE_TENANTS": str(tmp_path / "none.json")})
    assert gate.admit(Request()) is ANONYMOUS
    assert Gate.from_environment({}).admit(with_key("anything")) is ANONYMOUS


def test_a_key_opens_the_door_and_nothing_else_does(tmp_path):
    key, acme = tenant()
    gate = gate_of(tmp_path, acme)
    assert gate.admit(with_key(key)).name == "acme"
    last = "0" if key[-1] != "0" else "1"
    for wrong in ("", "lt_", key[:-1], key[:-1] + last, key.upper(), f"lt_{key_id_of(key)}_" + "0" * 48, make_key()[0]):
        assert refused(gate.admit, with_key(wrong)).code is ErrorCode.UNAUTHENTICATED
    assert refused(gate.admit, Request()).code is ErrorCode.UNAUTHENTICATED
    assert not refused(gate.admit, Request()).code.retryable


def test_the_sentence_for_a_missing_key_says_where_it_goes(tmp_path):
    message = refused(gate_of(tmp_path, tenant()[1]).admit, Request()).message
    assert KEY_HEADER in message
    assert "LIVETRANSLATE_API_KEY" in message


def test_no_refusal_repeats_the_key(tmp_path):
    key, _ = tenant()
    assert key not in str(refused(gate_of(tmp_path, tenant("other")[1]).admit, with_key(key)))


def test_an_expired_key_and_a_suspended_tenant_are_told_apart(tmp_path):
    old, acme = tenant("acme", expires_at=NOW - timedelta(seconds=1))
    away, other = tenant("other", suspended=True)
    gate = gate_of(tmp_path, acme, other)
    assert refused(gate.admit, with_key(old)).code is ErrorCode.UNAUTHENTICATED
    assert "expired" in refused(gate.admit, with_key(old)).message
    assert refused(gate.admit, with_key(away)).code is ErrorCode.PERMISSION_DENIED


def test_calls_of_the_server_itself_need_its_own_key(tmp_path):
    gate = gate_of(tmp_path, tenant()[1], LIVETRANSLATE_INTERNAL_KEY="inside")
    assert gate.admit(Request(**{"livetranslate-internal": "inside"})) is INTERNAL
    everybody = Gate.from_environment({"LIVETRANSLATE_INTERNAL_KEY": "inside"})
    assert everybody.admit(Request(**{"livetranslate-internal": "inside"})) is INTERNAL
    assert everybody.admit(Request(**{"livetranslate-internal": "outside"})) is ANONYMOUS
    for wrong in ("outside", "", 7):
        assert refused(gate.admit, Request(**{"livetranslate-internal": wrong})).code is ErrorCode.UNAUTHENTICATED
    no_key = gate_of(tmp_path, tenant()[1])
    assert refused(no_key.admit, Request(**{"livetranslate-internal": ""})).code is ErrorCode.UNAUTHENTICATED


def test_keys_given_by_the_environment():
    key, key_id = make_key()
    gate = Gate.from_environment({"LIVETRANSLATE_API_KEYS": f"acme:{key_id}:{hash_key(key)}"})
    assert gate.admit(with_key(key)).name == "acme"
    with pytest.raises(ValueError, match="entry 2 of LIVETRANSLATE_API_KEYS"):
        Gate.from_environment({"LIVETRANSLATE_API_KEYS": f"acme:{key_id}:{hash_key(key)},acme:x"})


def test_a_changed_file_is_heeded_and_a_broken_one_is_told_and_left(tmp_path, monkeypatch):
    monkeypatch.setattr("livetranslate.access.directory.LOOK_EVERY_S", 0.0)
    file = tmp_path / "tenants.json"
    told = []
    directory = TenantDirectory(file, on_problem=told.append)
    assert directory.is_open
    key, acme = tenant()
    TenantsFile((acme,)).write(file)
    assert not directory.is_open
    assert directory.tenant_of(key).name == "acme"
    file.write_text("{")
    assert directory.tenant_of(key).name == "acme"
    assert len(told) == 1
    assert str(file) in told[0]
    file.unlink()  # a lost file opens no door
    assert refused(directory.tenant_of, None).code is ErrorCode.UNAUTHENTICATED
    other, tenant_two = tenant("two")
    TenantsFile((tenant_two,)).write(file)
    assert directory.tenant_of(other).name == "two"
    assert refused(directory.tenant_of, key).code is ErrorCode.UNAUTHENTICATED


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "no tenants file"),
        ('{"tenants": [{"name": "A B"}]}', "tenant name"),
        ('{"tenants": [{"name": "a"}, {"name": "a"}]}', "twice"),
        ('{"tenants": [{"name": "a", "quotas": {"sessions": -1}}]}', "0 \\(no limit\\) or more"),
        ('{"tenants": [{"name": "a", "quota": {}}]}', "quota"),
        ('{"tenants": [], "format": 2}', "format 2"),
    ],
)
def test_a_server_does_not_start_with_a_tenants_file_that_it_cannot_use(tmp_path, content, reason):
    file = tmp_path / "tenants.json"
    file.write_text(content)
    with pytest.raises(ValueError, match=reason):
        Gate.from_environment({"LIVETRANSLATE_TENANTS": str(file)})


def test_the_file_is_the_owners_alone_and_holds_no_key(tmp_path):
    key, acme = tenant()
    file = tmp_path / "tenants.json"
    TenantsFile((acme,)).write(file)
    assert file.stat().st_mode & 0o077 == 0
    assert key.rpartition("_")[2] not in file.read_text()
    assert list(tmp_path.iterdir()) == [file]


def test_requests_beyond_the_minutes_number_are_told_when_the_next_is_taken():
    now = [0.0]
    rate = RequestRate(lambda: now[0])
    acme = Tenant("acme", quotas=Quotas(requests_per_minute=6))
    for _ in range(6):
        rate.take(acme)
    error = refused(rate.take, acme)
    assert error.code is ErrorCode.QUOTA_EXCEEDED
    assert error.retry_after_s == pytest.approx(10.0)
    rate.take(Tenant("other", quotas=Quotas(requests_per_minute=6)))
    now[0] = 9.9
    refused(rate.take, acme)
    now[0] = 10.0
    rate.take(acme)
    now[0] = 1e6  # a long rest does not add up beyond a minute's worth
    for _ in range(6):
        rate.take(acme)
    refused(rate.take, acme)


def test_identifying_is_not_counted(tmp_path):
    key, acme = tenant(quotas=Quotas(requests_per_minute=1))
    gate = gate_of(tmp_path, acme)
    for _ in range(5):
        gate.identify(with_key(key))
    gate.admit(with_key(key))
    assert refused(gate.admit, with_key(key)).code is ErrorCode.QUOTA_EXCEEDED


def test_looking_at_the_file_is_not_done_for_every_request(tmp_path):
    key, acme = tenant()
    gate = gate_of(tmp_path, acme)
    (tmp_path / "tenants.json").write_text("{")
    began = time.monotonic()
    gate.admit(with_key(key))
    if time.monotonic() - began < 0.5:  # else the machine slept, and the file was looked at
        assert gate.admit(with_key(key)).name == "acme"
