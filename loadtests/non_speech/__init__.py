"""How many words are invented where nobody speaks: ``python -m loadtests.non_speech``."""
