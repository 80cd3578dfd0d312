"""Proves a written tokenizer: as ``transformers`` loads it, it must agree with the GGUF file, id for id."""

from __future__ import annotations

import json
from pathlib import Path

from transformers import AutoTokenizer

from livetranslate_tools.models.convert.bpe_reference import ReferenceTokenizer
from livetranslate_tools.models.convert.errors import ConvertError
from livetranslate_tools.models.convert.gguf_file import GgufFile
from livetranslate_tools.models.convert.qwen2_tokenizer import (
    CONTROL,
    END_OF_TEXT,
    END_OF_TURN,
    NORMAL,
    PATTERN,
    USER_DEFINED,
)

SAMPLES = (
    "Hello, how are you?",
    "And so, my fellow Americans: ask not what your country can do for you.",
    "I'm sure they'll say we've DON'T'VE'd it; it's O'Brien's.",
    "¿Qué tal? Mañana comeré jamón ibérico en Córdoba, ¡olé!",
    "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich.",
    "L'été dernier, j'ai vu l'œuvre d'une naïve garçonne à Noël.",
    "今天天气很好，我们去公园散步吧。「你好」",
    "昨日、東京へ行きました。ｶﾀｶﾅ と カタカナ、ー。",
    "안녕하세요, 오늘 회의는 오후 3시에 시작합니다.",
    "Привет, как дела? Ёжик съел 1234567890 яблок.",
    "مرحبا، كيف حالك؟ السَّلامُ عَلَيْكُم",
    "नमस्ते, आप कैसे हैं? स्वागत है।",
    "สวัสดีครับ วันนี้อากาศดีมาก",
    "Xin chào, hôm nay trời đẹp quá!  e\u0301 e\u0302\u0323 n\u0303 (combining marks)",
    "👩‍👩‍👧‍👦 👍🏽 🇪🇸 ☃️ 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 ﬁﬂ ½ ² Ⅷ",
    "def f(x):\n\treturn x**2  # 0x1F, 3.14e-10\r\n\r\n\n    print(f'{f(2):>10}')\n",
    "   leading, trailing and   inner   spaces   ",
    "\n\n\n \t\t mixed \u00a0 white\u2003space\u3000here \n ",
    "don't   stop...   ---***___!!!???(((]]]",
    "<|im_start|>system\nYou translate.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n",
    '<|im_end|><|endoftext|><tool_call>{"a": 1}</tool_call><|fim_prefix|> <|not_a_token|> <|im_start',
    "\u200b\ufeff\x00\x07 control and \x7f\x80\x9f bytes",
    "",
)


def check(gguf: GgufFile, folder: Path) -> list[str]:
    """Compares ids over the samples, the round trip, the special tokens and the chat template.

    Raises:
        ConvertError: a sample encodes differently, or a special token is not what Qwen2.5 chat needs.
    """
    tokenizer = AutoTokenizer.from_pretrained(str(folder))
    tokens: list[str] = gguf.field("tokenizer.ggml.tokens")
    kinds: list[int] = gguf.field("tokenizer.ggml.token_type")
    by_kind = list(zip(tokens, range(len(tokens)), kinds, strict=True))
    reference = ReferenceTokenizer(
        {token: number for token, number, kind in by_kind if kind == NORMAL},
        (tuple(merge.split(" ", 1)) for merge in gguf.field("tokenizer.ggml.merges")),
        {token: number for token, number, kind in by_kind if kind in (CONTROL, USER_DEFINED)},
        PATTERN,
    )
    chat = tokenizer.apply_chat_template(
        [{"role": "user", "content": SAMPLES[0]}], tokenize=False, add_generation_prompt=True
    )
    if not chat.endswith("<|im_start|>assistant\n") or END_OF_TURN not in chat:
        raise ConvertError(f"The chat template does not make a Qwen2.5 prompt: {chat!r}.")
    count = 0
    for text in (*SAMPLES, chat):
        expected, actual = reference.encode(text), list(tokenizer(text).input_ids)
        if expected != actual:
            raise ConvertError(f"The tokenizer encodes {text!r} as {actual}; the GGUF file says {expected}.")
        count += len(expected)
    _check_special(tokenizer, folder)
    return [
        f"tokenizer equals a reference built from the file's own merges: {len(SAMPLES) + 1} texts, {count} ids",
        f"end of turn {END_OF_TURN} {tokenizer.eos_token_id}, padding {END_OF_TEXT} {tokenizer.pad_token_id}",
    ]


def _check_special(tokenizer: object, folder: Path) -> None:
    eos, pad = getattr(tokenizer, "eos_token", None), getattr(tokenizer, "pad_token", None)
    if (eos, pad) != (END_OF_TURN, END_OF_TEXT):
        raise ConvertError(f"The tokenizer ends turns with {eos!r} and pads with {pad!r}.")
    generation = json.loads((folder / "generation_config.json").read_text(encoding="utf-8"))
    needed = {getattr(tokenizer, "eos_token_id", None), getattr(tokenizer, "pad_token_id", None)}
    if set(generation["eos_token_id"]) != needed:
        raise ConvertError(f"generation_config.json stops at {generation['eos_token_id']}; {needed} was expected.")
