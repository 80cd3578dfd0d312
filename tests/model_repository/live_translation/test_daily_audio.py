"""A day's minutes: counted over restarts and beside other versions, and from midnight anew."""

from datetime import datetime, timedelta, timezone

import pytest
from daily_audio import DailyAudio

from livetranslate.access import ANONYMOUS, Quotas, Tenant
from livetranslate.protocol import ErrorCode, LiveTranslateError

ACME = Tenant("acme", quotas=Quotas(audio_minutes_per_day=1.0))


class Clock:
    def __init__(self):
        self.now = datetime(2026, 3, 1, 23, 0, tzinfo=timezone.utc)

    def __call__(self):
        return self.now


def test_the_quota_is_refused_until_midnight(tmp_path):
    clock = Clock()
    audio = DailyAudio(tmp_path, "live-1", clock)
    audio.add(ACME, 59.0)
    audio.check(ACME)
    audio.add(ACME, 1.0)
    with pytest.raises(LiveTranslateError, match=r"1 minutes of audio a day .* midnight UTC") as error:
        audio.check(ACME)
    assert error.value.code is ErrorCode.QUOTA_EXCEEDED
    assert error.value.retry_after_s == 3600
    clock.now += timedelta(hours=1)
    audio.check(ACME)


def test_a_restart_forgets_nothing_but_yesterday(tmp_path):
    clock = Clock()
    audio = DailyAudio(tmp_path, "live-1", clock)
    audio.add(ACME, 60.0)
    audio.keep()
    with pytest.raises(LiveTranslateError):
        DailyAudio(tmp_path, "live-1", clock).check(ACME)
    clock.now += timedelta(hours=1)
    DailyAudio(tmp_path, "live-1", clock).check(ACME)


def test_versions_beside_each_other_count_together(tmp_path):
    clock = Clock()
    one, two = DailyAudio(tmp_path, "live-1", clock), DailyAudio(tmp_path, "live-2", clock)
    one.add(ACME, 30.0)
    two.add(ACME, 30.0)
    one.keep()
    two.keep()
    one.check(ACME)  # has not looked yet
    one.keep()
    for audio in (one, two):
        with pytest.raises(LiveTranslateError):
            audio.check(ACME)


def test_a_torn_file_and_no_folder_stop_nobody(tmp_path):
    (tmp_path / "live-1.json").write_text('{"day": "2026')
    DailyAudio(tmp_path, "live-1", Clock()).check(ACME)
    nowhere = DailyAudio(None, "live-1")
    nowhere.add(ACME, 1.0)
    nowhere.keep()
    nowhere.check(ACME)


def test_who_has_no_quota_is_counted_and_never_refused(tmp_path):
    audio = DailyAudio(tmp_path, "live-1", Clock())
    audio.add(ANONYMOUS, 1e9)
    audio.check(ANONYMOUS)
    audio.keep()
    assert "anonymous" in (tmp_path / "live-1.json").read_text()
