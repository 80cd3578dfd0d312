"""Every alert."""

from __future__ import annotations

from collections.abc import Mapping

from livetranslate_tools.monitoring.alerts_of_models import ALERTS_OF_MODELS
from livetranslate_tools.monitoring.alerts_of_servers import alerts_of_servers
from livetranslate_tools.monitoring.alerts_of_sessions import ALERTS_OF_SESSIONS
from livetranslate_tools.monitoring.alerts_of_translation import ALERTS_OF_TRANSLATION
from livetranslate_tools.monitoring.description import Alert


def alerts(expected_devices: Mapping[str, str] | None = None) -> tuple[Alert, ...]:
    """The alerts, most urgent subject first.

    Args:
        expected_devices: model -> device it must run on, e.g. ``whisper`` -> ``GPU``.
    """
    return (
        *alerts_of_servers(expected_devices or {}),
        *ALERTS_OF_SESSIONS,
        *ALERTS_OF_MODELS,
        *ALERTS_OF_TRANSLATION,
    )
