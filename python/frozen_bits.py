"""Frozen weights in fewer bits (src/model/frozen-bits.ts)."""

from __future__ import annotations

import torch
from torch import nn


@torch.no_grad()
def round_frozen(model: nn.Module, bits: int) -> None:
    """Rounds every matrix and every table of embeddings: to the nearest float16 (16), or by row to a 127th of its largest (8)."""
    if bits == 32:
        return
    for parameter in model.parameters():
        if parameter.ndim != 2:
            continue
        if bits == 16:
            parameter.copy_(parameter.half().float())
            continue
        scale = parameter.abs().amax(1, keepdim=True) / 127
        whole = (parameter / scale.where(scale > 0, 1)).round().clamp(-127, 127)
        parameter.copy_(whole * scale)
