#include "core/search/word_importance.hpp"

#include "core/base/error.hpp"
#include "core/search/engine.hpp"
#include "tests/support/fake_search.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace cameo {
namespace {

struct Bench {
    Bench() {
        collection = std::make_shared<FakeCollection>();
        for (int document = 0; document < 30; ++document) {
            std::string text = document % 2 == 0 ? "music play" : "chess play";
            for (int word = 0; word < document % 7; ++word) text += " web";
            if (document < 6) text += " terminal";
            collection->documents.push_back({"d" + std::to_string(100 + document), "", text, {}});
        }
        engine = std::make_unique<SearchEngine>(model, collection, std::make_shared<FakeIndex>(*model, *collection));
    }
    Trace run(const std::string& text, FusionSpec fusion = {}) { return engine->run({.text = text, .fusion = std::move(fusion), .depth = 8}, progress); }

    std::shared_ptr<FakeModel> model = std::make_shared<FakeModel>(std::vector<std::string>{"play", "music", "terminal", "chess", "web"});
    std::shared_ptr<FakeCollection> collection;
    std::unique_ptr<SearchEngine> engine;
    Progress progress;
};

// Against the query itself, asked without the word.
TEST(WordImportance, IsTheDifferenceToTheQueryWithoutTheWord) {
    Bench bench;
    for (const FusionMethod method : {FusionMethod::Sum, FusionMethod::Rrf}) {
        const Trace trace = bench.run("play music terminal", {.method = method});
        for (const char* id : {"d100", "d102", "d129"}) {
            const QueryImportance found = word_importance(*bench.engine, trace, id, bench.progress);
            ASSERT_EQ(found.words.size(), 3u);
            EXPECT_EQ(found.words[1].word, "music");
            const Trace without = bench.run("play terminal", {.method = method});
            const Ledger whole = bench.engine->explain(trace, id), less = bench.engine->explain(without, id);
            for (std::size_t expert = 0; expert < 3; ++expert) {
                EXPECT_NEAR(found.raw[expert], whole.experts[expert].raw, 1e-6);
                EXPECT_NEAR(found.words[1].lost[expert], whole.experts[expert].raw - less.experts[expert].raw, 1e-6) << id << " " << expert;
                std::vector<std::string> before, now;
                const auto first = [](const Trace& of, std::size_t which) {
                    std::vector<std::string> ids;
                    for (const std::int32_t hit : of.experts[which].hits)
                        if (ids.size() < 10) ids.push_back(of.documents[static_cast<std::size_t>(hit)].id);
                    return ids;
                };
                std::size_t kept = 0;
                for (const std::string& one : first(trace, expert)) kept += std::ranges::count(first(without, expert), one);
                EXPECT_NEAR(found.words[1].kept[expert], static_cast<double>(kept) / static_cast<double>(first(trace, expert).size()), 1e-12);
            }
            if (less.rank > 0) {
                EXPECT_EQ(found.words[1].rank, less.rank) << id;
            }
            if (whole.rank > 0) {
                EXPECT_EQ(found.rank, whole.rank);
            }
            EXPECT_GT(found.words[1].rank, 0) << "also where no expert brings it any more";
        }
    }
}

TEST(WordImportance, OfOneWordThereIsNothingToLeaveOut) {
    Bench bench;
    const QueryImportance found = word_importance(*bench.engine, bench.run("music"), "d100", bench.progress);
    EXPECT_TRUE(found.words.empty());
    EXPECT_NE(to_text(found).find("one word"), std::string::npos);
}

TEST(WordImportance, LongQueriesAreCutAndStops) {
    Bench bench;
    std::string text = "music";
    for (std::size_t word = 0; word < kMostWords + 20; ++word) text += " play";
    EXPECT_EQ(word_importance(*bench.engine, bench.run(text), "d100", bench.progress).words.size(), kMostWords);
    std::stop_source stop;
    stop.request_stop();
    Progress stopped(stop.get_token());
    EXPECT_THROW(word_importance(*bench.engine, bench.run("play music"), "d100", stopped), Cancelled);
    EXPECT_THROW(word_importance(*bench.engine, bench.run("play music"), "nobody", bench.progress), Error);
}

TEST(WordImportance, IsWrittenForPeopleAndPrograms) {
    Bench bench;
    const QueryImportance found = word_importance(*bench.engine, bench.run("play music"), "d100", bench.progress);
    const auto json = nlohmann::json::parse(to_json(found));
    EXPECT_EQ(json["doc"], "d100");
    EXPECT_EQ(json["words"][1]["word"], "music");
    EXPECT_EQ(json["words"][1]["experts"][0]["lost"].get<double>(), found.words[1].lost[0]);
    EXPECT_EQ(json["experts"][2]["kind"], "global");
    EXPECT_NE(to_text(found).find("without"), std::string::npos);
}

} // namespace
} // namespace cameo
