"""The names of an encoder's tensors: the page calls them as BertModel does, whatever family they are of (src/model/encoder-family.ts)."""

from __future__ import annotations

import re

import numpy as np
import torch

ROBERTAS = ("roberta", "xlm-roberta", "camembert")
DISTILBERT = (
    ("transformer.layer.", "encoder.layer."),
    (".attention.q_lin.", ".attention.self.query."),
    (".attention.k_lin.", ".attention.self.key."),
    (".attention.v_lin.", ".attention.self.value."),
    (".attention.out_lin.", ".attention.output.dense."),
    (".attention_adapters.", ".attention.output."),
    (".sa_layer_norm.", ".attention.output.LayerNorm."),
    (".ffn.lin1.", ".intermediate.dense."),
    (".ffn.lin2.", ".output.dense."),
    (".output_adapters.", ".output."),
    (".output_layer_norm.", ".output.LayerNorm."),
)
POSITIONS = "bert.embeddings.position_embeddings.weight"
TOKEN_TYPES = "bert.embeddings.token_type_embeddings.weight"


def page_name(name: str) -> str:
    """The page's name for a tensor of a model of transformers or adapters, with its prefix or without."""
    if name.startswith("heads."):
        return name
    name = re.sub(r"^(bert|roberta|distilbert)\.", "", name)
    if name.startswith(("transformer.layer.", "embeddings.")):
        for theirs, ours in DISTILBERT:
            name = name.replace(theirs, ours)
    return f"bert.{name}"


def unused_positions(model_type: str) -> int:
    """Rows at the head of the position table that no token uses; the page leaves them out."""
    return 2 if model_type in ROBERTAS else 0


def prefix_of(model_type: str) -> str:
    """In front of a tensor's name where the encoder is a part of a larger model."""
    return "roberta" if model_type in ROBERTAS else model_type


def to_model(name: str, value: np.ndarray, parameter: torch.Tensor) -> torch.Tensor:
    """A tensor of the page in the shape of the model's: zeros where the page leaves rows out."""
    missing = parameter.shape[0] - value.shape[0] if name == POSITIONS else 0
    if missing > 0:
        value = np.concatenate([np.zeros((missing, *value.shape[1:]), value.dtype), value])
    return torch.from_numpy(np.array(value))


def page_tensors(state: dict[str, torch.Tensor], model_type: str) -> dict[str, torch.Tensor]:
    """An encoder's tensors as the page has them: its names, its position table, and a row of token types, if of zeros."""
    named = {page_name(name): value for name, value in state.items()}
    named[POSITIONS] = named[POSITIONS][unused_positions(model_type) :]
    return {TOKEN_TYPES: torch.zeros(1, named[POSITIONS].shape[1]), **named}
