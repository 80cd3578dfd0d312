"""Translation, measured: how good (``quality``), how fast (``speed``), and how early in a live session (``live``)."""
