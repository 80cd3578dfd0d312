"""``livetranslate stream`` goes on through a break, and says that there is one."""

import io

from rich.console import Console
from tests.client.scripted_server import scripted_server
from tests.client.test_session_resume import Hearer, expected, recording

from livetranslate.audio import AudioSource
from livetranslate.captions import LiveCaptions
from livetranslate.cli.stream_run import stream_captions
from livetranslate.protocol import AudioFormat


def console(*, terminal: bool) -> Console:
    return Console(file=io.StringIO(), force_terminal=terminal, width=100, color_system=None)


def source(pcm: bytes) -> AudioSource:
    return AudioSource("test", AudioFormat(), [pcm[i : i + 8000] for i in range(0, len(pcm), 8000)])


async def test_captions_say_once_that_they_are_interrupted_and_go_on():
    breaks = iter([False] * 5 + [True])
    pcm, output = recording(4), console(terminal=False)
    async with scripted_server(Hearer(lambda: next(breaks, False))) as (address, _):
        summary = await stream_captions(
            source=source(pcm), url=address, language="en", targets=["es"], pace="fast", console=output
        )
    lines = output.file.getvalue().splitlines()
    assert sum(line.startswith("interrupted: ") for line in lines) == 1
    for word in expected(pcm):
        assert sum(word in line for line in lines) == 1
    assert summary.utterances == 4


async def test_json_lines_keep_standard_output_to_the_events(capfdbinary):
    breaks = iter([False] * 5 + [True])
    pcm = recording(3)
    async with scripted_server(Hearer(lambda: next(breaks, False))) as (address, _):
        await stream_captions(source=source(pcm), url=address, targets=["es"], pace="fast", jsonl=True)
    out, err = capfdbinary.readouterr()
    assert all(line.startswith(b'{"type":') for line in out.splitlines())
    assert err.count(b"interrupted: ") == 1


def test_the_status_stands_beneath_growing_captions():
    output = console(terminal=True)
    captions = LiveCaptions(output)
    captions.tell("reconnecting …")
    output.print(captions)
    captions.tell("")
    assert "reconnecting …" in output.file.getvalue()
    assert not list(output.render(captions))
