"""Policies against traffics, as a table and plots."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from loadtests.autoscaling.fleet import Fleet, FleetSettings
from loadtests.autoscaling.outcome import Outcome
from loadtests.autoscaling.policies import Fixed, Foreseeing, Policy, QueueDepth, SessionRoom
from loadtests.autoscaling.server_load import ServerModel
from loadtests.autoscaling.traffic import Traffic
from loadtests.columns import markdown_table

MOST_SERVERS = 4

POLICIES: dict[str, Callable[[], Policy]] = {
    "fixed-1": lambda: Fixed(1),
    "fixed-2": lambda: Fixed(2),
    "fixed-4": lambda: Fixed(MOST_SERVERS),
    "queue": QueueDepth,
    "sessions": lambda: SessionRoom(most=MOST_SERVERS),
    "foreseen": lambda: Foreseeing(room=SessionRoom(most=MOST_SERVERS)),
}
"""New ones for each simulation: a policy remembers what it saw."""


def simulate(
    traffics: Iterable[Traffic], models: dict[str, ServerModel], settings: FleetSettings, *, policies: Sequence[str]
) -> dict[str, list[Outcome]]:
    """Outcomes by the name of the model of a server."""
    listed = list(traffics)
    return {
        name: [Fleet(model, POLICIES[policy](), settings).run(traffic) for traffic in listed for policy in policies]
        for name, model in models.items()
    }


def table(outcomes: Sequence[Outcome]) -> list[str]:
    """A line a traffic and policy."""
    headings = ["traffic", "policy", "server hours", "starts", "calls", "lost", "refusals", "word delay avg, s", "p95",
                "worst", "longest wait of the admitted, s"]  # fmt: skip
    lines = [
        [
            one.traffic, one.policy, f"{one.server_hours:.1f}", str(one.starts), str(one.calls),
            f"{one.lost} ({one.lost_share:.1%})", str(one.refusals), f"{one.delay_avg_s:.2f}", f"{one.delay_p95_s:.2f}",
            f"{one.delay_max_s:.2f}", f"{one.wait_max_s:.0f}",
        ]
        for one in outcomes
    ]  # fmt: skip
    return list(markdown_table(headings, lines))


def as_json(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Without the looks, which plots show."""
    return [{name: value for name, value in asdict(one).items() if name != "looks"} for one in outcomes]


def plot_traffic(outcomes: Sequence[Outcome], path: Path, *, room: int) -> Path:
    """One traffic: sessions above, servers of each policy below; returns the file."""
    figure = Figure(figsize=(8, 1.6 + 1.1 * len(outcomes)), layout="constrained")
    axes = figure.subplots(1 + len(outcomes), 1, sharex=True, squeeze=False)[:, 0]
    for one in outcomes:
        hours = [look.at_s / 3600 for look in one.looks]
        axes[0].plot(hours, [look.sessions for look in one.looks], linewidth=0.8, label=one.policy)
    axes[0].set_ylabel("sessions", fontsize=8)
    axes[0].set_title(f"{outcomes[0].traffic}; a server has room for {room}", fontsize=9)
    axes[0].legend(fontsize=6, ncols=3)
    for axis, one in zip(axes[1:], outcomes, strict=True):
        hours = [look.at_s / 3600 for look in one.looks]
        axis.step(hours, [look.servers for look in one.looks], where="post", label="servers")
        axis.plot(hours, [look.sessions / room for look in one.looks], linewidth=0.8, label="sessions / room")
        axis.set_ylim(0, MOST_SERVERS + 0.7)
        axis.set_ylabel("servers", fontsize=8)
        axis.set_title(f"{one.policy}: {one.server_hours:.1f} h, {one.lost_share:.1%} lost", fontsize=8, loc="left")
    axes[1].legend(fontsize=6, loc="upper right")
    axes[-1].set_xlabel("hours")
    figure.savefig(path, dpi=110)
    return path


def plot_tradeoff(outcomes: Sequence[Outcome], path: Path) -> Path:
    """Cost against lost calls, a panel a traffic; returns the file."""
    names = list(dict.fromkeys(one.traffic for one in outcomes))
    figure = Figure(figsize=(3.4 * len(names), 3.2), layout="constrained")
    axes = figure.subplots(1, len(names), squeeze=False)[0]
    for axis, name in zip(axes, names, strict=True):
        for one in (one for one in outcomes if one.traffic == name):
            axis.scatter(one.server_hours, 100 * one.lost_share, s=30, label=one.policy)
        axis.set_title(name, fontsize=9)
        axis.set_xlabel("server hours")
        axis.grid(alpha=0.3)
    axes[0].set_ylabel("calls never let in, %")
    axes[-1].legend(fontsize=6)
    figure.savefig(path, dpi=120)
    return path
