"""CTranslate2 Whisper folder -> Hugging Face Whisper folder.

Every id comes from the source's own files: special tokens from tokenizer.json, alignment heads (which word
times need), languages and suppressed tokens from CTranslate2's config.json.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from transformers import GenerationConfig, WhisperConfig, WhisperFeatureExtractor, WhisperForConditionalGeneration

from livetranslate_tools.models.convert.ct2_file import Ct2File
from livetranslate_tools.models.convert.errors import ConvertError
from livetranslate_tools.models.convert.whisper_weights import WhisperWeights

_EXACT_GELU = 3


def convert(source: Path, target: Path) -> list[str]:
    """Writes ``target``; returns what was checked."""
    weights = WhisperWeights(Ct2File(source / "model.bin", "WhisperSpec").variables)
    if weights.setting("decoder/pre_norm") != 1 or weights.setting("decoder/activation") != _EXACT_GELU:
        raise ConvertError("The CTranslate2 model is no Whisper: pre-norm and exact GELU were expected.")
    settings = json.loads((source / "config.json").read_text(encoding="utf-8"))
    tokenizer = json.loads((source / "tokenizer.json").read_text(encoding="utf-8"))
    ids: dict[str, int] = dict(tokenizer["model"]["vocab"])
    ids.update({token["content"]: token["id"] for token in tokenizer["added_tokens"]})

    config = _config(weights, ids)
    model = WhisperForConditionalGeneration(config)
    missing, unexpected = model.load_state_dict(weights.state_dict, strict=False)
    if missing or unexpected:
        raise ConvertError(f"Parameters do not fit: missing {missing[:5]}, unexpected {unexpected[:5]}.")
    model.generation_config = GenerationConfig(**_generation(settings, ids, config.vocab_size))
    model.eval().save_pretrained(target)
    WhisperFeatureExtractor(feature_size=config.num_mel_bins).save_pretrained(target)
    _write_tokenizer(source / "tokenizer.json", tokenizer, target)
    count = sum(parameter.numel() for parameter in model.parameters())
    return [f"all {len(weights.state_dict)} tensors mapped, {count / 1e6:.1f} M parameters, nothing left over"]


def _config(weights: WhisperWeights, ids: dict[str, int]) -> WhisperConfig:
    sizes = {name: tuple(tensor.shape) for name, tensor in weights.state_dict.items()}
    vocabulary, width = sizes["model.decoder.embed_tokens.weight"]
    end = ids["<|endoftext|>"]
    return WhisperConfig(
        vocab_size=vocabulary,
        d_model=width,
        num_mel_bins=sizes["model.encoder.conv1.weight"][1],
        encoder_layers=weights.layers["encoder"],
        decoder_layers=weights.layers["decoder"],
        encoder_attention_heads=weights.setting("encoder/num_heads"),
        decoder_attention_heads=weights.setting("decoder/num_heads"),
        encoder_ffn_dim=sizes["model.encoder.layers.0.fc1.weight"][0],
        decoder_ffn_dim=sizes["model.decoder.layers.0.fc1.weight"][0],
        max_source_positions=sizes["model.encoder.embed_positions.weight"][0],
        max_target_positions=sizes["model.decoder.embed_positions.weight"][0],
        bos_token_id=end,
        eos_token_id=end,
        pad_token_id=end,
        decoder_start_token_id=ids["<|startoftranscript|>"],
    )


def _generation(settings: dict[str, Any], ids: dict[str, int], vocabulary: int) -> dict[str, Any]:
    end = ids["<|endoftext|>"]
    multilingual = "<|zh|>" in ids and vocabulary >= 51865
    options: dict[str, Any] = {
        "alignment_heads": settings["alignment_heads"],
        "begin_suppress_tokens": settings["suppress_ids_begin"],
        "suppress_tokens": settings["suppress_ids"],
        "bos_token_id": end,
        "eos_token_id": end,
        "pad_token_id": end,
        "decoder_start_token_id": ids["<|startoftranscript|>"],
        "is_multilingual": multilingual,
        "max_initial_timestamp_index": 50,
        "max_length": 448,
        "no_timestamps_token_id": ids["<|notimestamps|>"],
        "prev_sot_token_id": ids["<|startofprev|>"],
        "return_timestamps": False,
    }
    if multilingual:
        names = {number: token for token, number in ids.items()}
        options["lang_to_id"] = {names[number]: number for number in settings["lang_ids"]}
        options["task_to_id"] = {"transcribe": ids["<|transcribe|>"], "translate": ids["<|translate|>"]}
    return options


def _write_tokenizer(file: Path, tokenizer: dict[str, Any], target: Path) -> None:
    shutil.copyfile(file, target / "tokenizer.json")
    # The slow form too (vocab.json, merges.txt): transformers' Whisper tokenizer class wants it.
    vocabulary = json.dumps(tokenizer["model"]["vocab"], ensure_ascii=False)
    (target / "vocab.json").write_text(vocabulary, encoding="utf-8")
    merges = [pair if isinstance(pair, str) else " ".join(pair) for pair in tokenizer["model"]["merges"]]
    (target / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n", encoding="utf-8")
    end = "<|endoftext|>"
    settings = {
        "tokenizer_class": "WhisperTokenizer",
        "processor_class": "WhisperProcessor",
        "add_prefix_space": False,
        "add_bos_token": False,
        "errors": "replace",
        "model_max_length": 1024,
        "clean_up_tokenization_spaces": False,
        **dict.fromkeys(("bos_token", "eos_token", "pad_token", "unk_token"), end),
        "return_attention_mask": False,
    }
    (target / "tokenizer_config.json").write_text(json.dumps(settings, indent=1), encoding="utf-8")
