"""Python environments in the cache: content-addressed by their lock files, built once, shared by all clones.

Example::

    from livetranslate_tools import environments

    vllm = environments.ensure("vllm")
    subprocess.run([environments.python_of(vllm), "-c", "import vllm"])

Standard library only: it runs before anything is installed. (:mod:`.resolve` alone, which writes the lock files again,
needs the finished runtime environment.)
"""

from __future__ import annotations

from livetranslate_tools.environments.builder import ensure, remove
from livetranslate_tools.environments.errors import BuildError, PreflightError, SetupError
from livetranslate_tools.environments.store import python_of

__all__ = ["BuildError", "PreflightError", "SetupError", "ensure", "python_of", "remove"]
