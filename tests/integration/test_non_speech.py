"""Nobody speaks, and nothing is written: a slice of the non-speech set, through the whole server."""

import pytest
from loadtests.non_speech.false_words import measure, pooled
from loadtests.non_speech.sound_set import SOUNDS, make

pytestmark = pytest.mark.integration


async def test_no_word_is_invented_over_noise_music_breath_and_rooms(server):
    sounds = [make(name, 8.0, seed=7) for name in SOUNDS]
    results = await measure(server.grpc_url, sounds, source="auto", pace="fast", at_once=4, options={})
    assert [result.failure for result in results] == [None] * len(SOUNDS)
    total = pooled(results)
    assert total["seconds"] == pytest.approx(8.0 * len(SOUNDS), abs=1.0)
    assert {result.sound: result.texts for result in results if result.texts} == {}
