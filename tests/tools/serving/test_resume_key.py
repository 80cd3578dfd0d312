"""The key of resume tokens: made once, kept, and the operator's where there is one."""

import stat

import pytest

from livetranslate_tools.serving.errors import ServingError
from livetranslate_tools.serving.resume_key import key_environment


def test_a_state_folder_gets_one_key_and_keeps_it(tmp_path):
    first = key_environment(tmp_path / "state", inherited={})
    file = tmp_path / "state" / "resume.key"
    assert first == {"LIVETRANSLATE_RESUME_KEY_FILE": str(file)}
    key = file.read_text().strip()
    assert len(bytes.fromhex(key)) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert key_environment(tmp_path / "state", inherited={}) == first
    assert file.read_text().strip() == key
    key_environment(tmp_path / "other", inherited={})
    assert (tmp_path / "other" / "resume.key").read_text().strip() != key


@pytest.mark.parametrize("variable", ["LIVETRANSLATE_RESUME_KEY", "LIVETRANSLATE_RESUME_KEY_FILE"])
def test_the_operators_key_is_left_alone(tmp_path, variable):
    assert key_environment(tmp_path, inherited={variable: "anything"}) == {}
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "state").write_text("a file")
    with pytest.raises(ServingError, match=r"resume\.key"):
        key_environment(tmp_path / "state", inherited={})
