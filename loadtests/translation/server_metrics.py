"""The llm's counters on the server's page of Prometheus metrics, before and after a run."""

from __future__ import annotations

import re
import urllib.request
from collections import defaultdict
from collections.abc import Mapping

from livetranslate.protocol import tensors
from loadtests.figures import Figures

REQUESTS = "nv_inference_request_success"
PROMPT_TOKENS = "vllm:prompt_tokens_total"
GENERATED_TOKENS = "vllm:generation_tokens_total"
CACHE_QUERIES = "vllm:prefix_cache_queries_total"
CACHE_HITS = "vllm:prefix_cache_hits_total"

_SAMPLE = re.compile(r"^(?P<name>[\w:]+)\{(?P<labels>.*)\}\s+(?P<value>\S+)")
_TIMEOUT_S = 5.0


def read(url: str) -> dict[str, float]:
    """The llm's samples on a page, by name.

    Raises:
        OSError: the page does not come.
    """
    with urllib.request.urlopen(url, timeout=_TIMEOUT_S) as page:  # noqa: S310 - the address is our own record's
        return parse(page.read().decode("utf-8"))


def parse(page: str) -> dict[str, float]:
    """Samples that carry the llm's name, added up over its versions."""
    found: defaultdict[str, float] = defaultdict(float)
    for line in page.splitlines():
        match = _SAMPLE.match(line)
        if match and f'model="{tensors.LLM}"' in match["labels"].split(","):
            found[match["name"]] += float(match["value"])
    return dict(found)


def used(before: Mapping[str, float], after: Mapping[str, float]) -> Figures:
    """What happened between two readings; figures whose counters a server does not have are None."""

    def grown(name: str) -> float | None:
        return after[name] - before.get(name, 0.0) if name in after else None

    queries, hits = grown(CACHE_QUERIES), grown(CACHE_HITS)
    return {
        "llm_requests": grown(REQUESTS),
        "prompt_tokens": grown(PROMPT_TOKENS),
        "generation_tokens": grown(GENERATED_TOKENS),
        "prefix_cache_hit_rate": hits / queries if queries and hits is not None else None,
    }
