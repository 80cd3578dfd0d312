"""Raw PCM of every layout becomes 16 kHz mono, wherever the chunks are cut."""

import numpy as np
import pytest
from audio_input import AudioInput

from livetranslate.protocol import AudioFormat, Encoding, ErrorCode


def tone(rate_hz: int, seconds: float = 1.0) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * 440 * np.arange(int(rate_hz * seconds)) / rate_hz)).astype(np.float32)


def feed_all(audio_input: AudioInput, data: bytes, chunk_bytes: int) -> np.ndarray:
    pieces = [audio_input.feed(data[i : i + chunk_bytes])[0] for i in range(0, len(data), chunk_bytes)]
    return np.concatenate([*pieces, audio_input.flush()[0]])


@pytest.mark.parametrize("chunk_bytes", [1, 7, 3201, 10**6])
def test_chunks_may_be_cut_inside_a_sample(chunk_bytes):
    pcm = (tone(16000, 0.1) * 32767).astype("<i2")
    heard = feed_all(AudioInput(AudioFormat()), pcm.tobytes(), chunk_bytes)
    np.testing.assert_array_equal(heard, pcm.astype(np.float32) / 32768)


@pytest.mark.parametrize("rate_hz", [8000, 44100, 48000, 192000])
@pytest.mark.parametrize("channels", [1, 7])
def test_any_rate_and_channel_count_keep_length_and_pitch(rate_hz, channels):
    signal = np.repeat(tone(rate_hz)[:, None], channels, axis=1)
    layout = AudioFormat(encoding=Encoding.F32LE, rate_hz=rate_hz, channels=channels)
    heard = feed_all(AudioInput(layout), signal.tobytes(), 10_000)
    assert len(heard) == pytest.approx(16000, abs=2)
    spectrum = np.abs(np.fft.rfft(heard[:16000] * np.hanning(min(len(heard), 16000))))
    assert int(np.argmax(spectrum)) == pytest.approx(440, abs=1)


def test_mulaw_is_expanded():
    heard, problem = AudioInput(AudioFormat(encoding=Encoding.MULAW)).feed(bytes([0xFF, 0x7F, 0x80, 0x00]))
    assert problem is None
    np.testing.assert_allclose(heard * 32768, [0, 0, 32124, -32124])


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (np.nan, ErrorCode.AUDIO_NOT_FINITE),
        (np.inf, ErrorCode.AUDIO_NOT_FINITE),
        (12000.0, ErrorCode.AUDIO_OUT_OF_RANGE),
    ],
)
def test_samples_that_are_no_audio_become_silence_of_the_same_length_and_are_reported(bad, code):
    samples = tone(16000, 0.1)
    samples[5] = bad
    heard, problem = AudioInput(AudioFormat(encoding=Encoding.F32LE)).feed(samples.tobytes())
    assert problem is not None
    assert problem.error.code is code
    assert problem.dropped_s == pytest.approx(0.1)
    np.testing.assert_array_equal(heard, np.zeros(1600, np.float32))


def test_an_odd_byte_at_the_end_is_reported():
    audio_input = AudioInput(AudioFormat())
    heard, problem = audio_input.feed(b"\x01\x02\x03")
    assert len(heard) == 1
    assert problem is None
    _, problem = audio_input.flush()
    assert problem is not None
    assert problem.error.code is ErrorCode.AUDIO_MISALIGNED
    assert "1 byte(s)" in problem.error.message
