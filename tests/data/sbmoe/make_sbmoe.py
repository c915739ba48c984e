#!/usr/bin/env python3
"""Runs the SB-MoE authors' own code on small random weights: makes the state dict of this folder and the numbers that the
tests expect of it.

    python3 make_sbmoe.py CODE      CODE: a checkout of github.com/FaySokli/SB-MoE (made with commit 44f999a)

Needs torch, transformers and safetensors; the versions that made what is committed stand in expected.json. Nothing here is
needed to build or to test.
"""
import json
import pathlib
import sys

import torch
import transformers
from transformers import BertModel

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "model"))
from make_fixtures import TEXTS, bert_config, round_all, spread, write_tokenizer  # noqa: E402

EXPERTS, LENGTH = 4, 24


def main(code):
    sys.path.insert(0, str(pathlib.Path(code) / "src"))
    from model.loss import MultipleRankingLossBiEncoder
    from model.models import MoEBiEncoder

    folder = HERE / "tiny"
    folder.mkdir(exist_ok=True)
    encoder = spread(BertModel(bert_config()), 11)
    encoder.config.architectures = ["BertModel"]
    encoder.config.save_pretrained(folder)
    tokenizer = write_tokenizer(folder)
    model = MoEBiEncoder(encoder, tokenizer, EXPERTS, max_tokens=LENGTH, specialized_mode="sbmoe_top1")
    for seed, module in enumerate((model.cls_1, model.cls_3, model.noise_linear, *model.specializer), 20):
        spread(module, seed)
    torch.save(model.state_dict(), folder / f"tiny_experts{EXPERTS}-sbmoe_top1.pt")

    expected = {"versions": {module.__name__: module.__version__ for module in (torch, transformers)}, "texts": TEXTS,
                "length": LENGTH, "experts": EXPERTS, "pooling": {}}
    model.eval()
    with torch.no_grad():
        for pooling in ("mean", "max", "cls", "identity"):
            model.pooling = {"mean": model.mean_pooling, "max": model.max_pooling, "cls": model.cls_pooling,
                             "identity": model.identity}[pooling]
            one = expected["pooling"][pooling] = {}
            # The texts one by one: their padded batches change no more than rounding.
            for mode in ("sbmoe_top1", "sbmoe_all"):
                model.specialized_mode = mode
                one[mode] = [round_all(model.query_encoder([text])) for text in TEXTS]
            one["x"] = [round_all(model.query_encoder_no_moe([text])) for text in TEXTS]
        model.pooling = model.mean_pooling
        model.specialized_mode = "sbmoe_all"
        expected["weights_all"] = [round_all(model.cls(model.query_encoder_no_moe([text]))) for text in TEXTS]

    # One pass in training: their gate's noise, drawn where they draw it, and the gradients that reach the block.
    model.train()
    model.specialized_mode = "sbmoe_top1"
    x = torch.randn(5, encoder.config.hidden_size, generator=torch.Generator().manual_seed(31))
    z = torch.randn(5, encoder.config.hidden_size, generator=torch.Generator().manual_seed(32))
    torch.manual_seed(33)
    normal = [torch.randn(5, EXPERTS), torch.randn(5, EXPERTS)]
    torch.manual_seed(33)
    outputs = [model.query_embedder(each, model.cls(each)) for each in (x, z)]
    loss, _ = MultipleRankingLossBiEncoder("cpu", temperature=0.5)(*outputs)
    loss.backward()
    named = dict(model.named_parameters())
    expected["training"] = {
        "x": round_all(x), "z": round_all(z), "normal": [round_all(each) for each in normal],
        "outputs": [round_all(each) for each in outputs], "loss": loss.item(),
        "gate_gradient": max(named[name].grad.abs().max().item() for name in ("cls_1.weight", "cls_3.weight")),
        "gradients": {name: round_all(parameter.grad) for name, parameter in named.items()
                      if name.startswith("specializer.0") and parameter.grad is not None}}
    (HERE / "expected.json").write_text(json.dumps(expected) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
