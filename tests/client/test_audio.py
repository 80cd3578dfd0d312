"""Real recordings, read to PCM chunks."""

import io
import os
import wave
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livetranslate import samples
from livetranslate.audio import even_chunks, open_audio, read_samples
from livetranslate.audio_input import read_recording
from livetranslate.pacing import Pace
from livetranslate.pcm_reader import PcmReader
from livetranslate.protocol import AudioFormat, Encoding, ErrorCode, LiveTranslateError
from livetranslate.standard_input import DescriptorReader, is_container

LIBRIVOX = Path(__file__).resolve().parents[1] / "data" / "librivox"


def wav_samples(path: Path) -> bytes:
    with wave.open(str(path)) as file:
        return file.readframes(file.getnframes())


def encode(path: Path, codec: str, *, rate_hz: int, layout: str = "mono", audio: np.ndarray) -> Path:
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=rate_hz, layout=layout)
        frame = av.AudioFrame.from_ndarray(audio.reshape(1, -1), format="s16", layout=layout)
        frame.sample_rate = rate_hz
        resampler = av.AudioResampler(stream.format.name, layout, rate_hz, frame_size=stream.frame_size or 1024)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            out.mux(stream.encode(part))
        out.mux(stream.encode(None))
    return path


def test_the_bundled_recording_is_read_bit_for_bit():
    speech = open_audio(samples.path())
    assert speech.format == AudioFormat(Encoding.S16LE, 16_000, 1)
    assert speech.duration_s == pytest.approx(11.0, abs=0.01)
    chunks = list(speech.chunks())
    assert {len(chunk) for chunk in chunks} == {3_200}
    assert b"".join(chunks) == wav_samples(samples.path())


@pytest.mark.parametrize("path", sorted(LIBRIVOX.glob("*.wav")), ids=lambda path: path.stem[-4:])
def test_real_readings_keep_every_sample(path):
    assert b"".join(open_audio(path).chunks()) == wav_samples(path)


@pytest.mark.parametrize(
    ("name", "codec", "rate_hz"),
    [
        ("a.flac", "flac", 44_100),
        ("a.mp3", "libmp3lame", 24_000),
        ("a.ogg", "libopus", 48_000),
        ("a.m4a", "aac", 32_000),
    ],
)
def test_containers_are_read_at_their_own_rate(tmp_path, name, codec, rate_hz):
    tone = (8000 * np.sin(np.arange(rate_hz * 2) * 2 * np.pi * 440 / rate_hz)).astype("<i2")
    speech = open_audio(encode(tmp_path / name, codec, rate_hz=rate_hz, audio=tone))
    assert speech.format == AudioFormat(Encoding.S16LE, rate_hz, 1)
    pcm = np.frombuffer(b"".join(speech.chunks()), "<i2").astype(float)
    assert len(pcm) / rate_hz == pytest.approx(2.0, abs=0.12)
    middle = pcm[rate_hz // 2 : rate_hz // 2 + rate_hz]
    assert np.argmax(np.abs(np.fft.rfft(middle))) == 440
    assert np.abs(middle).max() == pytest.approx(8000, rel=0.05)


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 48_000])
def test_a_whole_file_is_read_at_the_rate_that_is_asked_for(rate_hz):
    read = read_samples(samples.path(), rate_hz=rate_hz)
    assert len(read) == pytest.approx(11.0 * rate_hz, abs=4)
    original = np.frombuffer(wav_samples(samples.path()), "<i2") / 32768
    assert np.sqrt(np.mean(read**2)) == pytest.approx(np.sqrt(np.mean(original**2)), rel=0.05)


def test_channels_are_averaged(tmp_path):
    stereo = np.repeat(np.array([[1000, 3000]], "<i2"), 16_000, axis=0)
    path = encode(tmp_path / "s.wav", "pcm_s16le", rate_hz=16_000, layout="stereo", audio=stereo)
    assert set(np.frombuffer(b"".join(open_audio(path).chunks()), "<i2")) == {2000}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", ErrorCode.AUDIO_UNREADABLE),
        (b"This is a text, whatever its name says.\n" * 50, ErrorCode.AUDIO_UNREADABLE),
        (b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x80>\0\0\0}\0\0\2\0\x10\0data\0\0\0\0", ErrorCode.AUDIO_EMPTY),
    ],
)
def test_what_is_no_audio_is_named(tmp_path, content, code):
    path = tmp_path / "talk.wav"
    path.write_bytes(content)
    with pytest.raises(LiveTranslateError, match=r"talk\.wav") as raised:
        list(open_audio(path).chunks())
    assert raised.value.code is code


def test_missing_files_and_folders_are_named(tmp_path):
    for call in (open_audio, read_recording):
        for wrong, reason in ((tmp_path / "nothing.wav", "There is no file"), (tmp_path, "is a folder")):
            with pytest.raises(LiveTranslateError, match=reason) as raised:
                call(wrong)
            assert raised.value.code is ErrorCode.AUDIO_UNREADABLE


def test_a_truncated_recording_gives_what_it_holds(tmp_path):
    cut = tmp_path / "cut.wav"
    cut.write_bytes(samples.path().read_bytes()[:100_000])
    whole = wav_samples(samples.path())
    pcm = b"".join(open_audio(cut).chunks())
    assert len(pcm) > 99_000
    assert whole.startswith(pcm)


def test_a_whole_recording_is_checked_before_it_travels():
    assert read_recording(samples.path()) == samples.path().read_bytes()
    with pytest.raises(LiveTranslateError) as raised:
        read_recording(b"")
    assert raised.value.code is ErrorCode.AUDIO_EMPTY


@given(st.lists(st.binary(max_size=50)), st.integers(1, 20))
def test_chunks_are_even_and_lose_nothing(blocks, size):
    chunks = list(even_chunks(blocks, size))
    assert b"".join(chunks) == b"".join(blocks)
    assert all(len(chunk) == size for chunk in chunks[:-1])
    assert all(chunks)


def test_a_pipe_with_a_container_is_recognised_and_read():
    receiving, sending = os.pipe()
    with os.fdopen(sending, "wb") as pipe:
        pipe.write(samples.path().read_bytes()[:60_000])
    reader = DescriptorReader(receiving)
    assert reader.holds_container()
    pcm = b"".join(PcmReader(reader, name="Standard input").blocks())
    assert wav_samples(samples.path()).startswith(pcm)
    assert len(pcm) > 59_000


def test_a_pipe_with_raw_pcm_keeps_every_byte():
    receiving, sending = os.pipe()
    pcm = wav_samples(samples.path())[:60_001]
    with os.fdopen(sending, "wb") as pipe:
        pipe.write(pcm)
    reader = DescriptorReader(receiving)
    assert not reader.holds_container()
    assert b"".join(reader.blocks()) == pcm


@pytest.mark.parametrize("path", [samples.path(), *LIBRIVOX.glob("*.wav")], ids=lambda path: path.stem[-4:])
def test_no_raw_recording_looks_like_a_container(path):
    pcm = io.BytesIO(wav_samples(path))
    heads = [pcm.read(12) for _ in range(2000)]
    assert sum(map(is_container, heads)) <= 2


async def test_the_fast_pace_gives_the_same_audio():
    speech = open_audio(samples.path())
    assert b"".join([chunk async for chunk in speech.paced(Pace.FAST)]) == wav_samples(samples.path())
