"""perf_analyzer's input files, made of real speech."""

import base64
import json
import struct
from pathlib import Path

import numpy as np
import pytest
from loadtests.perf_analyzer.targets import targets

from loadtests.live import clips
from loadtests.perf_analyzer import input_data

TARGETS = targets(clips.find("librivox"))


def raw(tensor: input_data.Tensor) -> bytes:
    return base64.b64decode(tensor["content"]["b64"])


def test_every_stateless_model_and_ensemble_is_a_target() -> None:
    assert {one.model for one in TARGETS.values()} == {
        "audio_decoder", "whisper", "translation_prompt", "translator", "transcribe", "translate", "translate_speech",
    }  # fmt: skip


def test_files_hold_the_recordings_and_windows_hold_their_samples() -> None:
    clip = clips.find("librivox")
    item = TARGETS["transcribe"].items[0]
    data = raw(item["AUDIO_BYTES"])
    assert struct.unpack("<I", data[:4])[0] == len(data) - 4
    assert data[4:] == clip.parts[0].pcm.tobytes()
    window = TARGETS["whisper, window"].items[0]
    samples = np.frombuffer(raw(window["AUDIO"]), "<f4")
    assert window["AUDIO"]["shape"] == [len(samples)]
    assert np.array_equal(samples, clip.parts[0].pcm[: len(samples)] / np.float32(32768))
    assert json.loads(raw(window["WINDOW"])[4:]) == {"language": "en"}


def test_what_throughput_counts_is_the_audio_that_is_sent() -> None:
    for target in TARGETS.values():
        tensor = {"whisper": "AUDIO"}.get(target.model, "AUDIO_BYTES")
        if tensor not in target.items[0]:
            assert target.audio_s == 0
            continue
        is_float = tensor == "AUDIO"
        seconds = [
            (len(raw(item[tensor])) / 4 if is_float else (len(raw(item[tensor])) - 4) / 2) / 16000
            for item in target.items
        ]
        assert target.audio_s == pytest.approx(sum(seconds) / len(seconds))


def test_no_sentence_comes_twice() -> None:
    texts = [raw(item["TEXT"]) for item in TARGETS["translator"].items]
    assert len(set(texts)) == len(texts) == 200


def test_a_file_without_requests_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no requests"):
        input_data.write([], tmp_path / "empty.json")
    path = input_data.write(TARGETS["translate"].items, tmp_path / "some" / "translate.json")
    assert len(json.loads(path.read_text())["data"]) == 200
