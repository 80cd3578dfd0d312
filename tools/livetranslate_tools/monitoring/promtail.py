"""Promtail's file: the logs of Triton, the models and the supervisor, sent to Loki."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from livetranslate_tools.monitoring.settings import MonitoringSettings

# Triton writes glog lines (``I1125 06:35:10.414262 10223 model.cc:839] …``), vLLM Python's level names in front of a
# date; other lines belong to the line before them.
_GLOG = r"^(?P<glog>[IWEF])\d{4} \d{2}:\d{2}:\d{2}\.\d+"
_VLLM = r"^(?:\([^)]*\) )?(?P<word>DEBUG|INFO|WARNING|ERROR|CRITICAL) \d{2}-\d{2} "
_FIRST_LINE = r"^(?:[IWEF]\d{4} \d{2}:|\[|\(|DEBUG|INFO|WARNING|ERROR|CRITICAL|Signal )"
_LEVELS = (
    '{{ if eq .glog "I" }}info{{ else if eq .glog "W" }}warning{{ else if .glog }}error'
    "{{ else if .word }}{{ ToLower .word }}{{ else }}unknown{{ end }}"
)


def configuration(settings: MonitoringSettings) -> dict[str, Any]:
    """``promtail.yml``."""
    return {
        "server": {"http_listen_address": "127.0.0.1", "http_listen_port": 9080, "grpc_listen_port": 0},
        "positions": {"filename": "/var/lib/promtail/positions.yaml"},
        "clients": [{"url": f"{settings.loki.rstrip('/')}/loki/api/v1/push"}],
        "scrape_configs": [_triton(settings.logs), _supervisor(settings.logs)],
    }


def _triton(folders: tuple[Path, ...]) -> dict[str, Any]:
    return {
        "job_name": "livetranslate-triton",
        "static_configs": _files(folders, "triton.log", "triton"),
        "pipeline_stages": [
            {"multiline": {"firstline": _FIRST_LINE, "max_wait_time": "3s"}},
            {"regex": {"expression": _GLOG}},
            {"regex": {"expression": _VLLM}},
            {"template": {"source": "level", "template": _LEVELS}},
            {"labels": {"level": None}},
        ],
    }


def _supervisor(folders: tuple[Path, ...]) -> dict[str, Any]:
    return {
        "job_name": "livetranslate-supervisor",
        "static_configs": _files(folders, "supervisor.log", "supervisor"),
        "pipeline_stages": [
            {"regex": {"expression": r"^(?P<time>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z) "}},
            {"timestamp": {"source": "time", "format": "RFC3339"}},
        ],
    }


def _files(folders: tuple[Path, ...], name: str, source: str) -> list[dict[str, Any]]:
    return [
        {
            "targets": ["localhost"],
            "labels": {"job": "livetranslate", "source": source, "__path__": str(folder / name)},
        }
        for folder in folders
    ]
