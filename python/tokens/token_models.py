"""Small models for tokenizers, made of the texts the same way every time."""

BERT = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
ROBERTA = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]


class Maker:
    """Makes the `model` sections of tokenizer.json."""

    def __init__(self, texts):
        self.texts = [text for text in texts if "[" not in text and "<" not in text]

    def words(self, normalizer, pre_tokenizer):
        """What the components leave of the texts, most frequent first: a vocabulary without a trainer's own order."""
        counts = {}
        for text in self.texts:
            text = normalizer.normalize_str(text) if normalizer else text
            for word, _ in pre_tokenizer.pre_tokenize_str(text) if pre_tokenizer else [(text, None)]:
                counts[word] = counts.get(word, 0) + 1
        return sorted(counts, key=lambda word: (-counts[word], word))

    def word_piece(self, normalizer, pre_tokenizer, specials=BERT, prefix="##", **settings):
        """Every second word whole, the others from pieces, and some characters missing."""
        words = [word for word in self.words(normalizer, pre_tokenizer) if word]
        pieces = dict.fromkeys(specials)
        for i, word in enumerate(words):
            if i % 2 == 0 and len(word) < 30:
                pieces[word] = None
            for at, character in enumerate(word):
                if (ord(character) * 7 + at) % 11:
                    pieces[character if at == 0 else prefix + character] = None
            for at in range(0, len(word) - 2, 3):
                pieces[(prefix if at else "") + word[at : at + 2]] = None
        return {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": prefix,
            "max_input_chars_per_word": 100,
            "vocab": {piece: i for i, piece in enumerate(pieces)},
            **settings,
        }

    def word_level(self, normalizer, pre_tokenizer, specials=BERT):
        words = [word for i, word in enumerate(self.words(normalizer, pre_tokenizer)) if i % 3]
        return {
            "type": "WordLevel",
            "unk_token": "[UNK]",
            "vocab": {word: i for i, word in enumerate(dict.fromkeys([*specials, *words]))},
        }

    def bpe(self, normalizer, pre_tokenizer, specials, missing=0, **settings):
        """Trained pairs; every `missing`-th character of the alphabet is left out of the vocabulary."""
        prefix, suffix = settings.get("continuing_subword_prefix"), settings.get("end_of_word_suffix")
        counts, merges = {}, []
        words = [word for word in self.words(normalizer, pre_tokenizer) if 0 < len(word) < 40]
        split = [[(prefix or "") * (i > 0) + c + (suffix or "") * (i == len(w) - 1) for i, c in enumerate(w)] for w in words]
        alphabet = sorted({symbol for word in split for symbol in word})
        kept = [symbol for i, symbol in enumerate(alphabet) if not missing or i % missing]
        pieces = dict.fromkeys([*specials, *(f"<0x{byte:02X}>" for byte in range(256) if settings.get("byte_fallback")), *kept])
        for _ in range(300):
            counts = {}
            for word in split:
                for pair in zip(word, word[1:]):
                    if pair[0] in pieces and pair[1] in pieces:
                        counts[pair] = counts.get(pair, 0) + 1
            if not counts:
                break
            first, second = min(counts, key=lambda pair: (-counts[pair], pair))
            joined = first + second[len(prefix or "") :]
            merges.append([first, second])
            pieces[joined] = None
            for word in split:
                at = 0
                while at + 1 < len(word):
                    if (word[at], word[at + 1]) == (first, second):
                        word[at : at + 2] = [joined]
                    at += 1
        if settings.get("ignore_merges"):
            pieces.update(dict.fromkeys(words[::5]))
        return {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": {piece: i for i, piece in enumerate(pieces)},
            "merges": merges,
            **settings,
        }

    def unigram(self, normalizer, pre_tokenizer, specials=ROBERTA, byte_fallback=False):
        words = [word for word in self.words(normalizer, pre_tokenizer) if word]
        pieces = {special: 0.0 for special in specials}
        if byte_fallback:
            pieces.update({f"<0x{byte:02X}>": 0.0 for byte in range(256)})
        for i, word in enumerate(words):
            for length in (1, 2, 3, 5):
                for at in range(0, len(word) - length + 1, length):
                    piece = word[at : at + length]
                    if length > 1 or ord(piece) % 13:
                        pieces.setdefault(piece, -round(1.5 + 2.1 / length + (hash_of(piece) % 997) / 211, 6))
        return {
            "type": "Unigram",
            "unk_id": specials.index("<unk>"),
            "byte_fallback": byte_fallback,
            "vocab": [[piece, score] for piece, score in pieces.items()],
        }


def hash_of(text):
    return sum((i + 1) * ord(character) for i, character in enumerate(text))
