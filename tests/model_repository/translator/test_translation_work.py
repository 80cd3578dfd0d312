"""How many sentences are taken at once."""

import threading

import pytest
from translation_work import TranslationWork

from livetranslate.protocol import ErrorCode, LiveTranslateError


def test_what_exceeds_running_and_waiting_is_refused_with_the_figures_and_a_time():
    go, done = threading.Event(), []
    work = TranslationWork(running=1, waiting=2)
    for number in range(3):
        work.submit(lambda number=number: (go.wait(10), done.append(number)))
    with pytest.raises(LiveTranslateError) as caught:
        work.submit(lambda: done.append("too many"))
    assert caught.value.code is ErrorCode.SERVER_BUSY
    assert "the limit is 3" in caught.value.message
    assert caught.value.retry_after_s is not None
    go.set()
    work.close(timeout_s=10)
    assert done == [0, 1, 2]


def test_there_is_room_again_when_a_sentence_is_done():
    done = []
    work = TranslationWork(running=1, waiting=0)
    for number in range(5):
        finished = threading.Event()
        while True:
            try:
                work.submit(lambda number=number, finished=finished: (done.append(number), finished.set()))
                break
            except LiveTranslateError:
                continue
        assert finished.wait(10)
    work.close(timeout_s=10)
    assert done == [0, 1, 2, 3, 4]
