#include "core/base/error.hpp"
#include "core/search/trace.hpp"
#include "tests/support/sample_trace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>

namespace cameo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> order(const Trace& trace) {
    std::vector<std::string> ids;
    for (const FusedHit& hit : trace.fused)
        ids.push_back(trace.documents[static_cast<std::size_t>(hit.document)].id);
    return ids;
}

TEST(Trace, FusesByHand) {
    // sums: alpha 4.5, beta 3.25, gamma 2.75, delta 2.75; gamma and delta tie and stand by their ids
    EXPECT_THAT(order(sample_trace()), ElementsAre("alpha", "beta", "delta", "gamma"));
    EXPECT_THAT(sample_trace().documents[2].rank, ElementsAre(4, 2, 1)); // beta and gamma tie under local
    EXPECT_THAT(sample_trace().documents[3].rank, ElementsAre(2, 4, 4));
}

TEST(Trace, WithFusionNeedsNothingButTheTrace) {
    const Trace before = sample_trace();
    const Trace after = with_fusion(before, parse_fusion("weighted:0,0,1"));
    EXPECT_THAT(order(after), ElementsAre("gamma", "alpha", "beta", "delta"));
    EXPECT_EQ(after.fusion, parse_fusion("weighted:0,0,1"));
    EXPECT_EQ(after.id, before.id);
    ASSERT_EQ(after.ledgers.size(), 2u);
    EXPECT_EQ(after.ledgers[0].id, "gamma");
    EXPECT_EQ(after.ledgers[0].rank, 1);
    EXPECT_EQ(after.ledgers[0].score, 0.75);
    EXPECT_EQ(after.ledgers[0].experts[2].used, 0.75);
    EXPECT_EQ(after.ledgers[0].experts[0].used, 0);
    EXPECT_EQ(after.ledgers[1].rank, 2);
    EXPECT_EQ(after.ledgers[1].experts[0].terms.size(), 1u);
    EXPECT_EQ(to_bytes(with_fusion(after, before.fusion)), to_bytes(before));
}

// A score that is no number stood anywhere, and made an order of the others that is none.
TEST(Trace, FusedScoresThatAreNotFiniteComeLast) {
    EXPECT_THAT(order(with_fusion(sample_trace(), {FusionMethod::Weighted, 60, {1e308, 1, 0}})), ElementsAre("beta", "gamma", "alpha", "delta"));
    EXPECT_THAT(order(with_fusion(sample_trace(), {FusionMethod::Weighted, 60, {1e308, -1e308, 1}})), ElementsAre("alpha", "beta", "delta", "gamma"));
}

TEST(Trace, EveryFusedScoreIsTheSumOfItsParts) {
    for (const FusionMethod method : kFusionMethods) {
        const Trace trace = with_fusion(sample_trace(), {method, 60, {1, 2, 3}});
        for (const FusedHit& hit : trace.fused) {
            double sum = 0;
            for (const double part : hit.used)
                sum += part;
            EXPECT_EQ(sum + hit.residual, hit.score);
            EXPECT_EQ(hit.residual, 0);
        }
    }
}

TEST(Trace, RanksAreTheInverseOfTheFusedList) {
    EXPECT_THAT(fused_ranks(sample_trace()), ElementsAre(1, 2, 4, 3));
}

TEST(Trace, BytesRoundTrip) {
    const Trace trace = sample_trace();
    const std::string bytes = to_bytes(trace);
    const Trace back = trace_from_bytes(bytes);
    EXPECT_EQ(to_bytes(back), bytes);
    EXPECT_EQ(to_json(back, 10), to_json(trace, 10));
    EXPECT_EQ(back.ledgers[0].experts[1].similarities, trace.ledgers[0].experts[1].similarities);
    EXPECT_EQ(back.grades, trace.grades);
    EXPECT_EQ(to_bytes(trace_from_bytes(to_bytes(Trace{}))), to_bytes(Trace{}));
}

std::string refusal(std::string_view bytes) {
    try {
        trace_from_bytes(bytes);
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

TEST(Trace, RefusesANewerVersion) {
    std::string bytes = to_bytes(sample_trace());
    bytes[8] = 5;
    EXPECT_THAT(refusal(bytes), HasSubstr("newer Cameo"));
}

// Written by the first Cameo, whose traces had no gates (tests/data/search/README.md).
TEST(Trace, ReadsTheFirstVersion) {
    std::ifstream in(std::filesystem::path(CAMEO_TEST_DATA) / "search/trace-version-1.bin", std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    ASSERT_EQ(bytes[8], 1);
    EXPECT_EQ(to_bytes(trace_from_bytes(bytes)), to_bytes(sample_trace()));
}

Trace gated_trace() {
    Trace trace = sample_trace();
    trace.gate = {{1.5f, -0.5f}, {0.9f, 0.0f}};
    for (auto& document : trace.documents) document.gate = {{0.25f, 2.0f}, {0.0f, 0.85f}};
    return trace;
}

// Written by the last Cameo whose traces had no weights of a learned fusion.
TEST(Trace, ReadsTheSecondVersion) {
    std::ifstream in(std::filesystem::path(CAMEO_TEST_DATA) / "search/trace-version-2.bin", std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    ASSERT_EQ(bytes[8], 2);
    EXPECT_EQ(to_bytes(trace_from_bytes(bytes)), to_bytes(gated_trace()));
}

Trace weighed_trace() {
    Trace trace = sample_trace();
    trace.query_weights = {0.5, 0, 2};
    return trace;
}

// Written by the last Cameo whose traces had no edits.
TEST(Trace, ReadsTheThirdVersion) {
    std::ifstream in(std::filesystem::path(CAMEO_TEST_DATA) / "search/trace-version-3.bin", std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    ASSERT_EQ(bytes[8], 3);
    EXPECT_EQ(to_bytes(trace_from_bytes(bytes)), to_bytes(weighed_trace()));
}

TEST(Trace, KeepsEditsAndLengthsOfPostings) {
    Trace trace = sample_trace();
    trace.parent = "ffeeddccbbaa99887766554433221100";
    trace.term_edits = {{10, 0, "play"}, {20, 2.5f, "music"}};
    trace.ledgers[0].experts[0].terms[0].postings = 812;
    const Trace again = trace_from_bytes(to_bytes(trace));
    EXPECT_EQ(again.parent, trace.parent);
    EXPECT_EQ(again.term_edits, trace.term_edits);
    EXPECT_EQ(again.ledgers[0].experts[0].terms[0].postings, 812);
    EXPECT_EQ(nlohmann::json::parse(to_json(again, 1))["term_weights"], (nlohmann::json{{"play", 0.0}, {"music", 2.5}}));
    EXPECT_EQ(nlohmann::json::parse(to_json(again.ledgers[0]))["experts"][0]["terms"][0]["postings"], 812);
    EXPECT_TRUE(nlohmann::json::parse(to_json(sample_trace().ledgers[0]))["experts"][0]["terms"][0]["postings"].is_null());
    trace.term_edits[0].weight = -1;
    EXPECT_THAT(refusal(to_bytes(trace)), HasSubstr("a term's weight that is no number from 0 up"));
}

TEST(Trace, FusesAdaptivelyByWhatWasRecorded) {
    const Trace trace = with_fusion(weighed_trace(), parse_fusion("adaptive"));
    const Trace plain = with_fusion(weighed_trace(), parse_fusion("zscore:0.5,0,2"));
    ASSERT_EQ(trace.fused.size(), 4u);
    for (std::size_t position = 0; position < 4; ++position) {
        EXPECT_EQ(trace.fused[position].document, plain.fused[position].document);
        EXPECT_EQ(trace.fused[position].used, plain.fused[position].used);
    }
    EXPECT_EQ(trace.fusion, parse_fusion("adaptive"));
    EXPECT_EQ(trace.ledgers[0].fusion, "adaptive z-score sum, weights for this query 0.5 : 0 : 2");
    EXPECT_THAT(to_text(trace.ledgers[0]), HasSubstr("weights for this query 0.5 : 0 : 2"));
    EXPECT_THROW(with_fusion(sample_trace(), parse_fusion("adaptive")), Error);
    // Another fusion and back.
    EXPECT_EQ(to_bytes(with_fusion(with_fusion(trace, {}), trace.fusion)), to_bytes(trace));
}

TEST(Trace, KeepsTheQuerysWeightsAndTellsThem) {
    const Trace trace = with_fusion(weighed_trace(), parse_fusion("adaptive"));
    const Trace again = trace_from_bytes(to_bytes(trace));
    EXPECT_EQ(again.query_weights, trace.query_weights);
    EXPECT_EQ(again.fusion, trace.fusion);
    const auto json = nlohmann::json::parse(to_json(again, 2));
    EXPECT_EQ(json["fusion"]["method"], "adaptive");
    EXPECT_EQ(json["fusion"]["query_weights"], (nlohmann::json{{"lexical", 0.5}, {"local", 0.0}, {"global", 2.0}}));
    EXPECT_FALSE(nlohmann::json::parse(to_json(sample_trace(), 2))["fusion"].contains("query_weights"));
}

TEST(Trace, RefusesWeightsThatNoFusionCanUse) {
    Trace trace = weighed_trace();
    trace.query_weights.pop_back();
    EXPECT_THAT(refusal(to_bytes(trace)), HasSubstr("the query's weights not one an expert"));
    trace.query_weights.push_back(NAN);
    EXPECT_THAT(refusal(to_bytes(trace)), HasSubstr("a weight of the query that is no number"));
    trace = sample_trace();
    trace.fusion.weights = {1e308, -1e308, 1};
    EXPECT_THAT(refusal(to_bytes(trace)), HasSubstr("a fusion weight that is no number from -1e12 to 1e12"));
    trace.fusion = {.method = FusionMethod::Rrf, .rrf_k = -1};
    EXPECT_THAT(refusal(to_bytes(trace)), HasSubstr("a fusion's k that is no number from 0 to 1e12"));
    trace = with_fusion(weighed_trace(), parse_fusion("adaptive"));
    trace.query_weights.clear();
    EXPECT_THAT(refusal(to_bytes(trace)), HasSubstr("an adaptive fusion without the query's weights"));
}

TEST(Trace, KeepsGatesAndTellsThem) {
    const Trace trace = gated_trace();
    const Trace again = trace_from_bytes(to_bytes(trace));
    EXPECT_EQ(again.gate, trace.gate);
    EXPECT_EQ(again.documents[1].gate, trace.documents[1].gate);
    // Two experts of three: those behind the gate's own.
    const auto json = nlohmann::json::parse(to_json(trace, 2));
    EXPECT_EQ(json["gate"][0]["expert"], trace.experts[1].name);
    EXPECT_EQ(json["gate"][0]["logit"], 1.5);
    EXPECT_EQ(json["gate"][1]["chosen"], false);
    EXPECT_EQ(json["fused"][0]["gate"][1]["chosen"], true);
    EXPECT_TRUE(nlohmann::json::parse(to_json(sample_trace(), 2))["gate"].is_null());
}

TEST(Trace, RefusesDocumentsWithoutExperts) {
    Trace trace;
    trace.documents.push_back({.ordinal = 0, .id = "moc", .title = {}, .snippet = {}, .raw = {}, .rank = {}, .brought_by = 0, .gate = {}});
    trace.fused.push_back({});
    EXPECT_THAT(refusal(to_bytes(trace)), HasSubstr("documents that no expert has seen"));
    EXPECT_EQ(with_fusion(Trace{}, {.method = FusionMethod::Rrf}).fusion.method, FusionMethod::Rrf) << "an empty one stays one";
}

TEST(Trace, RefusesAGateOfAnotherShape) {
    Trace trace = gated_trace();
    trace.documents[0].gate.logits.pop_back();
    EXPECT_THAT(refusal(to_bytes(trace)), HasSubstr("a gate of another number of experts"));
    trace = gated_trace();
    trace.gate.logits.resize(9), trace.gate.weights.resize(9);
    for (auto& document : trace.documents) document.gate = trace.gate;
    EXPECT_THAT(refusal(to_bytes(trace)), HasSubstr("a gate over more experts"));
}

TEST(Trace, RefusesEveryTruncation) {
    const std::string bytes = to_bytes(sample_trace());
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_NE(refusal(std::string_view(bytes).substr(0, size)), "") << size;
    EXPECT_NE(refusal(bytes + "x"), "");
}

TEST(Trace, RefusesEveryFlippedByte) {
    const std::string bytes = to_bytes(sample_trace());
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        std::string damaged = bytes;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x41);
        EXPECT_NE(refusal(damaged), "") << at;
    }
}

/// The checksum of trace_bytes.cpp, so that damage reaches the parser behind it.
std::string with_checksum(std::string bytes) {
    std::uint64_t hash = 14695981039346656037ull;
    const auto mix = [&](std::uint64_t value) {
        hash = (hash ^ value) * 1099511628211ull;
        hash ^= hash >> 29;
    };
    std::size_t at = 20;
    for (; at + 8 <= bytes.size(); at += 8) {
        std::uint64_t value;
        std::memcpy(&value, &bytes[at], 8);
        mix(value);
    }
    for (; at < bytes.size(); ++at)
        mix(static_cast<unsigned char>(bytes[at]));
    std::memcpy(&bytes[12], &hash, 8);
    return bytes;
}

// A stranger can compute the checksum: behind it every damage is either refused or yields a trace that is
// consistent, which the functions that read it would otherwise show under the sanitizers.
TEST(Trace, SurvivesDamageBehindAValidChecksum) {
    const std::string bytes = to_bytes(sample_trace());
    ASSERT_EQ(with_checksum(bytes), bytes);
    std::mt19937 random(3);
    int accepted = 0;
    for (int round = 0; round < 3000; ++round) {
        std::string damaged = bytes;
        for (std::size_t flips = 1 + random() % 3; flips > 0; --flips)
            damaged[20 + random() % (bytes.size() - 20)] =
                static_cast<char>(random() % 4 == 0 ? 0xFF : random());
        if (random() % 8 == 0) damaged.resize(20 + random() % (bytes.size() - 20));
        try {
            const Trace trace = trace_from_bytes(with_checksum(damaged));
            ++accepted;
            to_json(trace, 100);
            with_fusion(trace, {});
            for (const Ledger& ledger : trace.ledgers) {
                to_text(ledger);
                to_json(ledger);
            }
        } catch (const Error&) {
        }
    }
    EXPECT_GT(accepted, 20); // changed numbers and letters are still traces
}

TEST(Trace, JsonHasTheDocumentedShape) {
    const auto json = nlohmann::json::parse(to_json(sample_trace(), 2));
    EXPECT_EQ(json["query"], "play music");
    EXPECT_EQ(json["tokens"], (nlohmann::json{"[CLS]", "play", "music", "[SEP]"}));
    ASSERT_EQ(json["experts"].size(), 3u);
    EXPECT_EQ(json["experts"][1], (nlohmann::json{{"name", "local"},
                                                  {"kind", "local"},
                                                  {"candidates", 2},
                                                  {"hits",
                                                   {{{"doc", "beta"}, {"score", 2.0}, {"rank", 1}},
                                                    {{"doc", "gamma"}, {"score", 2.0}, {"rank", 2}}}}}));
    ASSERT_EQ(json["fused"].size(), 2u);
    EXPECT_EQ(json["fused"][0], (nlohmann::json{{"doc", "alpha"},
                                                {"title", "Alpha"},
                                                {"score", 4.5},
                                                {"rank", 1},
                                                {"residual", 0.0},
                                                {"parts",
                                                 {{"lexical", {{"raw", 3.0}, {"used", 3.0}}},
                                                  {"local", {{"raw", 1.0}, {"used", 1.0}}},
                                                  {"global", {{"raw", 0.5}, {"used", 0.5}}}}}}));
    EXPECT_EQ(json["fusion"]["method"], "sum");
    EXPECT_TRUE(json["gate"].is_null());
    EXPECT_EQ(json["timings_ms"]["candidates"]["lexical"], 0.5);
    EXPECT_EQ(json["timings_ms"].size(), 5u);
    EXPECT_EQ(json["device"], "cpu");
    EXPECT_EQ(json["threads"], 2);
    EXPECT_EQ(json.size(), 11u);
}

TEST(Trace, JsonReplacesWhatIsNotUtf8) {
    Trace trace = sample_trace();
    trace.documents[0].title = "bad \xFF byte";
    EXPECT_EQ(nlohmann::json::parse(to_json(trace, 1))["fused"][0]["title"], "bad \xEF\xBF\xBD byte");
}

} // namespace
} // namespace cameo
