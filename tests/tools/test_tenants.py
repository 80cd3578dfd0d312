"""Changing who may use a server, as the commands do."""

import json
import re

import pytest
from typer.testing import CliRunner

from livetranslate.access import TenantsFile
from livetranslate.access.directory import TenantDirectory
from livetranslate.audit import verify
from livetranslate.cli.application import make_app
from livetranslate_tools.serving import tenancy
from livetranslate_tools.serving.errors import ServingError
from livetranslate_tools.tenants import TenantRegistry


@pytest.fixture
def registry(tmp_path):
    return TenantRegistry(tmp_path / "tenants.json")


def test_keys_come_and_go(registry):
    key, stored = registry.create_key("acme")
    second, _ = registry.create_key("acme", expires_in_days=1)
    directory = TenantDirectory(registry.file)
    assert directory.tenant_of(key).name == directory.tenant_of(second).name == "acme"
    registry.revoke_key(stored.id)
    (tenant,) = TenantsFile.read(registry.file).tenants
    assert [kept.id for kept in tenant.keys] != []
    assert stored.id not in {kept.id for kept in tenant.keys}
    with pytest.raises(ServingError, match="No key has the id"):
        registry.revoke_key(stored.id)


def test_quotas_change_one_by_one(registry):
    registry.create_key("acme")
    registry.set_quotas("acme", sessions=3)
    assert registry.set_quotas("acme", audio_minutes_per_day=1.5).sessions == 3
    with pytest.raises(ServingError, match="it must be 0"):
        registry.set_quotas("acme", sessions=-1)
    with pytest.raises(ServingError, match="known: acme"):
        registry.set_quotas("other", sessions=1)


def test_the_last_tenants_removal_leaves_the_door_shut(registry):
    registry.create_key("acme")
    registry.remove("acme")
    assert not TenantDirectory(registry.file).is_open


@pytest.mark.parametrize("name", ["", "A", "a b", "ä", "x" * 64, "../x"])
def test_names_that_are_not_allowed(registry, name):
    with pytest.raises(ServingError, match="lower-case"):
        registry.create_key(name)
    assert not registry.file.exists()


def test_a_broken_file_is_not_overwritten(registry):
    registry.file.write_text("{")
    with pytest.raises(ServingError, match="Mend the file"):
        registry.create_key("acme")
    assert registry.file.read_text() == "{"


def run(tmp_path, *arguments):
    result = CliRunner().invoke(make_app()[0], [*arguments, "--state-dir", str(tmp_path)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_commands_change_the_file_and_leave_a_trace(tmp_path):
    key = re.search(r"lt_\S{57}", run(tmp_path, "keys", "create", "acme"))[0]
    run(tmp_path, "keys", "quota", "acme", "--sessions", "2")
    run(tmp_path, "keys", "suspend", "acme")
    run(tmp_path, "keys", "suspend", "acme", "--lift")
    listed = run(tmp_path, "keys", "list")
    key_id = key.split("_")[1]
    assert "acme" in listed
    assert key_id in listed
    assert key not in listed + run(tmp_path, "keys", "list", "--json")
    run(tmp_path, "keys", "revoke", key_id)
    run(tmp_path, "keys", "remove", "acme")
    shown = [json.loads(line) for line in run(tmp_path, "audit", "show", "--json").splitlines()]
    assert [record["action"] for record in shown] == [
        "key_created",
        "quotas_changed",
        "tenant_suspended",
        "tenant_admitted",
        "key_revoked",
        "tenant_removed",
    ]
    assert "Whole: 6 records" in run(tmp_path, "audit", "verify")
    assert "6 records of acme" in run(tmp_path, "audit", "forget", "acme", "--yes")
    assert "6 of them forgotten" in run(tmp_path, "audit", "verify")
    log = tenancy.audit_log(tmp_path)
    assert verify(log.folder, log.key).is_whole


def test_an_audit_log_that_was_edited_is_told_and_the_exit_code_says_so(tmp_path):
    run(tmp_path, "keys", "create", "acme")
    (file,) = (tmp_path / "audit").glob("audit-*.jsonl")
    file.write_text(file.read_text().replace("key_created", "key_revoked"))
    result = CliRunner().invoke(make_app()[0], ["audit", "verify", "--state-dir", str(tmp_path)])
    assert result.exit_code == 1
    assert "audit-00000001.jsonl, line 1, has a changed body" in " ".join(result.output.split())
