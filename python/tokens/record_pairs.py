"""Writes what AutoTokenizer makes of pairs of texts with each family's tokenizer, cut at several lengths: tests/tokens/pairs.json.

python python/tokens/record_pairs.py
"""

import json
import pathlib

import transformers

TESTS = pathlib.Path(__file__).resolve().parents[2] / "tests"
FOLDERS = ("golden/models/tiny", "golden/models/tiny-modernbert", "families/bert", "families/distilbert", "families/roberta")
LONG = "A man in a red shirt eats and a woman reads, while children play by the river. " * 3
PAIRS = (
    ("A man eats.", "Somebody is eating!"),
    ("good", ""),
    ("", "good"),
    ("", ""),
    ("  two  spaces ", "\ttab and\nline"),
    ("What is it?", LONG),
    (LONG, "Yes."),
    (LONG, LONG),
    ("naïve café 漢字", "NAÏVE [SEP] café"),
    ("one [SEP] two", "</s> three"),
)
LENGTHS = (8, 13, 24, 64)


def cut(folder: str) -> list[dict]:
    tokenizer = transformers.AutoTokenizer.from_pretrained(TESTS / folder)
    firsts, seconds = (list(column) for column in zip(*PAIRS))
    rows = []
    for length in LENGTHS:
        # Lists: of a single call "" would be no second text at all.
        enc = tokenizer(firsts, seconds, truncation="longest_first", max_length=length)
        types = enc.get("token_type_ids", [None] * len(PAIRS))
        rows += [{"length": length, "ids": ids, "types": of} for ids, of in zip(enc["input_ids"], types)]
    return rows


recorded = {folder: cut(folder) for folder in FOLDERS}
text = json.dumps({"pairs": PAIRS, "recorded": recorded}, ensure_ascii=False, separators=(",", ":"))
(TESTS / "tokens" / "pairs.json").write_text(text + "\n", encoding="utf-8")
