"""Messages as the servers send them."""

import json

import numpy as np
from loadtests.peers.protocols import Text, WhisperLive, WhisperLiveKit


def segment(start: str, text: str, *, completed: bool) -> dict[str, object]:
    return {"start": start, "end": "9.000", "text": text, "completed": completed}


def test_whisper_lives_completed_segments_stay_when_they_are_sent_no_more() -> None:
    protocol = WhisperLive("base", "en")
    first = {
        "uid": "1",
        "segments": [segment("0.000", " And so", completed=True), segment("1.0", " my", completed=False)],
    }
    later = {"uid": "1", "segments": [segment("1.000", " my fellow", completed=True)]}
    assert protocol.read(json.dumps(first)) == Text("And so", "my")
    assert protocol.read(json.dumps(later)) == Text("And so my fellow", "")
    assert protocol.read(json.dumps({"uid": "1", "message": "SERVER_READY"})) is None
    assert protocol.is_over(json.dumps({"uid": "1", "message": "DISCONNECT"}))


def test_whisper_live_takes_floats() -> None:
    data = WhisperLive("base", "en").audio(np.array([0, 16384, -32768], np.int16))
    assert np.frombuffer(data, np.float32).tolist() == [0.0, 0.5, -1.0]


def test_whisperlivekits_lines_are_committed_and_its_buffer_is_not() -> None:
    protocol = WhisperLiveKit()
    lines = [{"speaker": 1, "text": " And so"}, {"speaker": -2, "text": None}, {"speaker": 1, "text": "my fellow"}]
    message = json.dumps({"status": "active_transcription", "lines": lines, "buffer_transcription": " Amer"})
    assert protocol.read(message) == Text("And so my fellow", "Amer")
    assert protocol.read(json.dumps({"type": "ready_to_stop"})) is None
    assert protocol.is_over(json.dumps({"type": "ready_to_stop"}))
    assert not protocol.is_over(message)
