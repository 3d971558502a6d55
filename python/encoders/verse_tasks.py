"""Makes the built-in tasks of classical Chinese verse, the same rows each time.

    pip install -r python/encoders/requirements-minilm.txt
    python python/encoders/verse_tasks.py --work DIR --out public/datasets [--check] [--baseline]

Test rows come from the poems that verse.py holds back, so that verse-small never read them; training rows come from the others. No
line of five characters or more stands on both sides, and no text contains the name of a class. --check compares with the files that are there, --baseline says what
a bag of characters reaches (needs scikit-learn).
"""

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from task_files import Row, Sides, main
from verse_texts import is_held_back, poems, simplified_characters

seed = 7
# Pieces that one poem gives at most: long ones do not outweigh the others.
pieces_of_poem = 4


class Poem(NamedTuple):
    text: str
    form: str
    tune: str


class Task(NamedTuple):
    pieces: Callable[[Poem, random.Random], list[Row]]
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


def of_form(poem: Poem, _: random.Random) -> list[Row]:
    return [(piece, poem.form) for piece in couplets(poem)]


def of_tune(poem: Poem, _: random.Random) -> list[Row]:
    return [(piece, poem.tune) for piece in beginning_without_marks(poem)] if poem.tune in tunes else []


def regulated_couplets(poem: Poem) -> list[list[str]]:
    """The four couplets, two lines each, of a shi of eight lines with five or seven characters each; else none."""
    lines = [line for line in marks.split(poem.text) if line]
    if poem.form != "诗" or len(lines) != 8 or {len(line) for line in lines} not in ({5}, {7}):
        return []
    return [lines[at : at + 2] for at in range(0, 8, 2)]


def in_order(poem: Poem, draw: random.Random) -> list[Row]:
    """The two middle couplets, whose lines are parallel, each as it is or with its lines exchanged."""
    rows = []
    for first, second in regulated_couplets(poem)[1:3]:
        kept = draw.random() < 0.5
        rows.append((f"{first}，{second}", "原序") if kept else (f"{second}，{first}", "倒序"))
    return rows


def of_place(poem: Poem, _: random.Random) -> list[Row]:
    places = ["首联", "颔联", "颈联", "尾联"]
    return [("，".join(lines), place) for lines, place in zip(regulated_couplets(poem), places)]


tasks = {
    "verse_forms": Task(of_form, 1500, 300),
    "verse_tunes": Task(of_tune, 320, 60),
    "verse_order": Task(in_order, 1600, 400),
    "verse_demo": Task(in_order, 120, 80),
    "verse_places": Task(of_place, 800, 200),
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


def make(name: str, all_poems: list[Poem]) -> Sides:
    """Rows of text and label: {train, test}, in seeded order."""
    task = tasks[name]
    draw = random.Random(f"{seed} {name}")
    by_side: dict[str, dict[str, list[str]]] = {"train": {}, "test": {}}
    for poem in all_poems:
        pieces = task.pieces(poem, draw)
        side = "test" if is_held_back(poem.text) else "train"
        for piece, label in draw.sample(pieces, min(len(pieces), pieces_of_poem)):
            by_side[side].setdefault(label, []).append(piece)
    labels = sorted(by_side["train"])
    # 诗, 词 and 曲 are words like others.
    names = [label for label in labels if len(label) > 1]
    # A piece of two classes, or with the name of one, belongs to none.
    owners: dict[str, set[str]] = {}
    for of_label in by_side.values():
        for label, pieces in of_label.items():
            for piece in pieces:
                owners.setdefault(piece, set()).add(label)
    rows: Sides = {}
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


def made(work: Path) -> Iterator[tuple[str, Sides]]:
    all_poems = read(work)
    for name in tasks:
        yield name, make(name, all_poems)


if __name__ == "__main__":
    main("char", made)
