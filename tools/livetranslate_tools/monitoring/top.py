"""``livetranslate top``: reads the metrics endpoint every few seconds and shows what changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import msgspec
from rich.console import Console
from rich.live import Live
from rich.text import Text

from livetranslate_tools.monitoring.settings import MonitoringError
from livetranslate_tools.monitoring.top_figures import Figures, figures
from livetranslate_tools.monitoring.top_pages import Endpoint, History
from livetranslate_tools.monitoring.top_view import view


def readings(endpoint: Endpoint, *, interval_s: float, window_s: float) -> Iterator[Figures]:
    """Figures now, and again after each interval, for ever.

    Args:
        endpoint: where they come from.
        interval_s: time between two, seconds.
        window_s: how far back each is compared, seconds.

    Raises:
        MonitoringError: the endpoint does not answer.
    """
    history = History(window_s=window_s)
    while True:
        history.add(endpoint.read())
        yield figures(history.newest, history.earlier)
        time.sleep(interval_s)


def show(
    endpoint: Endpoint, console: Console, *, interval_s: float, window_s: float, once: bool, as_json: bool
) -> None:
    """Shows the figures: once or until Ctrl-C, as a view or as one JSON object a line.

    Raises:
        MonitoringError: the endpoint does not answer at the start; later, that is shown until it answers again.
    """
    following = readings(endpoint, interval_s=interval_s, window_s=window_s)
    first = next(following)
    if once or as_json or not console.is_terminal:
        _print(first, endpoint, console, as_json=as_json)
        if not once:
            for each in following:
                _print(each, endpoint, console, as_json=as_json)
        return
    live = Live(console=console, auto_refresh=False, screen=True)
    try:  # not ``with``: Ctrl-C while it starts must give the screen back, too
        live.start()
        live.update(view(first, url=endpoint.url), refresh=True)
        _follow(endpoint, lambda content: live.update(content, refresh=True), interval_s=interval_s, window_s=window_s)
    finally:
        live.stop()


def _follow(endpoint: Endpoint, update: Callable[..., None], *, interval_s: float, window_s: float) -> None:
    while True:
        problem = _until_it_fails(endpoint, update, interval_s=interval_s, window_s=window_s)
        update(Text(f"{problem}\nTrying again …", style="red"))
        time.sleep(interval_s)


def _until_it_fails(
    endpoint: Endpoint, update: Callable[..., None], *, interval_s: float, window_s: float
) -> MonitoringError:
    try:
        for each in readings(endpoint, interval_s=interval_s, window_s=window_s):
            update(view(each, url=endpoint.url))
    except MonitoringError as error:
        return error
    return MonitoringError(f"{endpoint.url} was not read any more.")


def _print(each: Figures, endpoint: Endpoint, console: Console, *, as_json: bool) -> None:
    if as_json:
        console.file.write(msgspec.json.encode(each).decode() + "\n")
        console.file.flush()
    else:
        console.print(view(each, url=endpoint.url))
