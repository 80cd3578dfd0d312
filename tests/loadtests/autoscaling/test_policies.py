"""What each policy wants, look by look."""

from loadtests.autoscaling.policies import Cooldown, Foreseeing, Policy, QueueDepth, Seen, SessionRoom


def seen(at_s: float = 0.0, *, ready: int = 1, starting: int = 0, sessions: int = 0, queued: float = 0.0,
         refused: int = 0) -> Seen:  # fmt: skip
    return Seen(at_s, ready, starting, sessions, queued, refused, room=10)


def wants(policy: Policy, *looks: Seen) -> list[int]:
    return [policy.wanted(look) for look in looks]


def test_queue_depths_of_10_and_50_make_2_and_4_servers() -> None:
    depths = (0, 9.9, 10, 49, 50, 500)
    assert wants(QueueDepth(), *(seen(at_s, queued=depth) for at_s, depth in enumerate(depths))) == [1, 1, 2, 2, 4, 4]


def test_a_queue_just_below_a_threshold_keeps_its_servers() -> None:
    policy = QueueDepth(cooldown=Cooldown(0.0))
    depths = (12, 8, 5.1, 4.9, 8, 60, 26, 24, 4)
    assert wants(policy, *(seen(at_s, queued=depth) for at_s, depth in enumerate(depths))) == [
        2,
        2,
        2,
        1,
        1,
        4,
        4,
        2,
        1,
    ]


def test_fewer_servers_come_only_after_the_cool_down_and_a_new_queue_begins_it_again() -> None:
    policy = QueueDepth(cooldown=Cooldown(300.0))
    looks = [(0, 20), (100, 0), (350, 0), (380, 20), (400, 0), (650, 0), (701, 0)]
    assert wants(policy, *(seen(at_s, queued=depth) for at_s, depth in looks)) == [2, 2, 2, 2, 2, 2, 1]


def test_from_4_servers_it_goes_down_to_the_most_that_was_needed_meanwhile() -> None:
    policy = QueueDepth(cooldown=Cooldown(300.0))
    looks = [(0, 60), (10, 0), (200, 15), (320, 0), (330, 0), (640, 0)]
    assert wants(policy, *(seen(at_s, queued=depth) for at_s, depth in looks)) == [4, 4, 4, 2, 2, 1]


def test_sessions_fill_servers_to_the_target() -> None:
    policy = SessionRoom(target=0.75, cooldown=Cooldown(0.0))
    assert wants(policy, seen(sessions=7), seen(sessions=8), seen(sessions=31, ready=2)) == [1, 2, 4]
    assert SessionRoom(least=2).wanted(seen(sessions=0, ready=2)) == 2


def test_a_refusal_asks_for_one_more_but_not_while_one_starts() -> None:
    policy = SessionRoom(cooldown=Cooldown(0.0))
    assert policy.wanted(seen(sessions=3, refused=1)) == 2
    assert policy.wanted(seen(sessions=3, refused=1, ready=1, starting=1)) == 2
    assert policy.wanted(seen(sessions=3, refused=5, ready=4)) == 4


def test_growth_is_foreseen_and_decline_is_not() -> None:
    policy = Foreseeing(ahead_s=100.0, over_s=60.0, room=SessionRoom(cooldown=Cooldown(0.0)))
    # Six more in a minute: ten more in 100 s.
    assert wants(policy, seen(0, sessions=1), seen(60, sessions=7)) == [1, 3]
    # Later the slope is of the last minute alone, and falling sessions are not counted down in advance.
    assert wants(policy, seen(120, sessions=7), seen(180, sessions=6)) == [1, 1]
