#!/usr/bin/env python3
"""Ten AdamW steps of an SB-MoE model in PyTorch, in both forms: what Cameo's own steps have to arrive at.

    python3 make_moe_steps.py

Begins with the random weights of ../sbmoe/tiny. Needs torch, transformers and safetensors; the versions that made what is
committed stand in moe_steps.json. Nothing here is needed to build or to test. The block, the losses and the draws are
written down again here from the papers and from the headers, not translated from Cameo's code.
"""
import json
import math
import pathlib
import random

import safetensors.torch
import torch
import transformers
from torch.nn import functional as F
from transformers import BertConfig, BertModel

HERE = pathlib.Path(__file__).parent
TINY = HERE.parent / "sbmoe/tiny"
EXPERTS, HIDDEN, STEPS, QUERIES, NEGATIVES = 4, 20, 10, 4, 1
WORD = (1 << 64) - 1

DOCUMENTS = ["play music in the terminal", "a fast, small player!", "the terminal plays the music of the terminal",
             " ".join(["music"] * 20), "tiny", "the fast player in a small terminal.", "music of the small player, in the terminal",
             "a tiny terminal"]
TEXTS = ["music terminal", "fast player", "terminal music!", "music", "small terminal", "the player"]
RIGHT = [[0], [1, 5], [2], [3, 6], [5, 7], [0, 6]]  # documents that are right for each query; some share one

COMMON = {"seed": 7, "batch": {"queries": QUERIES, "negatives": NEGATIVES, "query_tokens": 8, "document_tokens": 16}}
FORMS = {
    # Without a rate for the gate: what reaches it there is rounding, which Adam makes steps of.
    "reference": {
        "model": {"form": "reference", "chosen": 1, "gate_scale": 1.0, "normalise_output": False},
        "expert": {"normalise": False, "pooling": "mean"},
        "recipe": {**COMMON, "optimizer": {"encoder_rate": 1e-4, "heads_rate": 3e-4, "gate_rate": 0, "weight_decay": 0.01,
                                           "frozen_layers": 0},
                   "loss": {"temperature": 2}, "gate": {"noise": True}}},
    "corrected": {
        "model": {"form": "corrected", "chosen": 2, "gate_scale": 4.5, "normalise_output": True},
        "expert": {"normalise": True, "pooling": "identity"},
        "recipe": {**COMMON, "optimizer": {"encoder_rate": 1e-4, "heads_rate": 3e-4, "gate_rate": 2e-4, "weight_decay": 0.05,
                                           "frozen_layers": 1},
                   "loss": {"temperature": 0.2},
                   "gate": {"noise": True, "importance": 0.2, "load": 0.3, "switch": 0.1, "z_loss": 0.01, "agreement": 0.2,
                            "bias_rate": 0.01}}},
}


class Draws:
    """core/base/draws.hpp: SplitMix64, seeded by seed, purpose and two places."""

    @staticmethod
    def mix(x):
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9 & WORD
        x = (x ^ (x >> 27)) * 0x94d049bb133111eb & WORD
        return x ^ (x >> 31)

    def __init__(self, *parts):
        self.state = self.mix(parts[0] + 0x9e3779b97f4a7c15 & WORD)
        for part in parts[1:]:
            self.state = self.mix(self.state + part & WORD)

    def unit(self):
        self.state = self.state + 0x9e3779b97f4a7c15 & WORD
        return (self.mix(self.state) >> 11) * 2.0 ** -53

    def normal(self):
        radius = math.sqrt(-2 * math.log(1 - self.unit()))
        return radius * math.cos(2 * math.pi * self.unit())


def batches():
    chance = random.Random(3)
    for _ in range(STEPS):
        queries = chance.sample(range(len(TEXTS)), QUERIES)
        documents, positive = [], []
        for query in queries:
            document = chance.choice(RIGHT[query])
            if document not in documents:
                documents.append(document)
            positive.append(documents.index(document))
        for query in queries:
            wrong = chance.choice([d for d in range(len(DOCUMENTS)) if d not in RIGHT[query]])
            if wrong not in documents:
                documents.append(wrong)
        counts = [int(column == positive[q] or document not in RIGHT[query])
                  for q, query in enumerate(queries) for column, document in enumerate(documents)]
        yield {"queries": queries, "documents": documents, "positive": positive, "counts": counts}


def cv2(x):
    return x.var(unbiased=False) / x.mean() ** 2


class Net:
    def __init__(self, form):
        self.model, self.expert = form["model"], form["expert"]
        state = torch.load(TINY / f"tiny_experts{EXPERTS}-sbmoe_top1.pt", weights_only=True)
        self.bert = BertModel(BertConfig.from_pretrained(TINY)).eval()
        encoder = {name.removeprefix("doc_model."): x for name, x in state.items() if name.startswith("doc_model.")}
        self.bert.load_state_dict(encoder)
        self.block = {name: x.clone().requires_grad_() for name, x in state.items() if not name.startswith("doc_model.")}
        self.bias = torch.zeros(EXPERTS)
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(str(TINY))

    def linear(self, name, x):
        return F.linear(x, self.block[name + ".weight"], self.block[name + ".bias"])

    def pooled(self, texts, length):
        batch = self.tokenizer(texts, truncation=True, max_length=length, padding=True, return_tensors="pt")
        out = self.bert(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"])
        if self.expert["pooling"] == "identity":
            x = out.pooler_output
        else:
            mask = batch["attention_mask"].unsqueeze(-1).float()
            x = (out.last_hidden_state * mask).sum(1) / mask.sum(1)
        return F.normalize(x, dim=-1) if self.expert["normalise"] else x

    def forward(self, x, normal):
        scaled = x * self.model["gate_scale"]
        logits = self.linear("cls_3", F.relu(self.linear("cls_1", scaled)))
        deviation = F.softplus(self.linear("noise_linear", scaled))
        noisy = logits + normal * deviation
        p = F.softmax(noisy, -1)
        k = self.model["chosen"]
        chosen = torch.zeros_like(p).scatter(1, (p.detach() + self.bias).topk(k, 1).indices, 1.0)
        weights = p * chosen
        outputs = torch.stack([self.linear(f"specializer.{e}.query_embedding_changer_4",
                                           F.relu(self.linear(f"specializer.{e}.query_embedding_changer_1", x)))
                               for e in range(EXPERTS)], 1)
        if self.model["form"] == "reference":
            y = F.normalize((outputs * weights.unsqueeze(-1)).sum(1), dim=-1, eps=1e-6) + x
        else:
            if k >= 2:
                weights = weights / weights.sum(-1, keepdim=True)
            y = x + (F.normalize(outputs, dim=-1, eps=1e-6) * weights.unsqueeze(-1)).sum(1)
        if self.model["normalise_output"]:
            y = F.normalize(y, dim=-1)
        return {"y": y, "logits": logits, "noisy": noisy, "deviation": deviation, "p": p, "chosen": chosen, "weights": weights}

    def ranking(self, y, batch, temperature):
        queries, documents = y[:QUERIES], y[QUERIES:]
        if self.model["form"] == "reference":
            # B x B over each query's own document, and whatever else was drawn.
            own = batch["positive"]
            columns = own + [d for d in range(len(documents)) if d not in own]
            return F.cross_entropy(queries @ documents[columns].T / temperature, torch.arange(QUERIES))
        counts = torch.tensor(batch["counts"], dtype=torch.bool).view(QUERIES, -1)
        scores = (queries @ documents.T / temperature).masked_fill(~counts, -math.inf)
        return F.cross_entropy(scores, torch.tensor(batch["positive"]))

    def load(self, out):
        """P(x, i) = Phi((logits_i - k-th largest of the others' noisy logits) / deviation_i), text by text."""
        k = self.model["chosen"]
        rows = []
        for logits, noisy, deviation in zip(out["logits"], out["noisy"], out["deviation"]):
            row = []
            for i in range(EXPERTS):
                others = torch.cat([noisy[:i], noisy[i + 1:]]).sort(descending=True).values
                row.append(torch.distributions.Normal(0.0, 1.0).cdf((logits[i] - others[k - 1]) / deviation[i]))
            rows.append(torch.stack(row))
        return cv2(torch.stack(rows).sum(0))

    def loss(self, out, batch, recipe):
        total = self.ranking(out["y"], batch, recipe["loss"]["temperature"])
        gate = recipe["gate"]
        if "importance" not in gate:
            return total
        p = out["p"]
        first = F.one_hot(p.argmax(1), EXPERTS).float().mean(0)
        clean = F.softmax(out["logits"], -1)
        together = (clean[:QUERIES] * clean[QUERIES:][batch["positive"]]).sum(1)
        return (total + gate["importance"] * cv2(out["weights"].sum(0)) + gate["load"] * self.load(out)
                + gate["switch"] * EXPERTS * (first * p.mean(0)).sum()
                + gate["z_loss"] * torch.logsumexp(out["logits"], 1).square().mean()
                - gate["agreement"] * together.log().mean())

    def optimiser(self, optimizer):
        corrected = self.model["form"] == "corrected"
        heads = 0 if corrected else optimizer["weight_decay"]
        frozen = optimizer["frozen_layers"]
        encoder = []
        for name, parameter in self.bert.named_parameters():
            layer = int(name.split(".")[2]) if name.startswith("encoder.layer.") else -1
            pooler = name.startswith("pooler.") and self.expert["pooling"] == "identity"
            trained = pooler or (layer >= frozen if layer >= 0 else frozen == 0 and not name.startswith("pooler."))
            parameter.requires_grad_(trained)
            if trained:
                encoder.append(parameter)
        of = lambda *starts: [x for name, x in self.block.items() if name.startswith(starts)]
        gate = ("cls_1", "cls_3", "noise_linear") if corrected else ("cls_1", "cls_3")
        return torch.optim.AdamW([
            {"params": encoder, "lr": optimizer["encoder_rate"], "weight_decay": optimizer["weight_decay"]},
            {"params": of("specializer"), "lr": optimizer["heads_rate"], "weight_decay": heads},
            {"params": of(*gate), "lr": optimizer["gate_rate"], "weight_decay": heads}])


def train(form, steps):
    net, recipe = Net(form), form["recipe"]
    lengths = recipe["batch"]
    optimiser = net.optimiser(recipe["optimizer"])
    losses = []
    for step, batch in enumerate(steps):
        x = torch.cat([net.pooled([TEXTS[q] for q in batch["queries"]], lengths["query_tokens"]),
                       net.pooled([DOCUMENTS[d] for d in batch["documents"]], lengths["document_tokens"])])
        draws = Draws(recipe["seed"], 10, step, 0)
        normal = torch.tensor([[draws.normal() for _ in range(EXPERTS)] for _ in x])
        out = net.forward(x, normal)
        loss = net.loss(out, batch, recipe)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        rate = recipe["gate"].get("bias_rate", 0)
        load = out["chosen"].sum(0)
        net.bias += rate * (load.mean() - load).sign()
        losses.append(loss.item())
    trained = {"doc_model." + name: x for name, x in net.bert.named_parameters() if x.requires_grad}
    trained |= net.block
    if net.bias.any():
        trained["routing_bias"] = net.bias
    return losses, {name: x.detach().contiguous() for name, x in trained.items()}


def main():
    steps = list(batches())
    found = {"versions": {module.__name__: module.__version__ for module in (torch, transformers)}, "documents": DOCUMENTS,
             "queries": TEXTS, "right": RIGHT, "batches": steps, "forms": {}}
    for name, form in FORMS.items():
        losses, trained = train(form, steps)
        safetensors.torch.save_file(trained, HERE / f"moe_steps_{name}.safetensors")
        found["forms"][name] = {**form, "losses": losses}
    (HERE / "moe_steps.json").write_text(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
