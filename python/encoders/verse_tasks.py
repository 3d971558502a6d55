"""Makes the built-in tasks of classical Chinese verse, the same rows each time.

    pip install -r python/requirements-minilm.txt
    python python/encoders/verse_tasks.py --work DIR --out public/datasets [--check] [--baseline]

Test rows come from the poems that verse.py holds back, so that verse-small never read them; training rows come from the others. No
line of five characters or more stands on both sides, and no text contains the name of a class. --check compares with the files that are there, --baseline says what
a bag of characters reaches (needs scikit-learn).
"""

import argparse
import csv
import gzip
import io
import random
import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from verse_texts import is_held_back, poems, simplified_characters

seed = 7
# Pieces that one poem gives at most: long ones do not outweigh the others.
pieces_of_poem = 4


class Poem(NamedTuple):
    text: str
    form: str
    tune: str


class Task(NamedTuple):
    label: Callable[[Poem], str | None]
    pieces: Callable[[Poem], list[str]]
    # Rows of a class, at most.
    train: int
    test: int


tunes = "浣溪沙 水调歌头 鹧鸪天 菩萨蛮 满江红 西江月 临江仙 减字木兰花 念奴娇 沁园春".split()
marks = re.compile(r"[，。！；、：“”‘’《》]+")


def couplets(poem: Poem) -> list[str]:
    """
    Two lines or a few short ones, ten characters or more. All marks are written as a comma: which ones stand in a printed poem
    is the collector's habit, and would tell its form.
    """
    found = [""]
    for line in filter(None, marks.split(poem.text)):
        if len(found[-1].replace("，", "")) >= 10:
            found.append("")
        found[-1] += ("，" if found[-1] else "") + line
    return [piece for piece in found if 11 <= len(piece) <= 24]


def beginning_without_marks(poem: Poem) -> list[str]:
    text = marks.sub("", poem.text)
    return [text[:40]] if len(text) >= 40 else []


tasks = {
    "verse_forms": Task(lambda poem: poem.form, couplets, 1500, 300),
    "verse_tunes": Task(lambda poem: poem.tune if poem.tune in tunes else None, beginning_without_marks, 320, 60),
}


def read(work: Path) -> list[Poem]:
    table = str.maketrans(simplified_characters(work))
    found = []
    for text, record in poems(work):
        of = record["of"]
        form = "词" if of.startswith("songci") else "曲" if of.startswith("yuanqu") else "诗"
        tune = record.get("rhythmic", "").translate(table) if form == "词" else ""
        found.append(Poem(text, form, tune))
    return found


def make(name: str, all_poems: list[Poem]) -> dict[str, list[tuple[str, str]]]:
    """Rows of text and label: {train, test}, in seeded order."""
    task = tasks[name]
    draw = random.Random(f"{seed} {name}")
    by_side: dict[str, dict[str, list[str]]] = {"train": {}, "test": {}}
    for poem in all_poems:
        label = task.label(poem)
        if label is None:
            continue
        pieces = task.pieces(poem)
        chosen = draw.sample(pieces, min(len(pieces), pieces_of_poem))
        side = "test" if is_held_back(poem.text) else "train"
        by_side[side].setdefault(label, []).extend(chosen)
    labels = sorted(by_side["train"])
    # 诗, 词 and 曲 are words like others.
    names = [label for label in labels if len(label) > 1]
    # A piece of two classes, or with the name of one, belongs to none.
    owners: dict[str, set[str]] = {}
    for of_label in by_side.values():
        for label, pieces in of_label.items():
            for piece in pieces:
                owners.setdefault(piece, set()).add(label)
    rows: dict[str, list[tuple[str, str]]] = {}
    parts_of_training: set[str] = set()
    for side, most in (("train", task.train), ("test", task.test)):
        rows[side] = []
        for label in labels:
            pieces = [
                piece
                for piece in dict.fromkeys(by_side[side].get(label, []))
                if len(owners[piece]) == 1
                and not any(each in piece for each in names)
                and parts_of_training.isdisjoint(telling_parts(piece))
            ]
            draw.shuffle(pieces)
            rows[side] += [(piece, label) for piece in pieces[:most]]
        draw.shuffle(rows[side])
        if side == "train":
            parts_of_training = {part for piece, _ in rows[side] for part in telling_parts(piece)}
    return rows


def telling_parts(piece: str) -> list[str]:
    """The piece itself, and its lines that are long enough to be somebody's: shorter ones are common property."""
    return [piece, *(line for line in marks.split(piece) if len(line) >= 5)]


def as_csv(rows: list[tuple[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([("text", "label"), *rows])
    return text.getvalue()


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(text.encode())


def bag_of_characters(rows: dict[str, list[tuple[str, str]]], limit: int) -> float:
    """Test accuracy of logistic regression on one and two characters, from `limit` training rows."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    train, test = rows["train"][:limit], rows["test"]
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True)
    features = vectorizer.fit_transform([text for text, _ in train])
    model = LogisticRegression(C=10, max_iter=1000).fit(features, [label for _, label in train])
    return model.score(vectorizer.transform([text for text, _ in test]), [label for _, label in test])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--baseline", action="store_true")
    options = parser.parse_args()
    all_poems = read(options.work)
    differing = []
    for name in tasks:
        rows = make(name, all_poems)
        for side, of_side in rows.items():
            path = options.out / name / f"{side}.csv.gz"
            if not options.check:
                write(path, as_csv(of_side))
            elif gzip.decompress(path.read_bytes()).decode() != as_csv(of_side):
                differing.append(f"{name}/{side}")
        counts = {side: len(of_side) for side, of_side in rows.items()}
        print(name, counts, dict(Counter(label for _, label in rows["test"])), flush=True)
        if options.baseline:
            print("  a bag of characters:", round(100 * bag_of_characters(rows, 2000), 1), flush=True)
    if differing:
        sys.exit(f"These differ from what is made here: {', '.join(differing)}")


if __name__ == "__main__":
    main()
