"""Breaking text into subtitle lines: at most two of 42 columns, about equally long, and never inside a word.

A Chinese, Japanese or Korean character counts two columns, as it does in print.
"""

from __future__ import annotations

from rich.cells import cell_len

LINE_COLUMNS = 42
MAX_LINES = 2
CUE_COLUMNS = LINE_COLUMNS * MAX_LINES


def columns(text: str) -> int:
    """Width of a text in columns."""
    return cell_len(text)


def break_lines(text: str) -> tuple[str, ...]:
    """Lines of a cue's text: one if it fits, else broken where the lines are most alike in length.

    A text too long for two lines gives more; :func:`split_text` makes texts that are not.
    """
    pieces = _pieces(text)
    whole = _join(pieces)
    if columns(whole) <= LINE_COLUMNS:
        return (whole,)
    best: tuple[str, str] | None = None
    for position in range(1, len(pieces)):
        top, bottom = _join(pieces[:position]), _join(pieces[position:])
        fits = max(columns(top), columns(bottom)) <= LINE_COLUMNS
        if fits and (best is None or _unevenness(top, bottom) < _unevenness(*best)):
            best = (top, bottom)
    return best if best is not None else tuple(_join(line) for line in _fill(pieces))


def split_text(text: str) -> list[str]:
    """Parts of a text that each fit a cue."""
    lines = _fill(_pieces(text))
    groups = (lines[position : position + MAX_LINES] for position in range(0, len(lines), MAX_LINES))
    return [_join([piece for line in group for piece in line]) for group in groups]


def _fill(pieces: list[str]) -> list[list[str]]:
    """Fills lines one after the other."""
    lines: list[list[str]] = []
    for piece in pieces:
        if lines and columns(_join([*lines[-1], piece])) <= LINE_COLUMNS:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return lines


def _pieces(text: str) -> list[str]:
    """What may stand on a line of its own: words, and single wide characters; overlong words are cut.

    A piece that follows a space begins with it, so that joining pieces restores the text.
    """
    pieces: list[str] = []
    for index, word in enumerate(text.split()):
        space = " " if index else ""
        current = ""
        for character in word:
            is_wide = columns(character) == 2
            is_full = columns(current) >= LINE_COLUMNS
            # Closing punctuation stays with what it closes.
            if current and (is_full or (is_wide and character not in "。、，！？：；）」』》”")):
                pieces.append(space + current)
                space, current = "", ""
            current += character
        pieces.append(space + current)
    return pieces


def _join(pieces: list[str]) -> str:
    return "".join(pieces).strip()


def _unevenness(top: str, bottom: str) -> int:
    return abs(columns(top) - columns(bottom))
