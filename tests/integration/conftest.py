"""The server under test: the one this run starts, or another (see test_vllm_contract.py)."""

from __future__ import annotations

import os

import pytest
from tests.integration.llm_client import LlmClient


@pytest.fixture(scope="session")
def grpc_url(request: pytest.FixtureRequest) -> str:
    return os.environ.get("LIVETRANSLATE_TEST_GRPC_URL") or request.getfixturevalue("server").grpc_url


@pytest.fixture(scope="session")
def llm(grpc_url: str) -> LlmClient:
    return LlmClient(grpc_url, os.environ.get("LIVETRANSLATE_TEST_LLM", "llm"))


@pytest.fixture(scope="session")
def http_url(request: pytest.FixtureRequest) -> str:
    """``host:port`` of HTTP, where an error's status is always told."""
    if "LIVETRANSLATE_TEST_GRPC_URL" not in os.environ:
        return request.getfixturevalue("server").http_url
    if "LIVETRANSLATE_TEST_HTTP_URL" not in os.environ:
        pytest.skip("LIVETRANSLATE_TEST_HTTP_URL does not say where this server's HTTP is")
    return os.environ["LIVETRANSLATE_TEST_HTTP_URL"]
