"""The house rules that a machine can check: sizes of rooms, directions of imports, links, versions."""

from __future__ import annotations

import ast
import re
import statistics
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import livetranslate
from livetranslate_tools.version_folders import newest_version_folders, plain_modules

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = ("client", "tools", "model_repository")
CODE = (*PRODUCT, "loadtests", "tests")
TRITON_UTILS = "triton_python_backend_utils"

LONGEST_MODULE_LINES = 350
LONGEST_MODEL_LINES = 160
MEDIAN_MODULE_LINES = 130

# Homes and work folders of somebody's machine; written so that this file does not match itself.
PERSONAL_PATH = re.compile(r"(?<![\w.~/])/(?:home/\w|Users/\w|root/\.py|wor[k]/)|[A-Z]:\\\\?Users\\")
TEXT_SUFFIXES = {".cff", ".cfg", ".ini", ".json", ".md", ".pbtxt", ".py", ".sh", ".toml", ".yaml", ".yml", ".lock", ""}
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)|!\[[^\]]*\]\(([^)\s]+)\)")


def files(*folders: str, suffix: str = ".py") -> list[Path]:
    """The files of some top folders, without what tools leave behind."""
    return sorted(
        path
        for folder in folders
        for path in (ROOT / folder).rglob(f"*{suffix}")
        if path.is_file() and not {"__pycache__", ".venv"} & set(path.parts)
    )


def texts() -> Iterator[tuple[str, str]]:
    """Every text file that belongs to the repository, as (name, content)."""
    own = [path for path in ROOT.iterdir() if path.is_file()]
    github = [path for folder in (".github", ".ci") for path in files(folder, suffix="")]
    for path in sorted([*own, *github, *files("docs", "ensembles", "requirements", *CODE, suffix="")]):
        if path.suffix in TEXT_SUFFIXES:
            yield name_of(path), path.read_text(encoding="utf-8")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def length(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=name_of(path))


def imports(path: Path) -> set[str]:
    """Every module that a file imports, anywhere in it, dotted; relative imports stay in their package: left out."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module)
            if node.module == "livetranslate":  # from livetranslate import protocol
                found.remove(node.module)
                found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def siblings(path: Path) -> set[str]:
    return {sibling.stem for sibling in path.parent.glob("*.py")}


def outside_imports(path: Path) -> set[str]:
    """Top-level names of what a file imports from outside its own folder."""
    return {module.split(".")[0] for module in imports(path)} - siblings(path)


def model_modules() -> dict[str, list[str]]:
    """Plain module name -> the models whose newest version has one."""
    found: dict[str, list[str]] = {}
    for model, folder in newest_version_folders(ROOT / "model_repository").items():
        for path in plain_modules(folder):
            found.setdefault(path.stem, []).append(model)
    return found


# Rooms


def test_no_module_is_longer_than_a_person_can_hold() -> None:
    assert {name_of(path): length(path) for path in files(*CODE) if length(path) > LONGEST_MODULE_LINES} == {}


def test_model_py_only_adapts() -> None:
    models = [*files("model_repository", suffix="model.py"), *files("tools", suffix="/vllm_backend/model.py")]
    assert models
    assert {name_of(path): length(path) for path in models if length(path) > LONGEST_MODEL_LINES} == {}


def test_the_typical_module_is_small() -> None:
    lengths = [length(path) for path in files(*PRODUCT) if path.name != "__init__.py"]
    assert statistics.median(lengths) <= MEDIAN_MODULE_LINES


def test_every_public_module_of_the_product_says_what_it_is_for() -> None:
    public = [
        path for path in files(*PRODUCT) if not path.stem.startswith("_") or path.stem in ("__init__", "__main__")
    ]
    assert [name_of(path) for path in public if not ast.get_docstring(tree(path)) and length(path)] == []


def test_product_code_validates_without_assert() -> None:
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in files(*PRODUCT)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Assert)
    ]
    assert found == []


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|NotImplemented" r"Error)\b")
    found = [
        f"{name_of(path)}:{number}"
        for path in files(*PRODUCT)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if later.search(line)
    ]
    assert found == []


# Doors: model_repository -> client (the wire contract and the server's shared records), tools -> client, nothing back

SHARED_WITH_MODELS = ("protocol", "access", "audit", "redaction", "tracing")


def test_models_know_nothing_of_the_client_but_what_is_shared() -> None:
    found = {
        name_of(path): sorted(wrong)
        for path in files("model_repository")
        if (
            wrong := {
                module
                for module in imports(path)
                if module.split(".")[0] in ("livetranslate", "livetranslate_tools")
                and module != "livetranslate.__version__"
                and not (module + ".").startswith(tuple(f"livetranslate.{package}." for package in SHARED_WITH_MODELS))
            }
        )
    }
    assert found == {}


def test_tools_and_models_never_import_each_other() -> None:
    of_models = set(model_modules()) | {"model_repository"}
    found = {name_of(path): sorted(wrong) for path in files("tools") if (wrong := outside_imports(path) & of_models)}
    found |= {
        name_of(path): ["livetranslate_tools"]
        for path in files("model_repository")
        if "livetranslate_tools" in outside_imports(path)
    }
    assert found == {}


def test_the_client_imports_neither_tools_nor_models() -> None:
    others = set(model_modules()) | {"model_repository", "livetranslate_tools", TRITON_UTILS}
    found = {name_of(path): sorted(wrong) for path in files("client") if (wrong := outside_imports(path) & others)}
    assert found == {}


def test_models_import_nothing_of_one_another() -> None:
    owners = {module: models[0] for module, models in model_modules().items()}
    found = {
        name_of(path): sorted(strangers)
        for path in files("model_repository")
        if (strangers := {name for name in outside_imports(path) if owners.get(name) not in (None, path.parts[-3])})
    }
    assert found == {}


def test_only_model_py_knows_triton() -> None:
    backends = [path for path in files("tools") if path.parent.name == "vllm_backend"]
    found = [
        name_of(path)
        for path in [*files("model_repository"), *backends]
        if path.name != "model.py" and TRITON_UTILS in imports(path)
    ]
    assert found == []


def test_module_names_are_unique_across_models() -> None:
    assert {module: models for module, models in model_modules().items() if len(models) > 1} == {}


def test_no_package_is_made_of_the_model_repository() -> None:
    assert [name_of(path) for path in files("model_repository", suffix="__init__.py")] == []


# Papers


def test_no_file_names_somebodys_machine() -> None:
    found = [
        f"{name}:{number}"
        for name, text in texts()
        for number, line in enumerate(text.splitlines(), start=1)
        if PERSONAL_PATH.search(line)
    ]
    assert found == []


def headings(path: Path) -> set[str]:
    """The anchors that GitHub makes of a document's headings."""
    prose = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^#{1,6}\s+(.+?)\s*$", prose, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def documents() -> list[Path]:
    top = [*ROOT.glob("*.md"), *files(".github", "docs", "loadtests", "requirements", "tests", suffix=".md")]
    return sorted(top)


@pytest.mark.parametrize("document", documents(), ids=name_of)
def test_relative_links_lead_somewhere(document: Path) -> None:
    prose = re.sub(r"^```.*?^```", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    broken = []
    for match in LINK.finditer(prose):
        target = match[1] or match[2]
        if re.match(r"[a-z][a-z0-9+.-]*:", target):  # https:, mailto:
            continue
        place, _, anchor = target.partition("#")
        path = document.parent / place if place else document
        if not path.exists() or (anchor and path.suffix == ".md" and anchor not in headings(path)):
            broken.append(target)
    assert broken == []


def test_the_versions_agree() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    newest = re.search(r"^## \[(\d+\.\d+\.\d+\S*)\]", changelog, re.MULTILINE)
    cited = re.search(r"^version: \"?([^\s\"]+)", citation, re.MULTILINE)
    assert newest
    assert cited
    assert {newest[1], cited[1]} == {livetranslate.__version__}
    assert 'path = "client/livetranslate/__init__.py"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
