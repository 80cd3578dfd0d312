"""The walk NPU -> GPU -> CPU: the first device that loads the model and passes the correctness probe serves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from engine_settings import AUTO_DEVICE

from livetranslate.protocol import ErrorCode, LiveTranslateError

PREFERENCE = ("NPU", "GPU", "CPU")

EngineT = TypeVar("EngineT")


def candidates(available: Sequence[str], wanted: str) -> list[str]:
    """Devices to try, best first.

    Args:
        available: OpenVINO's ``Core().available_devices``, for instance ``["CPU", "GPU.0", "GPU.1"]``.
        wanted: ``AUTO``, or the one device to try, available or not.
    """
    if wanted != AUTO_DEVICE:
        return [wanted]
    return [device for kind in PREFERENCE for device in available if device.split(".")[0] == kind]


def first_working(
    devices: Sequence[str],
    build: Callable[[str], EngineT],
    probe: Callable[[EngineT], str | None],
    *,
    log: Callable[[str], None],
) -> EngineT:
    """Builds the engine on the first device that works, and logs why the others were refused.

    Args:
        devices: names in order of preference.
        build: loads the engine on a device; may raise.
        probe: gives the reason why an engine is not to be trusted, or None.
        log: takes one sentence a device.

    Raises:
        LiveTranslateError: ``DEVICE_UNAVAILABLE``, with the reason of each device.
    """
    refusals: list[str] = []
    for device in devices:
        try:
            engine = build(device)
            reason = probe(engine)
        except Exception as error:  # noqa: BLE001 - drivers raise whatever they like; each reason is reported
            reason = " ".join(str(error).split())[:300] or type(error).__name__
        if reason is None:
            log(f"whisper runs on {device}")
            return engine
        log(f"whisper does not run on {device}: {reason}")
        refusals.append(f"{device}: {reason}")
    raise LiveTranslateError(
        ErrorCode.DEVICE_UNAVAILABLE,
        f"No device runs the speech recogniser. {'; '.join(refusals) or 'OpenVINO sees no device'}. "
        "Check the drivers, or set the parameter device to one that works (CPU always should).",
    )
