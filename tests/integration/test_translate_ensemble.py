"""TEXT in, streamed deltas of its translation out: translation_prompt and llm in one ensemble."""

from __future__ import annotations

import json
import queue

import numpy as np
import pytest
import tritonclient.grpc as triton

from livetranslate.protocol import ErrorCode, LiveTranslateError

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def translate(grpc_url):
    def translate(text: str | bytes, options: dict | str | bytes, model: str = "translate") -> list[str]:
        """The deltas; raises what the server refuses."""
        data = {
            "TEXT": text.encode() if isinstance(text, str) else text,
            "OPTIONS": json.dumps(options).encode() if isinstance(options, dict) else options,
        }
        inputs = []
        for name, value in data.items():
            tensor = triton.InferInput(name, [1, 1], "BYTES")
            tensor.set_data_from_numpy(np.array([[value]], dtype=np.object_))
            inputs.append(tensor)
        incoming: queue.Queue = queue.Queue()
        deltas = []
        with triton.InferenceServerClient(grpc_url) as client:
            client.start_stream(lambda result, error: incoming.put((result, error)))
            client.async_stream_infer(model, inputs, enable_empty_final_response=True)
            while True:
                result, error = incoming.get(timeout=120)
                if error is not None:
                    raise LiveTranslateError.parse(error.message())
                value = result.as_numpy("TRANSLATION")
                if value is not None:
                    assert value.shape == (1,)
                    deltas.append(value[0].decode())
                if result.get_response().parameters["triton_final_response"].bool_param:
                    client.stop_stream()
                    return deltas

    return translate


# Sentences that even the smallest model gets right: what is tested is the pipeline, not the model.
GREETING = "Good morning, how are you?"


def test_a_sentence_is_translated_in_deltas(translate):
    deltas = translate(GREETING, {"source": "en", "target": "es"})
    assert len(deltas) > 2
    assert "¿cómo está" in "".join(deltas).casefold()


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("fr", "bonjour"),
        ("de", "guten"),
        ("zh", "早上好"),
        ("pt", "como"),
        ("it", "come"),
        ("ru", "как"),
        ("ja", "元気"),
    ],
)
def test_the_target_is_the_language_that_was_asked_for(translate, target, expected):
    assert expected in "".join(translate(GREETING, {"source": "en", "target": target})).casefold()


def test_into_english_with_the_source_left_open(translate):
    assert "train" in "".join(translate("El tren sale a las diez.", {"target": "en"}))


def test_the_answer_is_the_bare_translation(translate):
    assert "".join(translate("Thank you.", {"source": "en", "target": "es"})).strip() == "Gracias."


@pytest.mark.parametrize(
    ("text", "options", "code", "names"),
    [
        ("", {"target": "es"}, ErrorCode.TEXT_EMPTY, "empty"),
        ("x" * 50_000, {"target": "es"}, ErrorCode.TEXT_TOO_LONG, "50,000"),
        (b"caf\xe9", {"target": "es"}, ErrorCode.TEXT_NOT_UTF8, "0xe9"),
        ("Hello.", {"target": "qq"}, ErrorCode.LANGUAGE_UNKNOWN, "'qq'"),
        ("Hello.", {"source": "es", "target": "es"}, ErrorCode.LANGUAGE_SAME_AS_SOURCE, "'es'"),
        ("Hello.", {"target": "es", "tone": "formal"}, ErrorCode.OPTION_UNKNOWN, "tone"),
        ("Hello.", {}, ErrorCode.OPTION_INVALID, "target"),
        ("Hello.", b"target=es", ErrorCode.OPTIONS_NOT_JSON, "target=es"),
        ("Hello.", b'{"target": "\xff"}', ErrorCode.OPTIONS_NOT_JSON, "JSON"),
    ],
)
def test_bad_input_is_refused_with_its_code(translate, text, options, code, names):
    with pytest.raises(LiveTranslateError) as caught:
        translate(text, options)
    assert caught.value.code is code, caught.value
    assert names in caught.value.message


def test_after_a_refusal_the_next_sentence_is_translated(translate):
    with pytest.raises(LiveTranslateError):
        translate("", {"target": "es"})
    assert translate("Good night.", {"source": "en", "target": "es"})
