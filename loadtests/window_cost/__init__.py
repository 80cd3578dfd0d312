"""CPU seconds of one live captioning window: ours against faster-whisper int8, paired and in turns."""
