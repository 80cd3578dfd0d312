"""Level and signal-to-noise ratio of real speech follow what is done to it."""

import wave
from importlib.resources import files

import numpy as np
import pytest
from audio_condition import measure


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    with files("livetranslate").joinpath("samples/jfk.wav").open("rb") as stream, wave.open(stream) as audio:
        return np.frombuffer(audio.readframes(audio.getnframes()), "<i2").astype(np.float32) / 32768


def test_a_full_scale_square_wave_has_level_zero_and_no_noise_below_it():
    condition = measure(np.tile(np.float32([1, -1]), 16_000))
    assert condition.level_dbfs == pytest.approx(0.0, abs=1e-6)
    assert condition.snr_db == pytest.approx(0.0, abs=1e-6)


def test_a_gain_moves_the_level_and_not_the_ratio(speech):
    before, after = measure(speech), measure(speech * 0.1)
    assert after.level_dbfs == pytest.approx(before.level_dbfs - 20.0, abs=0.1)
    assert after.snr_db == pytest.approx(before.snr_db, abs=0.5)


@pytest.mark.parametrize("snr_db", [20.0, 10.0, 5.0])
def test_noise_lowers_the_ratio_to_about_its_own(speech, snr_db):
    clean = measure(speech)
    level = 10 ** ((clean.level_dbfs - snr_db) / 20)
    noisy = measure(speech + np.random.default_rng(1).normal(0, level, speech.size).astype(np.float32))
    assert noisy.snr_db == pytest.approx(snr_db, abs=3.0)
    assert noisy.snr_db < clean.snr_db


def test_digital_silence_is_finite_and_a_blink_is_not_measured():
    assert measure(np.zeros(16_000, np.float32)).level_dbfs == pytest.approx(-100.0)
    assert measure(np.zeros(3_000, np.float32)) is None
