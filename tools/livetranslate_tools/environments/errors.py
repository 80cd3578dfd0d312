"""What goes wrong while a machine is set up: always one sentence that says what to do."""

from __future__ import annotations


class SetupError(Exception):
    """The set-up cannot go on; the message says why and what the person should do."""


class PreflightError(SetupError):
    """The machine lacks something; nothing has been changed yet."""


class BuildError(SetupError):
    """Building an environment failed; what was begun is removed by the next build."""
