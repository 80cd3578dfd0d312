"""What one server is asked to do: written by ``serve``, read by the supervisor process."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

import msgspec

LOOPBACK = "127.0.0.1"
"""Where Triton listens unless told otherwise: it asks nobody who he is, so a network gets it through a gateway."""
ANY_ADDRESS = "0.0.0.0"  # noqa: S104 - compared with, and chosen by the operator alone (a container's own network)


class Profile(str, Enum):
    """Which weights and engine arguments are served."""

    CPU = "cpu"
    GPU = "gpu"


class Tls(msgspec.Struct, frozen=True):
    """A folder of PEM files: ``server.crt``, ``server.key`` and ``ca.crt``.

    Attributes:
        folder: where they are (absolute).
        asks_clients: whether a client must show a certificate that ``ca.crt`` vouches for.
    """

    folder: str
    asks_clients: bool = False


class Ports(msgspec.Struct, frozen=True):
    """Triton's three listening ports, the address it listens on, and whether gRPC there is encrypted (``tls``)."""

    http: int = 8000
    grpc: int = 8001
    metrics: int = 8002
    address: str = LOOPBACK
    tls: Tls | None = None

    @property
    def host(self) -> str:
        """The address under which this machine reaches it."""
        return LOOPBACK if self.address == ANY_ADDRESS else self.address

    @property
    def grpc_url(self) -> str:
        """``host:port`` for gRPC clients."""
        return f"{self.host}:{self.grpc}"

    @property
    def http_url(self) -> str:
        """Base URL of Triton's HTTP API; beside an encrypted gRPC it is there for this machine alone."""
        return f"http://{LOOPBACK if self.tls else self.host}:{self.http}"

    @property
    def metrics_url(self) -> str:
        """URL of the Prometheus metrics."""
        return f"http://{self.host}:{self.metrics}/metrics"


class Timing(msgspec.Struct, frozen=True):
    """Pace of supervision and patience, seconds.

    Attributes:
        tick_s: how often processes are looked at.
        probe_interval_s: longest time an idle model goes without a probe inference.
        probe_timeout_s: patience with one probe.
        load_timeout_s: patience with loading one model.
        unload_wait_s: how long a broken model's orderly end is waited for before it is loaded again.
        reload_timeout_s: patience with loading one again (or four times what it took at first, if that is more);
            beyond it Triton as a whole is restarted.
        drain_s: how long running requests and open streams may go on after SIGTERM (Triton's exit timeout).
        kill_after_s: when what still runs after SIGTERM is killed; with clean-up this stays below 40 s.
        backoff_base_s: wait after the first failure of a row; doubles with each.
        backoff_max_s: longest wait between two attempts.
    """

    tick_s: float = 1.0
    probe_interval_s: float = 30.0
    probe_timeout_s: float = 60.0
    load_timeout_s: float = 1800.0
    unload_wait_s: float = 5.0
    reload_timeout_s: float = 120.0
    drain_s: int = 20
    kill_after_s: float = 30.0
    backoff_base_s: float = 2.0
    backoff_max_s: float = 300.0


class ServePlan(msgspec.Struct, frozen=True):
    """Everything the supervisor needs; nothing is looked up again later.

    Attributes:
        state: state folder (absolute).
        cache: cache folder (absolute).
        sources: source repositories, e.g. ``model_repository`` and ``ensembles``.
        environments: environment name -> folder, for every environment beside ``runtime`` that a served model names;
            None where Triton's own Python has its packages (NVIDIA's image).
        profile: which weights and engine arguments are served.
        ports: listening ports.
        models: models asked for; empty means all. What they call is added.
        weights: model -> chosen artifact name, overriding the manifest's order.
        owner_pid: a foreground ``serve`` whose end ends the server; None when detached.
        timing: pace of supervision.
        metrics: whether Triton reports metrics, its own and the models'.
        traces: base address of an OpenTelemetry collector (OTLP over HTTP); empty: no traces.
        trace_share: share of the traces begun here that are recorded, 0 to 1.
    """

    state: Path
    cache: Path
    sources: tuple[Path, ...]
    environments: dict[str, Path | None]
    profile: Profile = Profile.CPU
    ports: Ports = Ports()
    models: tuple[str, ...] = ()
    weights: dict[str, str] = {}
    owner_pid: int | None = None
    timing: Timing = Timing()
    metrics: bool = True
    traces: str = ""
    trace_share: float = 0.1

    @property
    def served(self) -> Path:
        """The assembled repository."""
        return self.state / "served"

    @property
    def logs(self) -> Path:
        """Folder of Triton's and the supervisor's logs."""
        return self.state / "logs"

    @property
    def file(self) -> Path:
        """Where the plan itself is kept for the supervisor and for those who look."""
        return self.state / "plan.json"

    def write(self) -> None:
        """Writes the plan for the supervisor."""
        self.state.mkdir(parents=True, exist_ok=True)
        self.file.write_bytes(msgspec.json.format(msgspec.json.encode(self, enc_hook=str), indent=2))

    @classmethod
    def read(cls, file: Path) -> ServePlan:
        """Reads a written plan."""
        return msgspec.json.decode(file.read_bytes(), type=cls, dec_hook=lambda kind, value: kind(value))
