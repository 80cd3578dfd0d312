"""Certificates for trying TLS out, and what is said of files that will not do."""

from pathlib import Path

import pytest

from livetranslate import LiveTranslateError, TlsFiles
from livetranslate.connection import Connection
from livetranslate.credentials import Credentials
from livetranslate_tools import certificates
from livetranslate_tools.serving import tls
from livetranslate_tools.serving.errors import ServingError


@pytest.fixture
def folder(tmp_path):
    certificates.make(tmp_path / "tls", ["speech.example.com", "127.0.0.1"])
    return tmp_path / "tls"


def test_what_is_made_will_do(folder):
    checked = tls.check(folder, asks_clients=True)
    assert checked.asks_clients
    assert tls.name_of(folder) == "speech.example.com"
    assert any("mutual" in argument for argument in tls.arguments(checked))
    assert not any("mutual" in argument for argument in tls.arguments(tls.check(folder, asks_clients=False)))


def test_private_keys_are_their_owners(folder):
    assert {file.stat().st_mode & 0o077 for file in folder.glob("*.key")} == {0}


def test_nothing_is_overwritten(folder):
    before = (folder / "ca.key").read_bytes()
    with pytest.raises(ServingError, match="is there already"):
        certificates.make(folder, ["localhost"])
    assert (folder / "ca.key").read_bytes() == before


def test_a_missing_file_is_named(folder):
    (folder / "server.key").unlink()
    with pytest.raises(ServingError, match=r"no server\.key"):
        tls.check(folder, asks_clients=False)


@pytest.mark.parametrize("name", ["ca.crt", "server.crt", "server.key"])
def test_files_that_do_not_belong_together_are_refused(folder, tmp_path, name):
    certificates.make(tmp_path / "other", ["speech.example.com"])
    (folder / name).write_bytes((tmp_path / "other" / name).read_bytes())
    with pytest.raises(ServingError, match="cannot be used"):
        tls.check(folder, asks_clients=False)
    (folder / name).write_text("rubbish")
    with pytest.raises(ServingError, match="cannot be used"):
        tls.check(folder, asks_clients=False)


def test_an_expired_certificate_is_refused(tmp_path):
    certificates.make(tmp_path, ["localhost"], days=-1 / 24)
    with pytest.raises(ServingError, match="expired"):
        tls.check(tmp_path, asks_clients=False)


def test_credentials_come_from_the_call_then_from_the_environment(tmp_path):
    file = tmp_path / "key"
    file.write_text("lt_file\n")
    assert Credentials.gather(environment={}).metadata == ()
    assert Credentials.gather(environment={"LIVETRANSLATE_API_KEY": "lt_env"}).api_key == "lt_env"
    named = {"LIVETRANSLATE_API_KEY_FILE": str(file), "LIVETRANSLATE_API_KEY": "lt_env"}
    assert Credentials.gather(environment=named).api_key == "lt_file"
    given = Credentials.gather("lt_given", environment=named)
    assert given.metadata == (("livetranslate-api-key", "lt_given"),)
    assert "lt_given" not in repr(given)
    assert Credentials.gather(environment={"LIVETRANSLATE_TLS_CA": "a"}).tls.certificate is None


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({"LIVETRANSLATE_API_KEY_FILE": "/none"}, "The API key in /none cannot be read"),
        ({"LIVETRANSLATE_TLS_CERT": "a"}, "needs its key"),
    ],
)
def test_credentials_that_cannot_be_used_are_told(environment, reason):
    with pytest.raises(LiveTranslateError, match=reason):
        Credentials.gather(environment=environment)


def test_a_connection_names_a_file_that_is_not_there():
    with pytest.raises(LiveTranslateError, match="certificate authority in none cannot be read"):
        Connection("grpcs://localhost:8001", Credentials(tls=TlsFiles(Path("none"))))
