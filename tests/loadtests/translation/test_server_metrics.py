import pytest
from loadtests.translation.server_metrics import parse, used

PAGE = """# HELP vllm:prefix_cache_hits_total Prompt tokens found in the prefix cache.
vllm:prefix_cache_hits_total{model="llm",version="1"} 600
vllm:prefix_cache_hits_total{model="llm",version="2"} 30
vllm:prefix_cache_queries_total{model="llm",version="1"} 1000
nv_inference_request_success{model="llm",version="1"} 12
nv_inference_request_success{model="whisper",version="1"} 99
nv_gpu_utilization 3
"""


def test_only_the_llms_samples_are_read_all_its_versions_together() -> None:
    assert parse(PAGE) == {
        "vllm:prefix_cache_hits_total": 630.0,
        "vllm:prefix_cache_queries_total": 1000.0,
        "nv_inference_request_success": 12.0,
    }


def test_only_what_happened_in_between_counts() -> None:
    before = {"vllm:prefix_cache_hits_total": 500.0, "vllm:prefix_cache_queries_total": 800.0}
    found = used(before, parse(PAGE))
    assert found["prefix_cache_hit_rate"] == pytest.approx(130 / 200)
    assert found["llm_requests"] == 12.0
    assert found["generation_tokens"] is None


def test_no_lookups_have_no_hit_rate() -> None:
    assert used(parse(PAGE), parse(PAGE))["prefix_cache_hit_rate"] is None
