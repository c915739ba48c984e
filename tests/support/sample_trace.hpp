#pragma once

#include "core/search/trace.hpp"

namespace cameo {

/// A small trace with every member filled by hand: three experts, four documents, two ledgers. Its scores:
///            lexical  local  global
///   alpha      3.0     1.0    0.50
///   beta       1.0     2.0    0.25
///   gamma      0.0     2.0    0.75
///   delta      2.0     0.5    0.25
inline Trace sample_trace() {
    Trace trace;
    trace.id = "00112233445566778899aabbccddeeff";
    trace.created_ms = 1'750'000'000'000;
    trace.query = "play music";
    trace.query_id = "q7";
    trace.model = "demo";
    trace.model_version = "m1";
    trace.collection = "debian";
    trace.collection_version = "c1";
    trace.indexed_documents = 3000;
    trace.expected_documents = 3000;
    trace.device = "cpu";
    trace.precision = "fp32";
    trace.threads = 2;
    trace.tokens = {"[CLS]", "play", "music", "[SEP]"};

    ExpertTrace lexical{.name = "lexical", .kind = ExpertKind::Lexical};
    lexical.query.sparse = {{10, 20}, {1.5f, 1.0f}};
    lexical.query_terms = {"play", "music"};
    lexical.hits = {0, 3};
    lexical.candidates_ms = 0.5;
    ExpertTrace local{.name = "local", .kind = ExpertKind::Local};
    local.query.tokens = {2, {1, 0, 0, 1}, {10, 20}, {{0, 4}, {5, 10}}};
    local.query_terms = {"play", "music"};
    local.hits = {1, 2};
    local.candidates_ms = 1.5;
    ExpertTrace global{.name = "global", .kind = ExpertKind::Global};
    global.query.pooled = {0.6f, 0.8f};
    global.hits = {2, 0};
    global.candidates_ms = 0.25;
    trace.experts = {lexical, local, global};

    trace.documents = {
        {.ordinal = 5, .id = "alpha", .title = "Alpha", .raw = {3, 1, 0.5f}, .brought_by = 0b101},
        {.ordinal = 2, .id = "beta", .title = "", .raw = {1, 2, 0.25f}, .brought_by = 0b010},
        {.ordinal = 9, .id = "gamma", .title = "Gamma", .raw = {0, 2, 0.75f}, .brought_by = 0b110},
        {.ordinal = 1,
         .id = "delta",
         .title = "Delta \xE2\x80\x93",
         .raw = {2, 0.5f, 0.25f},
         .brought_by = 0b001},
    };

    for (const char* id : {"alpha", "gamma"}) {
        Ledger ledger{.ordinal = 5, .id = id, .title = id, .content = "music player", .title_bytes = 5};
        ledger.fields = {{"section", "sound"}};
        ExpertLedger terms{.name = "lexical", .kind = ExpertKind::Lexical, .raw = 3};
        terms.terms = {{.term = 20,
                        .word = "music",
                        .query_weight = 1,
                        .document_weight = 3,
                        .product = 3,
                        .in_query_text = true,
                        .document_spans = {{0, 5}}}};
        ExpertLedger tokens{.name = "local", .kind = ExpertKind::Local, .raw = 1};
        tokens.tokens = {{"play", {0, 4}, 1, 0.25}, {"music", {5, 10}, 0, 0.75}};
        tokens.document_tokens = {"music", "player"};
        tokens.document_spans = {{0, 5}, {6, 12}};
        tokens.similarities = {0.125f, 0.25f, 0.75f, 0.5f};
        ExpertLedger pooled{.name = "global", .kind = ExpertKind::Global, .raw = 0.5};
        pooled.dot = 0.5;
        pooled.query_norm = pooled.document_norm = 1;
        ledger.experts = {terms, tokens, pooled};
        trace.ledgers.push_back(ledger);
    }
    trace.grades = {{"gamma", 1}};
    trace.timings = {1, 2, 3, 4, 10};
    return with_fusion(trace, {});
}

} // namespace cameo
