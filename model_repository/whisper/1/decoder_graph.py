"""Whisper's decoder opened for ragged batches, and with its cross-attention to be seen.

The exported decoder assumes that all rows of a batch have the same past: positions count from the cache's length and
its mask is causal. Here masks and positions become inputs, so that rows with prompts of different lengths and audio of
different lengths share one run. Of the logits only the wanted positions are computed: the vocabulary's projection is a
third of the work of a prompt. Finally the attention of the alignment heads, which says where in the audio each token
is heard (the same heads and idea as in OpenAI's ``timing.py``), becomes an output.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import openvino as ov
from openvino import opset13 as op

MASKED = np.float32(-65504.0)
"""What a mask adds to the score of a position that must not be seen (the most negative float16)."""

_LAYER = re.compile(r"layers\.(\d+)\.")


def open_decoder(core: ov.Core, path: Path, *, alignment_heads: Sequence[tuple[int, int]]) -> ov.Model:
    """Reads a stateful decoder and opens it.

    Args:
        core: OpenVINO.
        path: ``openvino_decoder_model.xml`` of a stateful export ("…-with-past") by optimum-intel.
        alignment_heads: (layer, head) pairs, from the weights' ``generation_config.json``.

    Returns:
        The model. Its inputs, beside the original ``input_ids`` int64 [b, t], ``encoder_hidden_states`` float32
        [b, s, width] and ``beam_idx`` int32 [b]: ``self_mask`` float32 [b, 1, t, past + t] and ``cross_mask`` float32
        [b, 1, 1, s], added to the scores; ``position_ids`` int64 [b, t]; ``logit_index`` int64 [b, n], the positions of
        t whose logits are wanted. Its outputs: ``logits`` float32 [b, n, vocabulary]; ``alignment`` float32 [b, t, s],
        the mean attention of the alignment heads.

    Raises:
        ValueError: the graph has no attention layers or position table where such an export has them.
    """
    model = core.read_model(path)
    self_mask = _parameter("self_mask", [-1, 1, -1, -1], np.float32)
    cross_mask = _parameter("cross_mask", [-1, 1, 1, -1], np.float32)
    position_ids = _parameter("position_ids", [-1, -1], np.int64)
    logit_index = _parameter("logit_index", [-1, -1], np.int64)
    attentions: list[ov.Node] = []
    tables = 0
    for node in list(model.get_ops()):
        kind, name = node.get_type_name(), node.get_friendly_name()
        if kind == "ScaledDotProductAttention" and "encoder_attn" in name:
            attentions += _attention(node, cross_mask, name, alignment_heads)
            node.input(3).replace_source_output(cross_mask.output(0))
        elif kind == "ScaledDotProductAttention":
            node.input(3).replace_source_output(self_mask.output(0))
        elif kind == "Gather" and "embed_positions" in name:
            node.input(1).replace_source_output(position_ids.output(0))
            tables += 1
    if not attentions or tables != 1:
        raise ValueError(
            f"{path.name} has {len(attentions)} layers with alignment heads and {tables} position tables; a stateful "
            "Whisper decoder exported by optimum-intel has several and one."
        )
    heads = op.concat(attentions, 1) if len(attentions) > 1 else attentions[0]
    alignment = op.reduce_mean(heads, op.constant([1]), keep_dims=False)
    alignment.output(0).get_tensor().set_names({"alignment"})
    _project_only(model, logit_index)
    model.add_parameters([self_mask, cross_mask, position_ids, logit_index])
    model.add_results([op.result(alignment)])
    model.validate_nodes_and_infer_types()
    return model


def _parameter(name: str, shape: list[int], dtype: type) -> ov.Node:
    parameter = op.parameter(shape, dtype, name=name)
    parameter.output(0).get_tensor().set_names({name})
    return parameter


def _attention(
    node: ov.Node, cross_mask: ov.Node, name: str, alignment_heads: Sequence[tuple[int, int]]
) -> list[ov.Node]:
    """The attention weights of a layer's alignment heads, [b, heads, t, s]; the fused operation does not give them."""
    match = _LAYER.search(name)
    heads = [head for layer, head in alignment_heads if match and layer == int(match.group(1))]
    if not heads:
        return []
    query = op.gather(node.input_value(0), op.constant(heads), op.constant(1))
    key = op.gather(node.input_value(1), op.constant(heads), op.constant(1))
    # The export has scaled the query already.
    scores = op.add(op.matmul(query, key, transpose_a=False, transpose_b=True), cross_mask)
    return [op.softmax(scores, -1)]


def _project_only(model: ov.Model, logit_index: ov.Node) -> None:
    """Projects only the wanted positions onto the vocabulary."""
    projection = model.get_results()[0].input_value(0).get_node()
    while projection.get_type_name() != "MatMul":
        projection = projection.input_value(0).get_node()
    wanted = op.gather(projection.input_value(0), logit_index, op.constant(1), 1)
    projection.input(0).replace_source_output(wanted.output(0))
