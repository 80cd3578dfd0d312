"""Live windows beside whole clips: probed, checked, in turns."""

import threading

import numpy as np
import pytest
from engine_probe import ProbeClip, load_clips
from engine_settings import EngineSettings
from live_decoder import LiveDecoder, LiveWindow
from live_windows import LiveWindows
from tests.encoded_audio import jfk_samples
from tests.whisper_weights import whisper_weights
from turns import Turns

from livetranslate.protocol import ErrorCode, LiveTranslateError, WindowOptions


def test_a_device_that_hears_other_words_is_refused(live_decoder: LiveDecoder, monkeypatch):
    monkeypatch.setattr("live_windows.LiveDecoder", lambda *_: live_decoder)
    clips = load_clips()
    swapped = [ProbeClip(clips[0].samples, clips[1].text), ProbeClip(clips[1].samples, clips[0].text)]
    with pytest.raises(LiveTranslateError, match="is said") as caught:
        LiveWindows.load(whisper_weights(), "CPU", EngineSettings(), turns=Turns(), clips=swapped)
    assert caught.value.code is ErrorCode.DEVICE_UNAVAILABLE


def test_loaded_windows_wait_for_their_turn(live_decoder: LiveDecoder, monkeypatch):
    monkeypatch.setattr("live_windows.LiveDecoder", lambda *_: live_decoder)
    turns = Turns()
    live = LiveWindows.load(whisper_weights(), "CPU", EngineSettings(), turns=turns, clips=load_clips())
    window = LiveWindow(jfk_samples()[:48_000], WindowOptions(language="en"))
    live.check(window)
    texts = []
    thread = threading.Thread(target=lambda: texts.extend(live.decode([window])))
    with turns.urgent():
        thread.start()
        thread.join(timeout=0.3)
        assert thread.is_alive()
        assert texts == []
    thread.join()
    assert texts[0].words


def test_a_refused_window_is_refused_before_it_is_decoded(live_decoder):
    live = LiveWindows(live_decoder, Turns())
    with pytest.raises(LiveTranslateError, match="yue"):
        live.check(LiveWindow(np.zeros(16_000, np.float32), WindowOptions(language="yue")))
