"""Where perf_analyzer comes from: only from the wheel with the known bytes."""

import zipfile
from pathlib import Path

import pytest
from loadtests.perf_analyzer.binary import PerfAnalyzerError

from loadtests.perf_analyzer import binary


def test_another_wheel_is_not_unpacked(tmp_path: Path) -> None:
    wheel = tmp_path / "tritonclient-2.48.0.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tritonclient-2.48.0.data/data/bin/perf_analyzer", "#!/bin/sh\n")
    with pytest.raises(PerfAnalyzerError, match="other bytes"):
        binary.unpack(wheel, tmp_path / "target")
    assert not (tmp_path / "target").exists()


def test_libraries_get_the_names_that_the_binary_looks_for(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    target.mkdir()
    (source / "libb64-98cb.so.0d").write_bytes(b"b64")
    with pytest.raises(PerfAnalyzerError, match="libcudart"):
        binary.add_libraries(source, target)
    (source / "libcudart-0952.so.12.6.77").write_bytes(b"cudart")
    binary.add_libraries(source, target)
    assert {path.name: path.read_bytes() for path in target.iterdir()} == {
        "libb64.so.0d": b"b64",
        "libcudart.so.12": b"cudart",
    }


def test_a_binary_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "perf_analyzer"
    script.write_text("#!/bin/sh\necho Perf Analyzer Version 9.9\n")
    monkeypatch.setenv(binary.VARIABLE, str(script))
    with pytest.raises(PerfAnalyzerError, match="no executable file"):
        binary.ensure(tmp_path / "cache", report=print)
    script.chmod(0o755)
    tool = binary.ensure(tmp_path / "cache", report=print)
    assert tool.version() == "Perf Analyzer Version 9.9"


def test_a_binary_that_does_not_start_says_why(tmp_path: Path) -> None:
    script = tmp_path / "perf_analyzer"
    script.write_text("#!/bin/sh\necho 'no libb64' >&2\nexit 127\n")
    script.chmod(0o755)
    with pytest.raises(PerfAnalyzerError, match="no libb64"):
        binary.PerfAnalyzer(script).version()
