"""A run's model in PyTorch: AdapterHub's library where it has the method, plain PyTorch where it has not."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import torch
from adapters import AutoAdapterModel, BnConfig, ConfigUnion, LoRAConfig, RobertaAdapterModel
from family import page_name, page_tensors, prefix_of, to_model, unused_positions
from frozen_bits import round_frozen
from run_file import Run, RunError, draw_initial
from safetensors.torch import save_file
from task_kinds import NUMBER, SINGLE, WORDS, head_call, outputs_of
from torch import nn
from transformers import AutoConfig, AutoModel

NAME = "golden"
"""The adapter's and the head's name inside this project's tensor names."""
PLACES = {
    "houlsby": (("attention", "ffn"), "sequential"),
    "ffn-only": (("ffn",), "sequential"),
    "attention-only": (("attention",), "sequential"),
    "pfeiffer": (("ffn",), "double-norm"),
    "parallel": (("ffn",), "parallel"),
}


def layers_of(method: dict, layers: int) -> list[int]:
    return list(range(layers)) if method["layers"] == "all" else sorted(set(method["layers"]))


def reduction_factor(hidden: int, bottleneck: int) -> float:
    return hidden // bottleneck if hidden % bottleneck == 0 else hidden / (bottleneck + 0.5)


def bottleneck_config(method: dict, hidden: int, layers: int) -> BnConfig | ConfigUnion:
    """The configuration of a bottleneck method (src/files/export/adapterhub-config.ts); sites that differ by layer become a union."""
    sites, placement = PLACES[method["type"]]
    placement = method.get("placement") or placement
    widths = {
        site: {
            layer: method["bottlenecks"].get(f"{layer}.{site}", method["bottleneck"])
            for layer in layers_of(method, layers)
            if f"{layer}.{site}" not in method["without"]
        }
        for site in sites
    }
    widths = {site: at for site, at in widths.items() if at}

    def config(used: list[str]) -> BnConfig:
        factors = {str(layer): reduction_factor(hidden, m) for layer, m in widths[used[0]].items()}
        first = next(iter(factors.values()))
        return BnConfig(
            mh_adapter="attention" in used,
            output_adapter="ffn" in used,
            non_linearity=method["activation"],
            reduction_factor=first if len(set(factors.values())) == 1 else {**factors, "default": first},
            original_ln_before=placement == "double-norm",
            is_parallel=placement == "parallel",
            scaling=float(method["scaling"]),
            dropout=float(method["dropout"]),
            leave_out=[layer for layer in range(layers) if layer not in widths[used[0]]],
        )

    if not widths:
        raise RunError("The method leaves every adapter out.")
    if len({tuple(at.items()) for at in widths.values()}) == 1:
        return config(list(widths))
    return ConfigUnion(*(config([site]) for site in widths))


def lora_config(method: dict, layers: int) -> LoRAConfig:
    return LoRAConfig(
        r=method["rank"],
        alpha=method["alpha"],
        attn_matrices=[target[0] for target in method["targets"]],
        leave_out=[layer for layer in range(layers) if layer not in layers_of(method, layers)],
    )


def where(model: str) -> dict[str, str]:
    """What from_pretrained is given for an encoder: a folder, or owner/name, or owner/name@revision."""
    name, _, revision = model.partition("@")
    if Path(model).is_dir() or not revision:
        return {"pretrained_model_name_or_path": model}
    return {"pretrained_model_name_or_path": name, "revision": revision}


class Classifier(nn.Module):
    """Encoder, pooling, head. `trainable` maps this project's names to what trains, in the order of the page."""

    def __init__(self, run: Run):
        super().__init__()
        base = where(run.model)
        config = AutoConfig.from_pretrained(**base)
        self.model_type = config.model_type
        if self.model_type == "modernbert":
            raise RunError("A run on a ModernBERT is not continued in Python: go on in the page, or begin anew with its run.py.")
        self.positions = config.max_position_embeddings - unused_positions(self.model_type)
        # With one type, or none, nothing tells two texts apart but the separator.
        self.has_types = getattr(config, "type_vocab_size", 0) > 1
        # The page trains without dropout in the encoder or before the head; DistilBERT's has names of its own.
        of_bert = ("hidden_dropout_prob", "attention_probs_dropout_prob", "classifier_dropout")
        for dropout in (*of_bert, "dropout", "attention_dropout", "seq_classif_dropout"):
            if hasattr(config, dropout):
                setattr(config, dropout, 0.0)
        self.pooling = run.file["pooling"]
        self.method = run.method
        self.kind = run.kind
        outputs = outputs_of(run.kind, run.labels)
        self.is_adapter = run.method["type"] in (*PLACES, "lora")
        if self.is_adapter:
            # The library has no class for CamemBERT, which computes as RoBERTa does.
            of_family = AutoAdapterModel
            if self.model_type == "camembert":
                of_family, config.model_type = RobertaAdapterModel, "roberta"
            self.model = of_family.from_pretrained(**base, config=config, dtype=torch.float32)
            self._take_base(run)
            layers = config.num_hidden_layers
            of_method = lora_config(run.method, layers) if run.method["type"] == "lora" else None
            self.model.add_adapter(NAME, config=of_method or bottleneck_config(run.method, config.hidden_size, layers))
            add_head, own = head_call(run.kind)
            names = {} if run.kind == NUMBER else {"id2label": dict(enumerate(run.labels))}
            getattr(self.model, add_head)(NAME, num_labels=outputs, layers=1, activation_function=None, **own, **names)
            self.model.train_adapter(NAME)
            self.trainable = {page_name(name): p for name, p in self.model.named_parameters() if p.requires_grad}
        else:
            self.model = AutoModel.from_pretrained(**base, config=config, dtype=torch.float32)
            self._take_base(run)
            self.head = nn.Linear(config.hidden_size, outputs)
            self.trainable = {}
            for name, parameter in self.model.named_parameters():
                kind = run.method["type"]
                own = kind == "full" or (kind == "bitfit" and name.endswith(".bias"))
                parameter.requires_grad = own and not name.startswith("pooler.")
                if parameter.requires_grad:
                    self.trainable[page_name(name)] = parameter
            self.trainable |= {f"heads.{NAME}.1.{name}": p for name, p in self.head.named_parameters()}
        self._initialise(run, config.hidden_size)

    def _take_base(self, run: Run) -> None:
        """Compares the encoder as it was loaded with the bundle's, and rounds it as the run does."""
        if run.facts and self._checksum() != run.facts["encoder"]["sha256"]:
            raise RunError("The encoder's weights are not those of the bundle. Point --model to its own encoder.")
        round_frozen(self.model, run.file.get("frozenBits", 32))

    def _initialise(self, run: Run, hidden: int) -> None:
        """The bundle's tensors, or the page's seeded start."""
        if run.facts and set(run.trainable) != set(self.trainable):
            raise RunError("The bundle's tensors are not those of its method.")
        for name, parameter in self.trainable.items():
            if run.facts:
                value = run.trainable[name]
            elif name.startswith("bert.") and not self.is_adapter:
                continue
            else:
                kind, scale = start_of(name, hidden)
                value = draw_initial(kind, scale, tuple(parameter.shape), run.training["seed"], name)
            with torch.no_grad():
                parameter.copy_(to_model(name, value, parameter))

    def forward(self, input_ids: torch.Tensor, types: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """(B, T) token ids, types and mask to (B, C) logits, or (B, T, C) where words are labelled."""
        base = self.model.base_model if self.is_adapter else self.model
        typed = {"token_type_ids": types} if self.has_types else {}
        states = base(input_ids=input_ids, attention_mask=attention_mask, **typed).last_hidden_state
        if self.kind == WORDS:
            return self.model.heads[NAME]((states,))[0] if self.is_adapter else self.head(states)
        if self.pooling == "cls":
            pooled = states[:, 0]
        else:
            weights = attention_mask[..., None].float()
            pooled = (states * weights).sum(1) / weights.sum(1)
        if self.is_adapter:
            return self.model.heads[NAME]((states,), cls_output=pooled)[0]
        return self.head(pooled)

    def _checksum(self) -> str:
        """SHA-256 of the encoder's weights as they were loaded, as a bundle names them (src/files/checksum.ts)."""
        state = page_tensors(self.model.state_dict(), self.model_type)
        layer = (
            "attention.self.query attention.self.key attention.self.value attention.output.dense "
            "attention.output.LayerNorm intermediate.dense output.dense output.LayerNorm"
        ).split()
        embeddings = [f"embeddings.{kind}_embeddings.weight" for kind in ("word", "position", "token_type")]
        count = 1 + max(int(found[1]) for name in state if (found := re.match(r"bert\.encoder\.layer\.(\d+)\.", name)))
        stems = ["embeddings.LayerNorm", *(f"encoder.layer.{i}.{part}" for i in range(count) for part in layer)]
        names = [*embeddings, *(f"{stem}.{kind}" for stem in stems for kind in ("weight", "bias"))]
        digests = [hashlib.sha256(state[f"bert.{name}"].float().cpu().numpy().tobytes()).digest() for name in names]
        return hashlib.sha256(b"".join(digests)).hexdigest()

    def save(self, folder: Path, run: Run) -> Path:
        """Writes a folder that the page imports: AdapterHub's, or plain safetensors where the library has no format."""
        target = folder / ("adapterhub" if self.is_adapter else "plain")
        target.mkdir(parents=True, exist_ok=True)
        if self.is_adapter:
            self.model.save_adapter(str(target), NAME, with_head=True, use_safetensors=True)
        else:
            tensors = {f"{prefix_of(self.model_type)}.{name}": p for name, p in self.model.named_parameters() if p.requires_grad}
            tensors |= {f"heads.{NAME}.1.{name}": p for name, p in self.head.named_parameters()}
            save_file({name: p.detach().cpu().contiguous() for name, p in tensors.items()}, target / "trainable.safetensors")
        head = {
            **({} if run.kind == SINGLE else {"kind": run.kind}),
            "labels": run.labels,
            "pooling": self.pooling,
            "maxLength": run.training["maxLength"],
            "modelType": self.model_type,
        }
        (target / "head.json").write_text(json.dumps(head, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        (target / "run.json").write_text(json.dumps(run.file, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        return target


def start_of(name: str, hidden: int) -> tuple[str, float]:
    """How a tensor begins (src/model/parameters.ts)."""
    if name.endswith((".adapter_down.0.weight", ".lora_A")):
        return "uniform", 1 / hidden**0.5
    if name.startswith("heads.") and name.endswith(".weight"):
        return "normal", 0.02
    return "zeros", 0.0
