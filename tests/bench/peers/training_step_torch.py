"""One optimiser step a line of standard input in PyTorch, written as one would: Hugging Face's modules, padded batches,
torch.optim.AdamW's fused kernel. Called by training_step_peer.py with the folder that cameo_training_step_bench prepared."""
import json
import math
import os
import pathlib
import sys
import time

import numpy
import safetensors.torch
import torch
from torch import nn
from torch.nn import functional as F
from transformers import BertConfig, BertModel
from transformers.models.bert.modeling_bert import BertLayer


def padded(rows):
    ids = nn.utils.rnn.pad_sequence([torch.tensor(row) for row in rows], batch_first=True)
    lengths = torch.tensor([len(row) for row in rows])
    return ids, torch.arange(ids.shape[1]) < lengths[:, None]


def encoder_of(weights, layers):
    config = BertConfig.from_pretrained(weights)
    config.num_hidden_layers = layers
    return BertModel.from_pretrained(weights, config=config, add_pooling_layer=False).eval()


def mean(hidden, attended):
    share = attended.unsqueeze(-1).float()
    return (hidden * share).sum(1) / share.sum(1)


def candidate_loss(scores, batch):
    counts = torch.tensor(batch["counts"], dtype=torch.bool).view(scores.shape)
    return F.cross_entropy(scores.masked_fill(~counts, -math.inf), torch.tensor(batch["positive"]))


class Came(nn.Module):
    """Shared layers without gradient, then each expert's own two layers and its head."""

    def __init__(self, folder, recipe, pieces, sparse):
        super().__init__()
        manifest = json.loads((folder / "model.json").read_text())
        weights = manifest["experts"][0]["weights"]
        own, shared = manifest["private_layers"], manifest["shared_layers"]
        self.scales = {expert["name"]: expert.get("scale", 1.0) for expert in manifest["experts"]}
        self.loss, self.sparse = recipe["loss"], sparse
        changes = safetensors.torch.load_file(folder / manifest["changes"])
        whole = BertModel.from_pretrained(weights, add_pooling_layer=False).eval()
        self.frozen = encoder_of(weights, shared).requires_grad_(False)
        self.layers = nn.ModuleDict()
        for name in self.scales:
            copies = [BertLayer(self.frozen.config) for _ in range(own)]
            for copy, source in zip(copies, whole.encoder.layer[-own:]):
                copy.load_state_dict(source.state_dict())
            self.layers[name] = nn.ModuleList(copies).eval()
        h, head = self.frozen.config.hidden_size, lambda key: changes["experts.lexical.masked_lm." + key]
        self.transform, self.norm = nn.Linear(h, h), nn.LayerNorm(h, eps=self.frozen.config.layer_norm_eps)
        self.transform.load_state_dict({"weight": head("transform.weight"), "bias": head("transform.bias")})
        self.norm.load_state_dict({"weight": head("norm.weight"), "bias": head("norm.bias")})
        self.bias = nn.Parameter(head("decoder.bias")[pieces])
        self.words = self.frozen.embeddings.word_embeddings.weight.detach()[pieces]
        self.projection = nn.Parameter(changes["experts.local.projection.weight"])

    def dense(self, states, attended):
        """SPLADE's head with the largest logit first, which is kinder to memory than the logarithm first."""
        logits = F.linear(states, self.words, self.bias).masked_fill(~attended.unsqueeze(-1), -math.inf)
        impacts = torch.log1p(F.relu(logits.amax(1)))
        most = impacts.topk(self.loss["most_terms"], 1).indices
        return torch.zeros_like(impacts).scatter(1, most, impacts.gather(1, most))

    def only_winners(self, states, attended):
        """The same with gradient through the winning token of each term alone."""
        impacts = torch.zeros(len(states), len(self.bias))
        texts, tokens, terms = [], [], []
        with torch.no_grad():
            for text in range(len(states)):
                length = int(attended[text].sum())
                height, token = (states[text, :length] @ self.words.T).max(0)
                height = height + self.bias
                term = height.topk(self.loss["most_terms"]).indices
                term = term[height[term] > 0]
                texts.append(torch.full_like(term, text)), tokens.append(token[term]), terms.append(term)
        text, token, term = torch.cat(texts), torch.cat(tokens), torch.cat(terms)
        logits = (states[text, token] * self.words[term]).sum(1) + self.bias[term]
        return impacts.index_put((text, term), torch.log1p(F.relu(logits)))

    def represent(self, rows):
        ids, attended = padded(rows)
        with torch.no_grad():
            shared = self.frozen(input_ids=ids, attention_mask=attended.long()).last_hidden_state
        mask, hidden = attended[:, None, None, :], {}
        for name, layers in self.layers.items():
            x = shared
            for layer in layers:
                x = layer(x, attention_mask=mask)
                x = x[0] if isinstance(x, tuple) else x
            hidden[name] = x
        states = self.norm(F.gelu(self.transform(hidden["lexical"])))
        lexical = self.only_winners(states, attended) if self.sparse else self.dense(states, attended)
        local = F.normalize(F.linear(hidden["local"], self.projection), dim=-1)
        return lexical, (local, attended), F.normalize(mean(hidden["global"], attended), dim=-1)

    def forward(self, batch, step):
        q_lexical, (q_rows, q_counts), q_global = self.represent(batch["query_ids"])
        d_lexical, (d_rows, d_counts), d_global = self.represent(batch["document_ids"])
        ids, _ = padded(batch["query_ids"])
        q_counts = q_counts & (ids != 101) & (ids != 102)  # [CLS] and [SEP] of queries are left out
        products = torch.einsum("qth,dsh->qdts", q_rows, d_rows).masked_fill(~d_counts[None, :, None, :], -math.inf)
        local = (products.amax(-1) * q_counts[:, None, :]).sum(-1) / q_counts.sum(1, keepdim=True)
        scores = {"lexical": q_lexical @ d_lexical.T, "local": local, "global": q_global @ d_global.T}
        loss = sum(candidate_loss(self.scales[name] * scores[name], batch) for name in scores)
        flops = lambda impacts: impacts.mean(0).square().sum()
        ramp = min(1, step / self.loss["flops_ramp"]) ** 2
        return loss + ramp * (self.loss["flops_query"] * flops(q_lexical) + self.loss["flops_document"] * flops(d_lexical))

    def groups(self, optimizer):
        heads = [*self.transform.parameters(), *self.norm.parameters(), self.bias, self.projection]
        return [{"params": list(self.layers.parameters()), "lr": optimizer["layers_rate"], "weight_decay": optimizer["weight_decay"]},
                {"params": heads, "lr": optimizer["heads_rate"], "weight_decay": 0}]


class SbMoe(nn.Module):
    """The block in its corrected form over an encoder's normalised mean, without noise so that losses can be compared."""

    def __init__(self, folder, recipe, trains_encoder):
        super().__init__()
        manifest = json.loads((folder / "model.json").read_text())
        self.gate_scale = manifest["gate_scale"]
        self.temperature, self.importance = recipe["loss"]["temperature"], recipe["gate"]["importance"]
        block = safetensors.torch.load_file(folder / manifest["changes"])
        weights = manifest["experts"][0]["weights"]
        self.encoder = BertModel.from_pretrained(weights, add_pooling_layer=False).eval().requires_grad_(trains_encoder)
        self.trains_encoder = trains_encoder

        def linear(name):
            own = nn.Linear(*reversed(block[name + ".weight"].shape))
            own.load_state_dict({"weight": block[name + ".weight"], "bias": block[name + ".bias"]})
            return own

        self.gate = nn.Sequential(linear("cls_1"), nn.ReLU(), linear("cls_3"))
        experts = len({name.split(".")[1] for name in block if name.startswith("specializer.")})
        self.chosen = manifest["chosen"] or experts
        name = "specializer.{}.query_embedding_changer_{}"
        self.experts = nn.ModuleList(nn.Sequential(linear(name.format(e, 1)), nn.ReLU(), linear(name.format(e, 4))) for e in range(experts))

    def pooled(self, rows):
        ids, attended = padded(rows)
        with torch.set_grad_enabled(self.trains_encoder):
            hidden = self.encoder(input_ids=ids, attention_mask=attended.long()).last_hidden_state
        return F.normalize(mean(hidden, attended), dim=-1)

    def forward(self, batch, step):
        x = torch.cat([self.pooled(batch["query_ids"]), self.pooled(batch["document_ids"])])
        p = F.softmax(self.gate(x * self.gate_scale), -1)
        best = p.topk(self.chosen, 1)
        weights = torch.zeros_like(p).scatter(1, best.indices, best.values)
        weights = weights / weights.sum(1, keepdim=True)
        outputs = torch.stack([F.normalize(expert(x), dim=-1, eps=1e-6) for expert in self.experts], 1)
        y = F.normalize(x + (outputs * weights.unsqueeze(-1)).sum(1), dim=-1)
        queries = len(batch["query_ids"])
        use = weights.sum(0)
        return (candidate_loss(y[:queries] @ y[queries:].T / self.temperature, batch)
                + self.importance * use.var(unbiased=False) / use.mean() ** 2)

    def groups(self, optimizer):
        groups = [{"params": list(self.experts.parameters()), "lr": optimizer["heads_rate"], "weight_decay": 0},
                  {"params": list(self.gate.parameters()), "lr": optimizer["gate_rate"], "weight_decay": 0}]
        if self.trains_encoder:
            groups.append({"params": list(self.encoder.parameters()), "lr": optimizer["encoder_rate"], "weight_decay": optimizer["weight_decay"]})
        return groups


def resident():
    return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def main(folder, kind, recipe_file, name):
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    folder, recipe = pathlib.Path(folder), json.loads(pathlib.Path(recipe_file).read_text())
    prepared = json.loads((folder / "batches.json").read_text())
    if kind == "sbmoe":
        net = SbMoe(folder / "sbmoe", recipe, recipe["optimizer"]["encoder_rate"] > 0)
    else:
        net = Came(folder / "came", recipe, torch.tensor(prepared["pieces"]), kind == "came-sparse")
    optimiser = torch.optim.AdamW(net.groups(recipe["optimizer"]), fused=True)
    every = [x for group in optimiser.param_groups for x in group["params"]]
    losses = []

    def step():
        loss = net(prepared["batches"][len(losses)], len(losses))
        loss.backward()
        nn.utils.clip_grad_norm_(every, recipe["optimizer"]["clip"])
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        losses.append(loss.item())
        numpy.array(losses).tofile(folder / (name + ".losses"))

    numpy.array([resident()]).tofile(folder / (name + ".resident"))
    step()
    print("ready", flush=True)
    for _ in sys.stdin:
        wall, processor = time.perf_counter(), time.process_time()
        step()
        print(time.perf_counter() - wall, time.process_time() - processor, flush=True)


main(*sys.argv[1:])
