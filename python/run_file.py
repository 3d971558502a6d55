"""A run file and what follows from it: rows, their order, batches, rates. The twin of src/training and src/data, number for number."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import math
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from safetensors.numpy import load as load_safetensors
from task_kinds import SINGLE, Label, json_number, kind_of, names_in

REPOSITORY = Path(__file__).resolve().parent.parent
TRAINING = {
    "epochs": 3,
    "batchSize": 16,
    "microBatches": 1,
    "maxLength": 64,
    "learningRate": 0.002,
    "schedule": "linear",
    "warmup": 0.1,
    "weightDecay": 0.01,
    "clip": 1,
    "seed": 7,
    "choose": "last",
}
BOTTLENECK = {
    "bottleneck": 16,
    "activation": "gelu",
    "dropout": 0,
    "scaling": 1,
    "layers": "all",
    "without": [],
    "bottlenecks": {},
}
METHODS = {
    **{name: BOTTLENECK for name in ("houlsby", "ffn-only", "attention-only", "pfeiffer", "parallel")},
    "lora": {"rank": 8, "alpha": 8, "layers": "all", "targets": ["query", "value"]},
    "bitfit": {},
    "head-only": {},
    "full": {},
}
PARTS = ("train", "validation", "test")
POOL_BATCHES = 8
"""Batches that share a pool of rows sorted by length (src/training/batches.ts)."""


PAIR_MARK = " [SEP] "
"""Between the two texts of a pair, where an earlier version joined them (src/data/rows/texts.ts)."""
PAIR_TASKS = ("wordnet_kinds",)
"""Built-in tasks of pairs (src/data/built-in/kinds.ts)."""
Row = tuple[str | list[str] | Label, ...]
"""(text, label), of a pair (text, second text, label), or (words, tags)."""
BUNDLE = "Only CSV files in UTF-8 are read here; a bundle from the page or from npm run train brings its rows along."


class RunError(Exception):
    """A run that cannot be continued. The message says what to do."""


def seed_of(*parts: int | str) -> int:
    """A 32-bit seed from parts: FNV-1a over their text (src/base/random.ts)."""
    value = 0x811C9DC5
    for character in "\0".join(str(part) for part in parts):
        value = ((value ^ ord(character)) * 0x01000193) & 0xFFFFFFFF
    return value


def uniforms(seed: int, count: int) -> np.ndarray:
    """The first `count` numbers of mulberry32, in [0, 1)."""
    state = np.uint32(seed) + np.arange(1, count + 1, dtype=np.uint32) * np.uint32(0x6D2B79F5)
    t = (state ^ (state >> 15)) * (state | 1)
    t ^= t + (t ^ (t >> 7)) * (t | 61)
    return (t ^ (t >> 14)).astype(np.float64) / 2**32


def shuffled(items: list, seed: int) -> list:
    """A shuffled copy (Fisher & Yates)."""
    copy = list(items)
    for i, u in zip(range(len(copy) - 1, 0, -1), uniforms(seed, max(0, len(copy) - 1))):
        j = math.floor(u * (i + 1))
        copy[i], copy[j] = copy[j], copy[i]
    return copy


def draw_initial(kind: str, scale: float, shape: tuple[int, ...], seed: int, name: str) -> np.ndarray:
    """The start of a tensor, from a stream of its own."""
    count = math.prod(shape)
    if kind == "zeros":
        return np.zeros(shape, np.float32)
    stream = seed_of(seed, "initial", name)
    if kind == "uniform":
        return ((2 * uniforms(stream, count) - 1) * scale).astype(np.float32).reshape(shape)
    pairs = uniforms(stream, 2 * count)
    normal = np.sqrt(-2 * np.log(1 - pairs[0::2])) * np.cos(2 * math.pi * pairs[1::2])
    return (normal * scale).astype(np.float32).reshape(shape)


def chunks(items: list, size: int) -> list[list]:
    return [items[i : i + size] for i in range(0, len(items), size)]


def epoch_batches(lengths: list[int], size: int, seed: int, epoch: int) -> list[list[int]]:
    """An epoch's batches as row numbers: random, then by length within pools, then the batches in random order."""
    order = shuffled(list(range(len(lengths))), seed_of(seed, "order", epoch))
    batches = []
    for pool in chunks(order, POOL_BATCHES * size):
        batches += chunks(sorted(pool, key=lambda row: lengths[row]), size)
    return shuffled(batches, seed_of(seed, "batches", epoch))


def learning_rate_at(step: int, total: int, training: dict) -> float:
    rate, schedule = training["learningRate"], training["schedule"]
    warmup = math.floor(training["warmup"] * total + 0.5)
    if step < warmup:
        return rate * step / warmup
    if schedule == "constant":
        return rate
    progress = min(1, (step - warmup) / max(1, total - warmup))
    return rate * (1 - progress) if schedule == "linear" else rate * (1 + math.cos(math.pi * progress)) / 2


def guess_delimiter(content: str) -> str:
    """The delimiter whose first rows differ least in their number of fields."""
    best, best_delta, most = ",", None, 1.99
    for delimiter in ",\t;|":
        counts = []
        for row in csv.reader(io.StringIO(content, newline=""), delimiter=delimiter):
            if "".join(row).strip():
                counts.append(len(row))
            if len(counts) == 10:
                break
        delta = sum(abs(a - b) for a, b in zip(counts, counts[1:]))
        mean = sum(counts) / max(1, len(counts))
        if (best_delta is None or delta <= best_delta) and mean > most:
            best, best_delta, most = delimiter, delta, mean
    return best


def set_aside(rows: list[Row], share: float, seed: int, kind: str) -> tuple[list, list]:
    """Training rows without the validation rows, and these: a draw, stratified by single labels (setValidationAside in src/data/dataset.ts)."""
    by_label: dict[str, list[int]] = {}
    for i, row in enumerate(rows):
        by_label.setdefault(row[-1] if kind == SINGLE else "", []).append(i)
    counts = {label: min(math.floor(len(places) * share), len(places) - 1) for label, places in by_label.items()}
    missing = math.floor(len(rows) * share + 0.5) - sum(counts.values())
    most_lost = sorted(
        (label for label, places in by_label.items() if counts[label] < len(places) - 1),
        key=lambda label: (counts[label] - len(by_label[label]) * share, label.encode("utf-16-be", "surrogatepass")),
    )
    for label in most_lost[: max(0, missing)]:
        counts[label] += 1
    drawn = {
        i for label, places in by_label.items() for i in shuffled(places, seed_of(seed, "validation", label))[: counts[label]]
    }
    return [row for i, row in enumerate(rows) if i not in drawn], [row for i, row in enumerate(rows) if i in drawn]


def read_csv(path: Path, text: str, label: str, second: str | None, joined: bool) -> list[Row]:
    """Rows; where an earlier version's run `joined` the texts of pairs, they are one text."""
    if path.with_name(path.name + ".gz").exists():
        path = path.with_name(path.name + ".gz")
    try:
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        content = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RunError(f"{path.name} is not UTF-8. {BUNDLE}") from error
    except OSError as error:
        raise RunError(f"{path} cannot be read. Point --data to the folder of the run's files.") from error
    csv.field_size_limit(2**31 - 1)
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=guess_delimiter(content))
    rows = [row for row in reader if "".join(row).strip()]
    header = [name.strip() for name in rows[0]] if rows else []
    for column in (text, label, *([second] if second else [])):
        if column.strip() not in header:
            raise RunError(f"{path.name} has no column {column}; it has {', '.join(header)}.")
    at_text, at_label = header.index(text.strip()), header.index(label.strip())
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(header):
            raise RunError(f"{path.name}, row {number}: {len(row)} fields where the header has {len(header)}.")
    at_second = header.index(second.strip()) if second else None
    texts = [(row[at_text],) if at_second is None else (row[at_text], row[at_second]) for row in rows[1:]]
    if joined:
        texts = [(PAIR_MARK.join(of_row),) for of_row in texts]
    return [(*of_row, row[at_label].strip()) for of_row, row in zip(texts, rows[1:])]


def rows_checksum(rows: list[Row]) -> str:
    """SHA-256 over one line of JSON for each row, as a bundle names its rows."""

    def part(value) -> str:
        if isinstance(value, (int, float)):
            return json_number(value)
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    lines = (f"[{','.join(map(part, row))}]\n" for row in rows)
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass
class Run:
    """A run with its rows and, from a bundle, what has been trained so far."""

    file: dict
    """The run file, defaults filled in."""
    model: str
    labels: list[str]
    train: list[Row]
    test: list[Row]
    validation: list[Row] = field(default_factory=list)
    """Rows to choose on; none where the run has none."""
    facts: dict | None = None
    """bundle.json"""
    trainable: dict[str, np.ndarray] = field(default_factory=dict)
    optimizer: dict[str, np.ndarray] = field(default_factory=dict)
    best: dict[str, np.ndarray] = field(default_factory=dict)
    """The weights of the best epoch so far, where they are to remain."""

    @property
    def kind(self) -> str:
        """What the rows are labelled with."""
        return kind_of(self.file)

    @property
    def training(self) -> dict:
        return self.file["training"]

    @property
    def method(self) -> dict:
        return self.file["method"]


def with_defaults(run: dict) -> dict:
    try:
        kind = run["method"]["type"]
        method = {**METHODS[kind], **run["method"]}
        return {
            "model": "minilm-l3",
            "pooling": "mean",
            **run,
            "method": method,
            "training": {**TRAINING, **run.get("training", {})},
        }
    except (KeyError, TypeError) as error:
        raise RunError(f"The run file cannot be used: {error} is missing or unknown.") from error


def is_pair(run: dict) -> bool:
    """Whether a run says that its rows are pairs of texts."""
    return run["data"].get("task") in PAIR_TASKS or run["data"].get("pair", False)


def read_rows(run: dict, data: Path | None, beside: Path, joined: bool) -> dict[str, list[Row]]:
    """All training, validation and test rows that a run file names, by part."""
    source, pair = run["data"], is_pair(run)
    if "task" in source:
        folder = data or REPOSITORY / "public" / "datasets" / source["task"]
        source = {"train": "train.csv", "test": "test.csv", **source}
    else:
        folder = data or beside
    if "hub" in source or "test" not in source or "layout" in source or source.get("unlabelled") == "skip":
        raise RunError(f"The run's rows are from the Hub, not split yet, or in a layout of their own. {BUNDLE}")
    if kind_of(run) != SINGLE and "task" not in source:
        raise RunError("Rows with other labels than one class each are read from a bundle: the page and npm run train write one.")
    # The page's own names of the columns, where the run names none.
    usual = ("text1", "text2") if pair else ("text", None)
    columns = (source.get("text", usual[0]), source.get("label", "label"), source.get("second", usual[1]))
    parts = {part: read_csv(folder / source[part], *columns, joined) for part in PARTS if part in source}
    if kind_of(run) != SINGLE:
        # A word and its tag stand at the same place of two cells.
        parts = {part: [tuple(cell.split() for cell in row) for row in rows] for part, rows in parts.items()}
    return parts


def load_run(path: Path, data: Path | None, model: str | None) -> Run:
    """
    Reads a run file, or a bundle with what has been trained so far.

    `data` and `model` say where the rows and the encoder lie, if not where the run file says.
    """
    facts, trainable, optimizer, best, rows = None, {}, {}, {}, {}
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as bundle:
            facts = json.loads(bundle.read("bundle.json"))
            if facts.get("format") != "bottleneck-run" or facts.get("version") not in (1, 2):
                raise RunError(f"{path.name} is not a bundle of version 1 or 2.")
            run = json.loads(bundle.read("run.json"))
            trainable = load_safetensors(bundle.read("trainable.safetensors"))
            optimizer = load_safetensors(bundle.read("optimizer.safetensors"))
            names = set(bundle.namelist())
            if "best.safetensors" in names:
                best = load_safetensors(bundle.read("best.safetensors"))
            for part in PARTS:
                if f"{part}.jsonl" in names:
                    lines = bundle.read(f"{part}.jsonl").decode("utf-8").split("\n")[:-1]
                    rows[part] = [tuple(json.loads(line)) for line in lines]
    else:
        run = json.loads(path.read_text(encoding="utf-8"))
    run = with_defaults(run)
    brought = bool(rows)
    # A bundle of an earlier version, which says nothing of pairs, was trained on joined texts.
    joined = facts is not None and not is_pair(run)
    rows = rows or read_rows(run, data, path.resolve().parent, joined)
    train, validation, test = (rows.get(part, []) for part in PARTS)
    if facts:
        labels = facts["labels"]
    else:
        # In the order of UTF-16, which JavaScript sorts by.
        named = {name for row in train for name in names_in(kind_of(run), row[-1])}
        labels = sorted(named, key=lambda label: label.encode("utf-16-be", "surrogatepass"))
    kind = kind_of(run)
    unseen = {name for row in test + validation for name in names_in(kind, row[-1])} - set(labels)
    if len({len(row) for row in train + validation + test}) > 1:
        raise RunError("Some rows are pairs of texts, and some have one text.")
    if unseen:
        raise RunError(f"Label {sorted(unseen)[0]} of the test or validation rows is in no training row.")
    if not brought:
        limit = run["data"].get("limit")
        if limit is not None and limit < len(train):
            train = shuffled(train, seed_of(run["training"]["seed"], "sample"))[:limit]
        test = test[: run["data"].get("testLimit")]
    if "task" not in run["data"] and any(len(row) > 2 for row in train):
        run["data"]["pair"] = True
    all_rows, share = train, run["data"].get("validationShare")
    if share is not None:
        train, validation = set_aside(train, share, run["training"]["seed"], kind)
    if not validation and (run["training"]["choose"] == "best-epoch" or run["training"].get("patience") is not None):
        raise RunError("training.choose and training.patience need validation rows: set data.validationShare or data.validation.")
    for part, chosen in zip(PARTS, (all_rows, validation, test)):
        if facts and part in facts["data"] and rows_checksum(chosen) != facts["data"][part]["sha256"]:
            raise RunError(f"The {part} rows are not those of the bundle. Point --data to the folder they lie in.")
    built_in = REPOSITORY / "public" / "models" / run["model"]
    beside = path.resolve().parent / run["model"]
    found = model or next((str(place) for place in (built_in, beside) if place.is_dir()), run["model"])
    return Run(run, found, labels, train, test, validation, facts, trainable, optimizer, best)
