"""Kept audio is found again by its position, and gone when it was let go."""

from hypothesis import given
from hypothesis import strategies as st

from livetranslate.kept_audio import KeptAudio


@given(st.lists(st.binary(max_size=20), max_size=20), st.integers(0, 300), st.integers(0, 300), st.integers(1, 50))
def test_what_is_read_is_what_was_sent(chunks, forgotten, position, size):
    kept, whole = KeptAudio(), b"".join(chunks)
    for chunk in chunks:
        kept.append(chunk)
    kept.forget_before(min(forgotten, len(whole)))
    assert (kept.start, kept.end) == (min(forgotten, len(whole)), len(whole))
    assert len(kept) == kept.end - kept.start
    position = max(position, kept.start)
    assert kept.read(position, size) == whole[position : position + size]
