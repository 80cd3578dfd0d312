"""Captions in a terminal: committed text plain, uncommitted text dim, each translation beneath in its colour.

Where output is no terminal, each final text is one line. For the whole run of a session, from a program, see
:func:`livetranslate.cli.stream.run_stream`.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import Protocol

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.segment import Segment
from rich.text import Text

from livetranslate.caption_state import CaptionedUtterance, CaptionState, remark
from livetranslate.protocol import Error, Event, TranscriptFinal, TranslationFinal, Warning_

LANGUAGE_COLOURS = ("cyan", "green", "magenta", "yellow", "blue", "bright_red", "bright_cyan", "bright_green")
SPEAKER_COLOURS = ("bold cyan", "bold yellow", "bold green", "bold magenta", "bold blue", "bold red")
_REFRESH_HZ = 8


class CaptionView(Protocol):
    """Shows a session's events; a context manager."""

    def __enter__(self) -> CaptionView: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def show(self, event: Event) -> None:
        """Takes in one event."""

    def tell(self, status: str) -> None:
        """Says how the connection is; nothing when it is well again."""


def caption_view(console: Console, targets: Iterable[str]) -> CaptionView:
    """The view that suits the console: growing captions in a terminal, plain lines elsewhere."""
    return LiveCaptions(console, targets) if console.is_terminal else PlainCaptions(console, targets)


class CaptionRenderer:
    """Utterances as styled text."""

    def __init__(self, targets: Iterable[str]) -> None:
        self._targets = tuple(targets)
        self._speakers: dict[str, str] = {}

    def lines(self, utterance: CaptionedUtterance) -> list[Text]:
        """The transcript, then one text a language in the order of the targets."""
        transcript = Text()
        for speaker, text in utterance.turns():
            if transcript:
                transcript.append(" ")
            if speaker is not None:
                transcript.append(f"{speaker}: ", style=self._speaker_style(speaker))
            transcript.append(text)
        if utterance.unstable_text:
            transcript.append(utterance.joiner if transcript else "")
            transcript.append(utterance.unstable_text, style="dim")
        lines = [transcript]
        for index, target in enumerate(self._targets):
            if translation := utterance.translations.get(target):
                colour = LANGUAGE_COLOURS[index % len(LANGUAGE_COLOURS)]
                style = colour if target in utterance.settled else f"dim {colour}"
                line = Text.assemble((f"{target} ", f"dim {colour}"), (translation, style))
                if remarks := utterance.remarks.get(target):
                    line.append(f" {remarks}", style="yellow")
                lines.append(line)
        return lines

    def _speaker_style(self, speaker: str) -> str:
        return self._speakers.setdefault(speaker, SPEAKER_COLOURS[len(self._speakers) % len(SPEAKER_COLOURS)])


class LiveCaptions:
    """Captions that grow in place; finished utterances scroll up and stay.

    Args:
        console: a terminal.
        targets: languages to show, in this order.
    """

    def __init__(self, console: Console, targets: Iterable[str] = ()) -> None:
        self._console = console
        self._state = CaptionState(targets)
        self._renderer = CaptionRenderer(self._state.targets)
        self._status = ""
        self._live = Live(console=console, get_renderable=lambda: self, refresh_per_second=_REFRESH_HZ, transient=True)

    def __enter__(self) -> LiveCaptions:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()
        # What was heard and never became final still belongs on the screen.
        for utterance in self._state.utterances:
            self._print(utterance)

    def show(self, event: Event) -> None:
        """Takes in one event."""
        self._state.apply(event)
        for utterance in self._state.take_finished():
            self._print(utterance)
        if isinstance(event, (Warning_, Error)):
            self._console.print(Text(problem_line(event), style="yellow"))

    def tell(self, status: str) -> None:
        """Shows the status beneath the captions until it changes."""
        self._status = status

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The unfinished utterances; of more than a screenful, the newest lines."""
        texts = [line for utterance in self._state.utterances for line in self._renderer.lines(utterance)]
        if self._status:
            texts.append(Text(self._status, style="yellow"))
        # Rows are rendered without a fixed height, so that a long text is cut at its beginning, not at its end.
        rows = [row for text in texts for row in console.render_lines(text, options.update(height=None), pad=False)]
        for row in rows[-max(1, console.height - 1) :]:
            yield from row
            yield Segment.line()

    def _print(self, utterance: CaptionedUtterance) -> None:
        for line in self._renderer.lines(utterance):
            self._console.print(line)


class PlainCaptions:
    """One line for each final text, as it comes.

    Args:
        console: any output; never coloured or wrapped here.
        targets: languages to show.
    """

    def __init__(self, console: Console, targets: Iterable[str] = ()) -> None:
        self._console = console
        self._targets = frozenset(targets)
        self._status = ""

    def __enter__(self) -> PlainCaptions:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is held back, so nothing is left to show."""

    def show(self, event: Event) -> None:
        """Takes in one event."""
        if isinstance(event, TranscriptFinal) and event.text:
            self._line(f"[{clock(event.audio_start_s or 0.0)}] {event.text}")
        elif isinstance(event, TranslationFinal) and event.language in self._targets:
            self._line(f"[{clock(event.audio_start_s or 0.0)}] {event.language}: {event.text} {remark(event)}".rstrip())
        elif isinstance(event, (Warning_, Error)):
            self._line(problem_line(event))

    def tell(self, status: str) -> None:
        """One line each time the status changes."""
        if status and status != self._status:
            self._line(status)
        self._status = status

    def _line(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)


def problem_line(event: Warning_ | Error) -> str:
    """A warning or an error as one line."""
    kind = "warning" if isinstance(event, Warning_) else "error"
    return f"{kind}: {event.message} ({event.code.value})"


def clock(seconds: float) -> str:
    """Audio time as minutes and seconds: ``02:07.3``."""
    tenths = round(seconds * 10)
    return f"{tenths // 600:02d}:{tenths // 10 % 60:02d}.{tenths % 10}"
