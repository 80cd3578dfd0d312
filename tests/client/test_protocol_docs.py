"""docs/protocol.md and the code say the same."""

import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from livetranslate.protocol import (
    SCHEMA_VERSION,
    AudioFormat,
    ErrorCode,
    Event,
    ResumeRequest,
    SessionOptions,
    SessionUpdate,
    TranscribeOptions,
    TranslateOptions,
    Untranslated,
    WindowOptions,
    decode_event,
    encode_event,
    tensors,
)

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "protocol.md").read_text()
EXAMPLES = re.findall(r"### `([a-z.]+)`\n\n[^#]*?```json\n(.*?)\n```", PAGE, re.DOTALL)
ERROR_ROWS = {
    cells[0].strip("`"): cells
    for cells in ([cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines())
    if len(cells) == 5
}


def section(title: str) -> str:
    found = re.search(rf"^### [^\n]*`{title}`.*?(?=^##)", PAGE, re.DOTALL | re.MULTILINE)
    assert found, f"no section about {title}"
    return found.group()


@pytest.mark.parametrize("code", list(ErrorCode))
def test_every_error_code_has_a_row_with_its_category_and_whether_to_retry(code):
    _, category, meaning, retryable, action = ERROR_ROWS[code.value]
    assert category == code.category.value
    assert retryable == ("yes" if code.retryable else "no")
    assert meaning
    assert action


def test_no_error_code_is_invented():
    documented = {name for name in ERROR_ROWS if name.isupper()}
    assert documented == set(ErrorCode.__members__)


@pytest.mark.parametrize("kind", get_args(Event), ids=lambda kind: str(kind.__struct_config__.tag))
def test_every_event_has_an_example_that_the_code_writes(kind):
    examples = [text for name, text in EXAMPLES if name == kind.__struct_config__.tag]
    assert len(examples) == 1
    event = decode_event(examples[0])
    assert type(event) is kind
    assert encode_event(event).decode() == examples[0]


@pytest.mark.parametrize(
    "kind",
    [
        SessionOptions,
        SessionUpdate,
        ResumeRequest,
        Untranslated,
        AudioFormat,
        TranscribeOptions,
        TranslateOptions,
        WindowOptions,
    ],
)
def test_every_option_has_a_row_with_its_default(kind):
    rows = dict(re.findall(r"^\| `([a-z_]+)` \| ([^|]*) \|", section(kind.__name__), re.MULTILINE))
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    assert set(rows) == set(fields)
    for name, field in fields.items():
        if field.required:
            assert rows[name] == "required"
        elif field.default is not msgspec.NODEFAULT:
            assert rows[name] == f"`{msgspec.json.encode(field.default).decode()}`"


def test_the_schema_version_and_the_tensors_of_the_public_models_are_named():
    assert f"Schema version: **{SCHEMA_VERSION}**" in PAGE
    for name in (
        tensors.LIVE_TRANSLATION, tensors.TRANSCRIBE, tensors.TRANSLATE, tensors.TRANSLATE_SPEECH, tensors.OPTIONS,
        tensors.AUDIO, tensors.EVENT, tensors.AUDIO_BYTES, tensors.TRANSCRIPT, tensors.TEXT, tensors.TRANSLATION,
        tensors.TRANSLATE_OPTIONS, tensors.WHISPER, tensors.TRANSLATOR, tensors.TRANSLATION_SO_FAR, tensors.RESULT,
        tensors.WINDOW, tensors.WINDOW_TEXT,
    ):  # fmt: skip
        assert f"`{name}`" in PAGE
