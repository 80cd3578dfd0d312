"""Which word of one text is which of another: edit-distance alignments of word lists."""

from __future__ import annotations

from collections.abc import Sequence

import jiwer


def common_prefix(first: Sequence[str], second: Sequence[str]) -> int:
    """How many words two lists have in common from the beginning."""
    length = 0
    for one, other in zip(first, second):  # noqa: B905 - the shorter ends it
        if one != other:
            break
        length += 1
    return length


def word_pairs(reference: Sequence[str], hypothesis: Sequence[str]) -> list[tuple[int, int]]:
    """Positions of words that stand for each other in a least-edits alignment, right (equal) or wrong (substituted).

    Words of the reference that were left out, and words that were added, have no partner.
    """
    if not reference or not hypothesis:
        return []
    alignment = jiwer.process_words(" ".join(reference), " ".join(hypothesis)).alignments[0]
    return [
        (chunk.ref_start_idx + offset, chunk.hyp_start_idx + offset)
        for chunk in alignment
        if chunk.type in ("equal", "substitute")
        for offset in range(chunk.ref_end_idx - chunk.ref_start_idx)
    ]


def edits(reference: Sequence[str], hypothesis: Sequence[str]) -> int:
    """Words substituted, left out and added: the numerator of the word error rate."""
    if not reference or not hypothesis:
        return len(reference) + len(hypothesis)
    measured = jiwer.process_words(" ".join(reference), " ".join(hypothesis))
    return int(measured.substitutions + measured.deletions + measured.insertions)


def matched_in_beginning(shown: Sequence[str], final: Sequence[str]) -> set[int]:
    """Positions of ``final`` that ``shown`` already has right.

    ``shown`` is aligned with the beginning of ``final`` that takes the fewest edits, the shortest if there are several:
    what has not been said yet is no error, and a repeated word is taken for its first occurrence that fits.
    """
    start = common_prefix(shown, final)
    found = set(range(start))
    rest, target = shown[start:], final[start:]
    if not rest or not target:
        return found
    distance = _distances(rest, target)
    row, column = len(rest), min(range(len(target) + 1), key=lambda end: (distance[-1][end], end))
    while row and column:
        here = distance[row][column]
        is_equal = rest[row - 1] == target[column - 1]
        if here == distance[row - 1][column - 1] + (not is_equal):
            row, column = row - 1, column - 1
            if is_equal:
                found.add(start + column)
        elif here == distance[row - 1][column] + 1:
            row -= 1
        else:
            column -= 1
    return found


def _distances(first: Sequence[str], second: Sequence[str]) -> list[list[int]]:
    """Levenshtein's table: [i][j] is the number of edits from ``first[:i]`` to ``second[:j]``."""
    table = [list(range(len(second) + 1))]
    for row, one in enumerate(first, start=1):
        above, line = table[-1], [row]
        for column, other in enumerate(second, start=1):
            line.append(min(above[column - 1] + (one != other), above[column] + 1, line[-1] + 1))
        table.append(line)
    return table
