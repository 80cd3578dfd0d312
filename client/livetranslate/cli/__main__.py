"""``python -m livetranslate.cli``: the same as ``livetranslate``."""

from __future__ import annotations

import sys

from livetranslate.cli import main

sys.exit(main())
