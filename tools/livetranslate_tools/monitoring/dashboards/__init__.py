"""The dashboards, one module each."""

from __future__ import annotations

from livetranslate_tools.monitoring.dashboards.fleet import FLEET
from livetranslate_tools.monitoring.dashboards.models import MODELS
from livetranslate_tools.monitoring.dashboards.rollout import ROLLOUT
from livetranslate_tools.monitoring.dashboards.sessions import SESSIONS
from livetranslate_tools.monitoring.dashboards.translation import TRANSLATION
from livetranslate_tools.monitoring.description import Dashboard

DASHBOARDS: tuple[Dashboard, ...] = (FLEET, SESSIONS, MODELS, ROLLOUT, TRANSLATION)
