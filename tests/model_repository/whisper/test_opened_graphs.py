"""The exported graphs are opened or refused, never half rewritten."""

import numpy as np
import openvino as ov
import pytest
from decoder_graph import open_decoder
from encoder_graph import open_encoder
from engine_settings import EngineSettings
from tests.encoded_audio import jfk_samples
from tests.whisper_weights import whisper_weights
from window_encoder import PADDING_S, POSITIONS_PER_S, STEP_S, WindowEncoder


@pytest.fixture(scope="module")
def encoder() -> WindowEncoder:
    return WindowEncoder(ov.Core(), whisper_weights(), "CPU", EngineSettings(device="CPU"))


@pytest.mark.parametrize("frames", [None, 500])
def test_an_encoder_takes_the_length_it_is_opened_for(frames):
    path = whisper_weights() / "openvino_encoder_model.xml"
    model = open_encoder(ov.Core(), path, bands=80, frames=frames)
    features, states = model.inputs[0].get_partial_shape(), model.outputs[0].get_partial_shape()
    assert features[2] == (ov.Dimension(-1) if frames is None else ov.Dimension(frames))
    if frames:
        assert states[1] == ov.Dimension(frames // 2)


def test_another_graph_is_no_encoder():
    with pytest.raises(ValueError, match="position table"):
        open_encoder(ov.Core(), whisper_weights() / "openvino_decoder_model.xml", bands=80, frames=None)


def test_another_graph_is_no_decoder():
    with pytest.raises(ValueError, match="alignment heads"):
        open_decoder(ov.Core(), whisper_weights() / "openvino_encoder_model.xml", alignment_heads=[(3, 1)])


def test_heads_that_the_layers_lack_are_noticed():
    with pytest.raises(ValueError, match="0 layers with alignment heads"):
        open_decoder(ov.Core(), whisper_weights() / "openvino_decoder_model.xml", alignment_heads=[(99, 1)])


@pytest.mark.parametrize(("heard_s", "window_s"), [(0.1, 4.5), (1.0, 5.0), (1.01, 5.5), (25.9, 30.0), (30.0, 30.0)])
def test_a_window_is_as_long_as_its_audio_and_the_padding_need(encoder, heard_s, window_s):
    states = encoder.encode(np.resize(jfk_samples(), round(heard_s * 16_000)))
    assert states.shape[:2] == (1, window_s * POSITIONS_PER_S)
    assert window_s >= min(heard_s + PADDING_S, 30.0)
    assert window_s - heard_s < PADDING_S + STEP_S + 1e-6
    assert np.isfinite(states).all()


def test_a_length_gives_the_same_states_after_others(encoder):
    audio = jfk_samples()
    before = encoder.encode(audio[:32_000])
    for length in (8_000, 176_000, 48_000):
        encoder.encode(audio[:length])
    np.testing.assert_array_equal(encoder.encode(audio[:32_000]), before)
