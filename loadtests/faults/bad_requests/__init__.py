"""Malformed requests, made of a seed: pure functions, the same bytes for the same seed, no server needed."""

from loadtests.faults.bad_requests.mix import KINDS, malformed_requests
from loadtests.faults.bad_requests.request import BadRequest, Door

__all__ = ["KINDS", "BadRequest", "Door", "malformed_requests"]
