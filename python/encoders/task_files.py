"""Files of built-in tasks: written, or compared with those that are there; and what a bag of n-grams finds in them."""

import argparse
import csv
import gzip
import io
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

Row = tuple[str, str]  # text and label
Sides = dict[str, list[Row]]  # train and test


def as_csv(rows: list[Row]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([("text", "label"), *rows])
    return text.getvalue()


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(text.encode())


def bag_of_ngrams(rows: Sides, analyzer: str, limit: int) -> float:
    """Test accuracy of logistic regression on one and two characters or words, from `limit` training rows."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    train, test = rows["train"][:limit], rows["test"]
    vectorizer = TfidfVectorizer(analyzer=analyzer, ngram_range=(1, 2), sublinear_tf=True)
    features = vectorizer.fit_transform([text for text, _ in train])
    model = LogisticRegression(C=10, max_iter=1000).fit(features, [label for _, label in train])
    return model.score(vectorizer.transform([text for text, _ in test]), [label for _, label in test])


def main(analyzer: str, tasks: Callable[[Path], Iterable[tuple[str, Sides]]]) -> None:
    """
    The command of a script.
    :param analyzer: "char" or "word": what the baseline counts
    :param tasks: names and rows of the tasks, from sources that it fetches into the folder of work
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--baseline", action="store_true")
    options = parser.parse_args()
    differing = []
    for name, rows in tasks(options.work):
        for side, of_side in rows.items():
            path = options.out / name / f"{side}.csv.gz"
            if not options.check:
                write(path, as_csv(of_side))
            elif gzip.decompress(path.read_bytes()).decode() != as_csv(of_side):
                differing.append(f"{name}/{side}")
        counts = {side: len(of_side) for side, of_side in rows.items()}
        print(name, counts, dict(Counter(label for _, label in rows["test"])), flush=True)
        if options.baseline:
            print("  a bag of n-grams:", round(100 * bag_of_ngrams(rows, analyzer, 2000), 1), flush=True)
    if differing:
        sys.exit(f"These differ from what is made here: {', '.join(differing)}")
