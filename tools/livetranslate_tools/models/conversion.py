"""Runs a conversion in the throw-away ``convert`` environment, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

import livetranslate_tools
from livetranslate_tools import environments
from livetranslate_tools.models.artifacts import Conversion
from livetranslate_tools.models.errors import ConversionError, ModelError
from livetranslate_tools.models.use_lock import UseLock

ENVIRONMENT = "convert"
PYTHON_VARIABLE = "LIVETRANSLATE_CONVERT_PYTHON"


class Report(msgspec.Struct, frozen=True):
    """What a conversion says of itself: what it checked, and with which versions it worked."""

    checks: tuple[str, ...] = ()
    tools: dict[str, str] = {}


class Converter:
    """Conversions by one interpreter, which is found (or its environment built) at the first one.

    ``$LIVETRANSLATE_CONVERT_PYTHON`` names an interpreter that already has what ``requirements/convert.lock`` lists.
    """

    def __init__(self, cache: Path, report: Callable[[str], None]) -> None:
        self._report = report
        self._use = UseLock(cache / "envs" / f".{ENVIRONMENT}.use")
        self._python: Path | None = None

    def convert(self, conversion: Conversion, source: Path, target: Path) -> Report:
        """Converts ``source`` into the new folder ``target``.

        Raises:
            ConversionError: the conversion failed; the message is its own.
            ModelError: the environment cannot be built.
        """
        python = self._interpreter()
        with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
            # Only our package is put on its path, by a link: the folder it is installed in also holds our
            # numpy and the rest, which must not shadow those of the conversion's own environment.
            (Path(scratch) / livetranslate_tools.__name__).symlink_to(Path(livetranslate_tools.__file__).parent)
            report = Path(scratch) / "report.json"
            command = [str(python), "-m", f"{__package__}.convert", conversion.value, str(source), str(target)]
            environment = {**os.environ, "PYTHONPATH": scratch, "PYTHONDONTWRITEBYTECODE": "1", "HF_HUB_OFFLINE": "1"}
            environment |= {"TMPDIR": scratch, "TOKENIZERS_PARALLELISM": "false", "PYTHONUTF8": "1"}
            run = subprocess.run(
                [*command, str(report)],
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
            )
            if run.returncode == 0 and report.is_file():
                return msgspec.json.decode(report.read_bytes(), type=Report)
        raise ConversionError(_reason(conversion, run.returncode, run.stderr))

    def close(self) -> None:
        """Removes the environment if this converter used it, unless another fetch uses it too: the last one removes."""
        if self._python and not os.environ.get(PYTHON_VARIABLE) and self._use.is_ours_alone():
            environments.remove(ENVIRONMENT, report=self._report)
        self._python = None
        self._use.release()

    def _interpreter(self) -> Path:
        if self._python is None:
            named = os.environ.get(PYTHON_VARIABLE)
            self._use.acquire()
            try:
                self._python = Path(named) if named else environments.python_of(self._environment())
            except environments.SetupError as error:
                raise ModelError(f"The environment for conversions cannot be set up: {error}") from error
            if not self._python.exists():
                raise ModelError(f"There is no interpreter {self._python}; correct or unset {PYTHON_VARIABLE}.")
        return self._python

    def _environment(self) -> Path:
        return environments.ensure(ENVIRONMENT, report=self._report)


def _reason(conversion: Conversion, returncode: int, stderr: str) -> str:
    lines = [line for line in stderr.strip().splitlines() if line.strip()]
    last = "\n".join(lines[-8:]) or "it said nothing"
    if returncode < 0:
        why = f"was killed by signal {-returncode}" + (" (out of memory?)" if returncode == -9 else "")
        return f"The conversion {conversion.value} {why}: {last}"
    if "No space left on device" in stderr:
        return "The disk is full. Free some space and run the same command again: downloads are kept."
    return f"The conversion {conversion.value} failed: {last}"
