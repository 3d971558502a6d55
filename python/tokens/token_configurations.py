"""Folders with tokenizer files, made the same way every time, in which every component and setting occurs that is computed.

`configurations(texts)` yields (name, files), `refused(texts)` yields (name, files, words of the refusal).
"""

import base64
import io
import json

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import Regex, normalizers, pre_tokenizers, processors

from token_models import BERT, ROBERTA, Maker

ADDED = {"lstrip": False, "rstrip": False, "single_word": False, "normalized": False, "special": False}


def added(content, **flags):
    return {"content": content, **ADDED, **flags}


def component(made):
    """A component of the library as tokenizer.json has it."""
    return None if made is None else json.loads(made.__getstate__())


def around(cls, sep, vocab):
    return {
        "type": "TemplateProcessing",
        "single": [
            {"SpecialToken": {"id": cls, "type_id": 0}},
            {"Sequence": {"id": "A", "type_id": 0}},
            {"SpecialToken": {"id": sep, "type_id": 0}},
        ],
        "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {name: {"id": name, "ids": [vocab[name]], "tokens": [name]} for name in (cls, sep)},
    }


def charsmap(rule):
    """SentencePiece's own compiled character map of a rule."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["a b c d e f g"] * 9),
        model_writer=model,
        vocab_size=12,
        model_type="bpe",
        normalization_rule_name=rule,
        minloglevel=2,
    )
    proto = sentencepiece_model_pb2.ModelProto.FromString(model.getvalue())
    return base64.b64encode(proto.normalizer_spec.precompiled_charsmap).decode()


def tokenizer_json(model, normalizer=None, pre_tokenizer=None, post_processor=None, tokens=None, **sections):
    vocab = model["vocab"]
    ids = vocab if isinstance(vocab, dict) else {piece: i for i, (piece, _) in enumerate(vocab)}
    names = BERT if "[CLS]" in ids else ROBERTA
    if tokens is None:
        tokens = [added(name, special=True) for name in names if name in ids]
    at = len(ids)
    listed = []
    for token in tokens:
        if token["content"] not in ids:
            ids = {**ids, token["content"]: at}
            at += 1
        listed.append({"id": ids[token["content"]], **token})
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": listed,
        "normalizer": normalizer if isinstance(normalizer, dict) else component(normalizer),
        "pre_tokenizer": pre_tokenizer if isinstance(pre_tokenizer, dict) else component(pre_tokenizer),
        "post_processor": around(names[2] if names is BERT else "<s>", names[3] if names is BERT else "</s>", ids)
        if post_processor is None
        else post_processor or None,
        "decoder": None,
        "model": model,
        **sections,
    }


PLAIN = {"tokenizer_class": "PreTrainedTokenizerFast"}
SPACES = pre_tokenizers.WhitespaceSplit()
FLAGS = [
    added("word", single_word=True, normalized=True),
    added("<tag>", lstrip=True, rstrip=True),
    added("<keep>", rstrip=True),
    added("waiter2", normalized=True),
    added("Crème", normalized=True),
    added("ÉCOLE", single_word=True),
    added("new token", normalized=True),
    added("日本", normalized=True),
    added("🇩🇪", special=True),
    added("σ", single_word=True, normalized=True),
    added("pan", normalized=True),
    added("pancake", normalized=True),
]
BERT_NORMALIZER = {"clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True}


def bert(**settings):
    return normalizers.BertNormalizer(**{**BERT_NORMALIZER, **settings})


def configurations(texts):
    make = Maker(texts)
    bert_pre = pre_tokenizers.BertPreTokenizer()
    special = [added(name, special=True) for name in BERT]

    def pieces(normalizer, pre_tokenizer, tokens=None, model=None, post=None, **settings):
        model = make.word_piece(normalizer, pre_tokenizer, **(model or {}))
        return {
            "tokenizer.json": tokenizer_json(model, normalizer, pre_tokenizer, post, tokens),
            "tokenizer_config.json": {**PLAIN, **settings},
        }

    def vocab_txt(model):
        return "".join(f"{piece}\n" for piece in model["vocab"])

    # BERT, from vocab.txt and from tokenizer.json, with settings that win.
    lower = make.word_piece(bert(), bert_pre)
    cased = make.word_piece(bert(lowercase=False), bert_pre)
    bert_config = {"model_type": "bert"}
    yield "bert uncased, vocab.txt", {"vocab.txt": vocab_txt(lower), "tokenizer_config.json": {"tokenizer_class": "BertTokenizer"}}
    yield "bert cased, vocab.txt, config.json", {
        "vocab.txt": vocab_txt(cased),
        "tokenizer_config.json": {"do_lower_case": False},
        "config.json": bert_config,
    }
    yield "bert cased that strips accents", {
        "vocab.txt": vocab_txt(cased),
        "tokenizer_config.json": {
            "do_lower_case": False,
            "strip_accents": True,
            "tokenize_chinese_chars": False,
            "tokenizer_class": "BertTokenizerFast",
        },
    }
    for name, json_side, settings in [
        ("lower case in the settings", {"lowercase": False}, {"do_lower_case": True}),
        ("cased in the settings", {}, {"do_lower_case": False}),
        ("accents in the settings", {}, {"strip_accents": False}),
        ("accents in the file", {"strip_accents": False}, {}),
        ("Chinese in the settings", {}, {"tokenize_chinese_chars": False}),
        ("no cleaning in the file", {"clean_text": False}, {}),
        ("the class's own lower case", {"lowercase": False}, {}),
    ]:
        yield f"bert, {name}", {
            "tokenizer.json": tokenizer_json(lower, bert(**json_side), bert_pre),
            "tokenizer_config.json": {"tokenizer_class": "BertTokenizer", **settings},
        }
    yield "distilbert by its model type", {
        "tokenizer.json": tokenizer_json(cased, bert(lowercase=False), bert_pre),
        "config.json": {"model_type": "distilbert"},
    }
    yield "the class of config.json", {
        "tokenizer.json": tokenizer_json(cased, bert(lowercase=False), bert_pre),
        "config.json": {"model_type": "roberta", "tokenizer_class": "BertTokenizer"},
    }
    yield "no settings of the class", pieces(bert(lowercase=False), bert_pre)
    untyped = tokenizer_json(lower, bert(), bert_pre)
    untyped["model"] = {key: value for key, value in lower.items() if key != "type"}
    yield "a model without its type", {"tokenizer.json": untyped, "tokenizer_config.json": PLAIN}

    # Added tokens.
    yield "flags of added tokens", pieces(bert(), bert_pre, [*special, *FLAGS])
    yield "flags in the settings", {
        "tokenizer.json": tokenizer_json(lower, bert(), bert_pre),
        "tokenizer_config.json": {
            "tokenizer_class": "BertTokenizer",
            "added_tokens_decoder": {
                **{str(i): token for i, token in enumerate(special)},
                **{str(5000 + i): token for i, token in enumerate(FLAGS)},
            },
            "additional_special_tokens": ["pancake", "<extra>"],
            "mask_token": "[MASK]",
        },
    }
    yield "added tokens and another case in the settings", {
        "tokenizer.json": tokenizer_json(cased, bert(lowercase=False), bert_pre, None, [*special, *FLAGS]),
        "tokenizer_config.json": {"tokenizer_class": "BertTokenizer", "do_lower_case": True},
    }
    size = len(lower["vocab"])
    older = {
        "added_tokens.json": {"[URL]": size + 3, "[USER]": size + 2, "crème": size + 1, "waiter2": size},
        "special_tokens_map.json": {
            "additional_special_tokens": ["[USER]", added("[URL]", lstrip=True)],
            "mask_token": added("[MASK]", lstrip=True, rstrip=True, normalized=True),
            **{f"{name}_token": f"[{name.upper()}]" for name in ("cls", "sep", "pad", "unk")},
        },
    }
    yield "added_tokens.json and special_tokens_map.json", {
        "vocab.txt": vocab_txt(lower),
        "tokenizer_config.json": {"tokenizer_class": "BertTokenizer", "do_lower_case": True},
        **older,
    }
    yield "the same beside tokenizer.json", {
        "tokenizer.json": tokenizer_json(lower, bert(), bert_pre),
        "tokenizer_config.json": {"tokenizer_class": "BertTokenizer"},
        **older,
    }
    yield "special tokens are split", pieces(bert(), bert_pre, split_special_tokens=True)
    yield "special tokens of other names", {
        "tokenizer.json": tokenizer_json(lower, bert(), bert_pre),
        "tokenizer_config.json": {
            **PLAIN,
            "sep_token": "waiter",
            "mask_token": {"__type": "AddedToken", **added("rude", lstrip=True)},
            "extra_special_tokens": {"more_token": "bad"},
        },
    }

    # Normalizers.
    course = normalizers.Sequence([normalizers.NFD(), normalizers.Lowercase(), normalizers.StripAccents()])
    yield "the course's", pieces(course, pre_tokenizers.Whitespace())
    for form in (normalizers.NFC, normalizers.NFD, normalizers.NFKC, normalizers.NFKD, normalizers.Nmt, normalizers.StripAccents, normalizers.Lowercase):
        yield form.__name__, pieces(form(), SPACES)
    for rule in ("nmt_nfkc", "nmt_nfkc_cf", "nfkc"):
        yield f"Precompiled {rule}", pieces(normalizers.Precompiled(base64.b64decode(charsmap(rule))), SPACES)
    replacing = normalizers.Sequence(
        [
            normalizers.Replace("a", "oo"),
            normalizers.Replace(Regex(r"\s{2,}"), " "),
            normalizers.Replace(Regex(r"[0-9]"), "$1"),
            normalizers.Strip(left=True, right=False),
            normalizers.Prepend("_"),
        ]
    )
    yield "Replace, Strip and Prepend", pieces(replacing, SPACES)
    yield "Strip on both sides", pieces(normalizers.Strip(), None)
    yield "ByteLevel as a normalizer", pieces(normalizers.ByteLevel(), SPACES)

    # Pre-tokenizers.
    yield "Whitespace", pieces(None, pre_tokenizers.Whitespace())
    yield "no pre-tokenizer", pieces(None, None)
    for behavior in ("removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"):
        yield f"Punctuation {behavior}", pieces(None, pre_tokenizers.Sequence([SPACES, pre_tokenizers.Punctuation(behavior)]))
        yield f"Split {behavior}", pieces(None, pre_tokenizers.Split(Regex(r"[\p{P}\s]"), behavior))
    for on in (True, False):
        yield f"Digits {on}", pieces(None, pre_tokenizers.Sequence([pre_tokenizers.Digits(on), SPACES]))
    for pattern in (r"\w+|[^\w\s]+", r"\s+(?!\S)|\s+", r"(?=[A-Z])", r"(?<=[.!?])\s", r"\p{Lu}?\p{Ll}+", r"\d{1,3}", r"[^\s\p{L}\p{N}]+[\r\n]*", r"^\S+|\S+$", r"\b"):
        yield f"Split at {pattern}", pieces(None, pre_tokenizers.Split(Regex(pattern), "isolated"))
    yield "Split, inverted", pieces(None, pre_tokenizers.Split(Regex(r"\w+"), "removed", invert=True))
    yield "Split at a string", pieces(None, pre_tokenizers.Split("e", "merged_with_next"))
    yield "CharDelimiterSplit", pieces(None, pre_tokenizers.CharDelimiterSplit("-"))
    yield "FixedLength", pieces(None, pre_tokenizers.FixedLength(3))
    yield "words as they are", {
        "tokenizer.json": tokenizer_json(make.word_level(None, SPACES), None, SPACES),
        "tokenizer_config.json": PLAIN,
    }

    # Models.
    yield "short words only", pieces(bert(), bert_pre, model={"max_input_chars_per_word": 6})
    yield "another prefix", pieces(bert(), bert_pre, model={"prefix": "@@"})
    suffix = make.bpe(bert(), bert_pre, ROBERTA, 7, unk_token="<unk>", end_of_word_suffix="</w>")
    yield "BPE with suffixes", {
        "tokenizer.json": tokenizer_json(suffix, bert(), bert_pre),
        "tokenizer_config.json": {"tokenizer_class": "HerbertTokenizerFast"},
    }
    for fuse in (True, False):
        prefixed = make.bpe(None, SPACES, ROBERTA, 3, unk_token="<unk>", continuing_subword_prefix="##", fuse_unk=fuse)
        yield f"BPE with prefixes, fuse_unk {fuse}", {
            "tokenizer.json": tokenizer_json(prefixed, None, SPACES),
            "tokenizer_config.json": PLAIN,
        }
    lost = make.bpe(None, SPACES, ROBERTA, 4)
    yield "BPE without an unknown token", {"tokenizer.json": tokenizer_json(lost, None, SPACES), "tokenizer_config.json": PLAIN}
    for scheme in ("always", "first", "never"):
        for split in (True, False):
            meta = pre_tokenizers.Metaspace("▁", scheme, split)
            model = make.bpe(None, meta, ROBERTA, 5, unk_token="<unk>", fuse_unk=True, byte_fallback=True, ignore_merges=split)
            yield f"BPE of bytes, Metaspace {scheme} {split}", {
                "tokenizer.json": tokenizer_json(model, None, meta, None, [*(added(name, special=True) for name in ROBERTA), *FLAGS]),
                "tokenizer_config.json": PLAIN,
            }
    half = make.bpe(None, pre_tokenizers.Metaspace(), ROBERTA, 5, unk_token="<unk>", byte_fallback=True)
    half["vocab"] = {piece: i for i, piece in enumerate(piece for piece in half["vocab"] if piece != "<0xE2>")}
    yield "BPE of some bytes", {
        "tokenizer.json": tokenizer_json(half, None, {"type": "Metaspace", "replacement": "▁", "add_prefix_space": True}),
        "tokenizer_config.json": PLAIN,
    }

    # RoBERTa.
    for prefix in (False, True):
        level = pre_tokenizers.ByteLevel(add_prefix_space=prefix)
        model = make.bpe(None, level, ROBERTA)
        alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
        model["vocab"] = {piece: i for i, piece in enumerate(dict.fromkeys([*model["vocab"], *alphabet]))}
        post = {"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 0], "trim_offsets": True, "add_prefix_space": prefix}
        file = tokenizer_json(model, None, level, post)
        yield f"roberta, prefix {prefix}", {
            "tokenizer.json": file,
            "tokenizer_config.json": {"tokenizer_class": "RobertaTokenizer", "add_prefix_space": prefix},
        }
        yield f"roberta, prefix not in the settings, {prefix} in the file", {
            "tokenizer.json": file,
            "config.json": {"model_type": "roberta"},
        }
        yield f"roberta of vocab.json and merges.txt, prefix {prefix}", {
            "vocab.json": model["vocab"],
            "merges.txt": "#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in model["merges"]),
            "tokenizer_config.json": {"tokenizer_class": "RobertaTokenizer", "add_prefix_space": prefix},
        }
    whole = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(r"\s?\p{L}+|\s?\p{N}|\s?[^\s\p{L}\p{N}]+|\s+"), "isolated"), pre_tokenizers.ByteLevel(False, use_regex=False)])
    model = make.bpe(None, whole, ROBERTA, unk_token="<unk>")
    post = {"type": "Sequence", "processors": [component(processors.ByteLevel()), around("<s>", "</s>", model["vocab"])]}
    yield "ByteLevel without its expression", {"tokenizer.json": tokenizer_json(model, None, whole, post), "tokenizer_config.json": PLAIN}

    # XLM-R and CamemBERT: SentencePiece.
    compiled = normalizers.Precompiled(base64.b64decode(charsmap("nmt_nfkc")))
    tidy = normalizers.Sequence([compiled, normalizers.Replace(Regex(" {2,}"), " ")])
    spaced = pre_tokenizers.Sequence([SPACES, pre_tokenizers.Metaspace("▁", "always")])
    for name, settings in [
        ("XLMRobertaTokenizer", {}),
        ("CamembertTokenizer", {"additional_special_tokens": ["<s>NOTUSED"]}),
    ]:
        yield name, {
            "tokenizer.json": tokenizer_json(make.unigram(tidy, spaced), tidy, spaced),
            "tokenizer_config.json": {"tokenizer_class": name, **settings},
        }
    for fallback in (True, False):
        meta = pre_tokenizers.Metaspace("▁", "first", False)
        yield f"Unigram of whole texts, byte_fallback {fallback}", {
            "tokenizer.json": tokenizer_json(make.unigram(None, meta, byte_fallback=fallback), None, meta),
            "tokenizer_config.json": PLAIN,
        }

    # Post-processors, and what is not for single texts.
    yield "no post-processor", pieces(bert(), bert_pre, post={})
    yield "BertProcessing", pieces(bert(), bert_pre, post={"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]})
    cut = tokenizer_json(lower, bert(), bert_pre)
    cut["truncation"] = {"direction": "Right", "max_length": 4, "strategy": "LongestFirst", "stride": 0}
    cut["padding"] = {"strategy": {"Fixed": 64}, "direction": "Right", "pad_to_multiple_of": None, "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"}
    yield "truncation and padding", {"tokenizer.json": cut, "tokenizer_config.json": PLAIN}


def refused(texts):
    make = Maker(texts)
    model = make.word_piece(None, SPACES)

    def file(settings=PLAIN, **change):
        return {"tokenizer.json": {**tokenizer_json(model, None, SPACES), **change}, "tokenizer_config.json": settings}

    yield "UnicodeScripts", file(pre_tokenizer={"type": "UnicodeScripts"}), "UnicodeScripts"
    yield "an unknown normalizer", file(normalizer={"type": "Transliterate"}), "normalizer Transliterate"
    yield "an unknown post-processor", file(post_processor={"type": "Wrap"}), "post_processor Wrap"
    yield "an unknown setting", file(pre_tokenizer={"type": "Digits", "individual_digits": True, "roman": True}), "roman"
    yield "an unknown section", file(sampling={"alpha": 0.1}), "sampling"
    yield "a possessive quantifier", file(pre_tokenizer=component(pre_tokenizers.Split(Regex(r"\p{L}++"), "isolated"))), "possessive"
    yield "flags in an expression", file(pre_tokenizer=component(pre_tokenizers.Split(Regex(r"(?i:'s)"), "isolated"))), "flags"
    bpe = make.bpe(None, SPACES, ROBERTA, dropout=0.1)
    yield "dropout", {"tokenizer.json": tokenizer_json(bpe, None, SPACES), "tokenizer_config.json": PLAIN}, "dropout"
    for name in ("BertJapaneseTokenizer", "BertweetTokenizer", "PhobertTokenizer", "FlaubertTokenizer", "MyTokenizer"):
        yield name, file({"tokenizer_class": name}), name
    yield "a class of config.json", {
        "vocab.txt": "\n".join(BERT),
        "config.json": {"model_type": "bert", "tokenizer_class": "BertJapaneseTokenizer"},
    }, "BertJapaneseTokenizer"
