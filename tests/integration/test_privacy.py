"""What callers say to the server stays out of its logs, its audit log and its metrics, also where it is refused."""

import urllib.request

import pytest

import livetranslate
from livetranslate import LiveTranslateError, samples
from livetranslate.audio import open_audio
from livetranslate.pacing import Pace, Pacer

pytestmark = pytest.mark.integration

PLANTED = (
    "anna.planted@example.com",
    "555-0147-332",
    "4111 1111 1111 1111",
    "Plantington",
    "ES91 2100 0418 4502 0005 1332",
)
SENTENCE = (
    f"Write to {PLANTED[0]} or call {PLANTED[1]}; my card is {PLANTED[2]}, my name {PLANTED[3]}, pay to {PLANTED[4]}."
)
SPOKEN = ("fellow americans", "your country")


async def test_nothing_that_was_said_is_found_in_what_the_server_writes(server):
    async with livetranslate.connect(server.grpc_url) as client:
        await client.translate(SENTENCE, "en", targets=["es"], domain=PLANTED[3])
        with pytest.raises(LiveTranslateError):
            await client.translate(SENTENCE * 200, "en", targets=["es"])
        await client.transcribe(samples.path(), "en", initial_prompt=SENTENCE)
        speech = open_audio(samples.path())
        options = {"initial_prompt": SENTENCE, "hotwords": PLANTED[3], "glossary": {"es": {PLANTED[3]: PLANTED[0]}}}
        async with client.session("en", ["es"], audio=speech.format, **options) as session:
            events = [event async for event in session.stream(speech.paced(pacer=Pacer(Pace.FAST)))]
        with pytest.raises(LiveTranslateError):
            await client.transcribe(SENTENCE.encode(), "en")
    assert any("country" in getattr(event, "text", "") for event in events)
    written = [
        file for folder in ("logs", "audit", "usage") for file in (server.state / folder).glob("*") if file.is_file()
    ]
    assert {file.suffix for file in written} >= {".log", ".jsonl"}
    with urllib.request.urlopen(server.metrics_url, timeout=10) as answer:
        texts = {"metrics": answer.read().decode().lower()}
    texts |= {file.name: file.read_bytes().decode("utf-8", "replace").lower() for file in written}
    found = [(name, said) for name, text in texts.items() for said in (*PLANTED, *SPOKEN) if said.lower() in text]
    assert found == []
