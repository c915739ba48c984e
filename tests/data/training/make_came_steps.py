#!/usr/bin/env python3
"""Ten AdamW steps of a CAME model in PyTorch, in both stages: what Cameo's own steps have to arrive at.

    python3 make_came_steps.py

Begins with random weights: the encoders of ../model, and what experts have of their own in came_steps_start.safetensors,
which this writes too. Needs torch, transformers and safetensors; the versions that made what is committed stand in
came_steps.json. Nothing here is needed to build or to test. The experts and the losses are written down again here from the
paper and from the headers, padded and dense as a reader of the paper would, not translated from Cameo's code.
"""
import json
import math
import pathlib

import safetensors.torch
import torch
import transformers
from make_moe_steps import DOCUMENTS, TEXTS, batches
from torch.nn import functional as F
from transformers import BertConfig
from transformers.models.bert.modeling_bert import BertEmbeddings, BertLayer

HERE = pathlib.Path(__file__).parent
NAMES = ("lexical", "local", "global")
WIDTH, MEASURED = 6, 3  # of local rows; batches that scales are measured on
PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"

COMMON = {"seed": 7, "batch": {"queries": 4, "negatives": 1, "query_tokens": 8, "document_tokens": 16}}
FORMS = {
    # Everything is trained: embeddings, with the decoder that is tied to them, a shared layer, the experts' own.
    "standardized": {
        "from": "bert-mlm",
        "experts": {"local": {"query_special_tokens": False, "similarity": "mean"}, "global": {"pooling": "mean"}},
        "recipe": {**COMMON,
                   "optimizer": {"encoder_rate": 1e-4, "layers_rate": 2e-4, "heads_rate": 5e-4, "weight_decay": 0.01,
                                 "frozen_layers": 0, "warmup": 3, "schedule": "constant", "clip": 22},
                   "loss": {"global_scale": 8, "fusion": 0.5, "flops_query": 0.03, "flops_document": 0.01, "flops_ramp": 6,
                            "most_terms": 0}}},
    # A frozen encoder without a masked-LM head: the lexical expert is trained on the pieces that occur.
    "specialized": {
        "from": "st-dense",
        "experts": {"lexical": {"scale": 0.5}, "local": {"scale": 2.5, "skip": ["punctuation"]},
                    "global": {"scale": 8, "pooling": "cls"}},
        "recipe": {**COMMON, "steps": {"standardized": 0, "specialized": 10},
                   "optimizer": {"encoder_rate": 0, "layers_rate": 2e-4, "heads_rate": 5e-4, "weight_decay": 0.05, "warmup": 2,
                                 "schedule": "linear", "clip": 7},
                   "loss": {"fusion": 0, "flops_query": 0.003, "flops_document": 0.001, "flops_ramp": 0, "most_terms": 6},
                   "competition": {"gain": "reciprocal", "temperature": 0.5}}},
}


def tensors_of(folder):
    """An encoder's file under today's names."""
    state = safetensors.torch.load_file(folder / "model.safetensors")
    today = lambda name: name.removeprefix("bert.").replace(".gamma", ".weight").replace(".beta", ".bias")
    return {today(name): x for name, x in state.items()}


def part(state, prefix):
    return {name.removeprefix(prefix): x for name, x in state.items() if name.startswith(prefix)}


def layer_of(config, state):
    layer = BertLayer(config).eval()
    layer.load_state_dict(state)
    return layer


def random_start():
    """Own layers apart from each other, so that a mixed-up one shows."""
    torch.manual_seed(5)
    folder = HERE.parent / "model/bert-mlm"
    config, stored, start = BertConfig.from_pretrained(folder), tensors_of(folder), {}
    for expert in NAMES:
        for key, x in part(stored, f"encoder.layer.{config.num_hidden_layers - 1}.").items():
            start[f"experts.{expert}.layer.0.{key}"] = x + 0.05 * torch.randn_like(x)
    start["experts.local.projection.weight"] = torch.randn(WIDTH, config.hidden_size) / math.sqrt(config.hidden_size)
    h = config.hidden_size
    head = {"transform.weight": torch.eye(h) + 0.1 * torch.randn(h, h), "transform.bias": 0.1 * torch.randn(h),
            "norm.weight": 1 + 0.1 * torch.randn(h), "norm.bias": 0.1 * torch.randn(h),
            "decoder.bias": 0.3 * torch.randn(config.vocab_size)}
    start |= {"experts.lexical.masked_lm." + key: x for key, x in head.items()}
    safetensors.torch.save_file(start, HERE / "came_steps_start.safetensors")
    return start


class Net:
    def __init__(self, form, start):
        folder = HERE.parent / "model" / form["from"]
        config = BertConfig.from_pretrained(folder, attn_implementation="eager")
        stored = tensors_of(folder)
        self.form, self.loss = form, form["recipe"]["loss"]
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(str(folder))
        self.embeddings = BertEmbeddings(config)
        self.embeddings.load_state_dict(part(stored, "embeddings."), strict=False)
        self.shared = layer_of(config, part(stored, "encoder.layer.0."))
        self.own = {expert: layer_of(config, part(start, f"experts.{expert}.layer.0.")) for expert in NAMES}
        self.head = {key: x.clone().requires_grad_() for key, x in start.items() if ".layer." not in key}
        self.epsilon = config.layer_norm_eps
        self.scales = {expert: form["experts"].get(expert, {}).get("scale", 1.0) for expert in NAMES}
        lengths = form["recipe"]["batch"]
        self.lengths = {"query": lengths["query_tokens"], "document": lengths["document_tokens"]}
        used = {i for texts, role in ((TEXTS, "query"), (DOCUMENTS, "document")) for row in self.tokens(texts, role)["input_ids"].tolist()
                for i in row if i != config.pad_token_id}
        self.pieces = torch.arange(config.vocab_size) if form["from"] == "bert-mlm" else torch.tensor(sorted(used))

    def tokens(self, texts, role):
        return self.tokenizer(texts, truncation=True, max_length=self.lengths[role], padding=True, return_tensors="pt")

    def lexical(self, hidden, attended):
        head = lambda key: self.head["experts.lexical.masked_lm." + key]
        states = F.layer_norm(F.gelu(F.linear(hidden, head("transform.weight"), head("transform.bias"))), hidden.shape[-1:],
                              head("norm.weight"), head("norm.bias"), self.epsilon)
        words = self.embeddings.word_embeddings.weight[self.pieces]
        logits = F.linear(states, words, head("decoder.bias")[self.pieces])
        impacts = torch.log1p(F.relu(logits.masked_fill(~attended.unsqueeze(-1), -math.inf).amax(1)))
        most = self.loss["most_terms"]
        if most == 0:
            return impacts
        return torch.zeros_like(impacts).scatter(1, impacts.topk(most, 1).indices, 1.0) * impacts

    def local(self, hidden, ids, attended, role):
        """Unit rows, and which of them count."""
        rows = F.normalize(F.linear(hidden, self.head["experts.local.projection.weight"]), dim=-1)
        spec, counts = self.form["experts"]["local"], attended.clone()
        if role == "query" and not spec.get("query_special_tokens", True):
            counts &= (ids != self.tokenizer.cls_token_id) & (ids != self.tokenizer.sep_token_id)
        if role == "document" and "skip" in spec:
            for symbol in PUNCTUATION:
                if symbol in self.tokenizer.get_vocab():
                    counts &= ids != self.tokenizer.convert_tokens_to_ids(symbol)
        return rows, counts

    def represent(self, texts, role):
        batch = self.tokens(texts, role)
        attended = batch["attention_mask"].bool()
        mask = torch.where(attended, 0.0, torch.finfo(torch.float32).min)[:, None, None, :]
        run = lambda layer, x: out[0] if isinstance(out := layer(x, attention_mask=mask), tuple) else out
        shared = run(self.shared, self.embeddings(batch["input_ids"]))
        hidden = {expert: run(self.own[expert], shared) for expert in NAMES}
        if self.form["experts"]["global"]["pooling"] == "cls":
            pooled = hidden["global"][:, 0]
        else:
            share = attended.unsqueeze(-1).float()
            pooled = (hidden["global"] * share).sum(1) / share.sum(1)
        return {"lexical": self.lexical(hidden["lexical"], attended),
                "local": self.local(hidden["local"], batch["input_ids"], attended, role), "global": F.normalize(pooled, dim=-1)}

    def max_sim(self, queries, documents):
        (q, q_counts), (d, d_counts) = queries, documents
        products = torch.einsum("qth,dsh->qdts", q, d).masked_fill(~d_counts[None, :, None, :], -math.inf)
        sums = (products.amax(-1) * q_counts[:, None, :]).sum(-1)
        mean = self.form["experts"]["local"].get("similarity") == "mean"
        return sums / q_counts.sum(1, keepdim=True) if mean else sums

    def scores(self, q, d):
        scores = {"lexical": q["lexical"] @ d["lexical"].T, "local": self.max_sim(q["local"], d["local"]), "global": q["global"] @ d["global"].T}
        return {expert: self.scales[expert] * scores[expert] for expert in NAMES}

    def of(self, batch):
        q = self.represent([TEXTS[i] for i in batch["queries"]], "query")
        d = self.represent([DOCUMENTS[i] for i in batch["documents"]], "document")
        return q, d, self.scores(q, d)

    @torch.no_grad()
    def measure_scales(self, batches):
        """s_e = s_global sd_global / sd_e over each query's centred scores of its negatives."""
        centred = {expert: [] for expert in NAMES}
        for batch in batches:
            scores = self.of(batch)[2]
            counts = torch.tensor(batch["counts"], dtype=torch.bool).view(len(batch["queries"]), -1)
            counts = counts.scatter(1, torch.tensor(batch["positive"]).unsqueeze(1), False)
            for expert in NAMES:
                for row, kept in zip(scores[expert], counts):
                    if kept.sum() > 1:
                        centred[expert].append(row[kept].double() - row[kept].double().mean())
        deviation = {expert: torch.cat(centred[expert]).square().mean().sqrt() for expert in NAMES}
        self.scales = {e: float(self.loss["global_scale"] * deviation["global"] / deviation[e]) for e in NAMES}

    def weights(self, scores, positive, counts):
        """w_e = E softmax_e((1 / r_e) / tau); a tie counts half."""
        ranks = []
        for expert in NAMES:
            s = scores[expert].detach()
            own = s.gather(1, positive.unsqueeze(1))
            others = counts.scatter(1, positive.unsqueeze(1), False)
            ranks.append(1 + (others & (s > own)).sum(1) + (others & (s == own)).sum(1) / 2)
        gains = 1 / torch.stack(ranks)
        return len(NAMES) * F.softmax(gains / self.form["recipe"]["competition"]["temperature"], 0), torch.stack(ranks)

    def total(self, batch, step):
        q, d, scores = self.of(batch)
        positive = torch.tensor(batch["positive"])
        counts = torch.tensor(batch["counts"], dtype=torch.bool).view(len(positive), -1)
        losses = lambda s: F.cross_entropy(s.masked_fill(~counts, -math.inf), positive, reduction="none")
        w, ranks = torch.ones(len(NAMES), len(positive)), None
        if "competition" in self.form["recipe"]:
            w, ranks = self.weights(scores, positive, counts)
        loss = sum((w[e] * losses(scores[expert])).mean() for e, expert in enumerate(NAMES))
        loss = loss + self.loss["fusion"] * losses(sum(scores.values())).mean()
        flops = lambda impacts: impacts.mean(0).square().sum()
        ramp = min(1, step / self.loss["flops_ramp"]) ** 2 if self.loss["flops_ramp"] else 1
        loss = loss + ramp * (self.loss["flops_query"] * flops(q["lexical"]) + self.loss["flops_document"] * flops(d["lexical"]))
        return loss, ranks

    def optimiser(self, optimizer):
        encoder = [*self.embeddings.parameters(), *self.shared.parameters()]
        if optimizer["encoder_rate"] == 0:
            for parameter in encoder:
                parameter.requires_grad_(False)
            encoder = []
        own = [x for layer in self.own.values() for x in layer.parameters()]
        return torch.optim.AdamW([{"params": params, "lr": rate, "weight_decay": decay, "initial": rate} for params, rate, decay in (
            (encoder, optimizer["encoder_rate"], optimizer["weight_decay"]), (own, optimizer["layers_rate"], optimizer["weight_decay"]),
            (list(self.head.values()), optimizer["heads_rate"], 0)) if params])

    def trained(self):
        """Under the names that the start and the encoder's file have."""
        trained = dict(self.head)
        old = self.form["from"] == "bert-mlm"  # LayerNorm's old names, and a prefix
        stored = lambda name: "bert." + name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta") if old else name
        for prefix, module in (("embeddings.", self.embeddings), ("encoder.layer.0.", self.shared)):
            trained |= {stored(prefix + name): x for name, x in module.named_parameters() if x.requires_grad}
        for expert, layer in self.own.items():
            trained |= {f"experts.{expert}.layer.0.{name}": x for name, x in layer.named_parameters()}
        trained = {name: x.detach().clone().contiguous() for name, x in trained.items()}
        # Pieces that no text has get the mean of the others.
        bias = trained["experts.lexical.masked_lm.decoder.bias"]
        mean = bias[self.pieces].mean()
        absent = torch.ones(len(bias), dtype=torch.bool).scatter(0, self.pieces, False)
        bias[absent] = mean
        return trained


def train(form, start, steps):
    net, optimizer = Net(form, start), form["recipe"]["optimizer"]
    optimiser = net.optimiser(optimizer)
    if all(scale == 1 for scale in net.scales.values()):
        net.measure_scales(steps[:MEASURED])
    found = {"losses": [], "norms": [], "ranks": [], "scales": list(net.scales.values())}
    for step, batch in enumerate(steps):
        loss, ranks = net.total(batch, step)
        optimiser.zero_grad()
        loss.backward()
        every = [x for group in optimiser.param_groups for x in group["params"]]
        found["norms"].append(torch.nn.utils.clip_grad_norm_(every, optimizer["clip"]).item())
        warmup, factor = optimizer["warmup"], 1.0
        if step < warmup:
            factor = (step + 1) / warmup
        elif optimizer["schedule"] == "linear":
            factor = 1 - (step - warmup) / (len(steps) - warmup)
        for group in optimiser.param_groups:
            group["lr"] = group["initial"] * factor
        optimiser.step()
        found["losses"].append(loss.item())
        if ranks is not None:
            found["ranks"].append(ranks.tolist())
    return found, net.trained()


def main():
    steps, start = list(batches()), random_start()
    found = {"versions": {module.__name__: module.__version__ for module in (torch, transformers)}, "batches": steps,
             "measured": MEASURED, "forms": {}}
    for name, form in FORMS.items():
        numbers, trained = train(form, start, steps)
        safetensors.torch.save_file(trained, HERE / f"came_steps_{name}.safetensors")
        found["forms"][name] = {**form, **numbers}
    (HERE / "came_steps.json").write_text(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
