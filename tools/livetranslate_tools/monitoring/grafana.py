"""Grafana's files: dashboards in its JSON model (schema 39: Grafana 10.4 and later), and how it finds them."""

from __future__ import annotations

from typing import Any

from livetranslate_tools.monitoring.description import Dashboard, Panel, PanelKind
from livetranslate_tools.monitoring.known_metrics import metric_of, names_in
from livetranslate_tools.monitoring.queries import JOB
from livetranslate_tools.monitoring.recordings import BY_NAME
from livetranslate_tools.monitoring.settings import MonitoringSettings

SCHEMA = 39
_COLUMNS = 24
_SIZES = {PanelKind.NUMBER: (4, 4), PanelKind.GRAPH: (12, 8), PanelKind.TABLE: (12, 8)}
_DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
_VARIABLES = {
    "instance": f'label_values(up{{job="{JOB}"}}, instance)',
    "version": f'label_values(nv_inference_request_success{{job="{JOB}"}}, version)',
    "model": f'label_values(nv_inference_request_success{{job="{JOB}"}}, model)',
}


def dashboard(description: Dashboard) -> dict[str, Any]:
    """A dashboard as Grafana imports and provisions it."""
    return {
        "uid": description.uid,
        "title": description.title,
        "description": description.description,
        "tags": ["livetranslate"],
        "schemaVersion": SCHEMA,
        "version": 1,
        "editable": True,
        "refresh": "30s",
        "time": {"from": "now-1h", "to": "now"},
        "timezone": "browser",
        "graphTooltip": 1,
        "links": [{"title": "LiveTranslate", "type": "dashboards", "tags": ["livetranslate"], "asDropdown": True}],
        "annotations": {"list": [_alerts_as_annotations()]},
        "templating": {
            "list": [_datasource_variable(), *(_variable(name, query) for name, query in _VARIABLES.items())]
        },
        "panels": _laid_out(description),
    }


def data_sources(settings: MonitoringSettings) -> dict[str, Any]:
    """``provisioning/datasources``: Prometheus and Loki."""
    prometheus = {"name": "Prometheus", "type": "prometheus", "uid": "livetranslate-prometheus", "access": "proxy"}
    loki = {"name": "Loki", "type": "loki", "uid": "livetranslate-loki", "access": "proxy", "url": settings.loki}
    timing = {"jsonData": {"timeInterval": settings.interval}}
    return {
        "apiVersion": 1,
        "datasources": [{**prometheus, "url": settings.prometheus, "isDefault": True, **timing}, loki],
    }


def dashboard_provider(folder: str) -> dict[str, Any]:
    """``provisioning/dashboards``: the folder that Grafana reads dashboards from."""
    provider = {"name": "livetranslate", "folder": "LiveTranslate", "type": "file", "options": {"path": folder}}
    return {"apiVersion": 1, "providers": [provider]}


def panel_text(panel: Panel) -> str:
    """What a panel says about itself: each metric's help, what to do when it moves, and the panel's own note."""
    lines = [panel.note] if panel.note else []
    for query in panel.queries:
        for name in names_in(query.expression):
            lines += [BY_NAME[name].help] if name in BY_NAME else []
            # A recording speaks for itself, and through the metrics that it is made of.
            sources = names_in(BY_NAME[name].expression) if name in BY_NAME else (name,)
            for metric in filter(None, map(metric_of, sources)):
                lines.append(f"{metric.help} When it moves: {metric.action}")
    if panel.empty_because:
        lines.append(f"It may be empty: {panel.empty_because}")
    return "\n\n".join(dict.fromkeys(lines))


def _laid_out(description: Dashboard) -> list[dict[str, Any]]:
    panels: list[dict[str, Any]] = []
    top = 0
    for row in description.rows:
        place = {"x": 0, "y": top, "w": _COLUMNS, "h": 1}
        panels.append(
            {
                "id": len(panels) + 1,
                "type": "row",
                "title": row.title,
                "collapsed": False,
                "panels": [],
                "gridPos": place,
            }
        )
        left, top, height = 0, top + 1, 0
        for panel in row.panels:
            width, tall = _SIZES[panel.kind]
            if left + width > _COLUMNS:
                left, top, height = 0, top + height, 0
            place = {"x": left, "y": top, "w": width, "h": tall}
            panels.append({"id": len(panels) + 1, **_panel(panel), "gridPos": place})
            left, height = left + width, max(height, tall)
        top += height
    return panels


def _panel(panel: Panel) -> dict[str, Any]:
    is_table = panel.kind is PanelKind.TABLE
    targets = [
        {
            "refId": chr(ord("A") + index),
            "datasource": _DATASOURCE,
            "expr": query.expression,
            "legendFormat": query.legend or "__auto",
            "instant": panel.kind is not PanelKind.GRAPH,
            "range": panel.kind is PanelKind.GRAPH,
            **({"format": "table"} if is_table else {}),
        }
        for index, query in enumerate(panel.queries)
    ]
    return {
        "type": panel.kind.value,
        "title": panel.title,
        "description": panel_text(panel),
        "datasource": _DATASOURCE,
        "targets": targets,
        "fieldConfig": {"defaults": _defaults(panel), "overrides": []},
        "options": _options(panel.kind),
        **({"transformations": [_without_time()]} if is_table else {}),
    }


def _defaults(panel: Panel) -> dict[str, Any]:
    steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
    steps += [{"color": color, "value": at} for color, at in zip(("yellow", "red"), panel.steps, strict=False)]
    return {"unit": panel.unit, "thresholds": {"mode": "absolute", "steps": steps}}


def _options(kind: PanelKind) -> dict[str, Any]:
    if kind is PanelKind.NUMBER:
        return {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}, "colorMode": "value"}
    if kind is PanelKind.GRAPH:
        return {
            "legend": {"displayMode": "table", "placement": "bottom", "calcs": ["lastNotNull", "max"]},
            "tooltip": {"mode": "multi", "sort": "desc"},
        }
    return {"showHeader": True}


def _without_time() -> dict[str, Any]:
    return {"id": "organize", "options": {"excludeByName": {"Time": True, "Value": True}}}


def _datasource_variable() -> dict[str, Any]:
    return {"name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus", "refresh": 1}


def _variable(name: str, query: str) -> dict[str, Any]:
    return {
        "name": name,
        "label": name.capitalize(),
        "type": "query",
        "datasource": _DATASOURCE,
        "definition": query,
        "query": {"query": query, "refId": name},
        "refresh": 2,
        "sort": 1,
        "multi": True,
        "includeAll": True,
        "allValue": ".*",
        "current": {"selected": True, "text": ["All"], "value": ["$__all"]},
    }


def _alerts_as_annotations() -> dict[str, Any]:
    return {
        "name": "Alerts",
        "datasource": _DATASOURCE,
        "enable": True,
        "iconColor": "red",
        "expr": 'ALERTS{alertstate="firing"}',
        "titleFormat": "{{alertname}}",
        "textFormat": "{{instance}} {{model}} {{version}}",
    }
