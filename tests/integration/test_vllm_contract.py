"""Every line of the vLLM backend's contract, checked on a running server.

Point it at another server, say NVIDIA's image, with these variables:

    LIVETRANSLATE_TEST_GRPC_URL=host:8001 LIVETRANSLATE_TEST_METRICS_URL=http://host:8002/metrics \\
    LIVETRANSLATE_TEST_HTTP_URL=host:8000 LIVETRANSLATE_TEST_LLM=vllm_model LIVETRANSLATE_TEST_NVIDIA=1 \\
    pytest tests/integration/test_vllm_contract*.py
"""

from __future__ import annotations

import json
import queue
import urllib.error
import urllib.request

import pytest
import tritonclient.grpc as triton
from tests.integration.llm_client import GREEDY, PROMPT, beyond_nvidia, tensor

pytestmark = pytest.mark.integration


class TestConfiguration:
    def test_config_is_completed_with_the_contract_s_tensors(self, grpc_url, llm):
        with triton.InferenceServerClient(grpc_url) as client:
            config = client.get_model_config(llm.model).config
        inputs = {item.name: (item.data_type, list(item.dims), item.optional) for item in config.input}
        flags = ["stream", "exclude_input_in_output"] + [
            f"return_{name}"
            for name in ("finish_reason", "cumulative_logprob", "logprobs", "num_input_tokens", "num_output_tokens")
        ]
        kinds = triton.model_config_pb2
        assert inputs["text_input"] == (kinds.TYPE_STRING, [1], False)
        assert inputs["sampling_parameters"] == (kinds.TYPE_STRING, [1], True)
        for flag in flags:
            assert inputs[flag] == (kinds.TYPE_BOOL, [1], True)
        outputs = {item.name: (item.data_type, list(item.dims)) for item in config.output}
        assert outputs == {
            "text_output": (kinds.TYPE_STRING, [-1]),
            "finish_reason": (kinds.TYPE_STRING, [-1]),
            "cumulative_logprob": (kinds.TYPE_FP32, [-1]),
            "logprobs": (kinds.TYPE_STRING, [-1]),
            "num_input_tokens": (kinds.TYPE_UINT32, [1]),
            "num_output_tokens": (kinds.TYPE_UINT32, [-1]),
        }
        assert config.model_transaction_policy.decoupled
        assert config.max_batch_size == 0


class TestText:
    def test_without_stream_one_response_holds_prompt_and_answer(self, llm):
        answer = llm.ask(PROMPT, GREEDY)
        assert len(answer.responses) == 1
        assert answer.text.startswith(PROMPT)
        assert len(answer.text) > len(PROMPT)

    def test_exclude_input_in_output_leaves_the_prompt_out(self, llm):
        whole = llm.ask(PROMPT, GREEDY, exclude_input_in_output=False)
        answer = llm.ask(PROMPT, GREEDY, exclude_input_in_output=True)
        assert whole.text == PROMPT + answer.text

    def test_stream_sends_deltas_that_join_to_the_whole_answer(self, llm):
        whole = llm.ask(PROMPT, GREEDY, exclude_input_in_output=True)
        streamed = llm.ask(PROMPT, GREEDY, stream=True)
        assert len(streamed.responses) > 1
        assert streamed.text == whole.text

    def test_stream_accepts_that_the_input_is_excluded(self, llm):
        streamed = llm.ask(PROMPT, GREEDY, stream=True, exclude_input_in_output=True)
        assert streamed.error is None
        assert not streamed.text.startswith(PROMPT)

    def test_stream_with_the_input_included_is_refused(self, llm):
        answer = llm.ask(PROMPT, GREEDY, stream=True, exclude_input_in_output=False)
        assert "When streaming, `exclude_input_in_output` = False is not allowed." in answer.error.message()

    @pytest.mark.parametrize("stream", [True, False])
    def test_final_comes_with_the_last_content(self, llm, stream):
        answer = llm.ask(PROMPT, GREEDY, stream=stream)
        assert answer.final_flags == [False] * (len(answer.responses) - 1) + [True]
        assert answer.responses[-1].as_numpy("text_output") is not None

    def test_other_scripts_survive(self, llm):
        prompt = "Repeat: 大家早上好，¿qué tal? Größe 🙂"
        assert llm.ask(prompt, {"max_tokens": 1}).text.startswith(prompt)

    def test_requests_at_once_each_get_their_own_answer(self, llm, grpc_url):
        words = [f"Number {n} is" for n in range(8)]
        incoming: queue.Queue = queue.Queue()
        with triton.InferenceServerClient(grpc_url) as client:
            client.start_stream(lambda result, error: incoming.put((result, error)))
            for index, word in enumerate(words):
                inputs = [tensor("text_input", word), tensor("sampling_parameters", json.dumps(GREEDY))]
                client.async_stream_infer(llm.model, inputs, request_id=str(index))
            for _ in words:
                result, error = incoming.get(timeout=120)
                assert error is None
                request_id = int(result.get_response().id)
                assert result.as_numpy("text_output")[0].decode().startswith(words[request_id])
            client.stop_stream()


class TestSamplingParameters:
    def test_request_parameters_are_taken_when_there_is_no_tensor(self, llm):
        by_tensor = llm.ask(PROMPT, GREEDY, exclude_input_in_output=True)
        by_parameters = llm.ask(
            PROMPT, parameters={"temperature": "0", "max_tokens": "8"}, exclude_input_in_output=True
        )
        assert by_parameters.text == by_tensor.text

    def test_the_tensor_goes_before_request_parameters(self, llm):
        answer = llm.ask(PROMPT, {"temperature": 0, "max_tokens": 2}, parameters={"max_tokens": "9"}, **counted())
        assert answer.tensors("num_output_tokens")[0].tolist() == [2]

    def test_numbers_may_come_as_strings(self, llm):
        answer = llm.ask(PROMPT, {"temperature": "0", "top_p": "1", "max_tokens": "3"}, **counted())
        assert answer.tensors("num_output_tokens")[0].tolist() == [3]

    def test_without_any_vllm_s_defaults_hold(self, llm):
        answer = llm.ask(PROMPT, **counted())
        assert 1 <= answer.tensors("num_output_tokens")[0][0] <= 16

    def test_stop_strings_end_the_answer(self, llm):
        answer = llm.ask("Count: one, two, three,", {"temperature": 0, "max_tokens": 30, "stop": ","}, stream=True)
        assert "," not in answer.text

    def test_json_schema_shapes_the_answer(self, llm):
        schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
        sampling = {"temperature": 0, "max_tokens": 60, "structured_outputs": json.dumps({"json": schema})}
        answer = llm.ask("The capital of France as JSON:", sampling, exclude_input_in_output=True)
        assert isinstance(json.loads(answer.text)["city"], str)

    @beyond_nvidia
    @pytest.mark.parametrize(
        ("sampling", "reason"),
        [
            ("{oops", "`sampling_parameters` must be a JSON object, got '{oops'"),
            ("[1]", "`sampling_parameters` must be a JSON object"),
            pytest.param("[" * 100_000, "`sampling_parameters` is nested too deeply", id="nested"),
            ({"temprature": 0}, "'temprature' is not known; did you mean 'temperature'?"),
            ({"temperature": "hot"}, "Expected `float`, got `str` - at `$.temperature`"),
            ({"temperature": 3}, "temperature must be in [0, 2], got 3"),
            ({"max_tokens": 0}, "max_tokens must be at least 1, got 0"),
            ({"top_p": 0}, "top_p must be in (0, 1], got 0"),
            ({"stop": 5}, "Expected `str | array | null`, got `int` - at `$.stop`"),
            ({"output_kind": 1}, "'output_kind' is not known"),
            ({"lora_name": "sheep"}, "LoRA feature is not enabled."),
        ],
    )
    def test_a_bad_parameter_is_refused_with_the_reason(self, llm, sampling, reason):
        assert reason in llm.ask(PROMPT, sampling).error.message()

    @beyond_nvidia
    @pytest.mark.parametrize(
        ("prompt", "reason"),
        [(b"\xff\xfe", "`text_input` is not UTF-8"), ("", "cannot be empty"), ("word " * 60_000, "maximum context")],
        ids=["not UTF-8", "empty", "too long"],
    )
    def test_a_bad_prompt_is_refused_with_the_reason(self, llm, prompt, reason):
        assert reason in llm.ask(prompt, GREEDY).error.message()

    @beyond_nvidia
    @pytest.mark.parametrize(
        "request_body",
        [
            {"text_input": PROMPT, "sampling_parameters": "{oops"},
            {"text_input": PROMPT, "sampling_parameters": '{"top_p": 2}'},
            {"text_input": PROMPT, "sampling_parameters": '{"lora_name": "sheep"}'},
            {"text_input": PROMPT, "stream": True, "exclude_input_in_output": False},
            {"text_input": ""},
        ],
    )
    def test_a_refusal_has_the_status_of_an_invalid_argument(self, llm, http_url, request_body):
        url = f"http://{http_url.removeprefix('http://')}/v2/models/{llm.model}/generate"
        request = urllib.request.Request(url, json.dumps(request_body).encode())
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request, timeout=60)
        assert caught.value.code == 400

    def test_http_s_generate_endpoint_takes_parameters_too(self, llm, http_url):
        url = f"http://{http_url.removeprefix('http://')}/v2/models/{llm.model}/generate"
        body = {"text_input": PROMPT, "parameters": {"stream": False, "temperature": 0, "max_tokens": 8}}
        with urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode()), timeout=60) as answer:
            assert json.load(answer)["text_output"] == llm.ask(PROMPT, GREEDY).text

    def test_after_refusals_the_next_request_is_served(self, llm):
        llm.ask(PROMPT, "{oops")
        assert llm.ask(PROMPT, GREEDY).error is None


class TestAdditionalOutputs:
    NAMES = ("finish_reason", "cumulative_logprob", "logprobs", "num_input_tokens", "num_output_tokens")

    @pytest.mark.parametrize("stream", [True, False])
    def test_none_is_sent_unasked(self, llm, stream):
        answer = llm.ask(PROMPT, GREEDY, stream=stream)
        assert {output.name for r in answer.responses for output in r.get_response().outputs} == {"text_output"}

    @pytest.mark.parametrize("stream", [True, False])
    @pytest.mark.parametrize("name", NAMES)
    def test_each_is_sent_alone_when_asked(self, llm, name, stream):
        answer = llm.ask(PROMPT, {**GREEDY, "logprobs": 1}, stream=stream, **{f"return_{name}": True})
        sent = {output.name for r in answer.responses for output in r.get_response().outputs}
        assert sent == {"text_output", name}
        assert len(answer.tensors(name)) == len(answer.responses)

    def test_finish_reason_is_none_until_the_end(self, llm):
        answer = llm.ask(PROMPT, GREEDY, stream=True, return_finish_reason=True)
        reasons = [value[0].decode() for value in answer.tensors("finish_reason")]
        assert reasons == ["None"] * (len(reasons) - 1) + ["length"]

    def test_output_tokens_are_counted_a_response_and_add_up(self, llm):
        answer = llm.ask(PROMPT, GREEDY, stream=True, **counted())
        assert sum(int(value[0]) for value in answer.tensors("num_output_tokens")) == GREEDY["max_tokens"]

    def test_input_tokens_are_the_prompt_s(self, llm):
        short, long = (
            llm.ask(prompt, GREEDY, return_num_input_tokens=True).tensors("num_input_tokens")[0].item()
            for prompt in (PROMPT, f"{PROMPT} {PROMPT}")
        )
        assert 0 < short < long <= 2 * short

    def test_logprobs_belong_to_the_new_tokens(self, llm):
        answer = llm.ask(PROMPT, {**GREEDY, "logprobs": 2}, stream=True, return_logprobs=True, **counted())
        for text, logprobs, count in zip(
            answer.texts, answer.tensors("logprobs"), answer.tensors("num_output_tokens"), strict=True
        ):
            positions = json.loads(logprobs[0])
            assert len(positions) == count[0]
            best = [item for position in positions for item in position.values() if item["rank"] == 1]
            assert "".join(item["decoded_token"] for item in best) == text
            assert all(2 <= len(position) <= 3 for position in positions)
            assert all(item["logprob"] <= 0 for item in best)

    def test_logprobs_are_null_when_none_were_sampled(self, llm):
        assert json.loads(llm.ask(PROMPT, GREEDY, return_logprobs=True).tensors("logprobs")[0][0]) is None

    def test_cumulative_logprob_falls_with_every_token(self, llm):
        answer = llm.ask(PROMPT, {**GREEDY, "logprobs": 0}, stream=True, return_cumulative_logprob=True)
        sums = [value[0].item() for value in answer.tensors("cumulative_logprob")]
        assert sums == sorted(sums, reverse=True)
        assert sums[-1] < 0

    @beyond_nvidia
    def test_cumulative_logprob_needs_no_logprobs_parameter(self, llm):
        asked, unasked = (
            llm.ask(PROMPT, sampling, return_cumulative_logprob=True).tensors("cumulative_logprob")[0].item()
            for sampling in ({**GREEDY, "logprobs": 0}, GREEDY)
        )
        assert asked == pytest.approx(unasked, abs=1e-2)
        assert asked < 0

    @beyond_nvidia
    @pytest.mark.parametrize("stream", [True, False])
    def test_several_sequences_come_side_by_side(self, llm, stream):
        sampling = {"n": 3, "temperature": 1, "seed": 7, "max_tokens": 5}
        answer = llm.ask(
            PROMPT, sampling, stream=stream, exclude_input_in_output=True, return_finish_reason=True, **counted()
        )
        assert {value.shape for value in answer.tensors("text_output")} == {(3,)}
        assert [int(sum(counts)) for counts in zip(*answer.tensors("num_output_tokens"), strict=True)] == [5, 5, 5]
        assert answer.tensors("finish_reason")[-1].tolist() == [b"length"] * 3
        assert answer.final_flags[-1]


def counted() -> dict[str, bool]:
    return {"return_num_output_tokens": True}
