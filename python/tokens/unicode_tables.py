"""Prints as JSON what the Rust library takes each code point for: the source of commands/unicode-tables/node.ts.

Ranges are lists of [first, last]. `forms` holds, by normal form, every code point that the form changes.
"""

import json

from tokenizers import Regex, normalizers, pre_tokenizers

POINTS = [chr(point) for point in range(0x110000) if not 0xD800 <= point <= 0xDFFF]


def ranges(holds):
    found = []
    for character in POINTS:
        if not holds(character):
            continue
        point = ord(character)
        if found and found[-1][1] == point - 1:
            found[-1][1] = point
        else:
            found.append([point, point])
    return found


def bert(**on):
    settings = {"clean_text": False, "handle_chinese_chars": False, "strip_accents": False, "lowercase": False}
    return normalizers.BertNormalizer(**{**settings, **on}).normalize_str


def pieces(pre_tokenizer, text):
    return [piece for piece, _ in pre_tokenizer.pre_tokenize_str(text)]


clean, accents, marks = bert(clean_text=True), bert(strip_accents=True), normalizers.StripAccents().normalize_str
punctuation, spaces, words = pre_tokenizers.Punctuation("isolated"), pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Whitespace()
letters, numbers = (pre_tokenizers.Split(Regex(pattern), "isolated") for pattern in (r"\p{L}", r"\p{N}"))
forms = {name: getattr(normalizers, name)().normalize_str for name in ("NFC", "NFD", "NFKC", "NFKD")}

print(
    json.dumps(
        {
            "classes": {
                "control": ranges(lambda c: clean(f"a{c}a") == "aa"),
                "nonspacing": ranges(lambda c: accents(c) == ""),
                "mark": ranges(lambda c: marks(c) == ""),
                "punctuation": ranges(lambda c: pieces(punctuation, f"a{c}a") == ["a", c, "a"]),
                "word": ranges(lambda c: len(pieces(words, f"a{c}a")) == 1),
                "letter": ranges(lambda c: len(pieces(letters, f"\x01{c}\x01")) == 3),
                "number": ranges(lambda c: len(pieces(numbers, f"\x01{c}\x01")) == 3),
                "space": ranges(lambda c: pieces(spaces, f"a{c}a") == ["a", "a"]),
            },
            "forms": {
                name: {ord(c): form(c) for c in POINTS if form(c) != c} for name, form in forms.items()
            },
        }
    )
)
