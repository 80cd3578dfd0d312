"""Writes everything that is generated into one folder, each tool's files in its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from livetranslate_tools.monitoring import alertmanager, grafana, prometheus, promtail
from livetranslate_tools.monitoring.dashboards import DASHBOARDS
from livetranslate_tools.monitoring.settings import MonitoringError, MonitoringSettings

_HEADER = "# Made by: livetranslate monitoring write. Change the description, not this file.\n"


def write(folder: Path, settings: MonitoringSettings) -> tuple[Path, ...]:
    """Writes the files, over those of an earlier time.

    Returns:
        The files, in order.

    Raises:
        MonitoringError: the folder cannot be written.
    """
    try:
        return tuple(_put(folder / name, text) for name, text in _files(folder, settings).items())
    except OSError as error:
        raise MonitoringError(f"{folder} cannot be written: {error.strerror}; name another folder.") from None


def _files(folder: Path, settings: MonitoringSettings) -> dict[str, str]:
    dashboards = folder / "grafana" / "dashboards"
    return {
        "prometheus/prometheus.yml": _yaml(prometheus.configuration(settings)),
        "prometheus/rules/recordings.yml": _yaml(prometheus.recording_rules()),
        "prometheus/rules/alerts.yml": _yaml(prometheus.alerting_rules(settings)),
        "alertmanager/alertmanager.yml": _yaml(alertmanager.configuration(settings)),
        "promtail/promtail.yml": _yaml(promtail.configuration(settings)),
        "grafana/provisioning/datasources/livetranslate.yml": _yaml(grafana.data_sources(settings)),
        "grafana/provisioning/dashboards/livetranslate.yml": _yaml(grafana.dashboard_provider(str(dashboards))),
        **{
            f"grafana/dashboards/{board.uid}.json": json.dumps(grafana.dashboard(board), indent=2) + "\n"
            for board in DASHBOARDS
        },
    }


def _yaml(content: dict[str, Any]) -> str:
    return _HEADER + msgspec.yaml.encode(content).decode()


def _put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
