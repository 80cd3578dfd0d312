"""Monitoring from one description, for Prometheus, Alertmanager, Grafana and Promtail; and ``livetranslate top``.

The metrics themselves are in :mod:`livetranslate.protocol.metric_catalogue` and :mod:`.foreign_metrics`; what is asked
of them in :mod:`.recordings`, :mod:`.alerts` and :mod:`.dashboards`; the files made of it in :mod:`.folder`.
"""
