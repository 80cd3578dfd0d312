"""Small servers for simulations whose outcome can be worked out by hand."""

from loadtests.autoscaling.server_load import Load, ServerModel
from loadtests.autoscaling.traffic import Call, Traffic

ROOM = 2
MODEL = ServerModel((Load(1.0, 0.0), Load(1.0, 1.0), Load(2.0, 4.0), Load(4.0, 12.0)), room=ROOM, good=ROOM)
"""With 0, 1, 2, 3 sessions."""


def traffic(*calls: tuple[float, float], length_s: float = 3600.0) -> Traffic:
    """Calls as (moment, length) in seconds."""
    return Traffic("by hand", tuple(Call(*call) for call in calls), length_s)
