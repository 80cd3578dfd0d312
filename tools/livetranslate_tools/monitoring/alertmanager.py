"""Alertmanager's file: who is told of what. Secrets stay in files of their own."""

from __future__ import annotations

from typing import Any

from livetranslate_tools.monitoring.description import Severity
from livetranslate_tools.monitoring.settings import MonitoringSettings

_CRITICAL = f'severity="{Severity.CRITICAL.value}"'
_WARNING = f'severity="{Severity.WARNING.value}"'


def configuration(settings: MonitoringSettings) -> dict[str, Any]:
    """``alertmanager.yml``: the webhook is told of everything, PagerDuty of what is critical.

    While a server is down, nothing else is told of it; a critical alert about a server hides its warnings.
    """
    receivers: list[dict[str, Any]] = [{"name": "nobody"}]
    routes: list[dict[str, Any]] = []
    if settings.pagerduty_key_file:
        receivers.append({"name": "pagerduty", "pagerduty_configs": [_pagerduty(settings)]})
        routes.append({"receiver": "pagerduty", "matchers": [_CRITICAL], "continue": True})
    if settings.webhook:
        receivers.append({"name": "webhook", "webhook_configs": [_webhook(settings)]})
        routes.append({"receiver": "webhook", "matchers": ['alertname=~".+"']})
    return {
        "route": {
            "receiver": "nobody",
            "group_by": ["alertname", "instance"],
            "group_wait": "15s",
            "group_interval": "2m",
            "repeat_interval": "4h",
            "routes": routes,
        },
        "receivers": receivers,
        "inhibit_rules": [
            {
                "source_matchers": ['alertname="ServerDown"'],
                "target_matchers": ['alertname!="ServerDown"'],
                "equal": ["instance"],
            },
            {"source_matchers": [_CRITICAL], "target_matchers": [_WARNING], "equal": ["instance", "model"]},
        ],
    }


def _pagerduty(settings: MonitoringSettings) -> dict[str, Any]:
    return {
        "routing_key_file": str(settings.pagerduty_key_file),
        "description": "{{ .CommonAnnotations.summary }}",
        "links": [{"href": "{{ .CommonAnnotations.runbook_url }}", "text": "Runbook"}],
    }


def _webhook(settings: MonitoringSettings) -> dict[str, Any]:
    webhook: dict[str, Any] = {"url": settings.webhook, "send_resolved": True}
    if settings.webhook_token_file:
        credentials = {"type": "Bearer", "credentials_file": str(settings.webhook_token_file)}
        webhook["http_config"] = {"authorization": credentials}
    return webhook
