"""How a request can fail, in the words of Triton's status codes."""

from __future__ import annotations

from enum import Enum


class Status(str, Enum):
    """Names of the ``TritonError`` codes this backend answers with."""

    INVALID_ARG = "INVALID_ARG"
    UNAVAILABLE = "UNAVAILABLE"
    CANCELLED = "CANCELLED"
    INTERNAL = "INTERNAL"


class RequestError(Exception):
    """A request cannot be answered.

    Attributes:
        status: the Triton status code.
        message: a sentence with the reason.
    """

    def __init__(self, status: Status, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def invalid(message: str) -> RequestError:
    """The caller's mistake."""
    return RequestError(Status.INVALID_ARG, message)
