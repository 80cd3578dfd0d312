"""Qwen2 as GGUF -> a Hugging Face folder with bfloat16 safetensors, as vLLM reads it."""

from __future__ import annotations

import importlib.metadata
import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from livetranslate_tools.models.convert import qwen2_tokenizer, tokenizer_check
from livetranslate_tools.models.convert.errors import ConvertError
from livetranslate_tools.models.convert.gguf_file import GgufFile

_LAYER = {
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
_EMBEDDINGS = ("token_embd.weight", "output.weight")


def convert(source: Path, target: Path) -> list[str]:
    """Converts the only GGUF file of ``source``; returns what was checked."""
    files = list(source.glob("*.gguf"))
    if len(files) != 1:
        raise ConvertError(f"{source} holds {len(files)} GGUF files; one was expected.")
    gguf = GgufFile(files[0])
    if gguf.architecture != "qwen2":
        raise ConvertError(f"{files[0].name} is a {gguf.architecture} model; this converts qwen2.")

    weights, embedding = _weights(gguf)
    _write(target / "config.json", _config(gguf, vocabulary=weights["model.embed_tokens.weight"].shape[0]))
    _write(target / "generation_config.json", _generation(gguf))
    save_file(weights, str(target / "model.safetensors"), metadata={"format": "pt"})
    (target / "model.safetensors").chmod(0o644)
    tokens = qwen2_tokenizer.write(gguf, target)
    return [
        f"all {len(weights)} tensors mapped; the tied embedding is {embedding}, the finer of the two in the file",
        f"tokenizer.json has {tokens} tokens",
        *tokenizer_check.check(gguf, target),
    ]


def _weights(gguf: GgufFile) -> tuple[dict[str, torch.Tensor], str]:
    # Input and output embedding are one matrix in these models, but the file may hold it twice, quantized
    # differently: the finer copy is nearer to the original.
    copies = [name for name in _EMBEDDINGS if name in gguf.tensors]
    embedding = max(copies, key=gguf.bits_per_weight)
    names = {"output_norm.weight": "model.norm.weight", embedding: "model.embed_tokens.weight"}
    for name in gguf.tensors - {"output_norm.weight", *_EMBEDDINGS}:
        block, number, part, kind = [*name.split("."), "", "", ""][:4]
        if block != "blk" or part not in _LAYER:
            raise ConvertError(f"The GGUF file has a tensor {name!r} that Qwen2 does not have.")
        names[name] = f"model.layers.{number}.{_LAYER[part]}.{kind}"
    return {names[name]: gguf.tensor(name) for name in sorted(names)}, embedding


def _config(gguf: GgufFile, *, vocabulary: int) -> dict[str, object]:
    return {
        "architectures": ["Qwen2ForCausalLM"],
        "model_type": "qwen2",
        "hidden_size": int(gguf.setting("embedding_length")),
        "intermediate_size": int(gguf.setting("feed_forward_length")),
        "num_hidden_layers": int(gguf.setting("block_count")),
        "num_attention_heads": int(gguf.setting("attention.head_count")),
        "num_key_value_heads": int(gguf.setting("attention.head_count_kv")),
        "max_position_embeddings": int(gguf.setting("context_length")),
        # GGUF keeps it as float32: 9.999999974752427e-07 is 1e-06.
        "rms_norm_eps": float(f"{gguf.setting('attention.layer_norm_rms_epsilon'):.6g}"),
        "rope_theta": float(gguf.setting("rope.freq_base")),
        "vocab_size": vocabulary,
        "tie_word_embeddings": True,
        "torch_dtype": "bfloat16",
        "hidden_act": "silu",
        "attention_dropout": 0.0,
        "initializer_range": 0.02,
        "use_cache": True,
        "use_sliding_window": False,
        "bos_token_id": int(gguf.field("tokenizer.ggml.bos_token_id")),
        "eos_token_id": int(gguf.field("tokenizer.ggml.eos_token_id")),
        # Without it transformers suspects every local tokenizer of Mistral's wrong pattern, and warns.
        "transformers_version": importlib.metadata.version("transformers"),
    }


def _generation(gguf: GgufFile) -> dict[str, object]:
    end_of_turn = int(gguf.field("tokenizer.ggml.eos_token_id"))
    end_of_text = int(gguf.field("tokenizer.ggml.padding_token_id"))
    return {
        "bos_token_id": int(gguf.field("tokenizer.ggml.bos_token_id")),
        # A chat turn ends with <|im_end|>, a bare text with <|endoftext|>: either stops generation.
        "eos_token_id": [end_of_turn, end_of_text],
        "pad_token_id": end_of_text,
        "do_sample": False,
    }


def _write(path: Path, content: dict[str, object]) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
