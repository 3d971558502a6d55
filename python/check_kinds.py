"""
Answers the test rows of runs on pairs, or with several labels, a number or a tag a word, by the code of their exports' READMEs, with the real
`adapters` and `peft`; then saves AdapterHub's folders again by the library, loads them, and answers once more. With --trained it
trains each run again from its start, too, as continue_run.py does, scores what its bundle has, and runs the script that shows it.

    python3 python/check_kinds.py OUT --model FOLDER --json logits.json [--trained trained.json]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path

import torch
from check_continued import run_script
from check_exports import run_readme
from continue_run import Trainer
from run_file import load_run

FORMATS = ("adapterhub", "peft", "plain")


def rows_of(out: Path) -> list:
    """The test rows that the run's bundle holds: (text or words, label), or of pairs (text, second text, label)."""
    with zipfile.ZipFile(out / "run.zip") as bundle:
        return [json.loads(line) for line in bundle.read("test.jsonl").decode().splitlines()]


def answers(scope: dict, rows: list) -> list[float]:
    """Logits of rows or, where words are labelled, of the first pieces of all words that were not cut off."""
    *texts, _ = (list(column) for column in zip(*rows))
    inputs = texts[0]
    if isinstance(inputs[0], str):
        return scope["logits"](*texts).flatten().tolist()
    enc, tokens = scope["logits"](inputs)
    flat: list[float] = []
    for row, words in enumerate(inputs):
        ids = enc.word_ids(row)
        for word in range(len(words)):
            if word in ids:
                flat += tokens[row, ids.index(word)].tolist()
    return flat


def saved_again(scope: dict, model: str) -> dict:
    """The adapter and its head as the library itself saves and loads them."""
    from adapters import AutoAdapterModel

    with tempfile.TemporaryDirectory() as folder:
        scope["model"].save_adapter(folder, scope["name"], with_head=True, use_safetensors=True)
        loaded = AutoAdapterModel.from_pretrained(model)
        name = loaded.load_adapter(folder, with_head=True, set_active=True, use_safetensors=True)
    loaded.eval()
    before = scope["model"].heads[scope["name"]]
    if type(before) is not type(loaded.heads[name]):
        raise SystemExit(f"{type(before)} came back as {type(loaded.heads[name])}")
    for key, value in before.state_dict().items():
        if not torch.equal(value, loaded.heads[name].state_dict()[key]):
            raise SystemExit(f"{key} of the head came back otherwise")
    scope["model"] = loaded
    return scope


def trained_again(out: Path, model: str) -> dict:
    """Losses of all steps and the last scores of a run that begins anew on its bundle's rows; scores of the bundle's own weights; a folder of these."""
    kept = Trainer(load_run(out / "run.zip", None, model))
    kept.classifier.save(out / "continued", kept.run)
    anew = Trainer(replace(kept.run, facts=None, trainable={}, optimizer={})).train(None)
    return {
        "losses": [step["loss"] for step in anew["steps"]],
        "scores": list(anew["final"]["test"].values()),
        "kept": list(kept.train(None)["final"]["test"].values()),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="holds a folder for each run, as npm run train wrote it")
    parser.add_argument("--model", required=True, help="folder of the encoder")
    parser.add_argument("--json", type=Path, required=True)
    parser.add_argument("--trained", type=Path, help="train the runs again, and write what comes of it here")
    arguments = parser.parse_args()
    results: dict[str, list[float]] = {}
    runs = sorted(path.resolve() for path in arguments.out.iterdir() if path.is_dir())
    for out in runs:
        rows = rows_of(out)
        for form in FORMATS:
            if not (out / form).exists():
                continue
            scope = run_readme(out / form, arguments.model)
            results[f"{out.name}/{form}"] = answers(scope, rows)
            if form == "adapterhub":
                results[f"{out.name}/{form}-saved"] = answers(saved_again(scope, arguments.model), rows)
    arguments.json.write_text(json.dumps(results), encoding="utf-8")
    if arguments.trained:
        trained = {out.name: trained_again(out, arguments.model) for out in runs}
        arguments.trained.write_text(json.dumps(trained), encoding="utf-8")
        for out in runs:
            run_script(out)
    print(f"{len(results)} folders.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
