"""What waits for a target language's translator."""

import threading

from heard_text import HeardText, TextMailbox


def heard(number: int, text: str, *, is_final: bool) -> HeardText:
    return HeardText(number, text, "en", 0.0, 1.0, is_final=is_final)


def taken(mailbox: TextMailbox) -> list[str]:
    mailbox.close()
    texts = []
    while (text := mailbox.take()) is not None:
        texts.append(text.text)
    return texts


def test_only_the_newest_text_of_an_open_utterance_waits():
    mailbox = TextMailbox()
    for text in ("a", "a b", "a b c"):
        mailbox.put(heard(0, text, is_final=False))
    assert mailbox.take().text == "a b c"


def test_finals_go_first_and_none_is_dropped():
    mailbox = TextMailbox()
    mailbox.put(heard(0, "one", is_final=True))
    mailbox.put(heard(1, "two", is_final=True))
    mailbox.put(heard(2, "thr", is_final=False))
    assert [mailbox.take().text for _ in range(3)] == ["one", "two", "thr"]


def test_a_final_outdates_what_was_open():
    mailbox = TextMailbox()
    mailbox.put(heard(0, "half", is_final=False))
    mailbox.put(heard(0, "half and half", is_final=True))
    assert taken(mailbox) == ["half and half"]


def test_a_closed_mailbox_is_emptied_of_finals_first():
    mailbox = TextMailbox()
    mailbox.put(heard(0, "one", is_final=True))
    mailbox.put(heard(1, "half", is_final=False))
    assert taken(mailbox) == ["one"]


def test_a_reader_waits_until_something_comes():
    mailbox, read = TextMailbox(), []
    reader = threading.Thread(target=lambda: read.append(mailbox.take()))
    reader.start()
    mailbox.put(heard(0, "one", is_final=True))
    reader.join(5)
    assert read[0].text == "one"
