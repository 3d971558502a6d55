"""Writes an encoder in 8 bits, in pieces that a browser fetches and keeps one by one (docs/encoders.md)."""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file


def quantise(matrix: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """
    By row, as src/model/int8.ts does: numbers in -127 .. 127 (rows, width), and the scale of each row (rows). The scale is
    one that comes out again when the weights are rounded once more: a run in 8 bits stands on exactly the file's numbers.
    """
    scales = matrix.abs().amax(1) / 127
    for _ in range(8):
        scales = (scales * 127) / 127
    assert torch.equal((scales * 127) / 127, scales)
    numbers = torch.round(matrix / torch.where(scales > 0, scales, 1)[:, None])
    return numbers.clamp(-127, 127).to(torch.int8), scales


def stored(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """
    Matrices and tables as NAME.int8 and NAME.scales, what has one dimension as it is. The names differ from the usual ones so
    that nothing takes whole numbers for weights.
    """
    parts = {}
    for name, tensor in tensors.items():
        if tensor.dim() != 2:
            parts[name] = tensor.contiguous()
            continue
        numbers, scales = quantise(tensor)
        parts[f"{name}.int8"] = numbers.contiguous()
        parts[f"{name}.scales"] = scales.contiguous()
    return parts


def pieces_of(tensors: dict[str, torch.Tensor], most: int) -> list[dict]:
    """Tensors in their order, as many in a file as it has room for; a larger one has a file of its own."""
    pieces: list[dict] = []
    room = 0
    for name, tensor in tensors.items():
        if tensor.nbytes > room:
            pieces.append({})
            room = most
        pieces[-1][name] = tensor
        room -= tensor.nbytes
    return pieces


def write_json(path: Path, value: dict) -> None:
    path.write_text(
        json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n",
        encoding="utf8",
    )


def write_encoder(
    folder: Path,
    config: dict,
    tensors: dict[str, torch.Tensor],
    tokenizer: dict,
    tokenizer_config: dict,
    piece_bytes: int,
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("model*.safetensors*"):
        path.unlink()
    parts = stored(dict(sorted(tensors.items())))
    pieces = pieces_of(parts, piece_bytes)
    weight_map = {}
    for number, piece in enumerate(pieces, 1):
        name = f"model-{number:05}-of-{len(pieces):05}.safetensors"
        save_file(piece, folder / name, metadata={"format": "pt"})
        weight_map |= dict.fromkeys(piece, name)
    total = sum(tensor.nbytes for tensor in parts.values())
    write_json(
        folder / "model.safetensors.index.json",
        {"metadata": {"total_size": total}, "weight_map": weight_map},
    )
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    write_json(folder / "tokenizer.json", tokenizer)
    (folder / "tokenizer_config.json").write_text(
        json.dumps(tokenizer_config, indent=2) + "\n"
    )
