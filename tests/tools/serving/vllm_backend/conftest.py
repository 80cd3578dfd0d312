"""Puts the back end's folder on the path, as Triton's stub does: its modules import one another by bare names."""

import sys
from pathlib import Path

BACKEND = Path(__file__).resolve().parents[4] / "tools" / "livetranslate_tools" / "serving" / "vllm_backend"
sys.path.append(str(BACKEND))
