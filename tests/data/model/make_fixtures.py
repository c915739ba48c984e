#!/usr/bin/env python3
"""Makes the small models of this folder and the numbers that the tests expect of them.

    python3 make_fixtures.py                 the random-weight models and expected.json beside them
    python3 make_fixtures.py --weights DIR   also trained.json, from DIR/all-minilm-l6-v2 and DIR/splade-tiny

Needs torch, transformers, sentence-transformers and safetensors; the versions that made what is committed stand in
expected.json. Nothing here is needed to build or to test.
"""
import argparse
import json
import pathlib
import string

import safetensors.torch
import sentence_transformers
import torch
import transformers
from transformers import BertConfig, BertForMaskedLM, BertModel, DistilBertConfig, DistilBertForMaskedLM

HERE = pathlib.Path(__file__).parent
TEXTS = ["play music in the terminal", "", "a fast, small player!", "the terminal plays the music of the terminal",
         "music " * 30, "tiny"]
PIECES = ["[PAD]", "[unused0]", "[unused1]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "play", "##s", "##er", "music", "in",
          "the", "terminal", "a", "fast", "small", "of", ",", "!", ".", "tin", "##y"]
LENGTH = 24


def round_all(tensor):
    return [float(f"{x:.7g}") for x in tensor.flatten().tolist()]


def spread(model, seed):
    """Weights wide enough that attention and GELU leave their linear middle; norms and biases away from 1 and 0."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if "layernorm" in name.lower() or "layer_norm" in name.lower():
                parameter.copy_((1.0 if name.endswith("weight") else 0.0) + 0.2 * noise)
            else:
                parameter.copy_((0.1 if parameter.dim() == 1 else 0.35) * noise)
    return model.eval()


def write_tokenizer(folder, length=40):
    (folder / "vocab.txt").write_text("".join(piece + "\n" for piece in PIECES))
    (folder / "tokenizer_config.json").write_text(json.dumps(
        {"do_lower_case": True, "tokenizer_class": "BertTokenizer", "model_max_length": length}))
    tokenizer = transformers.AutoTokenizer.from_pretrained(str(folder))
    assert tokenizer("Tiny!")["input_ids"] == [PIECES.index(piece) for piece in ("[CLS]", "tin", "##y", "!", "[SEP]")]
    return tokenizer


def bert_config(**changes):
    base = dict(vocab_size=len(PIECES) + 1, hidden_size=20, num_hidden_layers=2, num_attention_heads=2,
                intermediate_size=28, max_position_embeddings=40, type_vocab_size=2, hidden_dropout_prob=0.0,
                attention_probs_dropout_prob=0.0, layer_norm_eps=1e-12)
    return BertConfig(**{**base, **changes})


def splade(model, tokenizer, text, length):
    batch = tokenizer(text, truncation=True, max_length=length, return_tensors="pt")
    logits = model(**batch).logits[0]
    return torch.log1p(torch.relu(logits)).amax(dim=0)


def old_names(state):
    return {name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): tensor
            for name, tensor in state.items()}


def masked_lm(folder, expected):
    folder.mkdir(exist_ok=True)
    model = spread(BertForMaskedLM(bert_config()), 1)
    model.config.architectures = ["BertForMaskedLM"]
    model.config.save_pretrained(folder)
    tokenizer = write_tokenizer(folder)
    state = {name: tensor.contiguous() for name, tensor in model.state_dict().items()
             if not name.startswith("cls.predictions.decoder.")}
    safetensors.torch.save_file(old_names(state), folder / "model.safetensors", {"format": "pt"})
    expected["bert-mlm"] = [round_all(splade(model, tokenizer, text, LENGTH)) for text in TEXTS]


def distil_masked_lm(folder, expected):
    folder.mkdir(exist_ok=True)
    config = DistilBertConfig(vocab_size=len(PIECES) + 1, dim=16, n_layers=2, n_heads=2, hidden_dim=24,
                              max_position_embeddings=40, dropout=0.0, attention_dropout=0.0)
    model = spread(DistilBertForMaskedLM(config), 2)
    config.architectures = ["DistilBertForMaskedLM"]
    config.save_pretrained(folder)
    tokenizer = write_tokenizer(folder)
    # One transposed tensor, so that strides are read too.
    state = model.state_dict()
    name = "distilbert.transformer.layer.0.ffn.lin1.weight"
    state[name] = state[name].t().contiguous().t()
    torch.save(state, folder / "pytorch_model.bin")
    rows = []
    for text in TEXTS:
        batch = tokenizer(text, truncation=True, max_length=LENGTH, return_tensors="pt")
        batch.pop("token_type_ids", None)
        logits = model(**batch).logits[0]
        hidden = model.distilbert(**batch).last_hidden_state[0]
        rows.append({"splade": round_all(torch.log1p(torch.relu(logits)).amax(dim=0)), "cls": round_all(hidden[0])})
    expected["distilbert-mlm"] = rows


def sentence_transformer(folder, expected):
    import shutil
    import tempfile
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Dense, Normalize, Pooling, Transformer
    with tempfile.TemporaryDirectory() as scratch:
        plain = pathlib.Path(scratch) / "plain"
        plain.mkdir()
        model = spread(BertModel(bert_config(num_hidden_layers=1), add_pooling_layer=False), 3)
        model.save_pretrained(plain)
        write_tokenizer(plain)
        word = Transformer(str(plain), max_seq_length=LENGTH)
        dense = Dense(20, 12, activation_function=torch.nn.Tanh())
        spread(dense, 4)
        chain = SentenceTransformer(modules=[word, Pooling(20, pooling_mode="cls"), dense, Normalize()], device="cpu")
        written = pathlib.Path(scratch) / "written"
        chain.save(str(written), create_model_card=False)
        expected["st-dense"] = [round_all(row) for row in torch.tensor(chain.encode(TEXTS))]
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(written, folder)
        for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "README.md"):
            (folder / name).unlink(missing_ok=True)
        write_tokenizer(folder, LENGTH)


def colbert(folder, expected):
    """Stanford ColBERT's encoding: marker behind [CLS], queries padded with [MASK] that nobody attends to,
    punctuation dropped from documents, a projection without bias, rows of length 1."""
    folder.mkdir(exist_ok=True)
    torch.manual_seed(5)
    model = spread(BertModel(bert_config(num_hidden_layers=1), add_pooling_layer=False), 5)
    linear = spread(torch.nn.Linear(20, 8, bias=False), 6)
    model.config.architectures = ["HF_ColBERT"]
    model.config.save_pretrained(folder)
    tokenizer = write_tokenizer(folder)
    state = {"bert." + name: tensor.contiguous() for name, tensor in model.state_dict().items()}
    state["linear.weight"] = linear.weight.detach()
    safetensors.torch.save_file(state, folder / "model.safetensors", {"format": "pt"})
    (folder / "artifact.metadata").write_text(json.dumps(
        {"query_token_id": "[unused0]", "doc_token_id": "[unused1]", "query_maxlen": 16, "doc_maxlen": LENGTH,
         "attend_to_mask_tokens": False, "dim": 8, "mask_punctuation": True}))
    skip = {tokenizer.convert_tokens_to_ids(c) for c in string.punctuation} - {tokenizer.unk_token_id}
    rows = []
    for text in TEXTS:
        query = tokenizer(text, truncation=True, max_length=15)["input_ids"]
        query = query[:1] + [tokenizer.convert_tokens_to_ids("[unused0]")] + query[1:]
        attended = len(query)
        query = query + [tokenizer.mask_token_id] * (16 - attended)
        mask = torch.tensor([[1] * attended + [0] * (16 - attended)])
        hidden = model(input_ids=torch.tensor([query]), attention_mask=mask).last_hidden_state[0]
        query_rows = torch.nn.functional.normalize(linear(hidden), dim=-1)
        document = tokenizer(text, truncation=True, max_length=LENGTH - 1)["input_ids"]
        document = document[:1] + [tokenizer.convert_tokens_to_ids("[unused1]")] + document[1:]
        hidden = model(input_ids=torch.tensor([document])).last_hidden_state[0]
        kept = [i for i, token in enumerate(document) if token not in skip]
        document_rows = torch.nn.functional.normalize(linear(hidden), dim=-1)[kept]
        rows.append({"query_ids": query, "query": round_all(query_rows),
                     "document_ids": [document[i] for i in kept], "document": round_all(document_rows)})
    expected["colbert"] = rows


def trained(weights):
    """The demo's weights: a few texts, cut to what tells a wrong implementation from a right one."""
    texts = ["play music in the terminal", "", "Naïve café: encoder–decoder, 音楽 player!",
             "A command line shell that publishes itself through an AJAX interface, with " + "many words " * 100]
    from sentence_transformers import SentenceTransformer
    minilm = SentenceTransformer(str(weights / "all-minilm-l6-v2"), device="cpu")
    minilm.max_seq_length = 128
    tiny_tokenizer = transformers.AutoTokenizer.from_pretrained(weights / "splade-tiny")
    tiny = BertForMaskedLM.from_pretrained(weights / "splade-tiny").eval()
    rows = []
    for text in texts:
        tokens = minilm.encode(text, output_value="token_embeddings").cpu()
        tokens = torch.nn.functional.normalize(tokens, dim=-1)
        weight = splade(tiny, tiny_tokenizer, text, 128)
        terms = weight.nonzero().flatten()
        rows.append({"text": text, "pooled": round_all(torch.tensor(minilm.encode(text))),
                     "tokens": [tokens.shape[0], tokens.shape[1]], "token_rows": round_all(tokens[:, :6]),
                     "terms": terms.tolist(), "weights": round_all(weight[terms])})
    return rows


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--weights", type=pathlib.Path)
    arguments = parser.parse_args()
    versions = {module.__name__: module.__version__ for module in (torch, transformers, sentence_transformers)}
    expected = {"versions": versions, "texts": TEXTS, "length": LENGTH}
    with torch.no_grad():
        masked_lm(HERE / "bert-mlm", expected)
        distil_masked_lm(HERE / "distilbert-mlm", expected)
        sentence_transformer(HERE / "st-dense", expected)
        colbert(HERE / "colbert", expected)
        (HERE / "expected.json").write_text(json.dumps(expected) + "\n")
        if arguments.weights:
            (HERE / "trained.json").write_text(
                json.dumps({"versions": versions, "rows": trained(arguments.weights)}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
