"""Prometheus' text format is read as its specification says."""

from __future__ import annotations

from math import inf, isnan

import pytest

from livetranslate_tools.monitoring.exposition import Sample, parse

PAGE = r"""# HELP nv_inference_request_success Number of successful requests
# TYPE nv_inference_request_success counter
nv_inference_request_success{model="whisper",version="1"} 14

vllm:num_requests_waiting{model="llm",version="1"} 0
up 1
latency_bucket{le="+Inf", path="C:\\a \"b\"\nc{},="} 1.5e3 1700000000000
empty{} NaN
open{le="0.5",} +Inf
"""


def test_samples_are_read_with_their_labels():
    samples = list(parse(PAGE))
    assert samples[0] == Sample("nv_inference_request_success", {"model": "whisper", "version": "1"}, 14.0)
    assert [sample.name for sample in samples] == [
        "nv_inference_request_success",
        "vllm:num_requests_waiting",
        "up",
        "latency_bucket",
        "empty",
        "open",
    ]
    assert samples[3] == Sample("latency_bucket", {"le": "+Inf", "path": 'C:\\a "b"\nc{},='}, 1500.0)
    assert isnan(samples[4].value)
    assert samples[5] == Sample("open", {"le": "0.5"}, inf)


def test_an_empty_page_has_no_samples():
    assert list(parse("")) == []


@pytest.mark.parametrize("line", ["<html>", "name", 'name{a="b" 1', "name one"])
def test_a_line_that_is_no_sample_is_quoted(line):
    with pytest.raises(ValueError, match="Line 2 of the page"):
        list(parse(f"up 1\n{line}\n"))
