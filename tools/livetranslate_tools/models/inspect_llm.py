"""Checks a ready language model folder: configuration, weights and tokenizer must describe one and the same model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from livetranslate_tools.models.errors import ConversionError
from livetranslate_tools.models.safetensors_header import Tensor, read_headers


def inspect(folder: Path) -> list[str]:
    """What was found to be right, one sentence each.

    Raises:
        ConversionError: something does not fit; the sentence names it.
    """
    config = _json(folder / "config.json")
    tensors = read_headers(folder)
    expected = _expected_shapes(config)
    for name, shape in expected.items():
        if name not in tensors:
            raise ConversionError(f"The weights lack {name}.")
        if tensors[name].shape != shape:
            raise ConversionError(f"{name} has shape {tensors[name].shape}; config.json implies {shape}.")
    _check_embedding_ties(config, tensors)
    tokens = _check_tokenizer(folder, int(config["vocab_size"]))
    return [
        f"{len(tensors)} tensors fill their files exactly; {len(expected)} shapes follow from config.json",
        f"tokenizer.json parses: {tokens} tokens, all below vocab_size {config['vocab_size']}",
    ]


def _expected_shapes(config: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    try:
        hidden, inner = int(config["hidden_size"]), int(config["intermediate_size"])
        heads, vocabulary = int(config["num_attention_heads"]), int(config["vocab_size"])
        layers, groups = int(config["num_hidden_layers"]), int(config["num_key_value_heads"])
    except KeyError as error:
        raise ConversionError(f"config.json lacks {error}.") from error
    head = int(config.get("head_dim") or hidden // heads)
    shapes: dict[str, tuple[int, ...]] = {
        "model.embed_tokens.weight": (vocabulary, hidden),
        "model.norm.weight": (hidden,),
    }
    for index in range(layers):
        layer = f"model.layers.{index}."
        shapes[layer + "input_layernorm.weight"] = shapes[layer + "post_attention_layernorm.weight"] = (hidden,)
        if "quantization_config" in config:  # packed weights have shapes of their own
            continue
        shapes[layer + "self_attn.q_proj.weight"] = (heads * head, hidden)
        shapes[layer + "self_attn.k_proj.weight"] = shapes[layer + "self_attn.v_proj.weight"] = (groups * head, hidden)
        shapes[layer + "self_attn.o_proj.weight"] = (hidden, heads * head)
        shapes[layer + "mlp.gate_proj.weight"] = shapes[layer + "mlp.up_proj.weight"] = (inner, hidden)
        shapes[layer + "mlp.down_proj.weight"] = (hidden, inner)
    return shapes


def _check_embedding_ties(config: dict[str, Any], tensors: dict[str, Tensor]) -> None:
    if not config.get("tie_word_embeddings", False) and "lm_head.weight" not in tensors:
        raise ConversionError("The weights lack lm_head.weight, and config.json does not tie it to the embedding.")


def _check_tokenizer(folder: Path, vocabulary: int) -> int:
    tokenizer = _json(folder / "tokenizer.json")
    ids = [*tokenizer["model"]["vocab"].values(), *(token["id"] for token in tokenizer["added_tokens"])]
    if max(ids) >= vocabulary:
        raise ConversionError(f"tokenizer.json has token {max(ids)}, config.json only {vocabulary} tokens.")
    settings = _json(folder / "tokenizer_config.json")
    if not settings.get("chat_template") and not (folder / "chat_template.jinja").is_file():
        raise ConversionError("The tokenizer has no chat template; an instruction model needs one.")
    return len(set(ids))


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConversionError(f"{path.name} cannot be read: {error}") from error
