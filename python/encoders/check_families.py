"""Loads random encoders of every supported family in the product's engine and compares with transformers.

BERT, RoBERTa and DistilBERT as transformers writes them, small, each with a tokenizer of its own: WordPiece, or byte-level BPE. And
BAAI/bge-small-zh-v1.5 in the configuration that it has on the Hub; hfl/chinese-roberta-wwm-ext, 409 MB, when it is named.
The comparison is that of check_minilm.py: token ids equal, pooled states and logits within its tolerance.

    pip install -r python/encoders/requirements-minilm.txt
    python python/encoders/check_families.py [NAME ...]
"""

import pathlib
import sys
import tempfile

import torch
import transformers
from check_minilm import TEXTS, compare
from tokenizers import BertWordPieceTokenizer, ByteLevelBPETokenizer
from transformers import (
    BertConfig,
    BertModel,
    BertTokenizerFast,
    DistilBertConfig,
    DistilBertModel,
    PreTrainedModel,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaModel,
    RobertaTokenizerFast,
)

# Odd sizes, and weights so large that a mistaken position or a missing norm shows.
SIZES = {"hidden_size": 48, "num_hidden_layers": 3, "num_attention_heads": 4, "intermediate_size": 84}
REST = {"initializer_range": 0.15, "max_position_embeddings": 512}


def word_pieces(folder: pathlib.Path) -> PreTrainedTokenizerFast:
    tokenizer = BertWordPieceTokenizer(lowercase=True)
    tokenizer.train_from_iterator(TEXTS, vocab_size=300, min_frequency=1)
    tokenizer.save_model(str(folder))
    return BertTokenizerFast(vocab_file=str(folder / "vocab.txt"))


def byte_pairs(folder: pathlib.Path) -> PreTrainedTokenizerFast:
    tokenizer = ByteLevelBPETokenizer()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer.train_from_iterator(TEXTS, vocab_size=400, min_frequency=1, special_tokens=special)
    tokenizer.save_model(str(folder))
    return RobertaTokenizerFast(vocab_file=str(folder / "vocab.json"), merges_file=str(folder / "merges.txt"))


def bert(folder: pathlib.Path) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
    tokenizer = word_pieces(folder)
    return BertModel(BertConfig(vocab_size=len(tokenizer), **SIZES, **REST)), tokenizer


def roberta(folder: pathlib.Path) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
    tokenizer = byte_pairs(folder)
    rest = {**REST, "max_position_embeddings": 514, "type_vocab_size": 1, "layer_norm_eps": 1e-5}
    return RobertaModel(RobertaConfig(vocab_size=len(tokenizer), **SIZES, **rest)), tokenizer


def distilbert(folder: pathlib.Path) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
    tokenizer = word_pieces(folder)
    sizes = {"dim": 48, "n_layers": 3, "n_heads": 4, "hidden_dim": 84}
    return DistilBertModel(DistilBertConfig(vocab_size=len(tokenizer), **sizes, **REST)), tokenizer


def chinese_characters(folder: pathlib.Path) -> PreTrainedTokenizerFast:
    """21,128 entries, as Google's Chinese BERT has: marks, letters and word ends, and characters one by one."""
    known = ["[PAD]", *(f"[unused{i}]" for i in range(1, 100)), "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    letters = [chr(i) for i in range(0x21, 0x7F) if not chr(i).isupper()]
    known += [*letters, *(f"##{letter}" for letter in letters), *"，。！？；：、“”《》（）"]
    known += [chr(0x4E00 + i) for i in range(21_128 - len(known))]
    (folder / "vocab.txt").write_text("\n".join(known) + "\n", encoding="utf8")
    return BertTokenizerFast(vocab_file=str(folder / "vocab.txt"), do_lower_case=True, model_max_length=512)


def bge_small_zh(folder: pathlib.Path) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
    sizes = {"hidden_size": 512, "num_hidden_layers": 4, "num_attention_heads": 8, "intermediate_size": 2048}
    # The published weights were initialised with 0.02; larger ones show mistakes.
    rest = {"vocab_size": 21_128, "max_position_embeddings": 512, "initializer_range": 0.06}
    return BertModel(BertConfig(**sizes, **rest)), chinese_characters(folder)


def chinese_roberta_wwm(folder: pathlib.Path) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
    """A BERT by its classes, whatever its name says, with the pooler's settings of TensorFlow's first files in its config.json."""
    pooler = {"pooler_fc_size": 768, "pooler_num_attention_heads": 12, "pooler_num_fc_layers": 3, "pooler_size_per_head": 128}
    older = {"directionality": "bidi", "output_past": True, "pooler_type": "first_token_transform", **pooler}
    return BertModel(BertConfig(vocab_size=21_128, **older)), chinese_characters(folder)


FAMILIES = {make.__name__: make for make in (bert, roberta, distilbert, bge_small_zh)}
LARGE = {"chinese_roberta_wwm": chinese_roberta_wwm}
# For the large ones: where a processor stands in for a graphics card, the texts at their whole length take hours.
BEGINNINGS = [text[:32] for text in TEXTS]


def spread(model: PreTrainedModel) -> None:
    """Biases and norms, too, away from the 0 and 1 that a fresh model has."""
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim == 1:
                parameter.add_(0.1 * torch.randn_like(parameter))


def main() -> int:
    # With transformers 5 these tokenizers hold no vocabulary, and little would be compared.
    if not transformers.__version__.startswith("4."):
        sys.exit(f"This needs the transformers of requirements-minilm.txt, not {transformers.__version__}.")
    torch.manual_seed(7)
    sound = True
    known = FAMILIES | LARGE
    for make in [known[name] for name in sys.argv[1:] or FAMILIES]:
        with tempfile.TemporaryDirectory() as directory:
            folder = pathlib.Path(directory)
            model, tokenizer = make(folder)
            spread(model)
            model.save_pretrained(folder)
            tokenizer.save_pretrained(folder)
            print(make.__name__)
            sound = compare(folder, BEGINNINGS if make.__name__ in LARGE else TEXTS) and sound
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
