#include "core/model/expert_names.hpp"
#include "core/search/leaves.hpp"
#include "core/search/trace.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace cameo {

namespace {

using Json = nlohmann::ordered_json;

/// Ids and titles come from files: what is not UTF-8 is written as U+FFFD rather than refused.
std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// One entry for each of the gate's experts, under their names; null without a gate.
Json to_json(const Trace& trace, const Gate& gate) {
    if (gate.logits.empty()) return nullptr;
    Json experts = Json::array();
    const std::size_t first = trace.experts.size() - gate.logits.size();
    for (std::size_t expert = 0; expert < gate.logits.size(); ++expert)
        experts.push_back({{"expert", trace.experts[first + expert].name},
                           {"logit", gate.logits[expert]},
                           {"weight", gate.weights[expert]},
                           {"chosen", gate.weights[expert] > 0}});
    return experts;
}

} // namespace

std::string to_json(const Trace& trace, std::size_t k) {
    Json json = {{"query", trace.query}, {"model", trace.model}, {"collection", trace.collection}};
    json["tokens"] = trace.tokens;
    for (const TermEdit& edit : trace.term_edits)
        json["term_weights"][edit.word] = edit.weight;

    json["experts"] = Json::array();
    for (std::size_t expert_idx = 0; expert_idx < trace.experts.size(); ++expert_idx) {
        const ExpertTrace& expert = trace.experts[expert_idx];
        Json hits = Json::array();
        for (std::size_t position = 0; position < std::min(k, expert.hits.size()); ++position) {
            const auto& document = trace.documents[static_cast<std::size_t>(expert.hits[position])];
            hits.push_back(
                {{"doc", document.id}, {"score", document.raw[expert_idx]}, {"rank", position + 1}});
        }
        json["experts"].push_back({{"name", expert.name},
                                   {"kind", name(expert.kind)},
                                   {"hits", std::move(hits)},
                                   {"candidates", expert.hits.size()}});
    }

    json["fusion"] = {{"method", to_string(trace.fusion)}};
    for (std::size_t expert_idx = 0; expert_idx < trace.query_weights.size(); ++expert_idx)
        json["fusion"]["query_weights"][trace.experts[expert_idx].name] = trace.query_weights[expert_idx];
    json["fused"] = Json::array();
    for (std::size_t position = 0; position < std::min(k, trace.fused.size()); ++position) {
        const FusedHit& hit = trace.fused[position];
        const auto& document = trace.documents[static_cast<std::size_t>(hit.document)];
        Json parts = Json::object();
        for (std::size_t expert_idx = 0; expert_idx < trace.experts.size(); ++expert_idx)
            parts[trace.experts[expert_idx].name] = {{"raw", document.raw[expert_idx]},
                                                     {"used", hit.used[expert_idx]}};
        json["fused"].push_back({{"doc", document.id},
                                 {"title", document.title},
                                 {"score", hit.score},
                                 {"rank", position + 1},
                                 {"parts", std::move(parts)},
                                 {"residual", hit.residual}});
        if (!document.gate.logits.empty()) json["fused"].back()["gate"] = to_json(trace, document.gate);
    }

    json["gate"] = to_json(trace, trace.gate);
    Json candidates = Json::object();
    for (const ExpertTrace& expert : trace.experts)
        candidates[expert.name] = expert.candidates_ms;
    json["timings_ms"] = {{"encode", trace.timings.encode_ms},
                          {"candidates", std::move(candidates)},
                          {"rescore", trace.timings.rescore_ms},
                          {"fuse", trace.timings.fuse_ms},
                          {"total", trace.timings.total_ms}};
    json["device"] = trace.device;
    json["threads"] = trace.threads;
    return dump(json);
}

std::string to_json(const Ledger& ledger) {
    Json json = {{"doc", ledger.id},        {"title", ledger.title},   {"score", ledger.score},
                 {"rank", ledger.rank},     {"fusion", ledger.fusion}, {"residual", ledger.residual},
                 {"experts", Json::array()}};
    for (const ExpertLedger& expert : ledger.experts) {
        Json part = {{"name", expert.name}, {"kind", name(expert.kind)}, {"raw", expert.raw},
                     {"used", expert.used}, {"rank", expert.rank},       {"residual", expert.residual}};
        if (expert.kind == ExpertKind::Lexical) {
            part["terms"] = Json::array();
            for (const TermPart& term : expert.terms)
                part["terms"].push_back({{"term", term.word},
                                         {"query_weight", term.query_weight},
                                         {"document_weight", term.document_weight},
                                         {"product", term.product},
                                         {"in_query", term.in_query_text},
                                         {"in_document", !term.document_spans.empty()},
                                         {"postings", term.postings < 0 ? Json(nullptr) : Json(term.postings)}});
        } else if (expert.kind == ExpertKind::Local) {
            part["tokens"] = Json::array();
            for (const TokenPart& token : expert.tokens) {
                Json row = {{"token", token.query_token},
                            {"best", token.best},
                            {"best_token", nullptr},
                            {"similarity", token.similarity}};
                if (token.best >= 0)
                    row["best_token"] = expert.document_tokens[static_cast<std::size_t>(token.best)];
                part["tokens"].push_back(std::move(row));
            }
        } else {
            part["dot"] = expert.dot;
            part["query_norm"] = expert.query_norm;
            part["document_norm"] = expert.document_norm;
        }
        json["experts"].push_back(std::move(part));
    }
    return dump(json);
}

std::string to_json(const LedgerDifference& difference) {
    static constexpr const char* kKinds[] = {"term", "pair", "product", "residual"};
    Json json = {{"a", difference.a},           {"b", difference.b},
                 {"rank_a", difference.rank_a}, {"rank_b", difference.rank_b},
                 {"fusion", difference.fusion}, {"difference", difference.score},
                 {"residual", difference.residual}, {"experts", Json::array()}};
    for (const ExpertDifference& expert : difference.experts) {
        Json leaves = Json::array();
        for (const LeafDifference& leaf : expert.leaves)
            leaves.push_back({{"kind", kKinds[static_cast<std::size_t>(leaf.kind)]},
                              {"words", leaf.words},
                              {"a", leaf.a},
                              {"b", leaf.b},
                              {"difference", leaf.difference}});
        json["experts"].push_back({{"name", expert.name},
                                   {"kind", name(expert.kind)},
                                   {"raw", expert.raw},
                                   {"used", expert.used},
                                   {"straight", expert.straight},
                                   {"rest", expert.rest},
                                   {"leaves", std::move(leaves)}});
    }
    return dump(json);
}

} // namespace cameo
