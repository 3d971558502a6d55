"""
Loads exports of ModernBERT with the real `adapters`, by the code of their own README, and writes the logits of some texts; then
saves the adapter again by the library, for the page to import.

    python3 python/check_modernbert.py ROOT --model FOLDER --texts texts.json --json logits.json
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from check_exports import run_readme


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=Path, help="holds a folder for each format")
    parser.add_argument("--model", required=True, help="folder of the encoder")
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--json", type=Path, required=True)
    arguments = parser.parse_args()
    texts = json.loads(arguments.texts.read_text(encoding="utf-8"))
    logits: dict[str, list[list[float]]] = {}
    for name in ("adapterhub", "plain"):
        scope = run_readme(arguments.root / name, arguments.model)
        logits[name] = scope["logits"](texts).tolist()
        if name == "adapterhub":
            scope["model"].save_adapter(str(arguments.root / "saved"), "a-run", use_safetensors=True)
    arguments.json.write_text(json.dumps(logits), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
