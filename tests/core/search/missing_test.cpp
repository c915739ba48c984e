#include "core/search/find_missing.hpp"

#include "core/base/error.hpp"
#include "core/search/engine.hpp"
#include "tests/support/fake_search.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <numeric>
#include <random>

namespace cameo {
namespace {

using testing::HasSubstr;
using Stage = MissingDocument::Stage;

/// Forty documents: the lower its number, the more of the query a document has.
struct Bench {
    Bench() {
        collection = std::make_shared<FakeCollection>();
        for (int document = 0; document < 40; ++document) {
            std::string text = document < 30 ? "music" : "chess";
            for (int word = 0; word < document; ++word) text += " web";
            if (document < 8) text += " play terminal";
            collection->documents.push_back({"d" + std::to_string(100 + document), "", text, {}});
        }
        engine = std::make_unique<SearchEngine>(model, collection, std::make_shared<FakeIndex>(*model, *collection));
    }
    Trace run(QueryRequest request = {}) {
        request.text = "play music in the terminal";
        return engine->run(request, progress);
    }
    MissingDocument missing(const Trace& trace, const std::string& id, std::int32_t within) { return find_missing(*engine, trace, id, within, progress); }

    std::shared_ptr<FakeModel> model = std::make_shared<FakeModel>(std::vector<std::string>{"play", "music", "in", "the", "terminal", "chess", "web"});
    std::shared_ptr<FakeCollection> collection;
    std::unique_ptr<SearchEngine> engine;
    Progress progress;
};

TEST(Missing, RanksAreThoseOfAllDocuments) {
    Bench bench;
    const Trace trace = bench.run({.depth = 5});
    for (const char* id : {"d100", "d112", "d135"}) {
        const MissingDocument found = bench.missing(trace, id, 3);
        const DocumentOrdinal own = *bench.collection->find(id);
        for (std::size_t expert = 0; expert < 3; ++expert) {
            std::vector<DocumentOrdinal> all(40);
            std::iota(all.begin(), all.end(), DocumentOrdinal{0});
            std::vector<float> scores(40);
            bench.engine->index().score(expert, trace.experts[expert].query, all, scores);
            std::ranges::sort(all, [&](auto a, auto b) { return better({a, scores[static_cast<std::size_t>(a)]}, {b, scores[static_cast<std::size_t>(b)]}); });
            const auto rank = std::ranges::find(all, own) - all.begin() + 1;
            EXPECT_EQ(found.experts[expert].rank, rank) << id << " " << expert;
            EXPECT_NEAR(found.experts[expert].short_by,
                        rank <= 3 ? 0 : scores[static_cast<std::size_t>(all[2])] - scores[static_cast<std::size_t>(own)], 1e-6);
        }
    }
}

TEST(Missing, NamesTheStageThatLostIt) {
    Bench bench;
    const Trace trace = bench.run({.depth = 5});
    EXPECT_EQ(bench.missing(trace, trace.documents[static_cast<std::size_t>(trace.fused[0].document)].id, 3).stage, Stage::Shown);

    const std::string last = trace.documents[static_cast<std::size_t>(trace.fused.back().document)].id;
    const MissingDocument fused = bench.missing(trace, last, 3);
    EXPECT_EQ(fused.stage, Stage::Fusion);
    EXPECT_EQ(fused.rank, std::ssize(trace.fused));
    EXPECT_EQ(fused.depth_needed, 0);
    EXPECT_THAT(missing_verdict(fused), HasSubstr("Lost in the fusion"));

    const auto inside = [&](const std::string& id) { return std::ranges::find(trace.documents, id, &UnionDocument::id) != trace.documents.end(); };
    std::string outside;
    for (const Document& document : bench.collection->documents)
        if (!inside(document.id) && document.text.starts_with("music")) outside = document.id;
    ASSERT_FALSE(outside.empty());
    const MissingDocument deep = bench.missing(trace, outside, 3);
    EXPECT_EQ(deep.stage, Stage::Depth);
    ASSERT_GT(deep.depth_needed, 5);
    EXPECT_THAT(missing_verdict(deep), HasSubstr("no expert has it among its first 5 candidates"));
    // What it says is so: that many candidates bring it, one fewer do not.
    for (const std::int64_t depth : {deep.depth_needed - 1, deep.depth_needed}) {
        const Trace again = bench.run({.depth = static_cast<std::int32_t>(depth)});
        EXPECT_EQ(std::ranges::find(again.documents, outside, &UnionDocument::id) != again.documents.end(), depth == deep.depth_needed);
    }
    const auto json = nlohmann::json::parse(to_json(deep));
    EXPECT_EQ(json["stage"], "depth");
    EXPECT_EQ(json["experts"][0]["rank"], deep.experts[0].rank);
    EXPECT_THAT(to_text(deep), HasSubstr("short by"));
}

/// An approximate index: some documents are found only where that many candidates are asked for.
class ForgetfulIndex final : public Index {
public:
    ForgetfulIndex(std::shared_ptr<const Index> whole, DocumentOrdinal forgotten, std::size_t found_at) : m_whole(std::move(whole)), m_forgotten(forgotten), m_found_at(found_at) {}

    const IndexInfo& info() const override { return m_whole->info(); }
    std::vector<ScoredDocument> candidates(std::size_t expert_idx, const Representation& query, std::size_t k, const CandidateOptions& options) const override {
        auto found = m_whole->candidates(expert_idx, query, k + 1, options);
        if (k < m_found_at) std::erase_if(found, [&](const ScoredDocument& one) { return one.document == m_forgotten; });
        if (found.size() > k) found.resize(k);
        return found;
    }
    void score(std::size_t expert_idx, const Representation& query, std::span<const DocumentOrdinal> documents, std::span<float> scores) const override {
        m_whole->score(expert_idx, query, documents, scores);
    }
    std::int64_t postings(std::size_t expert_idx, std::int32_t term) const override { return m_whole->postings(expert_idx, term); }
    Representation document(std::size_t expert_idx, DocumentOrdinal ordinal) const override { return m_whole->document(expert_idx, ordinal); }

private:
    std::shared_ptr<const Index> m_whole;
    DocumentOrdinal m_forgotten;
    std::size_t m_found_at;
};

TEST(Missing, AnApproximateSearchThatLostItIsAskedForMore) {
    Bench bench;
    const Trace whole = bench.run({.depth = 5});
    const UnionDocument& best = whole.documents[static_cast<std::size_t>(whole.fused[0].document)];
    const auto forget = [&](std::size_t found_at) {
        bench.engine = std::make_unique<SearchEngine>(
            bench.model, bench.collection, std::make_shared<ForgetfulIndex>(std::make_shared<FakeIndex>(*bench.model, *bench.collection), best.ordinal, found_at));
        const Trace trace = bench.run({.depth = 5});
        EXPECT_EQ(std::ranges::find(trace.documents, best.id, &UnionDocument::id), trace.documents.end());
        return bench.missing(trace, best.id, 3);
    };
    const MissingDocument lost = forget(20);
    EXPECT_EQ(lost.stage, Stage::Search);
    EXPECT_TRUE(std::ranges::any_of(lost.experts, &MissingExpert::lost));
    EXPECT_EQ(lost.depth_needed, 24); // 6 and 12 do not find it
    EXPECT_THAT(missing_verdict(lost), HasSubstr("With 24 candidates it is found."));
    const Trace again = bench.run({.depth = static_cast<std::int32_t>(lost.depth_needed)});
    EXPECT_NE(std::ranges::find(again.documents, best.id, &UnionDocument::id), again.documents.end());
    const MissingDocument never = forget(1000);
    EXPECT_EQ(never.depth_needed, 0);
    EXPECT_THAT(missing_verdict(never), HasSubstr("No number of candidates brings it."));
}

TEST(Missing, TheWeightThatIsNamedDoesIt) {
    Bench bench;
    int named = 0;
    for (const FusionMethod method : {FusionMethod::Sum, FusionMethod::MinMax, FusionMethod::ZScore, FusionMethod::Rrf}) {
        const Trace trace = bench.run({.fusion = {.method = method, .weights = {1, 0.5, 2}}, .depth = 8});
        for (const UnionDocument& document : trace.documents) {
            const MissingDocument found = bench.missing(trace, document.id, 4);
            for (std::size_t expert = 0; expert < 3; ++expert) {
                if (!found.experts[expert].weight_needed) continue;
                FusionSpec changed = trace.fusion;
                changed.weights[expert] = *found.experts[expert].weight_needed;
                const Trace other = with_fusion(trace, changed);
                const auto place = static_cast<std::size_t>(std::ranges::find(trace.documents, document.id, &UnionDocument::id) - trace.documents.begin());
                EXPECT_LE(fused_ranks(other)[place], 4) << document.id << " under " << to_string(changed);
                if (found.stage == Stage::Fusion) ++named;
                EXPECT_TRUE(found.stage != Stage::Shown || changed.weights == trace.fusion.weights) << document.id;
            }
        }
    }
    EXPECT_GT(named, 0);
}

// The window follows the fusion without an index: it says what a question under that fusion would say.
TEST(Missing, FollowsTheFusionWithoutAnIndex) {
    Bench bench;
    const Trace trace = bench.run({.depth = 8});
    int outside = 0, inside = 0;
    for (const Document& document : bench.collection->documents) {
        const MissingDocument asked = bench.missing(trace, document.id, 4);
        (asked.stage == Stage::Depth ? outside : inside) += 1;
        for (const char* fusion : {"zscore:1,0.5,2", "rrf", "minmax"}) {
            const Trace other = with_fusion(trace, parse_fusion(fusion));
            EXPECT_EQ(to_json(under_fusion(asked, other)), to_json(bench.missing(other, document.id, 4))) << document.id << " " << fusion;
        }
    }
    EXPECT_GT(outside, 0);
    EXPECT_GT(inside, 0);
}

TEST(Missing, AChangedWeightIsTheFusionOfThisQuery) {
    Bench bench;
    Trace trace = bench.run({.fusion = {.method = FusionMethod::MinMax}});
    EXPECT_EQ(to_string(with_weight(trace, 1, 0.25)), "minmax:1,0.25,1");
    EXPECT_EQ(to_string(with_weight(trace, 2, 1)), "minmax"); // weights of 1 say nothing
    trace.query_weights = {0.5, 2, 1};
    trace.fusion = {.method = FusionMethod::Adaptive};
    EXPECT_EQ(to_string(with_weight(trace, 0, 3)), "zscore:3,2,1");
}

// Against all weights of a grid: none nearer does it, and none at all where it says so.
TEST(NearestWeight, IsTheNearestThereIs) {
    std::mt19937 random(5);
    std::uniform_real_distribution<double> score(-1, 1);
    int none = 0;
    for (int round = 0; round < 200; ++round) {
        constexpr std::size_t kDocuments = 12;
        std::vector<double> parts(kDocuments * 2);
        for (double& part : parts) part = score(random);
        std::vector<std::size_t> ties(kDocuments);
        std::iota(ties.begin(), ties.end(), std::size_t{0});
        const std::vector<double> weights{1, 1};
        const auto is_shown = [&](double weight, std::size_t document) {
            int above = 0;
            const auto at = [&](std::size_t which) { return parts[which * 2] + weight * parts[which * 2 + 1]; };
            for (std::size_t other = 0; other < kDocuments; ++other)
                above += at(other) > at(document) || (at(other) == at(document) && other < document);
            return above < 2;
        };
        for (std::size_t document = 0; document < kDocuments; ++document) {
            const auto found = nearest_weight(parts, weights, ties, 1, document, 2);
            double best = -1;
            for (int step = 0; step <= 4000; ++step) {
                const double weight = step * 0.01;
                if (is_shown(weight, document) && (best < 0 || std::abs(weight - 1) < std::abs(best - 1))) best = weight;
            }
            if (!found) {
                ++none;
                EXPECT_LT(best, 0) << round << " " << document;
                continue;
            }
            EXPECT_TRUE(is_shown(*found, document)) << round << " " << document << " " << *found;
            EXPECT_TRUE(best < 0 || std::abs(*found - 1) <= std::abs(best - 1) + 0.01 * std::max(1.0, *found)) << round << " " << document;
        }
    }
    EXPECT_GT(none, 0);
}

// It would be set at a press, and neither the words nor the stored trace of such a fusion are read again.
TEST(NearestWeight, IsOneThatAFusionTakes) {
    const std::vector<double> weights{1, 1};
    const std::vector<std::size_t> ties{0, 1};
    EXPECT_TRUE(nearest_weight(std::vector<double>{0, 1e-11, 1, 0}, weights, ties, 1, 0, 1));
    EXPECT_FALSE(nearest_weight(std::vector<double>{0, 1e-13, 1, 0}, weights, ties, 1, 0, 1));
}

// A crossing at 1.231 was told as 1.23, which does not do it.
TEST(NearestWeight, CanBeTypedAsItIsWritten) {
    const std::vector<double> parts{0, 1, 1.231, 0}, weights{1, 1}; // the document's score is its weight, its rival's 1.231
    const std::vector<std::size_t> ties{0, 1};
    const auto found = nearest_weight(parts, weights, ties, 1, 0, 1);
    ASSERT_TRUE(found);
    EXPECT_EQ(*found, 1.232);
    const MissingDocument missing{.id = "d", .within = 1, .stage = MissingDocument::Stage::Fusion, .rank = 2, .experts = {{.name = "local", .weight = 1, .weight_needed = found}}};
    EXPECT_NE(missing_verdict(missing).find("local from 1 to 1.232."), std::string::npos) << missing_verdict(missing);
}

TEST(Missing, RefusesWhatIsNotThereAndStops) {
    Bench bench;
    const Trace trace = bench.run();
    EXPECT_THROW(bench.missing(trace, "nobody", 10), Error);
    std::stop_source stop;
    stop.request_stop();
    Progress stopped(stop.get_token());
    EXPECT_THROW(find_missing(*bench.engine, trace, "d120", 10, stopped), Cancelled);
}

} // namespace
} // namespace cameo
