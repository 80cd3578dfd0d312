"""The systems that are compared, each as its own documentation starts it, on the same whisper-base weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from livetranslate_tools.paths import cache_dir
from loadtests.peers import weights
from loadtests.peers.environments import WHISPER_LIVE, WHISPERLIVEKIT, PeerEnvironment
from loadtests.peers.protocols import PeerProtocol, WhisperLive, WhisperLiveKit

Say = Callable[[str], None]

_SERVE_WHISPER_LIVE = (
    "import sys; from whisper_live.server import TranscriptionServer; port, backend, model = sys.argv[1:]; "
    "TranscriptionServer().run('127.0.0.1', port=int(port), backend=backend, single_model=True, max_clients=16, "
    "max_connection_time=3600, faster_whisper_custom_model_path=model or None)"
)
# The alignment heads are known by a model's public name only; the weights lie in a folder here.
_SERVE_WHISPERLIVEKIT = (
    "import sys; from whisperlivekit.whisper import _ALIGNMENT_HEADS as heads; "
    "sys.argv += ['--custom-alignment-heads', heads['base'].decode()]; "
    "from whisperlivekit.basic_server import main; main()"
)


@dataclass(frozen=True)
class Launch:
    """How a server is started: arguments of its environment's Python, and variables."""

    arguments: list[str]
    variables: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PeerSystem:
    """One system in one of its modes.

    Attributes:
        name: in the table.
        environment: what it runs in.
        launch: (port, language, say) -> how to start it; makes its weights when they are not there.
        protocol: (language) -> a session's protocol.
    """

    name: str
    environment: PeerEnvironment
    launch: Callable[[int, str, Say], Launch]
    protocol: Callable[[str], PeerProtocol]


def _whisper_live_faster(port: int, _: str, say: Say) -> Launch:
    return Launch(["-c", _SERVE_WHISPER_LIVE, str(port), "faster_whisper", str(weights.ct2(say))])


def _whisper_live_openvino(port: int, _: str, say: Say) -> Launch:
    """Its back end looks for models below the home folder; it gets one with a link to our weights."""
    say("whisper-live: linking the OpenVINO weights")
    home = cache_dir() / "peers" / "home"
    link = home / ".cache" / "openvino_whisper_models" / weights.ARTIFACT
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(weights.openvino())
    return Launch(["-c", _SERVE_WHISPER_LIVE, str(port), "openvino", ""], {"HOME": str(home)})


def _whisperlivekit(port: int, language: str, *policy: str) -> Launch:
    common = ["--host", "127.0.0.1", "--port", str(port), "--lan", language, "--pcm-input"]
    warm_up = Path(str(files("livetranslate").joinpath("samples/jfk.wav")))
    return Launch(["-c", _SERVE_WHISPERLIVEKIT, *common, "--warmup-file", str(warm_up), *policy])


def _simulstreaming(port: int, language: str, say: Say) -> Launch:
    models = ["--encoder-model-path", str(weights.ct2(say)), "--decoder-model-path", str(weights.torch(say))]
    return _whisperlivekit(port, language, "--backend-policy", "simulstreaming", "--backend", "faster-whisper", *models)


def _localagreement(port: int, language: str, say: Say) -> Launch:
    model = ["--model_dir", str(weights.ct2(say))]
    return _whisperlivekit(port, language, "--backend-policy", "localagreement", "--backend", "faster-whisper", *model)


SYSTEMS = {
    "whisper-live": PeerSystem(
        "WhisperLive, faster-whisper",
        WHISPER_LIVE,
        _whisper_live_faster,
        lambda language: WhisperLive("base", language),
    ),
    "whisper-live-openvino": PeerSystem(
        "WhisperLive, OpenVINO",
        WHISPER_LIVE,
        _whisper_live_openvino,
        lambda language: WhisperLive(f"local/{weights.ARTIFACT}", language),
    ),
    "whisperlivekit": PeerSystem(
        "WhisperLiveKit, SimulStreaming", WHISPERLIVEKIT, _simulstreaming, lambda _: WhisperLiveKit()
    ),
    "whisperlivekit-localagreement": PeerSystem(
        "WhisperLiveKit, LocalAgreement", WHISPERLIVEKIT, _localagreement, lambda _: WhisperLiveKit()
    ),
}
