"""Metrics of others that are used here: Triton's, vLLM's, and Prometheus' own about its targets.

Only what a rule, a panel or ``livetranslate top`` asks for stands here; Triton and vLLM have more.
"""

from __future__ import annotations

from livetranslate.protocol.metric_catalogue import COUNTER, GAUGE, HISTOGRAM, Metric

_MODEL = ("model", "version")
_GPU = ("gpu_uuid",)

TRITON: tuple[Metric, ...] = (
    Metric(
        "nv_inference_request_success",
        COUNTER,
        "Requests that a model answered without an error, the supervisor's probes and ensembles included.",
        _MODEL,
        "Gone while the server is up: the model was unloaded. Standing still though idle models are probed: its "
        "process is dead or hangs, and Triton shows its last values.",
    ),
    Metric(
        "nv_inference_request_failure",
        COUNTER,
        "Requests that a model answered with an error, by what Triton knows of the reason.",
        (*_MODEL, "reason"),
        "REJECTED: its queue is full. BACKEND: the model's own errors, see ml_inference_errors_total.",
    ),
    Metric(
        "nv_inference_count",
        COUNTER,
        "Inferences, each request of a batch counted.",
        _MODEL,
        "Over nv_inference_exec_count: the mean batch.",
    ),
    Metric(
        "nv_inference_exec_count",
        COUNTER,
        "Calls of a model, a batch counted once.",
        _MODEL,
        "See nv_inference_count.",
    ),
    Metric(
        "nv_inference_request_duration_us",
        COUNTER,
        "Time of all requests in Triton, queue included. Of a live session it is the session's whole length.",
        _MODEL,
        "Compare its growth a request between versions.",
        "us",
    ),
    Metric(
        "nv_inference_queue_duration_us",
        COUNTER,
        "Time that requests waited in a model's queue.",
        _MODEL,
        "Grows faster than the requests: the model needs more instances, or the server fewer sessions.",
        "us",
    ),
    Metric(
        "nv_inference_compute_infer_duration_us",
        COUNTER,
        "Time that a model computed.",
        _MODEL,
        "Grows a request after a new version: the version is slower.",
        "us",
    ),
    Metric(
        "nv_inference_pending_request_count",
        GAUGE,
        "Requests that wait in a model's queue.",
        _MODEL,
        "Above a few for minutes: the model does not keep up.",
        "requests",
    ),
    Metric(
        "nv_cpu_utilization",
        GAUGE,
        "Share of the machine's processors in use, 0 to 1.",
        (),
        "Near 1 with audio waiting: the machine is full.",
    ),
    Metric(
        "nv_cpu_memory_used_bytes",
        GAUGE,
        "Memory of the machine in use.",
        (),
        "Grows from day to day with the same load: something keeps memory; see livetranslate status.",
        "bytes",
    ),
    Metric("nv_cpu_memory_total_bytes", GAUGE, "Memory of the machine.", (), "Does not move.", "bytes"),
    Metric(
        "nv_gpu_utilization",
        GAUGE,
        "Share of time that a GPU was busy, 0 to 1. There with NVIDIA GPUs only.",
        _GPU,
        "Near 1 with requests waiting: the GPU is full.",
    ),
    Metric(
        "nv_gpu_memory_used_bytes",
        GAUGE,
        "Memory of a GPU in use. There with NVIDIA GPUs only.",
        _GPU,
        "vLLM takes its share at the start; more beside it leads to failed loads.",
        "bytes",
    ),
)

VLLM: tuple[Metric, ...] = (
    Metric(
        "vllm:num_requests_running",
        GAUGE,
        "Requests being generated.",
        _MODEL,
        "At max_num_seqs: others wait.",
        "requests",
    ),
    Metric(
        "vllm:num_requests_waiting",
        GAUGE,
        "Requests waiting for the engine.",
        _MODEL,
        "Above none for minutes: translations come late; more GPUs or fewer target languages.",
        "requests",
    ),
    Metric(
        "vllm:kv_cache_usage_perc",
        GAUGE,
        "Share of the key-value cache in use, 0 to 1.",
        _MODEL,
        "Near 1: requests are set back and start again.",
    ),
    Metric(
        "vllm:num_preemptions_total",
        COUNTER,
        "Requests set back for want of cache.",
        _MODEL,
        "Any: the cache is too small for the load.",
        "requests",
    ),
    Metric(
        "vllm:time_to_first_token_seconds",
        HISTOGRAM,
        "Time to the first token.",
        _MODEL,
        "Up with waiting requests: load. Up alone: long prompts, or the prefix cache misses.",
        "s",
    ),
    Metric(
        "vllm:time_per_output_token_seconds",
        HISTOGRAM,
        "A request's mean time between two tokens.",
        _MODEL,
        "Up with running requests: load. Up alone: the device is slower.",
        "s",
    ),
    Metric(
        "vllm:generation_tokens_total", COUNTER, "Tokens generated.", _MODEL, "Its rate is the throughput.", "tokens"
    ),
    Metric("vllm:prompt_tokens_total", COUNTER, "Prompt tokens processed.", _MODEL, "Its rate is the input.", "tokens"),
    Metric(
        "vllm:prefix_cache_queries_total",
        COUNTER,
        "Prompt tokens looked up in the prefix cache.",
        _MODEL,
        "See vllm:prefix_cache_hits_total.",
        "tokens",
    ),
    Metric(
        "vllm:prefix_cache_hits_total",
        COUNTER,
        "Prompt tokens found in the prefix cache.",
        _MODEL,
        "Its share falls after a new version: the prompt no longer begins the same for each sentence.",
        "tokens",
    ),
)

OF_PROMETHEUS: tuple[Metric, ...] = (
    Metric("up", GAUGE, "1 when the last scrape of a server worked.", (), "0: the server does not answer."),
)

DRIFT: tuple[Metric, ...] = (
    Metric(
        "livetranslate_drift_score",
        GAUGE,
        "How far a signal of the traffic is from what is usual: divergence in bits, or a ratio's relative change.",
        ("signal",),
        "Compare with livetranslate_drift_detected; small scores are chance.",
    ),
    Metric(
        "livetranslate_drift_detected",
        GAUGE,
        "1 while the signal drifts, else 0. Both are written by livetranslate drift watch, not by a model.",
        ("signal",),
        "1: the traffic is not what the models were measured on; livetranslate drift report shows how it differs.",
    ),
)

FOREIGN: tuple[Metric, ...] = (*TRITON, *VLLM, *OF_PROMETHEUS, *DRIFT)
