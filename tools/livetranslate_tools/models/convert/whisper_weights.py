"""CTranslate2's Whisper variables -> the state dict of ``transformers``' WhisperForConditionalGeneration."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import torch

from livetranslate_tools.models.convert.errors import ConvertError

_SIDES = ("encoder", "decoder")


class WhisperWeights:
    """Renames every variable, splits the fused projections, and refuses what it does not know.

    Attributes:
        state_dict: parameter name -> float32 tensor (float16 sources are widened exactly).
        layers: side -> number of layers.
    """

    def __init__(self, variables: Mapping[str, npt.NDArray[np.generic]]) -> None:
        self._variables = variables
        self._used: set[str] = set()
        self.state_dict: dict[str, torch.Tensor] = {}
        self.layers = {side: self._layer_count(side) for side in _SIDES}
        for side in _SIDES:
            self._map_side(side)
        for conv in ("conv1", "conv2"):
            self.state_dict[f"model.encoder.{conv}.weight"] = self._take(f"encoder/{conv}/weight")
            self.state_dict[f"model.encoder.{conv}.bias"] = self._take(f"encoder/{conv}/bias")
        embedding = self._take("decoder/embeddings/weight")
        self.state_dict["model.decoder.embed_tokens.weight"] = embedding
        self.state_dict["proj_out.weight"] = embedding
        left = sorted(name for name, values in variables.items() if name not in self._used and values.ndim)
        if left:
            raise ConvertError(f"The CTranslate2 model has variables that Whisper does not: {', '.join(left[:5])}.")

    def setting(self, name: str) -> int:
        """A scalar of the model, e.g. ``decoder/num_heads``."""
        if name not in self._variables:
            raise ConvertError(f"The CTranslate2 model lacks {name}.")
        return int(self._variables[name].item())

    def _layer_count(self, side: str) -> int:
        prefix = side + "/layer_"
        numbers = {name[len(prefix) :].split("/")[0] for name in self._variables if name.startswith(prefix)}
        return sum(number.isdigit() for number in numbers)  # "layer_norm" is none

    def _map_side(self, side: str) -> None:
        top = "model." + side
        self.state_dict[top + ".embed_positions.weight"] = self._take(side + "/position_encodings/encodings")
        self._norm(top + ".layer_norm", side + "/layer_norm")
        for index in range(self.layers[side]):
            to, source = f"{top}.layers.{index}.", f"{side}/layer_{index}/"
            self._attention(to + "self_attn", source + "self_attention", fused=("q_proj", "k_proj", "v_proj"))
            if side == "decoder":
                self._linear([to + "encoder_attn.q_proj"], source + "attention/linear_0")
                self._linear([to + "encoder_attn.k_proj", to + "encoder_attn.v_proj"], source + "attention/linear_1")
                self._linear([to + "encoder_attn.out_proj"], source + "attention/linear_2")
                self._norm(to + "encoder_attn_layer_norm", source + "attention/layer_norm")
            self._linear([to + "fc1"], source + "ffn/linear_0")
            self._linear([to + "fc2"], source + "ffn/linear_1")
            self._norm(to + "final_layer_norm", source + "ffn/layer_norm")

    def _attention(self, to: str, source: str, *, fused: tuple[str, ...]) -> None:
        self._linear([f"{to}.{name}" for name in fused], source + "/linear_0")
        self._linear([to + ".out_proj"], source + "/linear_1")
        self._norm(to + "_layer_norm", source + "/layer_norm")

    def _linear(self, targets: list[str], source: str) -> None:
        # CTranslate2 joins q, k, v (or k, v) on the first axis and gives k a bias of zeros, which Whisper has not.
        weights = self._take(source + "/weight").chunk(len(targets))
        biases = self._take(source + "/bias").chunk(len(targets))
        for target, weight, bias in zip(targets, weights, biases, strict=True):
            self.state_dict[target + ".weight"] = weight.clone()
            if not target.endswith("k_proj"):
                self.state_dict[target + ".bias"] = bias.clone()
            elif bias.any():
                raise ConvertError(f"{source} has a key bias; Whisper's key projection has none.")

    def _norm(self, target: str, source: str) -> None:
        self.state_dict[target + ".weight"] = self._take(source + "/gamma")
        self.state_dict[target + ".bias"] = self._take(source + "/beta")

    def _take(self, name: str) -> torch.Tensor:
        if name not in self._variables:
            raise ConvertError(f"The CTranslate2 model lacks {name}.")
        self._used.add(name)
        return torch.from_numpy(self._variables[name].astype(np.float32))
