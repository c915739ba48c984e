"""Writes the reference answers for the WordPiece tests: what Hugging Face's tokenizers makes of many texts.

    python -m venv VENV && VENV/bin/pip install tokenizers==0.23.3 transformers==5.23.0
    VENV/bin/python make_wordpiece.py FOLDER        FOLDER: all-MiniLM-L6-v2's, with vocab.txt and tokenizer.json

The texts are not stored: tests/core/text/generated_texts.hpp makes the same ones from texts.json by the same arithmetic.
Stored are 32-bit FNV-1a hashes of the ids and of the spans (bytes of the original text) of every text, 0 for spans that are not to be compared; in
examples.json are a few texts in full, to be read by people.
"""
import json
import pathlib
import struct
import sys

from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, processors

HERE = pathlib.Path(__file__).parent
MASK = (1 << 64) - 1


class Random:
    """SplitMix64 (Steele, Lea, Flood 2014)."""

    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return (z ^ (z >> 31)) % n


RULES = json.loads((HERE / "texts.json").read_text(encoding="utf-8"))


def generated(seed):
    random, out = Random(seed), []
    for _ in range(random.below(24)):
        kind = random.below(10)
        if kind < 5:
            out.append(RULES["fragments"][random.below(len(RULES["fragments"]))])
        elif kind < 7:
            first, last = RULES["blocks"][random.below(len(RULES["blocks"]))]
            for _ in range(1 + random.below(6)):
                out.append(chr(first + random.below(last - first + 1)))
        elif kind == 7:
            letter = chr(33 + random.below(94))
            out.append(letter * (1 + random.below(130)))
        elif kind == 8:
            for _ in range(1 + random.below(12)):
                out.append(chr(97 + random.below(26)))
        else:
            value = random.below(0x110000)
            if not 0xD800 <= value < 0xE000:
                out.append(chr(value))
        if random.below(3) > 0:
            out.append(" ")
    return "".join(out)


def block(first, size):
    """Every code point of a block between two letters, so that each shows whether it joins, separates or stands alone."""
    return "".join(f"a{chr(c)}b " for c in range(first, first + size) if not 0xD800 <= c < 0xE000)


def texts(block_size, count):
    for first in range(0, 0x110000, block_size):
        yield block(first, block_size)
    for seed in range(count):
        yield generated(seed)


def fnv(values):
    h = 0x811C9DC5
    for byte in struct.pack(f"<{len(values)}I", *values):
        h = ((h ^ byte) * 0x01000193) & 0xFFFFFFFF
    return h


def byte_spans(text, offsets):
    at = [0]
    for c in text:
        at.append(at[-1] + len(c.encode("utf-8")))
    return [at[k] for pair in offsets for k in pair]


def reordered(text):
    """Whether canonical ordering moves a mark. Offsets then follow the place and not the mark: not compared."""
    nfd = normalizers.NFD().normalize_str
    return nfd(text) != "".join(map(nfd, text))


def write(name, tokenizer, block_size, count, strips):
    out = bytearray()
    for text in texts(block_size, count):
        encoding = tokenizer.encode(text)
        spans = 0 if strips and reordered(text) else fnv(byte_spans(text, encoding.offsets))
        out += struct.pack("<2I", fnv(encoding.ids), spans)
    (HERE / name).write_bytes(out)
    print(name, len(out) // 8, "texts")


def bert(vocabulary, **options):
    flags = dict(clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=True) | options
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(**flags)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])])
    return tokenizer


def tiny_vocabulary():
    letters = [chr(c) for c in range(33, 127)]
    letters += [chr(c) for a, b in RULES["vocabulary_blocks"] for c in range(a, b + 1)]
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + letters + ["##" + c for c in letters]
    pieces += [p for p in RULES["vocabulary_words"] if p not in pieces]
    assert len(set(pieces)) == len(pieces)
    return {piece: k for k, piece in enumerate(pieces)}


def main():
    folder = pathlib.Path(sys.argv[1])
    minilm = Tokenizer.from_file(str(folder / "tokenizer.json"))
    minilm.no_truncation()
    minilm.no_padding()
    write("minilm.bin", minilm, 256, 6000, True)
    from transformers import BertTokenizerFast
    fast = BertTokenizerFast.from_pretrained(str(folder))
    for text in texts(256, 6000):
        assert fast(text)["input_ids"] == minilm.encode(text).ids, text

    tiny = tiny_vocabulary()
    (HERE / "tiny").mkdir(exist_ok=True)
    (HERE / "tiny" / "vocab.txt").write_text("".join(p + "\n" for p in tiny), encoding="utf-8")
    uncased = bert(tiny)
    write("tiny_uncased.bin", uncased, 1024, 1500, True)
    write("tiny_cased.bin", bert(tiny, lowercase=False), 1024, 1500, False)
    write("tiny_accents.bin", bert(tiny, strip_accents=False, handle_chinese_chars=False), 1024, 1500, False)
    write("tiny_stripped.bin", bert(tiny, strip_accents=True, lowercase=False), 1024, 1500, True)
    odd = bert(tiny, clean_text=False)
    odd.add_tokens([AddedToken("[Q] ", normalized=True), AddedToken("[D] ", normalized=True),
                    AddedToken("café", single_word=True, normalized=True), AddedToken("<left>", lstrip=True, normalized=False),
                    AddedToken("<right>", rstrip=True, normalized=False), AddedToken("<le", normalized=False),
                    AddedToken("play", single_word=True, normalized=False)])
    odd.save(str(HERE / "tiny" / "tokenizer.json"), pretty=False)
    write("tiny_odd.bin", odd, 1024, 1500, True)

    examples = []
    for text in RULES["examples"]:
        encoding = uncased.encode(text)
        spans = byte_spans(text, encoding.offsets)
        examples.append({"text": text, "tokens": encoding.tokens, "ids": encoding.ids,
                         "spans": [spans[k:k + 2] for k in range(0, len(spans), 2)]})
    (HERE / "examples.json").write_text(
        "[\n" + ",\n".join(json.dumps(e, ensure_ascii=True) for e in examples) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
