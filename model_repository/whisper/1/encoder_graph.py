"""Whisper's encoder freed of its 30 s window, so that a short window costs only what it holds.

The exported encoder is traced for 3000 mel frames: its position table and its reshapes carry that length, though
nothing in the network needs it (only the training had it: Radford et al. 2022, section 2.2). Both are rewritten when
the model is opened, which works on any export by optimum-intel and needs no second set of weights.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openvino as ov
from openvino import opset13 as op

MEL_FRAMES_PER_POSITION = 2
"""The second convolution has stride 2: one encoder position for two mel frames (20 ms)."""


def open_encoder(core: ov.Core, path: Path, *, bands: int, frames: int | None) -> ov.Model:
    """Reads an encoder and sets the length of its window.

    Args:
        core: OpenVINO.
        path: ``openvino_encoder_model.xml``.
        bands: mel bands of the weights.
        frames: mel frames (10 ms each) of the window; None leaves the length open, up to the original one.

    Returns:
        The model: ``input_features`` float32 [batch, bands, frames] -> ``last_hidden_state`` float32
        [batch, frames / 2, width].

    Raises:
        ValueError: the graph does not add one position table, so it is not an encoder as optimum-intel exports it.
    """
    model = core.read_model(path)
    shape = model.outputs[0].get_partial_shape()
    if any(size.is_dynamic for size in (shape[1], shape[2])):
        raise ValueError(
            f"{path.name} has the output {shape}; a Whisper encoder adds one position table of fixed length."
        )
    positions, width = shape[1].get_length(), shape[2].get_length()
    tables = 0
    for node in model.get_ops():
        if node.get_type_name() == "Reshape":
            _free_reshape(node, positions)
        elif node.get_type_name() == "Add":
            tables += _cut_table(node, positions, width)
    if tables != 1:
        raise ValueError(f"{path.name} adds {tables} position tables of {positions} rows; a Whisper encoder adds one.")
    model.get_parameters()[0].set_partial_shape(ov.PartialShape([-1, bands, -1 if frames is None else frames]))
    model.validate_nodes_and_infer_types()
    return model


def _free_reshape(node: ov.Node, positions: int) -> None:
    """Lets a reshape infer the length that was traced into it."""
    pattern = node.input_value(1).get_node()
    if pattern.get_type_name() != "Constant":
        return
    sizes = np.asarray(pattern.get_data())
    if positions not in sizes:
        return
    # At most one size may be inferred (-1); 0 copies the size of the input.
    free = 0 if -1 in sizes else -1
    freed = np.where(sizes == positions, free, sizes).astype(np.int64)
    node.input(1).replace_source_output(op.constant(freed).output(0))


def _cut_table(node: ov.Node, positions: int, width: int) -> int:
    """Adds only as many rows of the position table as the window has positions; 1 when the node adds the table."""
    for index in (0, 1):
        table = node.input_value(index)
        shape = table.get_partial_shape()
        if shape.is_dynamic or list(shape.to_shape())[-2:] != [positions, width]:
            continue
        count = op.gather(op.shape_of(node.input_value(1 - index), "i64"), op.constant([1]), op.constant(0))
        axis = op.constant([len(shape) - 2])
        rows = op.slice(table, op.constant([0]), count, op.constant([1]), axis)
        node.input(index).replace_source_output(rows.output(0))
        return 1
    return 0
