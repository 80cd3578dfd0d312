"""Tenants that compete for the last places, played out on a clock of the test's own."""

import random
from collections import Counter

import pytest
from admission import Admission
from fair_share import FairShare

from livetranslate.access import Quotas, Tenant
from livetranslate.protocol import ErrorCode, LiveTranslateError


def play(callers, *, places, share, seconds=600, length_s=30, seed=1):
    """Each tenant keeps asking for as many sessions as it wants; returns the mean number of sessions it has.

    Args:
        callers: tenant -> sessions wanted at once.
        places: how many there are.
        share: the policy; None: first come, first served.
    """
    rng = random.Random(seed)
    now = [0.0]
    policy = share(lambda: now[0]) if share else None
    running: list[tuple[float, str]] = []
    held_s: Counter[str] = Counter()
    for second in range(seconds):
        now[0] = float(second)
        running = [(end, name) for end, name in running if end > second]
        # Whoever is refused comes back every five seconds; the greedy have more callers, so they ask more often.
        asking = [name for name, wanted in callers.items() for _ in range(wanted) if rng.random() < 0.2]
        rng.shuffle(asking)
        for name in asking:
            held = Counter(name for _, name in running)
            if held[name] >= callers[name]:
                continue
            if len(running) >= places:
                if policy:
                    policy.refused(name)
                continue
            if policy and not policy.admits(name, held, places):
                continue
            running.append((second + rng.uniform(0.5, 1.5) * length_s, name))
            if policy:
                policy.admitted(name)
        if second >= seconds // 4:
            held_s.update(name for _, name in running)
    return {name: held_s[name] / (seconds - seconds // 4) for name in callers}


@pytest.mark.parametrize("seed", range(5))
def test_a_greedy_tenant_leaves_a_modest_one_its_share(seed):
    callers = {"greedy": 100, "modest": 4}
    unfair = play(callers, places=8, share=None, seed=seed)
    fair = play(callers, places=8, share=FairShare, seed=seed)
    assert unfair["modest"] < 1.5  # else there is nothing to mend
    assert fair["modest"] >= 3.0
    assert fair["modest"] + fair["greedy"] >= 0.9 * (unfair["modest"] + unfair["greedy"])  # places are not wasted


def test_whoever_is_alone_may_have_all():
    assert play({"greedy": 100}, places=8, share=FairShare)["greedy"] > 7.5


def test_three_that_want_all_have_a_third_each():
    shares = play({"a": 100, "b": 30, "c": 12}, places=9, share=FairShare)
    assert all(2.2 <= share <= 4.2 for share in shares.values()), shares


def test_a_place_is_not_kept_for_ever():
    now = [0.0]
    share = FairShare(lambda: now[0], kept_s=15.0)
    share.refused("gone")
    assert not share.admits("greedy", {"greedy": 7}, 8)
    now[0] = 15.1
    assert share.admits("greedy", {"greedy": 7}, 8)


def test_a_tenants_own_quota_is_told_as_such():
    acme = Tenant("acme", quotas=Quotas(sessions=2))
    admission = Admission(max_sessions=10)
    admission.check([1.0], tenant=acme, held={"acme": 1, "other": 5})
    with pytest.raises(LiveTranslateError, match=r"acme has 2 sessions open .* its quota is 2 \(sessions\)") as error:
        admission.check([1.0, 1.0], tenant=acme, held={"acme": 2})
    assert error.value.code is ErrorCode.QUOTA_EXCEEDED
    assert error.value.retry_after_s == 5.0
    admission.check([1.0, 1.0], tenant=acme, held={"acme": 2}, is_resumed=True)  # the broken one may still be counted
    with pytest.raises(LiveTranslateError):
        admission.check([1.0] * 4, tenant=acme, held={"acme": 4}, is_resumed=True)


def test_the_last_place_waits_for_the_one_that_was_refused():
    admission = Admission(max_sessions=4)
    greedy, modest = Tenant("greedy"), Tenant("modest")
    with pytest.raises(LiveTranslateError):
        admission.check([9.0] * 4, tenant=modest, held={"greedy": 4})
    with pytest.raises(LiveTranslateError, match="others wait for the rest"):
        admission.check([9.0] * 3, tenant=greedy, held={"greedy": 3})
    admission.check([9.0] * 3, tenant=modest, held={"greedy": 3})
    admission.check([9.0] * 3, tenant=greedy, held={"greedy": 2, "modest": 1})
