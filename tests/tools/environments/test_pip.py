"""pip's failures become sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from livetranslate_tools.environments.pip import explain

LOG = Path("/cache/envs/runtime.log")

# Ends of real outputs.
NO_NETWORK = """\
WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by \
'NewConnectionError('<pip._vendor.urllib3.connection.HTTPConnection object>: Failed to establish a new connection: \
[Errno 111] Connection refused')': /simple/av/
ERROR: Could not find a version that satisfies the requirement av==18.1.0 (from versions: none)
ERROR: No matching distribution found for av==18.1.0"""
DISK_FULL = "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device"
UNKNOWN = """\
ERROR: Could not find a version that satisfies the requirement numpy==9.9 (from versions: 1.26.4, 2.4.6)
ERROR: No matching distribution found for numpy==9.9"""


@pytest.mark.parametrize(
    ("output", "returncode", "sentence"),
    [
        (NO_NETWORK, 1, "the package registry cannot be reached: check the network and pip's settings"),
        (DISK_FULL, 1, "the disk is full: free some space"),
        (UNKNOWN, 1, "the package registry has no numpy==9.9 for this Python"),
        ("Collecting torch", -9, "it was ended by signal 9 (9 often means that memory ran out)"),
    ],
)
def test_failure_is_explained(output: str, returncode: int, sentence: str) -> None:
    assert sentence in explain(output, returncode=returncode, log=LOG)


def test_end_of_the_output_and_the_log_are_shown() -> None:
    text = explain("\n".join(f"line {number}" for number in range(100)), returncode=1, log=LOG)
    assert str(LOG) in text
    assert text.endswith("    line 99")
    assert "line 50" not in text
