"""Callers of three kinds for locust: live sessions, whole recordings, texts; mixes and shapes of load."""
