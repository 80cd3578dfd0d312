"""LiveTranslate: live speech in, captions and translations out, while people speak."""

__version__ = "0.1.0"
