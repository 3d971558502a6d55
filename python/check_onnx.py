"""
Checks exported ONNX files with onnx.checker, and compares what the code of docs/onnx.md makes of raw texts with the engine and
with PyTorch.

    python3 python/check_onnx.py ROOT

ROOT holds PRECISION/NAME/model.onnx with expected.json beside it, as `npm run check:onnx` writes them. Exit code 1 if anything
is off.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import numpy as np
import onnx

TOLERANCES = {"float32": 1e-4, "float16": 3e-3}
BATCHES = (16, 1)
MOST_TOLD = 5
METADATA = {"name", "labels", "tokenizer", "max_length", "pooling", "method"}
DOCUMENT = Path(__file__).parent.parent / "docs" / "onnx.md"


def run_document(folder: Path) -> dict:
    """Executes the document's Python code beside the file; what it defines."""
    code = re.search(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)[1]
    scope: dict = {"print": lambda *_: None}
    os.chdir(folder)
    exec(compile(code, str(DOCUMENT), "exec"), scope)
    return scope


def problems_of_file(path: Path) -> list[str]:
    """What is wrong with the file itself."""
    model = onnx.load(path)
    problems = []
    try:
        onnx.checker.check_model(model, full_check=True)
    except onnx.checker.ValidationError as error:
        problems.append(f"onnx.checker: {error}")
    domains = {node.domain for node in model.graph.node} - {"", "ai.onnx"}
    if domains:
        problems.append(f"ops that are not standard ONNX: {domains}")
    keys = {entry.key for entry in model.metadata_props}
    # A model of pairs says so, and reads their types.
    wanted = METADATA | ({"pair"} if "token_type_ids" in {known.name for known in model.graph.input} else set())
    if keys != wanted:
        problems.append(f"metadata {sorted(keys)} instead of {sorted(wanted)}")
    return problems


def check(folder: Path) -> tuple[list[str], float]:
    """What is wrong with an export, and the largest difference of a logit to the engine's or PyTorch's."""
    problems = problems_of_file(folder / "model.onnx")
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    scope = run_document(folder)
    if scope["labels"] != expected["labels"]:
        problems.append(f"labels {scope['labels']} instead of {expected['labels']}")
    texts = [texts[0] if len(texts) == 1 else tuple(texts) for texts in expected["texts"]]
    rows = [scope["tokenizer"].encode_batch([text])[0].ids for text in texts]
    for text, found, ids in zip(texts, rows, expected["ids"], strict=True):
        if found != ids:
            problems.append(f"{str(text)[:60]!r} is {found}; the engine reads {ids}")
    largest = 0.0
    for size in BATCHES:
        chunks = [texts[start : start + size] for start in range(0, len(texts), size)]
        theirs = np.concatenate([scope["logits"](chunk) for chunk in chunks])
        # The engine was asked about all texts, PyTorch about the first of them.
        for judge, logits in (("the engine", expected["logits"]), ("PyTorch", expected["recorded"])):
            difference = float(np.abs(theirs[: len(logits)] - np.array(logits)).max())
            # Written so that NaN fails.
            if not difference <= TOLERANCES[folder.parent.name]:
                problems.append(f"batches of {size}: logits are {difference:.2e} off {judge}'s")
            largest = max(largest, difference)
    return problems, largest


def main() -> int:
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    root = Path(sys.argv[1]).resolve()
    folders = sorted(path.parent for path in root.glob("*/*/model.onnx"))
    if not folders:
        raise SystemExit(f"{root} holds no PRECISION/NAME/model.onnx.")
    failed = 0
    for folder in folders:
        problems, largest = check(folder)
        failed += bool(problems)
        tolerance = TOLERANCES[folder.parent.name]
        name = folder.relative_to(root).as_posix()
        print(f"{'FAIL' if problems else 'ok':4}  {name}: logits {largest:.2e} of {tolerance:.0e}")
        for problem in problems[:MOST_TOLD]:
            print(f"      {problem}")
    print(f"Exported ONNX files: {len(folders) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
