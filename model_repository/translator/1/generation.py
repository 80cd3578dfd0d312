"""What every way of generating a translation has in common: its request, its protocol, and what its failures mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from livetranslate.protocol import ErrorCode, LiveTranslateError, TranslateOptions
from livetranslate.protocol.errors import Category

OnText = Callable[[str], None]
"""Gets the whole text so far each time it has grown."""

IsCancelled = Callable[[], bool]

_ABOUT_THE_CALLER = frozenset(
    {
        Category.TEXT,
        Category.OPTIONS,
        Category.LANGUAGE,
        Category.TERMS,
        Category.PROTOCOL,
        Category.SESSION,
        Category.CANCELLED,
    }
)


@dataclass(frozen=True)
class GenerationRequest:
    """A sentence to translate.

    Attributes:
        text: the source sentence.
        options: languages, context and terms.
        deadline: when nobody waits for the answer any more, in seconds of ``time.monotonic``.
    """

    text: str
    options: TranslateOptions
    deadline: float


class Route(Protocol):
    """One way of turning a request into text: a model in this server, or another server."""

    @property
    def name(self) -> str:
        """What events and metrics call it; of a small fixed set, such as ``llm``, ``llm_fallback``, ``remote``."""
        ...

    def generate(self, request: GenerationRequest, *, on_text: OnText, is_cancelled: IsCancelled) -> str:
        """The whole raw answer.

        Raises:
            LiveTranslateError: whatever went wrong; ``SESSION_CANCELLED`` soon after ``is_cancelled`` says so.
        """
        ...


class RouteRefusal(LiveTranslateError):  # noqa: N818 - it is called what it is
    """A refusal that the same route would repeat now, whatever its code, while another route may do better.

    Attributes:
        faulty: whether the route is at fault (a wrong key, a missing model), rather than unfit for this one request.
    """

    def __init__(
        self, code: ErrorCode, message: str, retry_after_s: float | None = None, *, faulty: bool = False
    ) -> None:
        super().__init__(code, message, retry_after_s)
        self.faulty = faulty


def is_about_input(error: LiveTranslateError) -> bool:
    """Whether a failure is the caller's: any other route would have to refuse its request, or it does not want it."""
    return not error.code.retryable and error.code.category in _ABOUT_THE_CALLER


def is_worth_repeating(error: BaseException) -> bool:
    """Whether the same route may answer the same request when it is asked again."""
    return isinstance(error, LiveTranslateError) and error.code.retryable and not isinstance(error, RouteRefusal)


def cancelled() -> LiveTranslateError:
    """The error of a translation that nobody wants any more."""
    return LiveTranslateError(ErrorCode.SESSION_CANCELLED, "The session ended while its text was translated.")
