"""The checks of ready folders, the conversion's own tokenizer reference, and the models that are really here."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest
from tests.tools.models.small_artifact import model_files, safetensors

from livetranslate_tools import paths
from livetranslate_tools.models import inspect_llm, inspect_whisper, inspection
from livetranslate_tools.models.convert.bpe_reference import ReferenceTokenizer, byte_characters
from livetranslate_tools.models.convert.ct2_file import Ct2File
from livetranslate_tools.models.convert.errors import ConvertError
from livetranslate_tools.models.errors import ConversionError
from livetranslate_tools.models.sizes import human_size
from livetranslate_tools.models.store import ModelStore


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, data in model_files().items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def change(path: Path, **fields: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))


def test_a_model_that_fits_together_is_accepted(folder: Path) -> None:
    assert inspect_llm.inspect(folder)[0].startswith("11 tensors fill their files exactly; 11 shapes follow")


def test_truncated_weights_are_refused(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-4])
    with pytest.raises(ConversionError, match=r"model\.safetensors has \d+ bytes, its header describes"):
        inspect_llm.inspect(folder)


def test_a_missing_tensor_is_named(folder: Path) -> None:
    change(folder / "config.json", num_hidden_layers=2)
    with pytest.raises(ConversionError, match=r"The weights lack model\.layers\.1\.input_layernorm\.weight"):
        inspect_llm.inspect(folder)


def test_a_tensor_that_overlaps_another_is_refused(folder: Path) -> None:
    header = {"a": {"dtype": "F32", "shape": [2], "data_offsets": [4, 12]}}
    text = json.dumps(header).encode()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + bytes(12))
    with pytest.raises(ConversionError, match="does not fill its place"):
        inspect_llm.inspect(folder)


def test_untied_weights_without_an_output_matrix_are_refused(folder: Path) -> None:
    change(folder / "config.json", tie_word_embeddings=False)
    with pytest.raises(ConversionError, match=r"lack lm_head\.weight"):
        inspect_llm.inspect(folder)


def test_a_token_beyond_the_vocabulary_is_refused(folder: Path) -> None:
    change(folder / "tokenizer.json", added_tokens=[{"id": 99, "content": "x"}])
    with pytest.raises(ConversionError, match=r"tokenizer\.json has token 99, config\.json only 32"):
        inspect_llm.inspect(folder)


def test_an_instruction_model_without_a_chat_template_is_refused(folder: Path) -> None:
    change(folder / "tokenizer_config.json", chat_template=None)
    with pytest.raises(ConversionError, match="no chat template"):
        inspect_llm.inspect(folder)


def test_quantized_weights_may_have_shapes_of_their_own(folder: Path) -> None:
    change(folder / "config.json", quantization_config={"quant_method": "awq"})
    shapes = {
        "model.embed_tokens.weight": (32, 8),
        "model.norm.weight": (8,),
        "model.layers.0.input_layernorm.weight": (8,),
        "model.layers.0.post_attention_layernorm.weight": (8,),
        "model.layers.0.self_attn.q_proj.qweight": (8, 1),
    }
    (folder / "model.safetensors").write_bytes(safetensors(shapes))
    assert "4 shapes follow" in inspect_llm.inspect(folder)[0]


def test_a_whisper_folder_without_its_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match=r"lacks openvino_encoder_model\.xml"):
        inspect_whisper.inspect(tmp_path)


def test_the_reference_merges_by_rank_within_words_and_never_inside_added_tokens() -> None:
    vocabulary = {"a": 0, "b": 1, "c": 2, "ab": 3, "bc": 4, "abc": 5, "Ġ": 6, "Ġa": 7}
    merges = [("b", "c"), ("a", "b"), ("a", "bc"), ("Ġ", "a")]
    reference = ReferenceTokenizer(vocabulary, merges, {"<abc>": 9}, r" ?\S+")
    assert reference.encode("abc") == [5]  # bc has the better rank, then a + bc
    assert reference.encode("ab ab") == [3, 6, 3]  # a + b has the better rank than the space + a
    assert reference.encode("a<abc>c") == [0, 9, 2]
    assert reference.encode("") == []


def test_each_byte_has_a_character_of_its_own() -> None:
    characters = byte_characters()
    assert len(set(characters)) == 256
    assert characters[ord("A")] == "A"
    assert characters[ord(" ")] == "Ġ"
    assert all(character.isprintable() for character in characters)


def test_a_file_that_is_no_ctranslate2_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(struct.pack("<I", 5) + b"rest")
    with pytest.raises(ConvertError, match="has CTranslate2 format 5; this reads 6"):
        Ct2File(path, "WhisperSpec")
    path.write_bytes(b"\x06")
    with pytest.raises(ConvertError, match="ends in the middle"):
        Ct2File(path, "WhisperSpec")


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [(999, "999 B"), (83_060_000, "83.1 MB"), (999_970_000, "1.0 GB"), (2 * 10**15, "2000.0 TB")],
)
def test_sizes_are_readable(size_bytes: int, text: str) -> None:
    assert human_size(size_bytes) == text


@pytest.mark.integration
@pytest.mark.timeout(1800)  # it may have to fetch and convert them
@pytest.mark.parametrize("name", ["whisper-base-int8", "qwen2.5-coder-0.5b-instruct"])
def test_the_models_that_the_server_serves_are_whole_and_work(name: str) -> None:
    """``server`` fetches them; whisper must write down the sample clip with word times, the llm fit its config."""
    store = ModelStore(paths.cache_dir())
    if not store.is_present(name):
        store.fetch(name)
    artifact = store.catalogue.get(name)
    assert store.verify(name).sentences() == []
    assert store.metadata(name).source.sha256 == artifact.sha256
    sentences = inspection.inspect(artifact.form, store.path(name))
    assert not any(sentence.startswith("not tried") for sentence in sentences)
