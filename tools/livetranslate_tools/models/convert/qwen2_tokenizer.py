"""Builds Qwen2's fast tokenizer straight from a GGUF file's tokens and merges.

The same pipeline as Qwen's own tokenizer.json: NFC, split by pattern, bytes as characters, BPE. transformers'
GGUF route is not used: it adds the file's 271 padding rows as tokens and gets the end-of-turn token wrong.
"""

from __future__ import annotations

import json
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from livetranslate_tools.models.convert.errors import ConvertError
from livetranslate_tools.models.convert.gguf_file import GgufFile

PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
NORMAL, CONTROL, USER_DEFINED, UNUSED = 1, 3, 4, 5  # gguf.TokenType
END_OF_TURN, END_OF_TEXT = "<|im_end|>", "<|endoftext|>"
# Control tokens for the GGUF file, ordinary text for Qwen's tokenizer: they stay visible when tokens are decoded.
_VISIBLE = frozenset(
    {"<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>", "<|fim_pad|>", "<|repo_name|>", "<|file_sep|>"}
)


def write(gguf: GgufFile, target: Path) -> int:
    """Writes tokenizer.json, tokenizer_config.json and chat_template.jinja; returns the number of tokens."""
    if gguf.field("tokenizer.ggml.pre") != "qwen2" or gguf.field("tokenizer.ggml.model") != "gpt2":
        raise ConvertError("The GGUF file's tokenizer is not Qwen2's (model gpt2, pre qwen2).")
    tokens: list[str] = gguf.field("tokenizer.ggml.tokens")
    kinds: list[int] = gguf.field("tokenizer.ggml.token_type")
    merges = [tuple(merge.split(" ", 1)) for merge in gguf.field("tokenizer.ggml.merges")]
    vocabulary = {
        token: number for number, (token, kind) in enumerate(zip(tokens, kinds, strict=True)) if kind == NORMAL
    }
    added = {
        number: AddedToken(token, special=kind == CONTROL and token not in _VISIBLE, normalized=False)
        for number, (token, kind) in enumerate(zip(tokens, kinds, strict=True))
        if kind in (CONTROL, USER_DEFINED)
    }

    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges, byte_fallback=False))
    tokenizer.normalizer = normalizers.NFC()
    split = pre_tokenizers.Split(Regex(PATTERN), behavior="isolated", invert=False)
    as_bytes = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, as_bytes])
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_tokens(list(added.values()))
    wrong = [token.content for number, token in added.items() if tokenizer.token_to_id(token.content) != number]
    if wrong:
        raise ConvertError(f"Added tokens got other ids than in the GGUF file: {', '.join(wrong[:5])}.")
    tokenizer.save(str(target / "tokenizer.json"))

    template: str = gguf.field("tokenizer.chat_template")
    (target / "chat_template.jinja").write_text(template, encoding="utf-8")
    _write_settings(target, added, template, context=int(gguf.setting("context_length")))
    return tokenizer.get_vocab_size()


def _write_settings(target: Path, added: dict[int, AddedToken], template: str, *, context: int) -> None:
    settings = {
        "tokenizer_class": "Qwen2Tokenizer",
        "model_max_length": context,
        "bos_token": None,
        "eos_token": END_OF_TURN,
        "pad_token": END_OF_TEXT,
        "unk_token": None,
        "add_prefix_space": False,
        "add_bos_token": False,
        "clean_up_tokenization_spaces": False,
        "split_special_tokens": False,
        "errors": "replace",
        "chat_template": template,
        "added_tokens_decoder": {
            str(number): {
                "content": token.content,
                "lstrip": False,
                "normalized": False,
                "rstrip": False,
                "single_word": False,
                "special": token.special,
            }
            for number, token in added.items()
        },
    }
    text = json.dumps(settings, indent=2, ensure_ascii=False)
    (target / "tokenizer_config.json").write_text(text + "\n", encoding="utf-8")
