"""Triton's adapter of the vLLM backend: tensors in, tensors out, errors as Triton statuses.

A Python-based backend (``backends/vllm/model.py``), compatible with NVIDIA's vLLM backend, for servers that do not
carry that one. See vllm_contract.py for the tensors and vllm_settings.py for the files of a version folder.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import gc
import json
import locale
import multiprocessing
from typing import TYPE_CHECKING, Any

import triton_python_backend_utils as pb_utils
import vllm_contract
from caller_check import CallerCheck
from engine_metrics import EngineMetrics
from generation_outputs import Tensors
from generation_request import read_request
from orphan_guard import OrphanGuard
from request_errors import RequestError, Status
from response_pump import Codec, ResponsePump
from vllm_settings import EngineSettings, prepare_environment

if TYPE_CHECKING:
    from generation_engine import GenerationEngine


class TritonPythonModel:
    """One model version served by one vLLM engine."""

    @staticmethod
    def auto_complete_config(auto_complete_model_config: Any) -> Any:
        """Completes a minimal config.pbtxt. vLLM is not imported for it."""
        return vllm_contract.complete(auto_complete_model_config)

    def initialize(self, args: dict[str, str]) -> None:
        """Starts the engine.

        Args:
            args: Triton's: model name, version, repository, instance kind and device, configuration.
        """
        # The stub starts in the C locale, where open() decodes ASCII: vLLM's import dies of it.
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
        self._name = args["model_name"]
        self._callers = CallerCheck()
        settings = EngineSettings.load(Path(pb_utils.get_model_dir()))
        settings.check_devices(instance_kind=args["model_instance_kind"])
        prepare_environment(
            settings,
            instance_kind=args["model_instance_kind"],
            device_id=int(args["model_instance_device_id"]),
        )
        python = str(Path(sys.prefix) / "bin" / "python")
        # In a stub, sys.executable may be another interpreter; the engine's processes need this environment.
        multiprocessing.set_executable(python)
        self._guard = OrphanGuard(python)
        self._metrics = self._start_metrics(args, settings)
        # Imported late: vLLM takes seconds, and reads the environment that was just prepared.
        from generation_engine import GenerationEngine

        self._adapters = settings.adapters
        self._engine: GenerationEngine = GenerationEngine(settings, log_error=pb_utils.Logger.log_error)
        try:
            self._engine.start(stat_loggers=[self._metrics.logger] if self._metrics else [])
        except BaseException:
            self._close_metrics()
            self._guard.close()
            raise
        self._guard.note_memory()
        self._pump = ResponsePump(
            Codec(response=_response, error=self._error, final_flag=pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL),
            log_error=pb_utils.Logger.log_error,
        )

    def execute(self, requests: list[Any]) -> None:
        """Hands every request to the engine and returns; the responses follow on their own."""
        for request in requests:
            reply = self._pump.open(request.get_response_sender())
            try:
                self._submit(request, reply)
            except RequestError as error:
                reply.fail(error)

    def finalize(self) -> None:
        """Ends the engine with all its processes."""
        # First what talks to the server, then the engine, which takes seconds: a server that is stopping may not wait
        # for it, and a message to a server that is gone never returns.
        self._engine.cancel_requests()
        self._pump.close()
        self._close_metrics()
        self._engine.shutdown()
        # With tensor parallelism, references left behind keep the stub from ending.
        gc.collect()
        self._guard.close()

    def _submit(self, request: Any, reply: Any) -> None:
        from sampling_parameters import read_sampling

        if self._engine.is_dead:
            raise RequestError(Status.UNAVAILABLE, "Model is unavailable due to unhealthy vLLM engine")
        parameters = self._callers.admit(request.parameters())
        tensors = {tensor.name(): tensor.as_numpy() for tensor in request.inputs()}
        generation = read_request(tensors, parameters)
        sampling = read_sampling(
            generation.parameters,
            stream=generation.stream,
            cumulative_logprob=vllm_contract.CUMULATIVE_LOGPROB in generation.additional_outputs,
        )
        self._adapters.check(sampling.lora_name)
        self._engine.submit(generation, sampling, reply)

    def _error(self, error: RequestError) -> Any:
        if self._metrics:
            self._metrics.failed(error.status.value)
        code = getattr(pb_utils.TritonError, error.status.value)
        return pb_utils.InferenceResponse(error=pb_utils.TritonError(error.message, code))

    def _close_metrics(self) -> None:
        if self._metrics:
            self._metrics.close()

    def _start_metrics(self, args: dict[str, str], settings: EngineSettings) -> EngineMetrics | None:
        parameters = json.loads(args["model_config"]).get("parameters", {})
        wanted = parameters.get("REPORT_CUSTOM_METRICS", {}).get("string_value", "").lower() == "true"
        if not wanted or not settings.log_stats:
            return None
        try:
            return EngineMetrics(pb_utils.MetricFamily, {"model": self._name, "version": args["model_version"]})
        except pb_utils.TritonModelException as error:
            if "metrics not supported" not in str(error):
                raise
            pb_utils.Logger.log_info("[vllm] The server's metrics are off; the engine's are not reported.")
            return None


def _response(tensors: Tensors) -> Any:
    return pb_utils.InferenceResponse(output_tensors=[pb_utils.Tensor(name, value) for name, value in tensors.items()])
