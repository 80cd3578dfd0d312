"""What lies in the store: found, verified file by file, removed; and the commands that do it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from tests.tools.models.small_artifact import NAME, VERSION, SmallArtifact
from typer.testing import CliRunner

from livetranslate_tools.cli import models as commands
from livetranslate_tools.models.errors import ModelError
from livetranslate_tools.models.store import ModelStore
from livetranslate_tools.models.use_lock import UseLock


def test_a_model_that_is_not_here_is_answered_with_the_command_that_fetches_it(store: ModelStore) -> None:
    assert not store.is_present(NAME)
    with pytest.raises(ModelError, match=f"livetranslate models fetch {NAME}$"):
        store.path(NAME)


@pytest.mark.parametrize("name", ["../../etc", "a/b", ".."])
def test_no_name_leads_out_of_the_store(store: ModelStore, name: str) -> None:
    with pytest.raises(ModelError):
        store.path(name, "1.0.0")
    with pytest.raises(ModelError):
        store.path(NAME, name)


def test_lists_what_was_fetched(store: ModelStore) -> None:
    assert store.fetched() == []
    store.fetch(NAME)
    assert store.fetched() == [(NAME, VERSION)]


def test_verify_names_each_missing_changed_and_extra_file(store: ModelStore) -> None:
    folder = store.fetch(NAME)
    (folder / "tokenizer.json").unlink()
    (folder / "left-over.bin").write_bytes(b"?")
    weights = bytearray((folder / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (folder / "model.safetensors").write_bytes(weights)  # same size: only its checksum tells
    (folder / "config.json").rename(folder / "elsewhere")
    (folder / "config.json").symlink_to(folder / "elsewhere")  # the right bytes, but not a file of the model
    result = store.verify(NAME)
    assert not result.is_intact
    assert result.missing == ("tokenizer.json",)
    assert result.extra == ("elsewhere", "left-over.bin")
    assert result.changed == ("config.json", "model.safetensors")
    assert "model.safetensors was changed" in result.sentences()


def test_an_unreadable_sidecar_is_a_sentence(store: ModelStore) -> None:
    folder = store.fetch(NAME)
    (folder / "metadata.json").write_text("{")
    with pytest.raises(ModelError, match=r"metadata\.json cannot be read: .* fetch the model again"):
        store.metadata(NAME)


def test_remove_takes_the_folder_away(store: ModelStore) -> None:
    folder = store.fetch(NAME)
    assert store.remove(NAME) == folder
    assert not folder.exists()
    with pytest.raises(ModelError, match="is not in the store"):
        store.remove(NAME)


def test_the_last_user_of_an_environment_knows_that_it_is_the_last(tmp_path: Path) -> None:
    first, second = UseLock(tmp_path / "use"), UseLock(tmp_path / "use")
    first.acquire()
    second.acquire()
    assert not first.is_ours_alone()
    second.release()
    assert first.is_ours_alone()


class Cli:
    """The commands, on a cache folder of their own."""

    def __init__(self) -> None:
        self._app = typer.Typer()
        self._app.callback()(lambda: None)
        commands.register(self._app)
        self._runner = CliRunner()

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        result = self._runner.invoke(self._app, ["models", *arguments])
        return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def cli(artifact: SmallArtifact, store: ModelStore, monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.setenv("LIVETRANSLATE_CACHE", str(artifact.cache))
    shipped = Path(commands.__file__).parents[1] / "models" / "catalogue.toml"
    original = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: original(artifact.catalogue if path == shipped else path))
    return Cli()


def test_fetch_path_verify_and_remove_by_command(cli: Cli, artifact: SmallArtifact) -> None:
    code, _, messages = cli("fetch", NAME)
    assert code == 0, messages
    code, out, _ = cli("path", NAME)
    assert (code, out) == (0, f"{artifact.cache}/models/{NAME}/{VERSION}\n")
    code, _, messages = cli("verify")
    assert code == 0
    assert "all 4 files are as they were fetched" in messages
    assert "already in" in cli("fetch", NAME)[2]
    assert cli("remove", NAME)[0] == 0
    assert cli("path", NAME)[:2] == (1, "")


def test_verify_by_command_names_the_file_and_fails(cli: Cli, artifact: SmallArtifact) -> None:
    cli("fetch", NAME)
    (artifact.cache / "models" / NAME / VERSION / "config.json").write_text("{}")
    code, _, messages = cli("verify", NAME)
    assert code == 1
    assert f"{NAME} {VERSION}: config.json was changed" in messages
    assert f"livetranslate models fetch --again {NAME}" in messages
    assert cli("fetch", "--again", NAME)[0] == 0
    assert cli("verify", NAME)[0] == 0


def test_an_unknown_model_is_one_sentence_without_a_traceback(cli: Cli) -> None:
    code, out, messages = cli("fetch", "tiny-lm")
    assert (code, out) == (1, "")
    assert messages.strip() == ("error: There is no model named 'tiny-lm' in the catalogue. Did you mean tiny-llm?")


def test_list_as_json_says_what_is_here(cli: Cli) -> None:
    (row,) = json.loads(cli("list", "--json")[1])
    assert (row["name"], row["version"], row["license"], row["present"]) == (NAME, VERSION, "CC0-1.0", False)
    cli("fetch", NAME)
    assert json.loads(cli("list", "--json")[1])[0]["present"] is True
    table = cli("list")[1]
    assert NAME in table
    assert "yes" in table
