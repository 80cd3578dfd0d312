"""The tritonserver process: its command line, its environment, its start and its end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from livetranslate.tracing import ENDPOINT_VARIABLE, SHARE_VARIABLE
from livetranslate_tools.serving import admin_key, instance, tenancy, tls
from livetranslate_tools.serving.errors import ServingError
from livetranslate_tools.serving.plan import LOOPBACK, ServePlan
from livetranslate_tools.serving.resume_key import key_environment
from livetranslate_tools.serving.triton import TritonInstallation

KEPT_LOGS = 5


def triton_log(plan: ServePlan) -> Path:
    """Triton's and its stubs' output of the present start; earlier ones stand beside it, numbered."""
    return plan.logs / "triton.log"


def command_line(triton: TritonInstallation, plan: ServePlan, *, backends: Path) -> list[str]:
    """The arguments of tritonserver: explicit model control behind a key, per-model latency summaries.

    Raises:
        ServingError: the key can be neither made nor read.
    """
    ports = plan.ports
    regions = f"shm-region-prefix-name={instance.shared_memory_prefix(plan.state)}"
    return [
        str(triton.binary),
        f"--model-repository={plan.served}",
        f"--backend-directory={backends}",
        f"--cache-directory={triton.caches}",
        "--model-control-mode=explicit",
        # Triton's HTTP knows no TLS, so beside an encrypted gRPC it stays on this machine.
        f"--http-address={LOOPBACK if ports.tls else ports.address}",
        f"--http-port={ports.http}",
        f"--grpc-address={ports.address}",
        f"--grpc-port={ports.grpc}",
        *(
            (f"--metrics-address={ports.address}", f"--metrics-port={ports.metrics}")
            if plan.metrics
            else ("--allow-metrics=false",)
        ),
        "--metrics-config=summary_latencies=true",
        f"--backend-config=python,{regions}",
        f"--backend-config=vllm,{regions}",
        f"--exit-timeout-secs={plan.timing.drain_s}",
        *admin_key.arguments(admin_key.admin_key(plan.state)),
        *tenancy.arguments(),
        *(tls.arguments(ports.tls) if ports.tls else ()),
        *(_tracing(plan.traces) if plan.traces else ()),
    ]


def _tracing(collector: str) -> list[str]:
    """Triton's own spans, of requests whose caller sent a ``traceparent``; of others only the models' spans are sent.

    Every chunk of a session is a request to Triton. At a rate of its own it would trace chunks, and no session whole.
    """
    return [
        "--trace-config=mode=opentelemetry",
        f"--trace-config=opentelemetry,url={collector.rstrip('/')}/v1/traces",
        "--trace-config=level=TIMESTAMPS",
        f"--trace-config=rate={2**31 - 1}",
    ]


def environment(triton: TritonInstallation, plan: ServePlan) -> dict[str, str]:
    """The environment of tritonserver, which its stubs and their children inherit.

    A stub finds its packages through PATH (PYTHONPATH and VIRTUAL_ENV are ignored), its libpython through
    LD_LIBRARY_PATH. SPT_NOENV keeps vLLM's process titles from overwriting the mark that says whose they are.
    """
    inherited = dict(os.environ)
    libraries = [*map(str, triton.libraries), *filter(None, [inherited.get("LD_LIBRARY_PATH")])]
    return inherited | {
        "PATH": f"{Path(sys.prefix) / 'bin'}{os.pathsep}{inherited.get('PATH', os.defpath)}",
        "LD_LIBRARY_PATH": os.pathsep.join(libraries),
        "LC_ALL": "C.UTF-8",
        "HF_HUB_OFFLINE": "1",
        "SPT_NOENV": "1",
        instance.MARK: str(plan.state),
        **key_environment(plan.state),
        **tenancy.environment(plan.state),
        **({ENDPOINT_VARIABLE: plan.traces, SHARE_VARIABLE: f"{plan.trace_share:g}"} if plan.traces else {}),
    }


@dataclass(frozen=True)
class TritonProcess:
    """A started tritonserver."""

    popen: subprocess.Popen[bytes]
    log: Path

    @classmethod
    def start(cls, triton: TritonInstallation, plan: ServePlan, *, backends: Path) -> TritonProcess:
        """Starts it in a session of its own, so that a Ctrl-C in the terminal reaches only its supervisor.

        Raises:
            ServingError: the binary could not be run.
        """
        log = triton_log(plan)
        log.parent.mkdir(parents=True, exist_ok=True)
        _rotate(log)
        try:
            with log.open("wb") as output:
                popen = subprocess.Popen(
                    command_line(triton, plan, backends=backends),
                    env=environment(triton, plan),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        except OSError as error:
            raise ServingError(f"{triton.binary} could not be started: {error}.") from error
        return cls(popen, log)

    @property
    def ended(self) -> bool:
        """Whether it has ended."""
        return self.popen.poll() is not None

    def describe_end(self) -> str:
        """How it ended, for people."""
        code = self.popen.poll()
        if code is None:
            return "still running"
        how = f"killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        return f"Triton was {how}" if code < 0 else f"Triton {how}"

    def terminate(self, *, kill_after_s: float) -> bool:
        """SIGTERM (Triton drains what runs), then SIGKILL when it is still there; True when it went by itself."""
        self.popen.terminate()
        try:
            self.popen.wait(kill_after_s)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
            return False
        return True


def tail(log: Path, *, lines: int = 15) -> str:
    """The last lines of a log file; empty when there is none."""
    if not log.is_file():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 64_000))
        return "\n".join(file.read().decode("utf-8", "replace").splitlines()[-lines:])


def _rotate(log: Path) -> None:
    for number in range(KEPT_LOGS - 1, 0, -1):
        older = log.with_name(f"{log.stem}.{number}{log.suffix}")
        newer = log if number == 1 else log.with_name(f"{log.stem}.{number - 1}{log.suffix}")
        if newer.exists():
            newer.replace(older)
