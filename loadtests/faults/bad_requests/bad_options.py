"""Requests with spoiled options: types, ranges, unknown keys, depth, size, JSON that is none."""

from __future__ import annotations

import json
import random
from typing import Any

import msgspec

from livetranslate.inference import InputTensor, bytes_tensor
from livetranslate.protocol import SessionOptions, TranscribeOptions, TranslateOptions, tensors
from livetranslate.protocol.windows import WindowOptions
from loadtests.faults.bad_requests import valid
from loadtests.faults.bad_requests.bad_tensors import spoiled
from loadtests.faults.bad_requests.request import BadRequest

_PLACES: tuple[tuple[str, str, type[msgspec.Struct]], ...] = (
    (tensors.LIVE_TRANSLATION, tensors.OPTIONS, SessionOptions),
    (tensors.WHISPER, tensors.OPTIONS, TranscribeOptions),
    (tensors.WHISPER, tensors.WINDOW, WindowOptions),
    (tensors.TRANSCRIBE, tensors.OPTIONS, TranscribeOptions),
    (tensors.TRANSLATION_PROMPT, tensors.OPTIONS, TranslateOptions),
    (tensors.TRANSLATOR, tensors.OPTIONS, TranslateOptions),
    (tensors.TRANSLATE, tensors.OPTIONS, TranslateOptions),
    (tensors.TRANSLATE_SPEECH, tensors.OPTIONS, TranscribeOptions),
    (tensors.TRANSLATE_SPEECH, tensors.TRANSLATE_OPTIONS, TranslateOptions),
)
_SAMPLING = (
    "max_tokens", "temperature", "top_p", "top_k", "n", "seed", "stop", "best_of", "logprobs", "min_tokens",
    "presence_penalty", "repetition_penalty", "stop_token_ids", "bad_words", "logit_bias", "guided_decoding",
)  # fmt: skip
ODD_VALUES: tuple[Any, ...] = (
    None, True, False, -1, 0, 1, 2, 1e308, -1e308, 1e-320, float("nan"), float("inf"), 2**31, 2**63, 2**64, -(2**63),
    10**40, "", "x", "en", "auto", "\u0000", "ä" * 2000, "x" * 20_000, [], [[]], [None], ["en", "en"], ["es"] * 9,
    ["es", "fr"], {}, {"es": {}}, {"es": {"a": "b"}}, {"es": {"": ""}}, {"es": {"a" * 101: "b"}}, {"es": 1},
    {"xx": {"a": "b"}}, {"token": "v1.x", "last_seq": 0}, {"token": "v1." + "A" * 1000, "last_seq": -1},
    [{"source": "a", "target": "b"}] * 17, [{"source": 1}], "\ud800",
)  # fmt: skip
DEPTHS = (5, 64, 500, 2_000, 20_000)


def bad_options(dice: random.Random) -> BadRequest:
    """A request of a random model whose options are not what they should be."""
    if dice.random() < 0.1:
        return _bad_sampling(dice)
    model, tensor_name, kind = dice.choice(_PLACES)
    good: dict[str, Any] = {"source": "en", "target": "es"} if kind is TranslateOptions else {}
    what, data = _spoil(dice, good, kind.__struct_fields__)
    shape = (1,) if model == tensors.LIVE_TRANSLATION else (1, 1)
    return spoiled("options", what, model, _with(model, bytes_tensor(tensor_name, data, shape=shape)), dice)


def _bad_sampling(dice: random.Random) -> BadRequest:
    what, data = _spoil(dice, {"max_tokens": 2, "temperature": 0}, _SAMPLING)
    tensor = bytes_tensor("sampling_parameters", data, shape=(1,))
    return spoiled("options", what, tensors.LLM, _with(tensors.LLM, tensor), dice)


def _with(model: str, tensor: InputTensor) -> list[InputTensor]:
    """The model's valid inputs with this one in place of its namesake."""
    return [*(one for one in valid.inputs_of(model) if one.name != tensor.name), tensor]


def _spoil(dice: random.Random, good: dict[str, Any], names: tuple[str, ...]) -> tuple[str, bytes]:
    """What is wrong, and the bytes."""
    way = dice.random()
    if way < 0.55:
        options = dict(good)
        changed = dice.sample(names, k=min(len(names), dice.choice((1, 1, 1, 2, 4))))
        for name in changed:
            options[name] = dice.choice(ODD_VALUES)
        return f"odd {', '.join(sorted(changed))}", _json(options)
    if way < 0.65:
        name = dice.choice(("", "targts", "__class__", "source ", "x" * 3000, "\u0000", "ä", "type"))
        return f"unknown key {name[:10]!r}", _json({**good, name: dice.choice(ODD_VALUES)})
    if way < 0.8:
        depth = dice.choice(DEPTHS)
        opening, closing = dice.choice((("[", "]"), ('{"a":', "}")))
        middle = opening * depth + "1" + closing * (depth if dice.random() < 0.7 else 0)
        name = dice.choice(names)
        return f"nested {depth} deep", f'{{"{name}": {middle}}}'.encode()
    if way < 0.85:
        many = dice.choice((1_000, 20_000))
        return f"{many} keys", _json({**good, **{f"k{number}": number for number in range(many)}})
    whole = _json(good)
    return dice.choice(
        (
            ("no JSON", b"source=en"),
            ("empty", b""),
            ("JSON cut", whole[:-1]),
            ("JSON and more", whole + b"{}"),
            ("a list", b"[]"),
            ("a number", b"42"),
            ("a string", b'"source"'),
            ("null", b"null"),
            ("no UTF-8", b'{"source": "\xff\xfe"}'),
            ("UTF-16", '{"source": "en"}'.encode("utf-16")),
            ("byte order mark", b"\xef\xbb\xbf" + whole),
            ("key twice", b'{"source": "en", "source": 7}'),
            ("lone surrogate", b'{"source": "\\ud800"}'),
            ("single quotes", b"{'source': 'en'}"),
            ("number of 10,000 digits", b'{"step_s": ' + b"9" * 10_000 + b"}"),
            ("exponent", b'{"step_s": 1e999999999}'),
            ("spaces of 1 MB", b" " * 1_000_000 + whole),
        )
    )


def _json(options: dict[str, Any]) -> bytes:
    return json.dumps(options).encode("utf-8", "surrogatepass")
