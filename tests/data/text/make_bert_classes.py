"""Writes core/text/bert_classes.inc: how Hugging Face's BERT normaliser and pre-tokeniser class each code point.

Their tables are those of the Unicode versions that their libraries carry (categories of Unicode 8, canonical
ordering of Unicode 9, lower case of Unicode 17), not of the utf8proc that happens to be installed, so the classes
are asked of the program itself, code point by code point.

    python -m venv VENV && VENV/bin/pip install tokenizers==0.23.3
    VENV/bin/python make_bert_classes.py > ../../../core/text/bert_classes.inc
"""
import unicodedata

import tokenizers
from tokenizers import normalizers, pre_tokenizers


def bert(**on):
    options = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    return normalizers.BertNormalizer(**(options | on)).normalize_str


clean, chinese = bert(clean_text=True), bert(handle_chinese_chars=True)
strip, lower = bert(strip_accents=True), bert(lowercase=True)
nfd = normalizers.NFD().normalize_str
pieces = pre_tokenizers.BertPreTokenizer().pre_tokenize_str

scalars = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
# Ordered after a mark of class 1 means: this code point has a class of its own.
moves = lambda c: nfd("a" + chr(c) + "\u0334") == "a\u0334" + chr(c)


def ranges(values):
    out = []
    for first, value in values:
        if out and out[-1][1] == first - 1 and out[-1][2] == value:
            out[-1][1] = first
        else:
            out.append([first, first, value])
    return out


def table(name, comment, rows, form):
    print(f"\n// {comment}")
    print(f"constexpr {name}[] = {{")
    line = "   "
    for row in rows:
        item = " " + form(row) + ","
        if len(line) + len(item) > 108:
            print(line)
            line = "   "
        line += item
    print(line)
    print("};")


def class_table(name, comment, test):
    table(f"Range {name}", comment, ranges((c, 0) for c in scalars if test(chr(c))),
          lambda r: f"{{0x{r[0]:X}, 0x{r[1]:X}}}")


print("// Made by tests/data/text/make_bert_classes.py from what tokenizers", tokenizers.__version__,
      "answers; not edited by hand.")
class_table("kDropped", "Left out by clean_text: control, format and private use characters, U+0000, U+FFFD.",
            lambda s: clean(s) == "")
class_table("kPunctuation", "A token of its own.", lambda s: len(pieces("a" + s + "b")) == 3)
class_table("kWhitespace", "Separates tokens.", lambda s: len(pieces("a" + s + "b")) == 2)
class_table("kCjk", "Set apart by spaces.", lambda s: chinese(s) != s)
class_table("kNonspacing", "Dropped by strip_accents after canonical decomposition.", lambda s: strip(s) == "")
table("OrderedRange kOrdered", "Kept by strip_accents, and moved by canonical ordering all the same: with their class.",
      ranges((c, unicodedata.combining(chr(c))) for c in scalars if strip(chr(c)) != "" and moves(c)),
      lambda r: f"{{0x{r[0]:X}, 0x{r[1]:X}, {r[2]}}}")
recent = [c for c in scalars if c != 0x130 and lower(chr(c)) != chr(c).lower()]
assert all(len(lower(chr(c))) == 1 for c in recent)
table("LowerRange kRecentLower", "Lower case that Unicode 14 does not have: first, last, and what first becomes.",
      ranges((c, ord(lower(chr(c))) - c) for c in recent),
      lambda r: f"{{0x{r[0]:X}, 0x{r[1]:X}, 0x{r[0] + r[2]:X}}}")
# Unicode 16 added decompositions after the version that this Python carries; a newer utf8proc has them.
added = {0x105C9, 0x105E4, 0x11383, 0x11385, 0x1138E, 0x11391, 0x113C5, 0x113C7, 0x113C8,
         *range(0x16121, 0x16129), *range(0x16D68, 0x16D6B)}
undecomposed = [c for c in scalars if nfd(chr(c)) == chr(c)
                and (c in added or unicodedata.normalize("NFD", chr(c)) != chr(c))]
table("Range kUndecomposed", "Decomposed by newer Unicode versions, not by theirs.", ranges((c, 0) for c in undecomposed),
      lambda r: f"{{0x{r[0]:X}, 0x{r[1]:X}}}")
