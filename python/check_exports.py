"""
Loads every exported folder with the real `adapters` and `peft`, by the code of its own README, and writes the logits of some
texts; then saves each again by the library, for the page to import.

    python3 python/check_exports.py ROOT --models FOLDER --texts texts.json --json logits.json
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
from pathlib import Path

import torch
from adapters import AutoAdapterModel, RobertaAdapterModel
from frozen_bits import round_frozen
from safetensors.torch import load_file
from transformers import AutoModel, AutoTokenizer

SIDE_FILES = ("head.json", "run.json", "head.safetensors")


def run_readme(folder: Path, model: str) -> dict:
    """Executes the README's code with the encoder and the folder in place; what it defines."""
    code = re.search(r"```python\n(.*?)```", (folder / "README.md").read_text(encoding="utf-8"), re.DOTALL)[1]
    code, bases = re.subn(r"^base = .*$", f"base = {model!r}", code, flags=re.MULTILINE)
    code, folders = re.subn(r"^folder = .*$", f"folder = {str(folder)!r}", code, flags=re.MULTILINE)
    if (bases, folders) != (1, 1):
        raise SystemExit(f"{folder}: the README does not set base and folder once each.")
    scope: dict = {}
    exec(compile(code, str(folder / "README.md"), "exec"), scope)
    return scope


def bits_of(folder: Path) -> int:
    """Bits that the run's frozen weights are rounded to."""
    return json.loads((folder / "run.json").read_text(encoding="utf-8")).get("frozenBits", 32)


def load_plain(folder: Path, model: str) -> dict:
    """Loads trainable.safetensors of a method without an adapter, which Python saved."""
    head = json.loads((folder / "head.json").read_text(encoding="utf-8"))
    tokenizer = AutoTokenizer.from_pretrained(model)
    loaded = AutoModel.from_pretrained(model).eval()
    round_frozen(loaded, bits_of(folder))
    state = load_file(folder / "trainable.safetensors")
    own = {re.sub(r"^\w+?\.", "", name): value for name, value in state.items() if not name.startswith("heads.")}
    assert not loaded.load_state_dict(own, strict=False).unexpected_keys

    def logits(texts: list[str]) -> torch.Tensor:
        with torch.no_grad():
            pooled = pool(loaded, tokenizer, head, texts)
            return pooled @ state["heads.golden.1.weight"].T + state["heads.golden.1.bias"]

    return {"logits": logits}


def pool(model, tokenizer, head: dict, texts: list[str]) -> torch.Tensor:
    """Pooled states of texts. (B, H)"""
    options = {"max_length": head["maxLength"], "return_token_type_ids": False, "return_tensors": "pt"}
    enc = tokenizer(texts, truncation=True, padding=True, **options)
    states = model(**enc).last_hidden_state
    weights = enc["attention_mask"][..., None].float()
    return states[:, 0] if head["pooling"] == "cls" else (states * weights).sum(1) / weights.sum(1)


def load_saved(folder: Path, model: str) -> dict:
    """Loads a folder that Python saved, which has no README."""
    if (folder / "trainable.safetensors").exists():
        return load_plain(folder, model)
    head = json.loads((folder / "head.json").read_text(encoding="utf-8"))
    tokenizer = AutoTokenizer.from_pretrained(model)
    if head["modelType"] == "camembert":
        loaded = RobertaAdapterModel.from_pretrained(model, model_type="roberta")
    else:
        loaded = AutoAdapterModel.from_pretrained(model)
    round_frozen(loaded, bits_of(folder))
    name = loaded.load_adapter(str(folder), with_head=True, set_active=True, use_safetensors=True)
    loaded.eval()

    def logits(texts: list[str]) -> torch.Tensor:
        with torch.no_grad():
            pooled = pool(loaded.base_model, tokenizer, head, texts)
            return loaded.heads[name]((pooled[:, None],), cls_output=pooled)[0]

    return {"logits": logits}


def save_again(scope: dict, folder: Path) -> list[Path]:
    """What the libraries write of what they loaded: safetensors and, for AdapterHub, the default .bin."""
    if folder.name == "plain":
        return []
    if folder.name == "peft":
        targets = [folder.with_name("peft-saved")]
        scope["model"].save_pretrained(str(targets[0]))
    else:
        targets = [folder.with_name("adapterhub-saved"), folder.with_name("adapterhub-saved-bin")]
        for target, safe in zip(targets, (True, False)):
            scope["model"].save_adapter(str(target), scope["name"], with_head=True, use_safetensors=safe)
    for target in targets:
        for file in SIDE_FILES:
            if (folder / file).exists():
                shutil.copy(folder / file, target / file)
        (target / "README.md").unlink(missing_ok=True)
    return targets


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=Path, help="holds RUN/FORMAT for every run and format")
    parser.add_argument("--models", type=Path, required=True, help="folder of the encoders that the runs name")
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--json", type=Path, required=True)
    arguments = parser.parse_args()
    texts = json.loads(arguments.texts.read_text(encoding="utf-8"))
    results: dict[str, list[list[float]]] = {}
    for folder in sorted(arguments.root.glob("*/*/")):
        exported = (folder / "README.md").exists()
        model = str(arguments.models / json.loads((folder / "run.json").read_text(encoding="utf-8"))["model"])
        scope = run_readme(folder, model) if exported else load_saved(folder, model)
        logits = scope["logits"](texts).tolist()
        for place in [folder, *(save_again(scope, folder) if exported else [])]:
            results[place.relative_to(arguments.root).as_posix()] = logits
    arguments.json.write_text(json.dumps(results), encoding="utf-8")
    print(f"{len(results)} folders, {len(texts)} texts each.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
