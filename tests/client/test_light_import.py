"""The package stays light: a model that imports the protocol loads no gRPC and no audio reader."""

import subprocess
import sys


def imported_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sorted(m for m in sys.modules if '.' not in m))"
    return set(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split())


def test_the_protocol_alone_loads_neither_grpc_nor_av():
    loaded = imported_by("import livetranslate, livetranslate.protocol, livetranslate.protocol.tensors")
    assert not loaded & {"grpc", "av", "tritonclient", "typer", "rich", "asyncio"}


def test_public_names_are_found_when_asked_for():
    loaded = imported_by(
        "import livetranslate as l; l.connect, l.Session, l.sync.connect, l.audio, l.subtitles, l.samples"
    )
    assert {"grpc", "av"} <= loaded
    assert "livetranslate has" not in str(loaded)


def test_an_unknown_name_is_an_attribute_error():
    failed = subprocess.run(
        [sys.executable, "-c", "import livetranslate; livetranslate.nonsense"], capture_output=True, text=True
    )
    assert "AttributeError: module 'livetranslate' has no attribute 'nonsense'" in failed.stderr
