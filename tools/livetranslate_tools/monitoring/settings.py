"""What of a monitoring differs from one installation to another."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from livetranslate_tools.serving.plan import Ports

_TARGET = re.compile(r"^(?:\[[0-9a-fA-F:.]+\]|[\w.-]+):(?P<port>\d{1,5})$")
_DURATION = re.compile(r"^[1-9]\d*(?:s|m)$")
DEFAULT_TARGET = f"{Ports().host}:{Ports().metrics}"


class MonitoringError(Exception):
    """A sentence about what is wrong, and what to do."""


@dataclass(frozen=True)
class MonitoringSettings:
    """Where things are; checked when made.

    Attributes:
        targets: metrics endpoints, ``host:port``.
        drift_targets: pages of ``livetranslate drift watch --listen``, ``host:port``.
        interval: between two scrapes, and between two evaluations of the rules.
        runbooks: what alerts put before ``<name>.md``: a folder of the repository or a URL.
        expected_devices: model -> device it must run on.
        alertmanager: ``host:port`` of the Alertmanager that Prometheus tells.
        webhook: URL that is told of every alert; empty for none.
        webhook_token_file: file with a bearer token for it.
        pagerduty_key_file: file with the integration key (Events API v2) for critical alerts.
        loki: URL of Loki; Promtail pushes there, Grafana reads there.
        prometheus: URL at which Grafana reaches Prometheus.
        logs: folders with Triton's and the supervisor's logs.

    Raises:
        MonitoringError: a value cannot work.
    """

    targets: tuple[str, ...] = (DEFAULT_TARGET,)
    drift_targets: tuple[str, ...] = ()
    interval: str = "15s"
    runbooks: str = "docs/runbooks"
    expected_devices: Mapping[str, str] = field(default_factory=dict)
    alertmanager: str = "127.0.0.1:9093"
    webhook: str = ""
    webhook_token_file: Path | None = None
    pagerduty_key_file: Path | None = None
    loki: str = "http://127.0.0.1:3100"
    prometheus: str = "http://127.0.0.1:9090"
    logs: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        if not self.targets:
            raise MonitoringError("There is no target to scrape; name at least one, e.g. 127.0.0.1:8002.")
        for address in (*self.targets, *self.drift_targets, self.alertmanager):
            match = _TARGET.match(address)
            if match is None or not 1 <= int(match["port"]) <= 65535:
                raise MonitoringError(
                    f"{address!r} is not host:port, e.g. 127.0.0.1:8002; give neither http:// nor a path."
                )
        if not _DURATION.match(self.interval):
            raise MonitoringError(f"The interval {self.interval!r} is no time of Prometheus, e.g. 15s or 1m.")
        for url in filter(None, (self.webhook, self.loki, self.prometheus)):
            _check_url(url)
        if self.webhook_token_file and not self.webhook:
            raise MonitoringError("A file with the webhook's token was given, and no --webhook.")
        for file in filter(None, (self.webhook_token_file, self.pagerduty_key_file)):
            if not file.is_file():
                raise MonitoringError(
                    f"There is no file {file}; write the secret into it, readable by Alertmanager alone."
                )


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise MonitoringError(f"{url!r} is no URL: {error}.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise MonitoringError(f"{url!r} is no URL that begins with http:// or https:// and names a host.")
    if parts.username or parts.password:
        raise MonitoringError(
            f"The URL for {parts.hostname} holds a user or password, which would be written into the configuration. "
            "Put a token into a file and name it with --webhook-token-file."
        )
