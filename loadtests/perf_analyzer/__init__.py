"""NVIDIA's perf_analyzer against every stateless model and ensemble, fed with real speech and sentences."""
