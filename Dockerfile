# The production image: NVIDIA's Triton with vLLM, and LiveTranslate in environments of its own. No weights inside.
# Build from this folder with BuildKit:  docker build --tag livetranslate:0.1.0 .
# How to run it, and what was and was not tried: docs/production.md

# Tag and digest belong together and are changed together (docs/production.md, "Another base image").
FROM nvcr.io/nvidia/tritonserver:26.07-vllm-python-py3@sha256:31e20bfbc65055d6b85553a00d45342a62c506874aa996c11ae53650151f05b1 AS triton


FROM triton AS build

# NVIDIA's images constrain every pip to their own versions; these packages go into environments of their own.
ENV PIP_CONSTRAINT="" \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_INPUT=1

WORKDIR /src
COPY requirements/runtime.lock requirements/runtime.lock

# --without-pip: the image need not have ensurepip, and a served environment needs no pip.
# runtime: our models and tools, numpy 1.26, nothing of NVIDIA's.
# vllm:    a view of the system's Python, where NVIDIA's vLLM is, so that the llm's stub leaves `runtime` alone.
RUN --mount=type=cache,target=/root/.cache/pip \
    python3 -m venv --without-pip /opt/livetranslate/runtime \
    && python3 -m venv --without-pip --system-site-packages /opt/livetranslate/vllm \
    && python3 -m venv --without-pip /opt/build \
    && python3 -m pip --python /opt/build/bin/python install pip==26.3 \
    && /opt/build/bin/python -m pip install --constraint requirements/runtime.lock hatchling

COPY pyproject.toml README.md LICENSE ./
COPY client client
COPY tools tools
COPY model_repository model_repository
COPY ensembles ensembles
COPY requirements requirements

RUN --mount=type=cache,target=/root/.cache/pip \
    /opt/build/bin/python -m pip wheel --no-build-isolation --no-deps --wheel-dir /wheels . \
    && set -- /wheels/livetranslate-*.whl \
    && /opt/build/bin/python -m pip --python /opt/livetranslate/runtime/bin/python install \
        --only-binary=:all: --constraint requirements/runtime.lock "livetranslate[server] @ file://$1"

# What the image relies on, proved while it is built: NVIDIA's entry point, the stub, the backend with its vLLM (found,
# not imported: that wants a GPU), our packages, and a numpy that the stub's text tensors survive.
RUN test -x /opt/nvidia/nvidia_entrypoint.sh \
    && test -x /opt/tritonserver/backends/python/triton_python_backend_stub \
    && test -f /opt/tritonserver/backends/vllm/model.py \
    && /opt/livetranslate/vllm/bin/python -c "import importlib.util as u; raise SystemExit(u.find_spec('vllm') is None and 'no vLLM in the system Python')" \
    && /opt/livetranslate/runtime/bin/python -c "import av, jinja2, librosa, livetranslate, openvino_genai, soxr, tokenizers, tritonclient.grpc, webrtcvad" \
    && /opt/livetranslate/runtime/bin/python -c "import numpy; raise SystemExit(not numpy.__version__.startswith('1.') and 'numpy must be 1.x')" \
    && /opt/livetranslate/runtime/bin/livetranslate serve --help > /dev/null


FROM triton AS serve

LABEL org.opencontainers.image.title="LiveTranslate" \
      org.opencontainers.image.description="Live speech in, captions and translations out, on NVIDIA Triton" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="Apache-2.0"

COPY --from=build /opt/livetranslate /opt/livetranslate
RUN install --directory --owner=1000 --group=1000 /var/cache/livetranslate /var/lib/livetranslate

# LIVETRANSLATE_ENV_VLLM: the environment called `vllm` is in the image and is not built into the cache.
# HOME: vLLM and the compilers under it keep their caches there, and the base image's user 1000 has no home folder.
ENV PATH=/opt/livetranslate/runtime/bin:${PATH} \
    LIVETRANSLATE_CACHE=/var/cache/livetranslate \
    LIVETRANSLATE_STATE=/var/lib/livetranslate \
    LIVETRANSLATE_ENV_VLLM=/opt/livetranslate/vllm \
    HOME=/var/lib/livetranslate \
    VLLM_NO_USAGE_STATS=1

VOLUME ["/var/cache/livetranslate", "/var/lib/livetranslate"]
WORKDIR /var/lib/livetranslate

# HTTP, gRPC, Prometheus metrics
EXPOSE 8000 8001 8002

# triton-server of the base image; by number, so that an orchestrator can see that it is not root.
USER 1000:1000

# gRPC readiness and a probe inference of every model; a 14B llm takes minutes to load and compile at first.
HEALTHCHECK --interval=30s --timeout=90s --start-period=30m --retries=3 CMD ["livetranslate", "status", "--json"]

# SIGINT is what ends a `serve` in the foreground in order: it drains, then stops. NVIDIA's entry point sets CUDA
# compatibility up and replaces itself with the command, so the signal arrives.
STOPSIGNAL SIGINT
ENTRYPOINT ["/opt/nvidia/nvidia_entrypoint.sh", "livetranslate"]
CMD ["serve", "--profile", "gpu", "--address", "0.0.0.0"]
