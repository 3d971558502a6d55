"""Writes the configurations of token_configurations.py and what AutoTokenizer makes of the texts with each.

    python check_tokens.py OUT [EVERY]

EVERY 7 takes every seventh text alone. commands/check-tokens/node.ts compares.
"""

import json
import pathlib
import sys

import transformers

from token_configurations import configurations, refused

PROJECT = pathlib.Path(__file__).resolve().parents[2]
TEXTS = json.loads((PROJECT / "tests/tokens/texts.json").read_text(encoding="utf-8"))[:: int(sys.argv[2]) if len(sys.argv) > 2 else 1]


def write(folder, files):
    folder.mkdir()
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        (folder / name).write_bytes(text.encode("utf-8"))


def tokens(folder):
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    rows = [tokenizer(text)["input_ids"] for text in TEXTS]
    return [{"ids": ids, "tokens": tokenizer.convert_ids_to_tokens(ids)} for ids in rows]


def main():
    transformers.logging.set_verbosity_error()
    out = pathlib.Path(sys.argv[1])
    number = 0
    for name, files in configurations(TEXTS):
        write(out / str(number), files)
        (out / f"{number}.json").write_text(json.dumps({"name": name, "rows": tokens(out / str(number))}), encoding="utf-8")
        number += 1
    for name, files, words in refused(TEXTS):
        write(out / str(number), files)
        (out / f"{number}.json").write_text(json.dumps({"name": name, "refusal": words}), encoding="utf-8")
        number += 1


if __name__ == "__main__":
    main()
