"""Every common container comes out as the same speech; every damaged one as a sentence or a marked remainder."""

import subprocess
import sys

import librosa
import numpy as np
import pytest
from decoding import decode_file
from tests.encoded_audio import encode, jfk_bytes, jfk_samples, silent_film, wav

from livetranslate.protocol import ErrorCode, LiveTranslateError


def refused(data: bytes) -> LiveTranslateError:
    with pytest.raises(LiveTranslateError) as caught:
        decode_file(data)
    return caught.value


@pytest.mark.parametrize(
    ("container", "codec", "rate_hz", "layout", "label"),
    [
        ("wav", "pcm_s16le", 8_000, "mono", "wav/pcm_s16le"),
        ("wav", "pcm_s24le", 192_000, "mono", "wav/pcm_s24le"),
        ("wav", "pcm_mulaw", 8_000, "mono", "wav/pcm_mulaw"),
        ("wav", "pcm_s16le", 48_000, "6.1", "wav/pcm_s16le"),
        ("flac", "flac", 22_050, "mono", "flac"),
        ("mp3", "libmp3lame", 44_100, "stereo", "mp3"),
        ("ogg", "libopus", 48_000, "mono", "ogg/opus"),
        ("webm", "libopus", 48_000, "stereo", "webm/opus"),
        ("ipod", "aac", 44_100, "mono", "mp4/aac"),
    ],
)
def test_every_container_is_recognised_by_content(container, codec, rate_hz, layout, label):
    speech = jfk_samples()
    samples, info = decode_file(encode(speech, container, codec, rate_hz, layout))
    assert (info.format, info.rate_hz, info.truncated) == (label, rate_hz, False)
    assert info.duration_s == pytest.approx(11.0, abs=0.05)
    assert samples.dtype == np.float32
    both = min(len(samples), len(speech))
    assert both == pytest.approx(len(speech), abs=800)
    assert np.corrcoef(samples[:both], speech[:both])[0, 1] > 0.99


def test_seven_channels_are_averaged():
    speech = jfk_samples()
    channels = np.zeros((len(speech), 7), np.float32)
    channels[:, 3] = speech
    samples, info = decode_file(wav(channels))
    assert info.channels == 7
    np.testing.assert_allclose(samples, speech / 7, atol=1e-4)


def test_resampling_is_librosas_soxr_hq_to_the_bit():
    at_48_khz = librosa.resample(jfk_samples(), orig_sr=16_000, target_sr=48_000, res_type="soxr_hq")
    pcm = wav(np.clip(at_48_khz, -1, 1), rate_hz=48_000)
    expected = librosa.resample(
        np.frombuffer(pcm[44:], "<i2").astype(np.float32) / 32768,
        orig_sr=48_000,
        target_sr=16_000,
        res_type="soxr_hq",
    )
    samples, _ = decode_file(pcm)
    np.testing.assert_array_equal(samples, np.clip(expected, -1, 1))


@pytest.mark.parametrize(("container", "codec", "rate_hz"), [("mp3", "libmp3lame", 44_100), ("flac", "flac", 16_000)])
def test_of_a_truncated_file_the_rest_is_decoded_and_marked(container, codec, rate_hz):
    data = encode(jfk_samples(), container, codec, rate_hz)
    samples, info = decode_file(data[: len(data) // 2])
    assert info.truncated
    assert 4.0 < info.duration_s < 7.0
    assert len(samples) == pytest.approx(info.duration_s * 16_000, abs=2)


def test_a_truncated_wav_is_marked():
    _, info = decode_file(jfk_bytes()[:100_000])
    assert info.truncated


def test_a_damaged_stretch_costs_only_itself():
    data = encode(jfk_samples(), "mp3", "libmp3lame", 44_100)
    _, info = decode_file(data[:30_000] + b"\xff" * 5_000 + data[35_000:])
    assert info.truncated
    assert info.duration_s > 10.0


@pytest.mark.parametrize(
    ("data", "code", "says"),
    [
        pytest.param(b"", ErrorCode.AUDIO_EMPTY, "0 bytes", id="empty"),
        pytest.param(b"Dear diary,\n" * 5_000, ErrorCode.AUDIO_UNREADABLE, "60,000 bytes", id="text"),
        pytest.param(bytes(range(256)) * 400, ErrorCode.AUDIO_UNREADABLE, "no readable audio", id="junk"),
        pytest.param(b"#EXTM3U\n#EXTINF:10,\nfile:///etc/hostname\n", ErrorCode.AUDIO_UNREADABLE, "", id="playlist"),
        pytest.param(wav(np.zeros(0)), ErrorCode.AUDIO_EMPTY, "no samples", id="no-samples"),
        pytest.param(wav(np.zeros(320)), ErrorCode.AUDIO_TOO_SHORT, "20 ms", id="20-ms"),
        pytest.param(wav(np.zeros(20_000), rate_hz=2_000), ErrorCode.AUDIO_FORMAT_UNSUPPORTED, "2000 Hz", id="2-khz"),
        pytest.param(wav(np.zeros((16_000, 40))), ErrorCode.AUDIO_FORMAT_UNSUPPORTED, "40 channels", id="40-channels"),
        pytest.param(silent_film(), ErrorCode.AUDIO_UNREADABLE, "no audio stream", id="silent-film"),
    ],
)
def test_what_cannot_be_decoded_is_refused_in_a_sentence(data, code, says):
    error = refused(data)
    assert error.code is code
    assert says in error.message


def test_a_float_file_with_nan_is_refused():
    speech = jfk_samples()
    speech[70_000] = np.nan
    assert refused(encode_float(speech)).code is ErrorCode.AUDIO_NOT_FINITE


def test_a_float_file_of_integers_is_refused():
    error = refused(encode_float(jfk_samples() * 32767))
    assert error.code is ErrorCode.AUDIO_OUT_OF_RANGE
    assert "32768" in error.message


def test_a_little_too_loud_is_scaled_down_as_a_whole():
    speech = jfk_samples()
    samples, _ = decode_file(encode_float(speech * 4))
    np.testing.assert_allclose(samples, speech / np.abs(speech).max(), atol=1e-5)


def encode_float(samples: np.ndarray) -> bytes:
    data = samples.astype("<f4").tobytes()
    header = b"WAVEfmt " + (16).to_bytes(4, "little") + (3).to_bytes(2, "little") + (1).to_bytes(2, "little")
    header += (16_000).to_bytes(4, "little") + (64_000).to_bytes(4, "little") + b"\x04\0\x20\0"
    header += b"data" + len(data).to_bytes(4, "little")
    return b"RIFF" + (len(header) + len(data)).to_bytes(4, "little") + header + data


def test_audio_beyond_the_limit_is_refused_before_it_fills_the_memory(monkeypatch):
    monkeypatch.setattr("resampling.MAX_FILE_AUDIO_S", 5.0)
    assert refused(jfk_bytes()).code is ErrorCode.AUDIO_TOO_LONG


def test_an_hour_is_decoded_without_a_second_copy():
    """48 kHz stereo: the source is 691 MB, the result 230 MB; a second copy of either would show."""
    program = """
import resource, sys
sys.path[:0] = sys.argv[1:]
from decoding import decode_file
hour = 192_000 * 3600
header = (b"RIFF" + (36 + hour).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little") + b"\\1\\0\\2\\0"
          + (48_000).to_bytes(4, "little") + (192_000).to_bytes(4, "little") + b"\\4\\0\\x10\\0data"
          + hour.to_bytes(4, "little"))
data = b"".join((header, bytes(hour)))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
samples, info = decode_file(data)
assert info.duration_s == 3600.0 and len(samples) == 57_600_000, info
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)
"""
    folder = sys.modules["decoding"].__file__.rsplit("/", 1)[0]
    result = subprocess.run([sys.executable, "-c", program, folder], capture_output=True, text=True, check=True)
    assert int(result.stdout) < 2 * 230_400_000
