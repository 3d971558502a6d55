"""What a run's rows are labelled with: heads, labels of batches, losses and scores. The twin of src/model/task-kind.ts and src/training/scores."""

from __future__ import annotations

import math
from decimal import Decimal

import torch
from torch.nn import functional

SINGLE, SEVERAL, NUMBER, WORDS = "single-label", "multi-label", "regression", "token"
NOT_COUNTED = -100
"""The label of a token that is not the first piece of a word."""

Label = str | list[str] | float
"""A class, classes, a number, or a tag for each word."""


WORD_TASKS = ("wordnet_words",)
"""Built-in tasks of tagged words (src/data/built-in/kinds.ts)."""


def kind_of(run: dict) -> str:
    return WORDS if run["data"].get("task") in WORD_TASKS else run["data"].get("kind", SINGLE)


def outputs_of(kind: str, labels: list[str]) -> int:
    return 1 if kind == NUMBER else len(labels)


def names_in(kind: str, label: Label) -> list[str]:
    """The classes that a row's label names."""
    return [] if kind == NUMBER else [label] if kind == SINGLE else list(label)


def head_call(kind: str) -> tuple[str, dict]:
    """The method of AdapterHub's model that adds the kind's head, and its own arguments (src/files/export/heads.ts)."""
    if kind == WORDS:
        return "add_tagging_head", {}
    return "add_classification_head", {"multilabel": True} if kind == SEVERAL else {}


def label_of(kind: str, label: Label, labels: list[str], words: list[int | None]):
    """A row's label as its batch has it. `words`: the word of each token, where words are labelled; of others none."""
    if kind == NUMBER:
        return [label]
    if kind == SEVERAL:
        return [float(name in label) for name in labels]
    if kind == SINGLE:
        return labels.index(label)
    return [
        labels.index(label[word]) if word is not None and word not in words[:at] else NOT_COUNTED for at, word in enumerate(words)
    ]


def label_tensor(kind: str, of_rows: list, longest: int, device: torch.device) -> torch.Tensor:
    """Labels of a batch: (B), (B, C), (B, 1) or, padded, (B, T)."""
    if kind == WORDS:
        of_rows = [row + [NOT_COUNTED] * (longest - len(row)) for row in of_rows]
    return torch.tensor(of_rows, device=device, dtype=torch.float32 if kind in (SEVERAL, NUMBER) else torch.long)


def answers_in(kind: str, label) -> int:
    """How many answers a row asks for: its own, or its words'."""
    return sum(one != NOT_COUNTED for one in label) if kind == WORDS else 1


def losses_of(kind: str, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Losses of a batch's answers, whose mean a step lowers."""
    if kind == SEVERAL:
        return functional.binary_cross_entropy_with_logits(logits, labels, reduction="none").mean(-1)
    if kind == NUMBER:
        return (logits - labels).square().mean(-1)
    logits, labels = counted(kind, logits, labels)
    return functional.cross_entropy(logits, labels, reduction="none")


def counted(kind: str, logits: torch.Tensor, labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits (answers, C) and labels of the answers that count."""
    if kind != WORDS:
        return logits, labels
    at = labels != NOT_COUNTED
    return logits[at], labels[at]


def f1(hits: float, given: float, there: float) -> float:
    return 2 * hits / (given + there) if given + there else 0.0


def mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def macro_f1(truth: list[int], predicted: list[int], classes: int) -> float:
    """Over the classes that occur or are predicted."""
    scores = []
    for c in range(classes):
        seen = truth.count(c) + predicted.count(c)
        if seen:
            scores.append(f1(sum(t == p == c for t, p in zip(truth, predicted)), seen, 0))
    return mean(scores)


def pearson(xs: list[float], ys: list[float]) -> float | None:
    mx, my = mean(xs), mean(ys)
    xy = sum((x - mx) * (y - my) for x, y in zip(xs, ys))
    xx, yy = sum((x - mx) ** 2 for x in xs), sum((y - my) ** 2 for y in ys)
    return xy / math.sqrt(xx * yy) if xx > 0 and yy > 0 else None


def ranks(values: list[float]) -> list[float]:
    """Ranks from 1; equal values share the mean of theirs."""
    below = sorted(values)
    first = {value: at for at, value in reversed(list(enumerate(below)))}
    last = {value: at for at, value in enumerate(below)}
    return [1 + (first[value] + last[value]) / 2 for value in values]


def entities_of(tags: list[str]) -> set[tuple[int, int, str]]:
    """Entities in tags of the forms B-X, I-X and O; one begins at I-X, too, behind another type or O."""
    found, kind, start = set(), "", 0
    for at, tag in enumerate([*tags, "O"]):
        if tag[:1] == "I" and tag[2:] == kind:
            continue
        if kind:
            found.add((start, at, kind))
        kind, start = ("" if tag[:1] == "O" else tag[2:]), at
    return found


def entity_f1(truth: list[list[str]], predicted: list[list[str]], labels: list[str]) -> float | None:
    """None where the tags do not name parts of entities."""
    if not any(tag.startswith("B-") for tag in labels) or not all(tag == "O" or tag[:2] in ("B-", "I-") for tag in labels):
        return None
    ours, theirs = [entities_of(row) for row in predicted], [entities_of(row) for row in truth]
    hits = sum(len(given & there) for given, there in zip(ours, theirs))
    return f1(hits, sum(map(len, ours)), sum(map(len, theirs)))


Answered = tuple[list[float], list, list]
"""Of a row: losses, targets and logits of its answers."""


def scores_of(kind: str, rows: list[Answered], labels: list[str]) -> dict[str, float | None]:
    """What answers are worth, the loss first."""
    losses, targets, logits = ([one for row in rows for one in row[part]] for part in range(3))
    loss = mean(losses)
    if kind == NUMBER:
        xs, ys = [row[0] for row in logits], [row[0] for row in targets]
        return {"loss": loss, "pearson": pearson(xs, ys), "spearman": pearson(ranks(xs), ranks(ys))}
    if kind == SEVERAL:
        given = [[float(z > 0) for z in row] for row in logits]
        counts = [
            (sum(a * b for a, b in zip(ours, theirs)), sum(ours), sum(theirs)) for ours, theirs in zip(zip(*given), zip(*targets))
        ]
        return {
            "loss": loss,
            "microF1": f1(*map(sum, zip(*counts))),
            "macroF1": mean([f1(*of_class) for of_class in counts if of_class[1] + of_class[2]]),
            "exact": mean([float(ours == theirs) for ours, theirs in zip(given, targets)]),
        }
    predicted = [max(range(len(row)), key=row.__getitem__) for row in logits]
    scores = {
        "loss": loss,
        "accuracy": mean([float(t == p) for t, p in zip(targets, predicted)]),
        "macroF1": macro_f1(targets, predicted, len(labels)),
    }
    if kind == SINGLE:
        return scores
    cut = iter(predicted)
    named = [([labels[at] for at in row[1]], [labels[next(cut)] for _ in row[1]]) for row in rows]
    return {**scores, "entityF1": entity_f1([true for true, _ in named], [guess for _, guess in named], labels)}


def json_number(value: float) -> str:
    """A number as JSON.stringify writes it."""
    text = repr(float(value)).removesuffix(".0")
    if "e" not in text:
        return text
    mantissa, exponent = text.split("e")
    if -7 < int(exponent) < 21:
        return format(Decimal(text), "f")
    return f"{mantissa.removesuffix('.0')}e{int(exponent):+d}"
