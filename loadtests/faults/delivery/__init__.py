"""Brings malformed requests to a server, each with a deadline, and says what became of it."""
