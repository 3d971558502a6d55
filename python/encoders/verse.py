"""Trains verse-small: a small BERT for classical Chinese, character by character, by masked language modelling.

    pip install -r python/encoders/requirements-minilm.txt
    python python/encoders/verse.py --work DIR --steps 2800 --out public/models/verse-small

The texts are in the public domain: poems, ci and qu of the npm package chinese-poetry, fetched into DIR, and so is OpenCC's table
of simplified characters. One poem in ten, by a digest of its text, is held back: the model never reads it, its masked accuracy
is measured there, and the test rows of the built-in tasks come from there alone.

DIR keeps the state. The same command again goes on from there, and ends with the same weights as a run that nothing ended, on as many
threads (OMP_NUM_THREADS).
--minutes ends a sitting, --steps is the length of the whole, over whose last fifth the learning rate falls; until then it can be changed.
"""

import argparse
import json
import math
import os
import time
from collections import Counter
from itertools import islice
from pathlib import Path

import torch
from int8_files import write_encoder
from torch import nn
from transformers import BertConfig, BertModel
from verse_texts import is_held_back, poems, rows_of, simplified_characters

specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
shape = {
    "hidden_size": 256,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "intermediate_size": 1024,
}
vocabulary_size = 6000
# Characters of a row; with [CLS] and [SEP] 64 tokens.
row_length = 62
batch = 64
# Twice BERT's: where little is computed, more is learnt from each row so (Wettig et al. 2023).
masked_share = 0.3
piece_bytes = 12_000_000
warm_up = 300
# Marks stand behind the special tokens.
marks = "，。！；、：“”‘’《》·"
first_character = len(specials) + len(marks)


def prepare(work: Path, most: int | None = None) -> dict:
    """
    Vocabulary and rows as ids, of all texts or the first so many, made once: {vocabulary, train, held} of lists of tensors
    (characters).
    """
    path = work / f"rows-{vocabulary_size}-{row_length}-{most or 'all'}.pt"
    if path.exists():
        return torch.load(path)
    counts: Counter[str] = Counter()
    texts: dict[str, list[str]] = {"train": [], "held": []}
    for text, _ in islice(poems(work), most):
        kind = "held" if is_held_back(text) else "train"
        texts[kind] += rows_of(text, row_length)
        if kind == "train":
            counts.update(text)
    for mark in marks:
        counts.pop(mark, None)
    frequent = sorted(counts, key=lambda character: (-counts[character], character))
    vocabulary = [*specials, *marks, *sorted(frequent[: vocabulary_size - first_character])]
    number = {character: i for i, character in enumerate(vocabulary)}
    prepared = {"vocabulary": vocabulary}
    for kind, rows in texts.items():
        prepared[kind] = [
            torch.tensor([number.get(character, 1) for character in row])
            for row in rows
        ]
    torch.save(prepared, path)
    return prepared


def first_vectors(rows: list[torch.Tensor], vocabulary: int, width: int) -> torch.Tensor:
    """
    Characters by the company that they keep (Levy and Goldberg 2014): positive pointwise mutual information within four
    characters, cut down to its first dimensions. Training begins where characters already mean something. (vocabulary, width)
    """
    gap = torch.full((4,), -1)
    text = torch.cat([part for row in rows for part in (row, gap)])
    counts = torch.zeros(vocabulary * vocabulary)
    for distance in range(1, 5):
        before, after = text[:-distance], text[distance:]
        real = (before >= 0) & (after >= 0)
        pairs = before[real] * vocabulary + after[real]
        counts += torch.bincount(pairs, minlength=vocabulary**2) / distance
    counts = counts.view(vocabulary, vocabulary)
    counts = counts + counts.T
    total = counts.sum(1)
    # The power makes rare company weigh less.
    company = total**0.75
    expected = total[:, None] * (company / company.sum())
    information = torch.log(counts / expected.clamp(min=1e-9)).clamp(min=0).nan_to_num(0, 0, 0)
    torch.manual_seed(1)
    left, strength, _ = torch.svd_lowrank(information, q=width, niter=4)
    vectors = left * strength.sqrt()
    return vectors / vectors.std()


def waves(length: int, width: int) -> torch.Tensor:
    """Positions as sines and cosines (Vaswani et al. 2017): a neighbour is easily found. (length, width)"""
    at = torch.arange(length)[:, None]
    rates = torch.exp(torch.arange(0, width, 2) * (-math.log(10_000) / width))
    return torch.stack([torch.sin(at * rates), torch.cos(at * rates)], 2).flatten(1)


class Pretraining(nn.Module):
    """The encoder, and a head that names masked characters with the table of words."""

    def __init__(self, vocabulary: int):
        super().__init__()
        config = BertConfig(
            vocab_size=vocabulary,
            max_position_embeddings=128,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
            **shape,
        )
        self.encoder = BertModel(config, add_pooling_layer=False)
        width = config.hidden_size
        self.transform = nn.Sequential(
            nn.Linear(width, width), nn.GELU(), nn.LayerNorm(width)
        )
        self.bias = nn.Parameter(torch.zeros(vocabulary))

    def forward(
        self, ids: torch.Tensor, real: torch.Tensor, chosen: torch.Tensor
    ) -> torch.Tensor:
        """ids, real, chosen: (rows, tokens); logits of the chosen ones: (chosen, vocabulary)"""
        states = self.encoder(input_ids=ids, attention_mask=real).last_hidden_state
        words = self.encoder.embeddings.word_embeddings.weight
        return self.transform(states[chosen]) @ words.T + self.bias


def batch_of(rows: list[torch.Tensor], generator: torch.Generator, vocabulary: int):
    """Rows between [CLS] and [SEP], some of their characters hidden: ids, real, chosen, the hidden ones."""
    length = max(len(row) for row in rows) + 2
    ids = torch.zeros(len(rows), length, dtype=torch.long)
    for i, row in enumerate(rows):
        ids[i, 0], ids[i, len(row) + 1] = 2, 3
        ids[i, 1 : len(row) + 1] = row
    real = ids != 0
    # Marks are easily guessed, and teach little.
    ordinary = ids >= first_character
    draw = torch.rand(ids.shape, generator=generator)
    chosen = ordinary & (draw < masked_share)
    if not chosen.any():
        chosen[0, 1] = True
    hidden = ids[chosen]
    # Of those hidden, eight in ten are masked, one is another character, one stays: as in BERT.
    fate = torch.rand(hidden.shape, generator=generator)
    others = torch.randint(
        first_character, vocabulary, hidden.shape, generator=generator
    )
    shown = torch.where(fate < 0.8, 4, torch.where(fate < 0.9, others, hidden))
    ids[chosen] = shown
    return ids, real.long(), chosen, hidden


def order_of(lengths: torch.Tensor, epoch: int, seed: int) -> torch.Tensor:
    """Batches of one epoch, of rows of about one length: (batches, batch)"""
    generator = torch.Generator().manual_seed(seed * 1000 + epoch)
    shuffled = torch.randperm(len(lengths), generator=generator)
    usable = shuffled[: len(shuffled) // batch * batch]
    by_length = usable[torch.argsort(lengths[usable], stable=True)].view(-1, batch)
    return by_length[torch.randperm(len(by_length), generator=generator)]


def rate_at(step: int, steps: int, peak: float) -> float:
    """
    Rises, stays, and falls over the last fifth (Hägele et al. 2024): until it falls, a run is the beginning of every longer one, and
    can be made one.
    """
    return peak * min((step + 1) / warm_up, 1, (steps - step) / (steps - falls_from(steps)))


def falls_from(steps: int) -> int:
    return steps * 4 // 5


@torch.no_grad()
def accuracy(model: Pretraining, rows: list[torch.Tensor], vocabulary: int) -> float:
    """Share of hidden characters that the model names, on rows that it never reads."""
    generator = torch.Generator().manual_seed(1)
    right = count = 0
    for at in range(0, len(rows), batch):
        ids, real, chosen, hidden = batch_of(rows[at : at + batch], generator, vocabulary)
        right += int((model(ids, real, chosen).argmax(1) == hidden).sum())
        count += len(hidden)
    return right / count


def save(path: Path, state: dict) -> None:
    """In one piece, or not at all."""
    torch.save(state, f"{path}.new")
    os.replace(f"{path}.new", path)


def train(
    work: Path,
    steps: int,
    minutes: float,
    seed: int,
    peak: float,
    every: int,
    texts: int | None,
) -> dict:
    """Trains on, and returns the state: step, tokens, seconds, curve, weights."""
    prepared = prepare(work, texts)
    vocabulary = len(prepared["vocabulary"])
    rows, held = prepared["train"], prepared["held"][:2048]
    lengths = torch.tensor([len(row) for row in rows])
    torch.manual_seed(seed)
    model = Pretraining(vocabulary)
    # Biases and LayerNorms do not decay.
    parameters = list(model.parameters())
    optimizer = torch.optim.AdamW(
        [
            {"params": [p for p in parameters if p.dim() > 1], "weight_decay": 0.01},
            {"params": [p for p in parameters if p.dim() < 2], "weight_decay": 0.0},
        ],
        betas=(0.9, 0.98),
    )
    path = work / f"state-{seed}.pt"
    if path.exists():
        state = torch.load(path)
        before = state["steps"]
        if steps != before and state["step"] > min(falls_from(steps), falls_from(before)):
            raise SystemExit(f"{path}: its learning rate falls already, towards {before} steps.")
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
    else:
        state = {"step": 0, "tokens": 0, "seconds": 0.0, "curve": []}
        tables = model.encoder.embeddings
        width = shape["hidden_size"]
        with torch.no_grad():
            vectors = 0.05 * first_vectors(rows, vocabulary, width)
            tables.word_embeddings.weight[first_character:] = vectors[first_character:]
            tables.position_embeddings.weight[:] = 0.05 * waves(128, width)
    started, seconds = time.monotonic(), state["seconds"]
    per_epoch = len(rows) // batch
    order, epoch, sum_of_losses, since = None, -1, 0.0, 0
    for step in range(state["step"], steps):
        if step // per_epoch != epoch:
            epoch = step // per_epoch
            order = order_of(lengths, epoch, seed)
        generator = torch.Generator().manual_seed(seed * 10_000_000 + step)
        chosen_rows = [rows[i] for i in order[step % per_epoch].tolist()]
        ids, real, chosen, hidden = batch_of(chosen_rows, generator, vocabulary)
        loss = nn.functional.cross_entropy(model(ids, real, chosen), hidden)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        for group in optimizer.param_groups:
            group["lr"] = rate_at(step, steps, peak)
        optimizer.step()
        sum_of_losses, since = sum_of_losses + loss.item(), since + 1
        state["step"], state["tokens"] = step + 1, state["tokens"] + int(real.sum())
        is_over = time.monotonic() - started > 60 * minutes
        if (step + 1) % every == 0 or step + 1 == steps or is_over:
            state["seconds"] = seconds + time.monotonic() - started
            named = accuracy(model, held, vocabulary)
            point = {
                "step": step + 1,
                "tokens": state["tokens"],
                "loss": sum_of_losses / since,
                "masked accuracy": named,
            }
            state["curve"].append(point)
            print(json.dumps(point | {"seconds": round(state["seconds"])}), flush=True)
            sum_of_losses, since = 0.0, 0
            save(
                path,
                state
                | {"steps": steps, "model": model.state_dict(), "optimizer": optimizer.state_dict()},
            )
        if is_over:
            break
    return state | {"model": model.state_dict(), "vocabulary": prepared["vocabulary"]}


def tokenizer_of(vocabulary: list[str], work: Path) -> dict:
    """
    BERT's, character by character. A traditional character has the id of its simplified one, which stands behind it: of two
    with one id the last names the token.
    """
    simplified = {token: number for number, token in enumerate(vocabulary)}
    traditional = {
        old: simplified[new]
        for old, new in simplified_characters(work).items()
        if new in simplified and old not in simplified
    }
    ids = traditional | simplified
    special = {token: {"id": token, "ids": [ids[token]], "tokens": [token]} for token in ("[CLS]", "[SEP]")}
    first = [
        {"SpecialToken": {"id": "[CLS]", "type_id": 0}},
        {"Sequence": {"id": "A", "type_id": 0}},
        {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
    ]
    second = [{"Sequence": {"id": "B", "type_id": 1}}, {"SpecialToken": {"id": "[SEP]", "type_id": 1}}]
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": ids[token], "content": token} | flags for token in specials],
        "normalizer": {
            "type": "BertNormalizer",
            "clean_text": True,
            "handle_chinese_chars": True,
            "strip_accents": None,
            "lowercase": True,
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": first,
            "pair": first + second,
            "special_tokens": special,
        },
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": ids,
        },
    }


def write(state: dict, work: Path, out: Path) -> None:
    tensors = {
        name.removeprefix("encoder.").replace("layer.", "encoder.layer.", 1)
        if name.startswith("encoder.layer.")
        else name.removeprefix("encoder."): tensor.float()
        for name, tensor in state["model"].items()
        if name.startswith("encoder.") and not name.endswith("position_ids")
    }
    config = {
        "architectures": ["BertModel"],
        "attention_probs_dropout_prob": 0.1,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "layer_norm_eps": 1e-12,
        "max_position_embeddings": 128,
        "model_type": "bert",
        "pad_token_id": 0,
        "type_vocab_size": 2,
        "vocab_size": len(state["vocabulary"]),
    } | shape
    tokenizer_config = {
        "tokenizer_class": "BertTokenizer",
        "do_lower_case": True,
        "tokenize_chinese_chars": True,
        "model_max_length": 128,
    }
    write_encoder(
        out, config, tensors, tokenizer_of(state["vocabulary"], work), tokenizer_config, piece_bytes
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--steps", type=int, default=8_000)
    parser.add_argument("--texts", type=int, help="the first so many alone")
    parser.add_argument("--check", action="store_true", help="an error, unless the loss falls")
    parser.add_argument("--minutes", type=float, default=math.inf)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--every", type=int, default=250, help="steps between measurements")
    options = parser.parse_args()
    state = train(
        options.work,
        options.steps,
        options.minutes,
        options.seed,
        options.rate,
        options.every,
        options.texts,
    )
    first, last = state["curve"][0], state["curve"][-1]
    if options.check and not last["loss"] < first["loss"] - 0.1:
        raise SystemExit(f"The loss does not fall: {first} {last}")
    if options.out:
        write(state, options.work, options.out)


if __name__ == "__main__":
    main()
