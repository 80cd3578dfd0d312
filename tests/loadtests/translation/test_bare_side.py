import json
import sys
from pathlib import Path

import pytest
from loadtests.framed_process import SideError
from loadtests.translation.bare_side import BareSide
from loadtests.translation.llm_jobs import Job

HERE = Path(sys.executable)

# In place of vLLM: an engine that answers with the words of its prompt, one a token.
VLLM = {
    "engine/arg_utils.py": """
class AsyncEngineArgs:
    def __init__(self, **arguments):
        self.__dict__ = arguments
""",
    "sampling_params.py": """
from enum import Enum
import msgspec

class RequestOutputKind(Enum):
    DELTA = 1
    FINAL_ONLY = 2

class SamplingParams(msgspec.Struct):
    max_tokens: int = 16
    output_kind: RequestOutputKind = RequestOutputKind.FINAL_ONLY
""",
    "v1/engine/async_llm.py": """
import asyncio
from types import SimpleNamespace

class AsyncLLM:
    under_way = most = 0

    @classmethod
    def from_engine_args(cls, arguments):
        if arguments.model == "broken":
            raise SystemExit(3)
        return cls()

    async def generate(self, prompt, sampling, request_id):
        assert sampling.output_kind.name == "DELTA"
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        for word in prompt.split()[: sampling.max_tokens]:
            await asyncio.sleep(0.001)
            yield SimpleNamespace(outputs=[SimpleNamespace(text=f"{word}/{self.most} ", token_ids=[1])])
        self.under_way -= 1

    def shutdown(self):
        pass
""",
}


@pytest.fixture
def version_folder(tmp_path: Path) -> Path:
    for name, content in VLLM.items():
        module = tmp_path / "vllm" / name
        module.parent.mkdir(parents=True, exist_ok=True)
        module.write_text(content, encoding="utf-8")
    folder = tmp_path / "1"
    folder.mkdir()
    return folder


def write_arguments(folder: Path, model: str) -> None:
    (folder / "model.json").write_text(json.dumps({"model": model, "max_num_seqs": 4}), encoding="utf-8")


def test_jobs_are_answered_in_their_order_so_many_at_once(version_folder: Path) -> None:
    write_arguments(version_folder, "some/model")
    jobs = [Job("uno dos tres", '{"max_tokens": 2}'), Job("cuatro", "{}"), Job("cinco seis", "{}")]
    with BareSide(version_folder, python=HERE, modules=[version_folder.parent]) as side:
        alone = side.run(jobs, concurrency=1)
        together = side.run(jobs, concurrency=3)
    assert [answer.text for answer in alone.answers] == ["uno/1 dos/1 ", "cuatro/1 ", "cinco/1 seis/1 "]
    assert [answer.tokens for answer in together.answers] == [2, 1, 2]
    assert "dos/3" in together.answers[0].text
    assert all(0 < answer.first_s <= answer.total_s <= alone.took_s for answer in alone.answers)


def test_an_engine_that_does_not_start_is_told_with_its_exit_code(version_folder: Path) -> None:
    write_arguments(version_folder, "broken")
    with (
        pytest.raises(SideError, match="exit code 3"),
        BareSide(version_folder, python=HERE, modules=[version_folder.parent]),
    ):
        pass
