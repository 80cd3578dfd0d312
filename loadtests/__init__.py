"""Benchmarks and load tests. Each runs by itself: ``python -m loadtests.<name> --help``."""
