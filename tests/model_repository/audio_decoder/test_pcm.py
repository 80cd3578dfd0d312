"""Raw PCM: each encoding gives the same speech, and bytes that do not fit the description are refused."""

import audioop
import warnings

import numpy as np
import pytest
from pcm import decode_pcm
from tests.encoded_audio import jfk_samples

from livetranslate.protocol import AudioFormat, Encoding, ErrorCode, LiveTranslateError


def s16(samples: np.ndarray) -> bytes:
    return (samples * 32767).astype("<i2").tobytes()


def refused(data: bytes, layout: AudioFormat) -> LiveTranslateError:
    with pytest.raises(LiveTranslateError) as caught:
        decode_pcm(data, layout)
    return caught.value


def test_s16le_and_f32le_are_read_as_they_are():
    speech = jfk_samples()
    samples, info = decode_pcm(s16(speech), AudioFormat())
    np.testing.assert_allclose(samples, speech, atol=1e-4)
    assert (info.format, info.duration_s) == ("s16le", 11.0)
    samples, _ = decode_pcm(speech.astype("<f4").tobytes(), AudioFormat(Encoding.F32LE))
    np.testing.assert_array_equal(samples, speech)


def test_mulaw_follows_g711():
    every_code = bytes(range(256)) * 20
    samples, _ = decode_pcm(every_code, AudioFormat(Encoding.MULAW))
    expected = np.frombuffer(audioop.ulaw2lin(every_code, 2), "<i2").astype(np.float32) / 32768
    np.testing.assert_array_equal(samples, expected)


def test_channels_are_interleaved_and_averaged():
    speech = jfk_samples()
    pairs = np.stack([speech, np.zeros_like(speech)], axis=1)
    samples, _ = decode_pcm(s16(pairs.reshape(-1)), AudioFormat(channels=2))
    np.testing.assert_allclose(samples, speech / 2, atol=1e-4)


@pytest.mark.parametrize("rate_hz", [8_000, 44_100, 192_000])
def test_any_rate_becomes_16_khz(rate_hz):
    samples, info = decode_pcm(s16(np.full(rate_hz * 2, 0.25)), AudioFormat(rate_hz=rate_hz))
    assert len(samples) == pytest.approx(32_000, abs=2)
    assert info.rate_hz == rate_hz
    assert samples[16_000] == pytest.approx(0.25, abs=0.001)


@pytest.mark.parametrize(
    ("data", "layout", "code", "says"),
    [
        pytest.param(b"", AudioFormat(), ErrorCode.AUDIO_EMPTY, "no samples", id="empty"),
        pytest.param(bytes(640), AudioFormat(), ErrorCode.AUDIO_TOO_SHORT, "20 ms", id="20-ms"),
        pytest.param(bytes(32_001), AudioFormat(), ErrorCode.AUDIO_MISALIGNED, "32001 bytes", id="odd"),
        pytest.param(bytes(32_002), AudioFormat(channels=2), ErrorCode.AUDIO_MISALIGNED, "4-byte", id="half-frame"),
    ],
)
def test_bytes_that_do_not_fit_are_refused(data, layout, code, says):
    error = refused(data, layout)
    assert error.code is code
    assert says in error.message


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_not_a_number_is_refused(value):
    speech = jfk_samples().astype("<f4")
    speech[100_000] = value
    assert refused(speech.tobytes(), AudioFormat(Encoding.F32LE)).code is ErrorCode.AUDIO_NOT_FINITE


def test_int16_bytes_declared_as_float_are_recognised():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        error = refused(s16(jfk_samples()), AudioFormat(Encoding.F32LE))
    assert error.code in (ErrorCode.AUDIO_NOT_FINITE, ErrorCode.AUDIO_OUT_OF_RANGE)
    assert "s16le" in error.message


def test_integers_cast_to_float_are_recognised():
    data = (jfk_samples() * 32767).astype("<f4").tobytes()
    error = refused(data, AudioFormat(Encoding.F32LE))
    assert error.code is ErrorCode.AUDIO_OUT_OF_RANGE
    assert "[-1, 1]" in error.message
