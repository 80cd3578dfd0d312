"""Conversions of weights, run with ``python -m livetranslate_tools.models.convert`` inside the ``convert`` environment.

That environment holds torch, transformers, optimum and gguf and is thrown away afterwards. These modules import
nothing of ours but each other, and nothing else of ours imports them.
"""
