"""A remote server's settings are checked when they are read, and never show the key."""

import pytest
from remote_settings import RemoteSettings

URL = {"LIVETRANSLATE_REMOTE_URL": "http://gpu:8000/v1", "LIVETRANSLATE_REMOTE_MODEL": "qwen"}


def test_nothing_set_is_no_server():
    assert RemoteSettings.from_environment({}) is None
    assert RemoteSettings.from_environment({"LIVETRANSLATE_REMOTE_URL": "  "}) is None


def test_what_is_set_is_read():
    settings = RemoteSettings.from_environment(
        URL | {"LIVETRANSLATE_REMOTE_KEY": " sk-1 ", "LIVETRANSLATE_REMOTE_TIMEOUT_S": "4.5"}
    )
    assert (settings.base_url, settings.model, settings.api_key, settings.timeout_s) == (
        "http://gpu:8000/v1",
        "qwen",
        "sk-1",
        4.5,
    )


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("http://localhost:11434", "http://localhost:11434/v1"),
        ("http://localhost:11434/", "http://localhost:11434/v1"),
        ("https://example.org/openai/v1/", "https://example.org/openai/v1"),
    ],
)
def test_a_url_without_a_path_means_version_one(given, meant):
    assert RemoteSettings(given, "qwen").base_url == meant


def test_the_key_may_stand_in_a_file(tmp_path):
    file = tmp_path / "key"
    file.write_text("sk-from-file\n")
    settings = RemoteSettings.from_environment(URL | {"LIVETRANSLATE_REMOTE_KEY_FILE": str(file)})
    assert settings.api_key == "sk-from-file"


def test_the_key_is_not_shown():
    assert "sk-1" not in repr(RemoteSettings("http://gpu", "qwen", "sk-1"))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"LIVETRANSLATE_REMOTE_MODEL": ""}, "LIVETRANSLATE_REMOTE_MODEL"),
        ({"LIVETRANSLATE_REMOTE_URL": "gpu:8000"}, "LIVETRANSLATE_REMOTE_URL"),
        ({"LIVETRANSLATE_REMOTE_URL": "ftp://gpu/v1"}, "LIVETRANSLATE_REMOTE_URL"),
        ({"LIVETRANSLATE_REMOTE_URL": "http:///v1"}, "LIVETRANSLATE_REMOTE_URL"),
        ({"LIVETRANSLATE_REMOTE_URL": "http://gpu:port/v1"}, "LIVETRANSLATE_REMOTE_URL"),
        ({"LIVETRANSLATE_REMOTE_URL": "http://me:hush@gpu/v1"}, "LIVETRANSLATE_REMOTE_URL"),
        ({"LIVETRANSLATE_REMOTE_URL": "http://gpu/v1?key=hush"}, "LIVETRANSLATE_REMOTE_URL"),
        ({"LIVETRANSLATE_REMOTE_TIMEOUT_S": "soon"}, "LIVETRANSLATE_REMOTE_TIMEOUT_S"),
        ({"LIVETRANSLATE_REMOTE_TIMEOUT_S": "0"}, "LIVETRANSLATE_REMOTE_TIMEOUT_S"),
        ({"LIVETRANSLATE_REMOTE_TIMEOUT_S": "nan"}, "LIVETRANSLATE_REMOTE_TIMEOUT_S"),
        ({"LIVETRANSLATE_REMOTE_KEY": "hush\r\nX-More: 1"}, "LIVETRANSLATE_REMOTE_KEY"),
        ({"LIVETRANSLATE_REMOTE_KEY": "hush-é"}, "LIVETRANSLATE_REMOTE_KEY"),
        ({"LIVETRANSLATE_REMOTE_KEY": "hush", "LIVETRANSLATE_REMOTE_KEY_FILE": "/key"}, "leave one of them out"),
        ({"LIVETRANSLATE_REMOTE_KEY_FILE": "/no/such/file"}, "LIVETRANSLATE_REMOTE_KEY_FILE"),
    ],
)
def test_what_is_wrong_is_named_without_secrets(change, named):
    with pytest.raises(ValueError, match=named) as refused:
        RemoteSettings.from_environment(URL | change)
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe"])
def test_a_key_file_without_a_key_is_refused(tmp_path, content):
    file = tmp_path / "key"
    file.write_bytes(content)
    with pytest.raises(ValueError, match="LIVETRANSLATE_REMOTE_KEY_FILE"):
        RemoteSettings.from_environment(URL | {"LIVETRANSLATE_REMOTE_KEY_FILE": str(file)})
