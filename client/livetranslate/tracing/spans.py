"""A span as the models see it, and the one that is nothing, for when nobody traces."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

Value = str | int | float | bool


class Span(Protocol):
    """Something that takes time. Any thread may set values and end it."""

    @property
    def is_recorded(self) -> bool:
        """Whether anybody will see it."""
        ...

    def set(self, **values: Value) -> None:
        """Facts of it."""
        ...

    def inside(self) -> AbstractContextManager[None]:
        """In this block and thread, new spans are its children, and calls to other models carry it."""
        ...

    def child(self, name: str, **values: Value) -> Span:
        """A span within it."""
        ...

    def end(self, error: str | None = None) -> None:
        """It is over, with the code of an error or without; a second call does nothing."""
        ...


class NoSpan:
    """Nothing."""

    is_recorded = False

    def set(self, **values: Value) -> None:
        """Forgets them."""

    def inside(self) -> AbstractContextManager[None]:
        """The block as it is."""
        return nullcontext()

    def child(self, name: str, **values: Value) -> Span:  # noqa: ARG002 - as Span says
        """Nothing again."""
        return self

    def end(self, error: str | None = None) -> None:
        """Nothing was begun."""


NO_SPAN = NoSpan()
