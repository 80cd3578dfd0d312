"""The command line: what it prints where, and its exit codes."""

import json

import pytest
import typer
from typer.testing import CliRunner

from livetranslate import __version__, samples
from livetranslate.cli import application, main, plugins
from livetranslate.cli.terms import glossaries
from livetranslate.cli.transcribe import TranscriptFormat, render
from livetranslate.protocol import LANGUAGES, ErrorCode, LiveTranslateError, Segment, Transcript, Word

NOBODY = "127.0.0.1:9"
JFK = str(samples.path())


def run(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    captured = capfd.readouterr()
    return code, captured.out, captured.err


def test_version_and_languages(capfd):
    assert run(capfd, "--version") == (0, f"livetranslate {__version__}\n", "")
    code, out, _ = run(capfd, "languages")
    assert code == 0
    assert {line.split()[0] for line in out.splitlines()} == set(LANGUAGES)


@pytest.mark.parametrize("arguments", [["--help"], ["stream", "--help"], ["transcribe", "-h"], ["translate", "--help"]])
def test_help_is_on_standard_output(capfd, arguments):
    code, out, _ = run(capfd, *arguments)
    assert code == 0
    assert "Usage" in out


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["translat"], "translat"),
        (["stream", JFK, "--stepp", "1"], "--stepp"),
        (["stream"], "--mic"),
        (["stream", JFK, "--mic"], "--mic"),
        (["stream", JFK, "--pace", "slow"], "slow"),
        (["stream", JFK, "--to", "klingon"], "[LANGUAGE_UNKNOWN]"),
        (["stream", JFK, "--from", "en", "--to", "en"], "[LANGUAGE_SAME_AS_SOURCE]"),
        (["stream", JFK, "--step", "99"], "[OPTION_INVALID]"),
        (["stream", JFK, "--url", "nowhere"], "host:port"),
        (["transcribe", JFK, "--format", "docx"], "docx"),
        (["transcribe"], "FILE"),
        (["translate", "Hello."], "--to"),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_code_2(capfd, arguments, named):
    code, out, err = run(capfd, *arguments)
    assert code == 2
    assert out == ""
    assert named in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["stream", "no/such.wav"], "[AUDIO_UNREADABLE] There is no file no/such.wav"),
        (["transcribe", "no/such.wav"], "[AUDIO_UNREADABLE] There is no file no/such.wav"),
        (["stream", __file__], "[AUDIO_UNREADABLE]"),
        (["stream", JFK, "--url", NOBODY], "[CONNECTION_FAILED]"),
        (["stream", JFK, "--jsonl", "--url", NOBODY], "livetranslate serve"),
        (["transcribe", JFK, "--url", NOBODY], "livetranslate serve"),
        (["translate", "Hello.", "--to", "es", "--url", NOBODY], "livetranslate serve"),
        (["translate", " ", "--to", "es", "--url", NOBODY], "[TEXT_EMPTY]"),
    ],
)
def test_a_failure_is_one_sentence_with_its_code_and_exit_code_1(capfd, arguments, named):
    code, out, err = run(capfd, *arguments)
    assert code == 1
    assert out == ""
    assert named in err
    assert err.startswith("livetranslate: [")
    assert len(err.splitlines()) == 1


def test_the_servers_address_can_come_from_the_environment(capfd, monkeypatch):
    monkeypatch.setenv("LIVETRANSLATE_URL", NOBODY)
    assert NOBODY in run(capfd, "translate", "Hello.", "--to", "es")[2]


def test_text_that_is_no_utf8_is_refused():
    app, _ = application.make_app()
    result = CliRunner().invoke(app, ["translate", "-", "--to", "es"], input=b"caf\xe9")
    assert "0xe9 at position 3" in str(result.exception)


def test_ctrl_c_is_130(capfd, monkeypatch):
    def interrupted(app: typer.Typer) -> None:
        @app.command("wait")
        def wait() -> None:
            raise KeyboardInterrupt

    monkeypatch.setattr(application, "add_installed_commands", lambda app: interrupted(app) or [])
    assert run(capfd, "wait")[0] == 130


class Entry:
    """An entry point of an installed part, as importlib.metadata gives it."""

    def __init__(self, problem: Exception) -> None:
        self.name = "tools"
        self._problem = problem

    def load(self):
        raise self._problem


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (ModuleNotFoundError("No module named 'psutil'", name="psutil"), "livetranslate[server]"),
        (RuntimeError("its folder is gone"), "RuntimeError: its folder is gone"),
    ],
)
def test_a_part_that_cannot_be_loaded_harms_nothing_and_is_named(capfd, monkeypatch, problem, said):
    monkeypatch.setattr(plugins, "entry_points", lambda group: [Entry(problem)])
    assert run(capfd, "languages")[::2] == (0, "")
    code, _, err = run(capfd, "serve")
    assert code == 2
    assert "No such command 'serve'" in err
    assert said in err
    assert said in run(capfd, "--help")[2]


def test_a_transcript_has_exactly_the_documented_json_form():
    word = Word("Hi.", 0.1, 0.4, 0.9)
    transcript = Transcript("en", 1.0, (Segment(0.1, 0.4, "Hi.", (word,)),), -0.1, "CPU")
    assert json.loads(render(transcript, TranscriptFormat.JSON)) == {
        "language": "en",
        "duration_s": 1.0,
        "segments": [
            {
                "start_s": 0.1,
                "end_s": 0.4,
                "speaker": None,
                "text": "Hi.",
                "words": [{"text": "Hi.", "start_s": 0.1, "end_s": 0.4, "confidence": 0.9, "speaker": None}],
            }
        ],
    }
    assert render(transcript, TranscriptFormat.TEXT) == "Hi.\n"
    assert render(transcript, TranscriptFormat.SRT).startswith("1\n00:00:00,100 --> ")
    assert render(transcript, TranscriptFormat.VTT).startswith("WEBVTT\n\n")


def test_terms_are_given_for_all_languages_or_for_one():
    entries = ["card=tarjeta", "fr:card=carte", "10:30=half past ten"]
    assert glossaries(entries, ["es", "fr"]) == {
        "es": {"card": "tarjeta", "10:30": "half past ten"},
        "fr": {"card": "carte", "10:30": "half past ten"},
    }


@pytest.mark.parametrize("entry", ["card", "=x", "card=", "es:=x"])
def test_a_term_without_its_translation_is_refused(entry):
    with pytest.raises(LiveTranslateError) as caught:
        glossaries([entry], ["es"])
    assert caught.value.code is ErrorCode.TERMS_INVALID
