"""When a word appeared and stayed, and how much was taken back."""

from __future__ import annotations

from collections.abc import Sequence

from loadtests.scoring.alignment import common_prefix, matched_in_beginning


def settled_at(states: Sequence[Sequence[str]]) -> list[int]:
    """For each word of the last state, the index of the first state from which on it was always there."""
    if not states:
        return []
    final = states[-1]
    settled = [len(states) - 1] * len(final)
    alive = set(range(len(final)))
    for index in range(len(states) - 1, -1, -1):
        alive &= matched_in_beginning(states[index], final)
        for position in alive:
            settled[position] = index
    return settled


def normalized_erasure(states: Sequence[Sequence[str]]) -> float:
    """Words deleted on the way, by words of the last state (Arivazhagan et al. 2020).

    From one state to the next, everything behind their common beginning counts as deleted: what a reader has to read
    again. 0 is a stream that only grows.
    """
    if not states or not states[-1]:
        return 0.0
    deleted = 0
    previous: Sequence[str] = ()
    for state in states:
        deleted += len(previous) - common_prefix(previous, state)
        previous = state
    return deleted / len(states[-1])
