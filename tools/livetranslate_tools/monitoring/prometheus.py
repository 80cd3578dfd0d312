"""Prometheus' files: what to scrape, and the rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from livetranslate_tools.monitoring.alerts import alerts
from livetranslate_tools.monitoring.description import Alert
from livetranslate_tools.monitoring.queries import DRIFT_JOB, JOB
from livetranslate_tools.monitoring.recordings import RECORDINGS
from livetranslate_tools.monitoring.settings import MonitoringSettings


def configuration(settings: MonitoringSettings) -> dict[str, Any]:
    """``prometheus.yml``; the rules are in ``rules/`` beside it."""
    return {
        "global": {"scrape_interval": settings.interval, "evaluation_interval": settings.interval},
        "rule_files": ["rules/*.yml"],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [settings.alertmanager]}]}]},
        "scrape_configs": [
            {"job_name": name, "static_configs": [{"targets": list(targets)}]}
            for name, targets in ((JOB, settings.targets), (DRIFT_JOB, settings.drift_targets))
            if targets
        ],
    }


def recording_rules() -> dict[str, Any]:
    """``rules/recordings.yml``."""
    rules = [{"record": recording.name, "expr": recording.expression} for recording in RECORDINGS]
    return {"groups": [{"name": "livetranslate-recordings", "rules": rules}]}


def alerting_rules(settings: MonitoringSettings) -> dict[str, Any]:
    """``rules/alerts.yml``."""
    rules = [alerting_rule(alert, settings) for alert in alerts(settings.expected_devices)]
    return {"groups": [{"name": "livetranslate-alerts", "rules": rules}]}


def alerting_rule(alert: Alert, settings: MonitoringSettings) -> Mapping[str, Any]:
    """One alert as Prometheus takes it."""
    return {
        "alert": alert.name,
        "expr": alert.expression,
        "for": alert.hold,
        "labels": {"severity": alert.severity.value},
        "annotations": told(alert, settings),
    }


def told(alert: Alert, settings: MonitoringSettings) -> dict[str, str]:
    """What a person is told."""
    return {
        "summary": alert.summary,
        "description": alert.description,
        "threshold": alert.reason,
        "runbook_url": f"{settings.runbooks.rstrip('/')}/{alert.name}.md",
    }
