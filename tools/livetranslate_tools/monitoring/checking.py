"""Checks what was generated with Prometheus' and Alertmanager's own tools."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class Verdict:
    """What one tool said.

    Attributes:
        what: what was looked at.
        is_good: whether it is right; None when the tool is not there.
        said: the tool's own words, or which package brings it.
    """

    what: str
    is_good: bool | None
    said: str


def check(folder: Path) -> Iterator[Verdict]:
    """Looks at the files that :func:`livetranslate_tools.monitoring.folder.write` wrote into a folder."""
    settings = folder / "prometheus" / "prometheus.yml"
    rules = sorted(map(str, (folder / "prometheus" / "rules").glob("*.yml")))
    yield _ran("Prometheus' configuration", "prometheus", "promtool", "check", "config", str(settings))
    yield _ran("recording and alerting rules", "prometheus", "promtool", "check", "rules", *rules)
    routes = folder / "alertmanager" / "alertmanager.yml"
    yield _ran("Alertmanager's configuration", "prometheus-alertmanager", "amtool", "check-config", str(routes))


def _ran(what: str, package: str, *command: str) -> Verdict:
    tool = shutil.which(command[0])
    if tool is None:
        return Verdict(what, None, f"{command[0]} is not there; the Debian package {package} has it.")
    done = subprocess.run([tool, *command[1:]], capture_output=True, text=True, check=False, timeout=_TIMEOUT_S)
    return Verdict(what, done.returncode == 0, (done.stdout + done.stderr).strip())
