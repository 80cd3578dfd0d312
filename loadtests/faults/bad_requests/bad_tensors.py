"""Requests with one or two spoiled tensors: type, shape, length, values, presence, text that is none."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable

import numpy as np

from livetranslate.inference import InputTensor, ParameterValue
from livetranslate.protocol import tensors
from loadtests.faults.bad_requests import valid
from loadtests.faults.bad_requests.request import BadRequest, Door, encoded, message, session_id

DATATYPES = ("BOOL", "UINT8", "INT32", "INT64", "FP16", "FP32", "FP64", "BYTES", "BF16", "", "STRING", "fp32")
ODD_SIZES = (0, -1, 2, 3, 1 << 31, (1 << 62) - 1, 1 << 62, -(1 << 63), (1 << 63) - 1)
_LENGTH = struct.Struct("<I")

Spoiler = Callable[[random.Random, list[InputTensor]], "tuple[str, list[InputTensor]]"]


def bad_tensors(dice: random.Random) -> BadRequest:
    """A request of a random model, spoiled once or, now and then, twice."""
    model = dice.choice(valid.MODELS)
    inputs, wrongs = valid.inputs_of(model), []
    for _ in range(1 if dice.random() < 0.8 else 2):
        wrong, inputs = dice.choice(_SPOILERS)(dice, inputs)
        wrongs.append(wrong)
    return spoiled("tensors", ", ".join(wrongs), model, inputs, dice)


def spoiled(kind: str, what: str, model: str, inputs: list[InputTensor], dice: random.Random) -> BadRequest:
    """One message with these inputs through the model's door; now and then through the wrong one."""
    parameters: dict[str, ParameterValue] = {}
    if model == tensors.LIVE_TRANSLATION:
        parameters = {"sequence_id": session_id(dice), "sequence_start": True, "sequence_end": True}
    right = Door.STREAM if model in valid.DECOUPLED else Door.CALL
    wrong = Door.CALL if right is Door.STREAM else Door.STREAM
    door = right if dice.random() < 0.95 else wrong
    if door is Door.STREAM:
        parameters["triton_enable_empty_final_response"] = True
    return BadRequest(kind, what, model, door, (encoded(message(model, inputs, parameters=parameters)),))


def _replaced(inputs: list[InputTensor], place: int, tensor: InputTensor) -> list[InputTensor]:
    return [*inputs[:place], tensor, *inputs[place + 1 :]]


def _wrong_type(dice: random.Random, inputs: list[InputTensor]) -> tuple[str, list[InputTensor]]:
    place = _place(dice, inputs)
    datatype = dice.choice(DATATYPES)
    return f"type {datatype or 'none'}", _replaced(inputs, place, inputs[place]._replace(datatype=datatype))


def _wrong_shape(dice: random.Random, inputs: list[InputTensor]) -> tuple[str, list[InputTensor]]:
    place = _place(dice, inputs)
    tensor = inputs[place]
    shapes: list[tuple[int, ...]] = [
        (),
        (*tensor.shape, 1),
        tensor.shape[1:],
        (dice.choice(ODD_SIZES), *tensor.shape[1:]),
        (*tensor.shape[:-1], dice.choice(ODD_SIZES)),
        tuple(dice.choice(ODD_SIZES) for _ in range(dice.randint(1, 4))),
        (1,) * dice.choice((3, 16, 200)),
    ]
    shape = dice.choice(shapes)
    return f"shape {_short(shape)}", _replaced(inputs, place, tensor._replace(shape=shape))


def _wrong_length(dice: random.Random, inputs: list[InputTensor]) -> tuple[str, list[InputTensor]]:
    place = _place(dice, inputs)
    data = inputs[place].data
    what, changed = dice.choice(
        (
            ("no data", b""),
            ("data cut", data[: dice.randrange(max(1, len(data)))]),
            ("data doubled", data + data),
            ("one byte more", data + b"\0"),
            ("one byte less", data[:-1]),
        )
    )
    return what, _replaced(inputs, place, inputs[place]._replace(data=changed))


def _wrong_item_length(dice: random.Random, inputs: list[InputTensor]) -> tuple[str, list[InputTensor]]:
    """BYTES elements say their length; it is wrong."""
    place = _place(dice, inputs)
    data = inputs[place].data
    length = dice.choice((0, 1, len(data), len(data) * 2, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF))
    return f"item length {length}", _replaced(
        inputs, place, inputs[place]._replace(data=_LENGTH.pack(length) + data[4:])
    )


def _wild_values(dice: random.Random, inputs: list[InputTensor]) -> tuple[str, list[InputTensor]]:
    place = _place(dice, inputs)
    tensor = inputs[place]
    if tensor.datatype == "FP32":
        what, value = dice.choice(
            (("NaN", np.nan), ("infinite", np.inf), ("1e38", 1e38), ("-1e38", -1e38), ("denormal", 1e-42), ("9", 9.0))
        )
        values = np.frombuffer(tensor.data, "<f4").copy()
        if values.size:
            values[dice.randrange(values.size) :: dice.choice((1, 7, 10_000))] = value
        return what, _replaced(inputs, place, tensor._replace(data=values.tobytes()))
    what, text = dice.choice(_WILD_TEXTS)
    return what, _replaced(inputs, place, tensor._replace(data=_LENGTH.pack(len(text)) + text))


def _missing(dice: random.Random, inputs: list[InputTensor]) -> tuple[str, list[InputTensor]]:
    place = _place(dice, inputs)
    return "one missing", inputs[:place] + inputs[place + 1 :]


def _none(dice: random.Random, inputs: list[InputTensor]) -> tuple[str, list[InputTensor]]:  # noqa: ARG001
    return "none at all", []


def _extra(dice: random.Random, inputs: list[InputTensor]) -> tuple[str, list[InputTensor]]:
    name = dice.choice(("EXTRA", "", "OPTIONS\0", "\u00e4" * 20, "A" * 5000, "START", "CORRID"))
    return f"extra input {name[:8]!r}", [*inputs, InputTensor(name, "BYTES", (1, 1), _LENGTH.pack(1) + b"x")]


def _twice(dice: random.Random, inputs: list[InputTensor]) -> tuple[str, list[InputTensor]]:
    return "one twice", [*inputs, inputs[_place(dice, inputs)]] if inputs else inputs


def _noise(dice: random.Random, inputs: list[InputTensor]) -> tuple[str, list[InputTensor]]:
    place = _place(dice, inputs)
    data = bytearray(inputs[place].data)
    for _ in range(dice.randint(1, 20)):
        if data:
            data[dice.randrange(len(data))] = dice.randrange(256)
    return "bytes changed", _replaced(inputs, place, inputs[place]._replace(data=bytes(data)))


def _place(dice: random.Random, inputs: list[InputTensor]) -> int:
    """Of any input; a request that has lost all of them gets one to spoil."""
    if not inputs:
        inputs.append(InputTensor("EXTRA", "BYTES", (1, 1), _LENGTH.pack(1) + b"x"))
    return dice.randrange(len(inputs))


def _short(shape: tuple[int, ...]) -> str:
    return str(list(shape)) if len(shape) < 5 else f"of {len(shape)} dimensions"


_WILD_TEXTS: tuple[tuple[str, bytes], ...] = (
    ("no UTF-8", b"\xff\xfe\xfd caf\xe9"),
    ("half a UTF-8 character", "día"[:2].encode()[:-1]),
    ("surrogates", b"\xed\xa0\x80\xed\xb0\x80"),
    ("zero bytes", b"\0" * 64),
    ("empty text", b""),
    ("spaces only", b" \t\r\n" * 10),
    ("text too long", b"word " * 2000),
    ("one long word", b"a" * 5000),
    ("controls", bytes(range(32)) + b"\x7f\x1b[2J"),
    ("right to left marks", "\u202e\u200f\u2066 abc \u2069".encode()),
    ("template marks", b"<|im_start|>system\nhi<|im_end|> {{ x }} {% raw %}"),
    ("RIFF without data", b"RIFF\xff\xff\xff\xffWAVEfmt "),
    ("WAV with an odd layout", b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\xff\xff\xff\xff\xff\xff" + b"\0" * 40),
    ("OGG noise", b"OggS\0\x02" + bytes(range(256)) * 4),
    ("MP3 noise", b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + b"\xff\xfb\x90\x64" * 40),
    ("FLAC noise", b"fLaC\x80\xff\xff\xff" + b"\0" * 200),
    ("MP4 noise", b"\0\0\0\x20ftypisom\0\0\0\0isommp42\xff\xff\xff\xffmoov" + b"\xff" * 50),
)
_SPOILERS: tuple[Spoiler, ...] = (
    _wrong_type, _wrong_shape, _wrong_length, _wrong_item_length, _wild_values, _wild_values, _missing, _none,
    _extra, _twice, _noise,
)  # fmt: skip
