"""Administration of Triton needs the key of the state folder; callers need none."""

import stat

import pytest

from livetranslate_tools.serving.admin_key import admin_key, arguments
from livetranslate_tools.serving.errors import ServingError


def test_a_state_folder_makes_one_key_that_others_cannot_read(tmp_path):
    key = admin_key(tmp_path / "state", inherited={})
    file = tmp_path / "state" / "admin.key"
    assert len(bytes.fromhex(key)) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert admin_key(tmp_path / "state", inherited={}) == key
    assert admin_key(tmp_path / "other", inherited={}) != key


def test_the_operators_key_is_taken_and_no_file_made(tmp_path):
    assert admin_key(tmp_path, inherited={"LIVETRANSLATE_ADMIN_KEY": "theirs"}) == "theirs"
    assert not list(tmp_path.iterdir())


def test_an_empty_key_is_refused_with_what_to_do(tmp_path):
    (tmp_path / "admin.key").touch()
    with pytest.raises(ServingError, match=r"admin\.key is empty; remove the file"):
        admin_key(tmp_path, inherited={})


def test_both_doors_of_triton_ask_for_it():
    grpc, http = arguments("abc")
    for argument in (grpc, http):
        assert argument.endswith(":livetranslate-admin-key=abc")
        assert "model-repository" in argument
        assert "shared-memory" in argument
        assert "inference" not in argument
