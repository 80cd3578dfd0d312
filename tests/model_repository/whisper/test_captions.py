"""Words become segments at sentences and pauses, in times that never run backwards."""

from captions import SpokenWord, monotonic, to_segments


def say(*words: tuple[str, float, float]) -> list[SpokenWord]:
    return [SpokenWord(f" {text}", start_s, end_s, None) for text, start_s, end_s in words]


def test_sentences_and_pauses_end_a_segment():
    sentence = (("Now", 0, 0.2), ("this", 0.2, 0.4), ("is", 0.4, 0.5), ("it.", 0.5, 0.8))
    words = say(*sentence, ("And", 0.9, 1.1), ("so", 3, 4))
    assert [segment.text for segment in to_segments(words)] == ["Now this is it.", "And", "so"]


def test_a_title_does_not_end_a_sentence():
    words = say(("And", 0, 0.3), ("Mr.", 0.3, 0.6), ("Dashwood", 0.65, 1))
    assert [segment.text for segment in to_segments(words)] == ["And Mr. Dashwood"]


def test_no_segment_is_longer_than_twelve_seconds():
    words = say(*((f"word{n}", n * 0.5, n * 0.5 + 0.4) for n in range(100)))
    segments = to_segments(words)
    assert all(segment.end_s - segment.start_s <= 12 for segment in segments)
    assert sum(len(segment.words) for segment in segments) == 100


def test_times_are_put_in_order_and_kept_inside_the_audio():
    ordered = monotonic(say(("a", 0.0, 0.5), ("b", 0.4, 0.3), ("c", 0.9, 2.0)), duration_s=1.5)
    assert [(word.start_s, word.end_s) for word in ordered] == [(0.0, 0.5), (0.5, 0.5), (0.9, 1.5)]
