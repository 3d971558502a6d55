# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0", "transformers==4.57.6", "adapters==1.3.0", "peft==0.21.2", "accelerate==1.15.0",
#   "numpy==2.4.6", "psutil==7.2.2", "safetensors==0.8.0"]
# ///
"""
Trains a run of the page with PyTorch, AdapterHub's `adapters` and Hugging Face Accelerate: from a run file at its start, or
from a bundle where it was left. The same rows meet in the same batches at the same rates, on any number of processes.

    python3 python/continue_run.py run.json --out DIR
    accelerate launch --num_processes 2 python/continue_run.py run.zip --data FOLDER --model ENCODER --out DIR
    torchrun --nproc_per_node 2 python/continue_run.py run.json
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import NoReturn

import psutil
import torch
from accelerate import Accelerator
from accelerate.utils import gather_object, set_seed
from classifier import Classifier, where
from family import to_model
from run_file import Row, Run, RunError, chunks, epoch_batches, learning_rate_at, load_run
from task_kinds import WORDS, Answered, answers_in, counted, label_of, label_tensor, losses_of, scores_of
from transformers import AutoTokenizer

BETAS, EPSILON = (0.9, 0.999), 1e-8


def rows_at_once(training: dict) -> int:
    """Rows of a micro-batch (src/engine/micro-batches.ts)."""
    return math.ceil(training["batchSize"] / training["microBatches"])


TokenRow = tuple[list[int], list[int], int | list]
"""Token ids, their types, and a label as batches have it."""


def tokenise(rows: list[Row], run: Run, tokenizer, length: int) -> list[TokenRow]:
    """Rows as the encoder reads them; none of none, which the tokenizer refuses."""
    if not rows:
        return []
    *texts, labels = (list(column) for column in zip(*rows))
    enc = tokenizer(*texts, truncation=True, max_length=length, is_split_into_words=run.kind == WORDS)
    # Of single texts, and where the encoder has no types, all are 0.
    types = enc.get("token_type_ids") or [[0] * len(ids) for ids in enc["input_ids"]]
    words = [enc.word_ids(at) if run.kind == WORDS else [] for at in range(len(rows))]
    own = [label_of(run.kind, label, run.labels, of_row) for label, of_row in zip(labels, words)]
    return list(zip(enc["input_ids"], types, own))


def batch_of(kind: str, rows: list[TokenRow], pad: int, device: torch.device):
    """Ids, types and mask (B, T), padded on the right, and labels."""
    longest = max(len(ids) for ids, _, _ in rows)

    def padded(lists: list[list[int]], value: int) -> torch.Tensor:
        return torch.tensor([row + [value] * (longest - len(row)) for row in lists], device=device)

    mask = padded([[1] * len(ids) for ids, _, _ in rows], 0)
    inputs = (padded([ids for ids, _, _ in rows], pad), padded([types for _, types, _ in rows], 0), mask)
    return inputs, label_tensor(kind, [label for _, _, label in rows], longest, device)


def make_optimizer(trainable: dict[str, torch.nn.Parameter], training: dict) -> torch.optim.AdamW:
    """Weight decay on matrices only."""
    matrices = [p for p in trainable.values() if p.ndim >= 2]
    vectors = [p for p in trainable.values() if p.ndim < 2]
    groups = [{"params": matrices, "weight_decay": training["weightDecay"]}, {"params": vectors, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=training["learningRate"], betas=BETAS, eps=EPSILON)


def restore_moments(optimizer: torch.optim.AdamW, trainable: dict[str, torch.nn.Parameter], run: Run) -> None:
    """The bundle's moments, on the device of their parameters."""
    for name, parameter in trainable.items():
        optimizer.state[parameter] = {
            "step": torch.tensor(float(run.facts["progress"]["updates"])),
            "exp_avg": to_model(name, run.optimizer[f"first.{name}"], parameter).to(parameter.device),
            "exp_avg_sq": to_model(name, run.optimizer[f"second.{name}"], parameter).to(parameter.device),
        }


class Trainer:
    def __init__(self, run: Run):
        self.run = run
        # Unless told, Accelerate lets each of several processes without an accelerator train on its own.
        self.accelerator = Accelerator(cpu=not torch.accelerator.is_available())
        self.rank, self.world = self.accelerator.process_index, self.accelerator.num_processes
        set_seed(run.training["seed"] + self.rank)
        model = Classifier(run)
        self.trainable = model.trainable
        self.tokenizer = AutoTokenizer.from_pretrained(**where(run.model))
        length = min(run.training["maxLength"], model.positions)
        self.train_rows = tokenise(run.train, run, self.tokenizer, length)
        self.validation_rows = tokenise(run.validation, run, self.tokenizer, length)
        self.test_rows = tokenise(run.test, run, self.tokenizer, length)
        optimizer = make_optimizer(self.trainable, run.training)
        self.classifier = model
        self.model, self.optimizer = self.accelerator.prepare(model, optimizer)
        if run.facts:
            restore_moments(self.optimizer.optimizer, self.trainable, run)

    def answers(self, rows: Iterable[int]) -> int:
        """Answers that training rows ask for."""
        return sum(answers_in(self.run.kind, self.train_rows[row][-1]) for row in rows)

    def step(self, rows: list[int], rate: float) -> tuple[float, float]:
        """One update on a batch of rows; its mean loss and the gradient's norm before clipping."""
        loss = torch.zeros((), device=self.accelerator.device)
        pieces = chunks(rows, rows_at_once(self.run.training))
        for last, piece in ((piece is pieces[-1], piece) for piece in pieces):
            # Processes exchange gradients once a step, with the last piece.
            with nullcontext() if last else self.accelerator.no_sync(self.model):
                loss += self.accumulate(piece, self.answers(rows))
        clip = self.run.training["clip"]
        norm = self.accelerator.clip_grad_norm_(list(self.trainable.values()), clip if clip is not None else math.inf)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.step()
        self.optimizer.zero_grad()
        return self.accelerator.reduce(loss, "sum").item(), float(norm)

    def accumulate(self, piece: list[int], total: int) -> torch.Tensor:
        """Adds the gradients of some of a batch's rows; this process's share of the mean loss of the batch's `total` answers."""
        mine = piece[self.rank :: self.world]
        rows = [self.train_rows[row] for row in mine or piece[:1]]
        inputs, labels = batch_of(self.run.kind, rows, self.tokenizer.pad_token_id, self.accelerator.device)
        losses = losses_of(self.run.kind, self.model(*inputs), labels)
        # A process without a row of its own takes part with a weight of 0. Averaging over processes undoes the factor.
        share = losses.sum() / total * (1 if mine else 0)
        self.accelerator.backward(share * self.world)
        return share.detach()

    @torch.no_grad()
    def evaluate(self, scored: list[TokenRow]) -> dict:
        """Scores on some rows."""
        self.model.eval()
        order = sorted(range(len(scored)), key=lambda row: len(scored[row][0]))[self.rank :: self.world]
        kind, mine = self.run.kind, []
        for rows in chunks(order, rows_at_once(self.run.training)):
            inputs, labels = batch_of(kind, [scored[row] for row in rows], self.tokenizer.pad_token_id, self.accelerator.device)
            logits = self.classifier(*inputs)
            parts = [losses_of(kind, logits, labels).tolist(), *(part.tolist() for part in counted(kind, logits, labels)[::-1])]
            for row in rows:
                count = answers_in(kind, scored[row][-1])
                answered: Answered = tuple(part[:count] for part in parts)
                parts = [part[count:] for part in parts]
                mine.append(answered)
        self.model.train()
        return scores_of(kind, gather_object(mine), self.run.labels)

    def train(self, limit: int | None) -> dict:
        """The run from where it stands to its end, or for `limit` steps."""
        training, lengths = self.run.training, [len(ids) for ids, _, _ in self.train_rows]
        per_epoch = math.ceil(len(lengths) / training["batchSize"])
        total = per_epoch * training["epochs"]
        progress = (self.run.facts or {}).get("progress", {"step": 0, "epochs": 0, "lossSum": 0.0})
        step, loss_sum = progress["step"], progress["lossSum"]
        best = progress.get("best") or {"epoch": 0, "loss": math.inf}
        kept = {name: to_model(name, values, self.trainable[name]) for name, values in self.run.best.items()}
        scored, on = (self.validation_rows, "validation") if self.validation_rows else (self.test_rows, "test")
        last = total if limit is None else min(total, step + limit)
        steps, epochs, done = [], [], progress["epochs"]
        self.model.train()
        for epoch in range(done, done if progress.get("finished") else training["epochs"]):
            if on == "validation" and 0 < training.get("patience", math.inf) <= epoch - best["epoch"]:
                break
            for rows in epoch_batches(lengths, training["batchSize"], training["seed"], epoch)[step - epoch * per_epoch :]:
                if step == last:
                    return {"steps": steps, "epochs": epochs}
                rate, started = learning_rate_at(step, total, training), time.perf_counter()
                loss, norm = self.step(rows, rate)
                if not math.isfinite(loss):
                    raise RunError(f"Step {step + 1}: the loss is no longer a number. Lower the learning rate.")
                loss_sum += loss * self.answers(rows)
                milliseconds = 1000 * (time.perf_counter() - started)
                steps.append({"step": step, "loss": loss, "learningRate": rate, "gradNorm": norm, "milliseconds": milliseconds})
                step += 1
            scores, done = self.evaluate(scored), epoch + 1
            epochs.append({"epoch": done, "trainLoss": loss_sum / self.answers(range(len(lengths))), on: scores})
            loss_sum = 0.0
            self.accelerator.print(f"epoch {done}: train loss {epochs[-1]['trainLoss']:.4f}, {on} {scores}")
            if on == "validation" and (best["epoch"] == 0 or scores["loss"] < best["loss"]):
                best = {"epoch": done, "loss": scores["loss"]}
                if training["choose"] == "best-epoch":
                    kept = {name: parameter.detach().clone() for name, parameter in self.trainable.items()}
        if training["choose"] == "best-epoch" and best["epoch"] < done and kept:
            done = best["epoch"]
            with torch.no_grad():
                for name, parameter in self.trainable.items():
                    parameter.copy_(kept[name])
        test = epochs[-1]["test"] if on == "test" and epochs else self.evaluate(self.test_rows)
        return {"steps": steps, "epochs": epochs, "final": {"epoch": done, "test": test}}


def launch_on_processors() -> int | None:
    """
    Without a graphics card `accelerate launch --num_processes N` starts one process and tells it nothing but a port. The N
    stands in the launcher's command line: torchrun starts as many. Gives their exit status, or None where this process is
    one of those that train.
    """
    if "MASTER_PORT" not in os.environ or "RANK" in os.environ or torch.accelerator.is_available():
        return None
    launcher = psutil.Process().parent()
    asked = re.search(r"--num[_-]processes[ =](\d+)", " ".join(launcher.cmdline() if launcher else []))
    if not asked:
        print("One process trains. To start several on processors, say --num_processes, or use torchrun.", file=sys.stderr)
        return None
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", asked[1], *sys.argv]
    return subprocess.call(command)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="a run file (run.json) or a bundle (run.zip)")
    parser.add_argument("--out", type=Path, default=Path("continued"), help="folder for the results")
    parser.add_argument("--data", type=Path, help="folder of the CSV files, if not beside the run file")
    parser.add_argument("--model", help="the encoder's folder, or its name on the Hub")
    parser.add_argument("--steps", type=int, help="stop after so many steps")
    arguments = parser.parse_args()
    try:
        run = load_run(arguments.run, arguments.data, arguments.model)
        trainer = Trainer(run)
        result = trainer.train(arguments.steps)
    except (RunError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    if trainer.accelerator.is_main_process:
        folder = trainer.classifier.save(arguments.out, run)
        metrics = {"run": run.file, "labels": run.labels, "processes": trainer.world, **result}
        text = json.dumps(metrics, indent=2, ensure_ascii=False) + "\n"
        (arguments.out / "metrics.json").write_text(text, encoding="utf-8")
        print(f"Wrote {folder} and {arguments.out / 'metrics.json'}.")
    trainer.accelerator.wait_for_everyone()
    trainer.accelerator.end_training()
    if trainer.world > 1:
        leave()
    return 0


def leave() -> NoReturn:
    """
    Ends one of several processes at once. Freeing a Gloo process group can wait forever: its destructor holds Python's lock
    and asks for the queue's, while the queue's thread holds that and asks for Python's to free a tensor (PyTorch 2.13).
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    launched = launch_on_processors()
    sys.exit(main() if launched is None else launched)
