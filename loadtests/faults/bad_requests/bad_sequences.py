"""Streams of a live session whose flags, ids, order or parameters are wrong."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

from livetranslate.inference import InputTensor, ParameterValue, bytes_tensor, uint8_tensor
from livetranslate.protocol import tensors
from loadtests.faults.bad_requests import valid
from loadtests.faults.bad_requests.bad_options import ODD_VALUES
from loadtests.faults.bad_requests.request import BadRequest, Door, encoded, message, session_id

MIB = 1 << 20
Script = Callable[[random.Random], "tuple[str, list[Any]]"]


def bad_sequence(dice: random.Random) -> BadRequest:
    """A stream of one to a few messages to the live session."""
    what, messages = dice.choice(_SCRIPTS)(dice)
    return BadRequest("sequence", what, tensors.LIVE_TRANSLATION, Door.STREAM, tuple(encoded(one) for one in messages))


def bad_parameters(dice: random.Random) -> BadRequest:
    """A request of any model with odd request parameters, version, id or requested outputs."""
    model = dice.choice(valid.MODELS)
    parameters: dict[str, ParameterValue] = {}
    if model == tensors.LIVE_TRANSLATION:
        parameters = {"sequence_id": session_id(dice), "sequence_start": True, "sequence_end": True}
    door = Door.STREAM if model in valid.DECOUPLED else Door.CALL
    request = message(model, valid.inputs_of(model), parameters=parameters)
    if door is Door.STREAM:
        request.parameters["triton_enable_empty_final_response"].bool_param = True
    what = dice.choice(_PARAMETER_SPOILERS)(dice, request)
    return BadRequest("parameters", what, model, door, (encoded(request),))


def _live(
    number: int,
    identity: ParameterValue | None,
    *,
    start: bool = False,
    end: bool = False,
    options: dict[str, Any] | None = None,
    audio: bytes = b"",
    version: str = "",
) -> Any:
    inputs: list[InputTensor] = []
    if options is not None or not audio:
        inputs.append(bytes_tensor(tensors.OPTIONS, json.dumps(options or {}).encode(), shape=(1,)))
    if audio:
        inputs.append(uint8_tensor(tensors.AUDIO, audio))
    parameters: dict[str, ParameterValue] = {"triton_enable_empty_final_response": True}
    if identity is not None:
        parameters["sequence_id"] = identity
    if start:
        parameters["sequence_start"] = True
    if end:
        parameters["sequence_end"] = True
    return message(tensors.LIVE_TRANSLATION, inputs, number=number, version=version, parameters=parameters)


def _no_start(dice: random.Random) -> tuple[str, list[Any]]:
    return "no START", [_live(0, session_id(dice), audio=valid.tone())]


def _double_start(dice: random.Random) -> tuple[str, list[Any]]:
    identity = session_id(dice)
    first = _live(0, identity, start=True, options={"source": "en"})
    return "START twice", [
        first,
        _live(1, identity, start=True, options={"source": "en"}),
        _live(2, identity, end=True),
    ]


def _end_first(dice: random.Random) -> tuple[str, list[Any]]:
    identity = session_id(dice)
    return "END first", [
        _live(0, identity, end=True),
        _live(1, identity, start=True, end=True, options={"source": "en"}),
    ]


def _after_end(dice: random.Random) -> tuple[str, list[Any]]:
    identity = session_id(dice)
    whole = _live(0, identity, start=True, end=True, options={"source": "en"})
    return "audio after END", [whole, _live(1, identity, audio=valid.tone()), _live(2, identity, end=True)]


def _odd_identity(dice: random.Random) -> tuple[str, list[Any]]:
    identity: ParameterValue | None = dice.choice(
        (
            None,
            "",
            0,
            1,
            -1,
            2**63 - 1,
            True,
            "a" * 128,
            "a" * 129,
            "a" * 100_000,
            "\0",
            "../../x",
            "%s%n",
            "ä" * 60,
            " ",
        )
    )
    messages = [_live(0, identity, start=True, options={"source": "en"}), _live(1, identity, end=True)]
    return f"id {str(identity)[:8]!r} ({type(identity).__name__})", messages


def _flags_of_another_type(dice: random.Random) -> tuple[str, list[Any]]:
    request = _live(0, session_id(dice), options={"source": "en"})
    name = dice.choice(("sequence_start", "sequence_end"))
    if dice.random() < 0.5:
        request.parameters[name].string_param = dice.choice(("true", "", "1"))
    else:
        request.parameters[name].int64_param = dice.choice((0, 1, -1))
    return f"{name} is no bool", [request]


def _odd_update(dice: random.Random) -> tuple[str, list[Any]]:
    identity = session_id(dice)
    update = {dice.choice(("targets", "glossary", "source", "x")): dice.choice(ODD_VALUES)}
    messages = [
        _live(0, identity, start=True, options={"source": "en"}),
        _live(1, identity),
        _live(2, identity, end=True),
    ]
    data = json.dumps(update).encode("utf-8", "surrogatepass")
    messages[1].raw_input_contents[0] = bytes_tensor(tensors.OPTIONS, data).data
    return f"update of {next(iter(update))}", messages


def _odd_chunks(dice: random.Random) -> tuple[str, list[Any]]:
    identity, what = session_id(dice), ""
    encoding = dice.choice(("s16le", "f32le", "mulaw"))
    options = {
        "source": "en",
        "audio": {"encoding": encoding, "rate_hz": dice.choice((4000, 16000, 384_000)), "channels": 2},
    }
    chunks = []
    for _ in range(dice.randint(1, 4)):
        what, chunk = dice.choice(
            (
                ("odd bytes", bytes(dice.randrange(1, 2000, 2))),
                ("noise", dice.randbytes(3200)),
                ("NaN", b"\xff\xff\xff\x7f" * 400),
                ("infinite", b"\x00\x00\x80\x7f" * 400),
                ("1 byte", b"x"),
                ("above 1 MiB", bytes(MIB + 2)),
            )
        )
        chunks.append(chunk)
    messages = [_live(0, identity, start=True, options=options)]
    messages += [_live(number, identity, audio=chunk) for number, chunk in enumerate(chunks, start=1)]
    return f"{encoding} chunks, the last: {what}", [*messages, _live(len(messages), identity, end=True)]


def _left_open(dice: random.Random) -> tuple[str, list[Any]]:
    return "left without END", [_live(0, session_id(dice), start=True, options={"source": "en"}, audio=valid.tone())]


def _two_at_once(dice: random.Random) -> tuple[str, list[Any]]:
    one, other = session_id(dice), session_id(dice)
    starts = [
        _live(0, one, start=True, options={"source": "en"}),
        _live(1, other, start=True, options={"source": "en"}),
    ]
    return "two sessions in one stream", [*starts, _live(2, one, end=True), _live(3, other, end=True)]


def _other_version(dice: random.Random) -> tuple[str, list[Any]]:
    identity, version = session_id(dice), dice.choice(("0", "2", "-1", "x", "1" * 30))
    first = _live(0, identity, start=True, options={"source": "en"})
    return f"version {version[:5]} later", [first, _live(1, identity, end=True, version=version)]


def _wrong_resume(dice: random.Random) -> tuple[str, list[Any]]:
    token = dice.choice(("", "v1.", "v1.AAAA", "v2.AAAA", "v1." + "A" * 2000, "v1.\u00e4", "x" * 5000))
    resume = {
        "token": token,
        "last_seq": dice.choice((0, -1, 2**63)),
        "audio_end_s": dice.choice((0.0, -1.0, 1e300)),
        "committed_words": dice.choice(([], ["a"], [{"text": "a"}] * 600)),
    }
    message_ = _live(0, session_id(dice), start=True, options={"source": "en", "resume": resume})
    return f"resumes with token {token[:6]!r}", [message_]


def _random_flags(dice: random.Random) -> tuple[str, list[Any]]:
    identities = [session_id(dice) for _ in range(2)]
    messages = [
        _live(
            number,
            dice.choice(identities),
            start=dice.random() < 0.4,
            end=dice.random() < 0.3,
            audio=valid.tone() if dice.random() < 0.5 else b"",
        )
        for number in range(dice.randint(2, 7))
    ]
    return "flags at random", messages


def _odd_parameter(dice: random.Random, request: Any) -> str:
    name = str(dice.choice(_PARAMETERS))
    parameter = request.parameters[name]
    value = dice.choice((True, 0, -1, 2**63 - 1, "", "x", "s16le", "9" * 400, "ä\0"))
    if isinstance(value, bool):
        parameter.bool_param = value
    elif isinstance(value, int):
        parameter.int64_param = value
    else:
        parameter.string_param = value
    return f"{name}={str(value)[:8]!r}"


def _odd_tensor_parameter(dice: random.Random, request: Any) -> str:
    place = dice.choice(request.inputs)
    name = dice.choice(("shared_memory_region", "shared_memory_byte_size", "shared_memory_offset", "binary_data_size"))
    if dice.random() < 0.5:
        place.parameters[name].string_param = dice.choice(("none", "", "/regions/x"))
    else:
        place.parameters[name].int64_param = dice.choice((0, -1, 2**62))
    return f"input's {name}"


def _odd_output(dice: random.Random, request: Any) -> str:
    output = request.outputs.add(name=dice.choice(("NONE", "", "TEXT", "EVENT", "AUDIO", "TRANSCRIPT", "text_output")))
    if dice.random() < 0.5:
        output.parameters["classification"].int64_param = dice.choice((0, 1, -1, 2**31))
    return f"output {output.name!r} wanted"


def _odd_envelope(dice: random.Random, request: Any) -> str:
    field = dice.choice(("model_version", "id", "model_name"))
    setattr(request, field, dice.choice(("", "99", "-1", "1" * 40, "\0", "../llm", "ä" * 500, "x" * 70_000)))
    return f"odd {field}"


def _typed_contents(dice: random.Random, request: Any) -> str:
    """Contents of one input twice, raw and typed, or typed in another type."""
    request.inputs[0].contents.int_contents.extend(dice.choice(([1], [], [1] * 5000)))
    if dice.random() < 0.5:
        del request.raw_input_contents[:]
    return "typed contents"


_PARAMETERS = (
    "encoding", "rate_hz", "channels", "sequence_id", "sequence_start", "sequence_end", "priority", "timeout",
    "triton_enable_empty_final_response", "triton_final_response", "headers", "x" * 300, "",
)  # fmt: skip
_PARAMETER_SPOILERS: tuple[Callable[[random.Random, Any], str], ...] = (
    _odd_parameter, _odd_parameter, _odd_parameter, _odd_tensor_parameter, _odd_output, _odd_envelope, _typed_contents,
)  # fmt: skip
_SCRIPTS: tuple[Script, ...] = (
    _no_start, _double_start, _end_first, _after_end, _odd_identity, _odd_identity, _flags_of_another_type, _odd_update,
    _odd_chunks, _left_open, _two_at_once, _other_version, _wrong_resume, _random_flags,
)  # fmt: skip
