"""The client against the real server: the SDK, its sync twin, and the command line as a person runs it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import jiwer
import pytest
from loadtests.live.clips import JFK_WORDS, normalise
from tests.integration.spanish import is_spanish

import livetranslate
from livetranslate import samples, sync
from livetranslate.audio import open_audio
from livetranslate.cli.stream import run_stream
from livetranslate.protocol import (
    AudioFormat,
    Done,
    ErrorCode,
    LiveTranslateError,
    SessionStarted,
    TranscriptFinal,
    TranscriptPartial,
    TranslationFinal,
    decode_event,
)

pytestmark = pytest.mark.integration

JFK = samples.path()
LIBRIVOX = Path(__file__).resolve().parents[1] / "data" / "librivox"


def command(*arguments: str, url: str) -> list[str]:
    return [sys.executable, "-m", "livetranslate.cli", *arguments, "--url", url]


HEEDS_CTRL_C = """
import signal, sys
from livetranslate.cli import main
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(main())
"""


def command_that_heeds_ctrl_c(*arguments: str, url: str) -> list[str]:
    """A shell's background jobs ignore Ctrl-C, and so would the commands that such a test run starts.

    The command sets that right itself: code of ours between fork and exec is not safe while gRPC's threads run.
    """
    return [sys.executable, "-c", HEEDS_CTRL_C, *arguments, "--url", url]


def run(*arguments: str, url: str, **options) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command(*arguments, url=url), capture_output=True, timeout=180, check=False, **options)


def word_error_rate(text: str) -> float:
    return jiwer.wer(JFK_WORDS, normalise(text))


async def test_a_session_gives_captions_and_a_translation(server):
    speech = open_audio(JFK)
    session = livetranslate.connect(server.grpc_url).session(source="en", targets=["es"], audio=speech.format)
    async with session:
        events = [event async for event in session.stream(speech.paced("fast"))]
    assert isinstance(events[0], SessionStarted)
    assert events[0].session_id == session.session_id
    assert events[0].models["live_translation"] == session.model_version
    assert isinstance(events[-1], Done)
    assert [event.seq for event in events] == list(range(len(events)))
    assert word_error_rate(" ".join(e.text for e in events if isinstance(e, TranscriptFinal))) <= 0.1
    assert is_spanish(" ".join(e.text for e in events if isinstance(e, TranslationFinal)))
    assert session.audio_sent_s == pytest.approx(11.0, abs=0.01)
    assert events[-1].audio_s == pytest.approx(11.0, abs=0.1)


def test_the_sync_twin_gives_the_same(server):
    with sync.connect(server.grpc_url) as client:
        speech = open_audio(JFK)
        with client.session(source="en", audio=speech.format) as session:
            events = list(session.stream(speech.chunks()))
        assert isinstance(events[-1], Done)
        assert word_error_rate(" ".join(e.text for e in events if isinstance(e, TranscriptFinal))) <= 0.1
        with client.session(source="en") as session:
            pcm = b"".join(open_audio(JFK).chunks())
            session.send(pcm)
            session.end()
            assert isinstance(list(session)[-1], Done)
        assert word_error_rate(client.transcribe(JFK, "en").text) == 0
        translations = client.translate("Good morning.", "en", targets=["es", "fr"])
        assert "día" in translations["es"].lower()
        assert "bon" in translations["fr"].lower()


async def test_recordings_are_transcribed_from_paths_bytes_and_raw_pcm(server):
    client = livetranslate.connect(server.grpc_url)
    async with client:
        by_path = await client.transcribe(JFK, "en")
        by_bytes = await client.transcribe(JFK.read_bytes())
        raw = b"".join(open_audio(JFK).chunks())
        by_pcm = await client.transcribe(raw, "en", audio_format=AudioFormat())
    assert by_path.text == by_bytes.text == by_pcm.text
    assert by_bytes.language == "en"
    assert word_error_rate(by_path.text) == 0
    assert by_path.duration_s == pytest.approx(11.0, abs=0.01)


async def test_translations_grow_together_and_end_complete(server):
    text = "The weather is nice today. We will go to the beach with our friends."
    client = livetranslate.connect(server.grpc_url)
    deltas = [delta async for delta in client.translate_stream(text, "en", targets=["es", "fr"])]
    for language, word in (("es", "amigos"), ("fr", "amis")):
        own = [delta for delta in deltas if delta.language == language]
        assert own[-1].final
        assert "".join(delta.delta for delta in own).strip() == own[-1].text
        assert word in own[-1].text
        assert len(own) > 3
    first_final = next(index for index, delta in enumerate(deltas) if delta.final)
    assert {delta.language for delta in deltas[:first_final]} == {"es", "fr"}


async def test_speech_is_translated_in_one_call(server):
    text = await livetranslate.connect(server.grpc_url).translate_speech(JFK, "es", source="en")
    assert is_spanish(text)


async def test_a_refusal_of_the_server_keeps_its_code(server, tmp_path):
    fake = tmp_path / "text.wav"
    fake.write_text("This is no audio.\n" * 100)
    client = livetranslate.connect(server.grpc_url)
    with pytest.raises(LiveTranslateError) as raised:
        await client.transcribe(fake)
    assert raised.value.code is ErrorCode.AUDIO_UNREADABLE
    with pytest.raises(LiveTranslateError) as raised:
        await client.transcribe(b"\0\0" * 320, audio_format=AudioFormat())
    assert raised.value.code is ErrorCode.AUDIO_TOO_SHORT


async def test_sessions_left_early_do_not_disturb_the_next(server):
    client = livetranslate.connect(server.grpc_url)
    speech = b"".join(open_audio(JFK).chunks())
    async with client:
        for _ in range(5):
            async with client.session(source="en", targets=["es"]) as session:
                await session.send(speech[:96_000])
        async with client.session(source="en") as session:
            await session.send(speech)
            await session.end()
            assert isinstance([event async for event in session][-1], Done)


async def test_sessions_at_the_same_time_keep_apart(server):
    client = livetranslate.connect(server.grpc_url)
    references = {
        JFK: JFK_WORDS,
        LIBRIVOX / "sense_and_sensibility_01_austen_64kb-0880.wav": "he was not an ill disposed young man",
        LIBRIVOX / "sense_and_sensibility_01_austen_64kb-0930.wav": "he might even have been made amiable himself",
    }

    async def hear(path: Path) -> str:
        speech = open_audio(path)
        async with client.session(source="en", audio=speech.format) as session:
            events = [event async for event in session.stream(speech.paced("fast"))]
        return normalise(" ".join(event.text for event in events if isinstance(event, TranscriptFinal)))

    async with client:
        texts = await asyncio.gather(*(hear(clip) for clip in references))
    for reference, text in zip(references.values(), texts, strict=True):
        # A misheard word or two may differ from run to run; a neighbour's words would be far more.
        assert jiwer.wer(reference, text) <= 0.3, texts


def test_stream_prints_captions_and_a_summary(server):
    done = run("stream", str(JFK), "--from", "en", "--to", "es", "--pace", "fast", url=server.grpc_url)
    lines = done.stdout.decode().splitlines()
    assert (done.returncode, done.stderr) == (0, b"")
    assert "real-time factor" in lines[-1]
    assert is_spanish(" ".join(line.split("es: ", 1)[1] for line in lines if "es: " in line))
    # A translation may have line breaks of its own; a caption begins with its time.
    captions = [line.split("] ", 1)[1] for line in lines[:-1] if line.startswith("[") and "es: " not in line]
    assert word_error_rate(" ".join(captions)) <= 0.1


def test_jsonl_is_the_wires_events_and_nothing_else(server):
    done = run("stream", str(JFK), "--from", "en", "--to", "es", "--pace", "fast", "--jsonl", url=server.grpc_url)
    assert (done.returncode, done.stderr) == (0, b"")
    events = [decode_event(line) for line in done.stdout.splitlines()]
    assert isinstance(events[0], SessionStarted)
    assert isinstance(events[-1], Done)
    assert [event.seq for event in events] == list(range(len(events)))


def test_options_of_the_command_line_reach_the_session(server):
    done = run(
        "stream", str(JFK), "--no-partials", "--pause", "0.3", "--from", "en", "--jsonl", "--pace", "fast",
        url=server.grpc_url,
    )  # fmt: skip
    events = [decode_event(line) for line in done.stdout.splitlines()]
    assert not any(isinstance(event, TranscriptPartial) for event in events)
    assert sum(isinstance(event, TranscriptFinal) for event in events) >= 2


@pytest.mark.parametrize("raw", [False, True])
def test_stream_reads_standard_input(server, raw):
    data = b"".join(open_audio(JFK).chunks()) if raw else JFK.read_bytes()
    options = ["--raw", "s16le"] if raw else []
    done = run("stream", "-", *options, "--from", "en", "--pace", "fast", url=server.grpc_url, input=data)
    assert done.returncode == 0
    assert "Americans" in done.stdout.decode()


def test_transcribe_prints_each_format(server):
    def printed(kind: str) -> str:
        done = run("transcribe", str(JFK), "--from", "en", "--format", kind, url=server.grpc_url)
        assert (done.returncode, done.stderr) == (0, b"")
        return done.stdout.decode()

    assert word_error_rate(printed("text")) == 0
    document = json.loads(printed("json"))
    assert list(document) == ["language", "duration_s", "segments"]
    assert all(list(segment) == ["start_s", "end_s", "speaker", "text", "words"] for segment in document["segments"])
    assert sum(len(segment["words"]) for segment in document["segments"]) == len(JFK_WORDS.split())
    assert printed("srt").startswith("1\n00:00:0")
    assert printed("vtt").startswith("WEBVTT\n\n00:00:0")


def test_translate_prints_text_and_json(server):
    done = run("translate", "Good morning.", "--from", "en", "--to", "es", url=server.grpc_url)
    assert "día" in done.stdout.decode().lower()
    done = run("translate", "-", "--from", "en", "--to", "es,fr", "--json", url=server.grpc_url, input=b"Good morning.")
    document = json.loads(done.stdout)
    assert document["source"] == "en"
    assert set(document["translations"]) == {"es", "fr"}
    assert "día" in document["translations"]["es"]["text"].lower()


def test_ctrl_c_ends_the_stream_at_once_and_the_server_goes_on(server):
    process = subprocess.Popen(
        command_that_heeds_ctrl_c("stream", str(JFK), "--from", "en", "--jsonl", url=server.grpc_url),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    with process:
        assert process.stdout is not None
        assert isinstance(decode_event(process.stdout.readline()), SessionStarted)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert err == b""
    assert run("translate", "Good morning.", "--to", "es", url=server.grpc_url).returncode == 0


def test_ctrl_c_works_while_standard_input_is_silent(server):
    process = subprocess.Popen(
        command_that_heeds_ctrl_c("stream", "-", "--raw", "s16le", "--jsonl", url=server.grpc_url),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"\0" * 32_000)
        process.stdin.flush()
        assert isinstance(decode_event(process.stdout.readline()), SessionStarted)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 130
        assert process.stderr.read() == b""


def test_run_stream_can_be_called_from_a_program(server, capsys):
    summary = run_stream(url=server.grpc_url, source=JFK, language="en", targets=["es"], pace="fast")
    assert summary.words >= 20
    assert summary.audio_s == pytest.approx(11.0, abs=0.1)
    assert "es: " in capsys.readouterr().out
