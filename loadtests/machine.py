"""On what and when a report was measured."""

from __future__ import annotations

import os
import platform
import shlex
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import psutil

import livetranslate

_OF_THIS_MACHINE = ("--url", "--watched", "--blind", "--state-dir", "--report", "--plots")


def setting(module: str) -> dict[str, Any]:
    """For a report: the command without this machine's addresses and paths, the machine, its load, the version."""
    return {
        "command": shlex.join(["python", "-m", module, *_repeatable(sys.argv[1:])]),
        "measured_at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "version": livetranslate.__version__,
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30),
        "load_average_before": round(psutil.getloadavg()[0], 2),
    }


def _repeatable(arguments: list[str]) -> list[str]:
    """Without options whose values mean nothing elsewhere."""
    kept: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument in _OF_THIS_MACHINE:
            next(rest, None)
        elif not argument.startswith(tuple(f"{name}=" for name in _OF_THIS_MACHINE)):
            kept.append(argument)
    return kept


def _cpu() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
