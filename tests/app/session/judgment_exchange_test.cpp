#include "app/session/judgment_exchange.hpp"

#include "tests/support/fake_search.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cameo {
namespace {

using testing::ElementsAre;
using testing::Pair;

JudgmentChange change(const std::string& query, const std::string& id, const std::string& document, int grade, const std::string& collection = "fakes") {
    return {.collection = collection, .query = query, .query_id = id, .document = document, .before = {}, .after = grade};
}

JudgmentBook filled() {
    JudgmentBook book;
    book.apply({change("play music", "q1", "cmus", 2), change("Play, music!", "", "moc", 1), change("play music?", "", "moc", 0), change("elsewhere", "", "x", 1, "others")});
    return book;
}

TEST(JudgmentExchange, GivesQueriesOfOnesOwnIdsOfTheirWords) {
    const JudgmentBook book = filled();
    // Two texts of the same words have ids of their own, and always the same ones.
    const QueryIds ids = exchange_ids(book, "fakes", {"zoë's list", "play music"});
    EXPECT_THAT(ids, ElementsAre(Pair("own-play-music", "Play, music!"), Pair("own-play-music-2", "play music?"), Pair("own-zo\u00EB-s-list", "zo\u00EB's list"), Pair("q1", "play music")));
    EXPECT_EQ(exported(book, "fakes", ids), (Qrels{{"own-play-music", {{"moc", 1}}}, {"own-play-music-2", {{"moc", 0}}}, {"q1", {{"cmus", 2}}}}));
}

TEST(JudgmentExchange, MatchesWhatTheCollectionHasAndCountsTheRest) {
    FakeCollection collection;
    collection.documents = {{.id = "cmus", .title = "", .text = ""}, {.id = "moc", .title = "", .text = ""}};
    collection.all_queries = {{"q1", "play music", ""}};
    const Qrels qrels{{"q1", {{"cmus", 3}, {"gone", 1}}}, {"own-play-music", {{"moc", 0}}}, {"q9", {{"cmus", 1}, {"moc", 1}}}};
    Progress progress;
    const ImportedJudgments found = matched(qrels, collection, exchange_ids(filled(), "fakes"), progress);
    EXPECT_EQ(found.read, 5u);
    EXPECT_EQ(found.unknown_documents, 1u);
    EXPECT_EQ(found.unknown_queries, 2u);
    ASSERT_EQ(found.changes.size(), 2u);
    EXPECT_EQ(found.changes[0].query, "Play, music!"); // known by the word that it was exported under
    EXPECT_EQ(found.changes[0].query_id, "");
    EXPECT_EQ(found.changes[1].query, "play music");
    EXPECT_EQ(found.changes[1].query_id, "q1");
    EXPECT_EQ(found.changes[1].after, 3);
    EXPECT_EQ(import_words(found, 1, "x.qrels", "fakes"),
              "Read 5 judgments from x.qrels: 1 is new or other than before. 1 names a document that fakes does not have (gone). 2 are of queries that are not known here (q9, \u2026).");
    EXPECT_EQ(import_words({.changes = {}, .read = 1, .documents = {}, .queries = {}}, 0, "x", "fakes"), "Read 1 judgment from x: none is new or other than before.");
}

} // namespace
} // namespace cameo
