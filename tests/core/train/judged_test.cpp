#include "core/train/judged.hpp"

#include "core/base/error.hpp"
#include "core/train/training_splits.hpp"
#include "tests/support/memory_collection.hpp"
#include "tests/support/temporary_folder.hpp"

#include <algorithm>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cameo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class JudgedFile : public testing::Test {
protected:
    std::filesystem::path file(const std::string& text) {
        const auto at = m_scratch / "judged.jsonl";
        std::ofstream(at) << text;
        return at;
    }
    std::string refusal(const std::string& text) {
        try {
            read_judged(file(text));
        } catch (const Error& error) {
            return error.what();
        }
        return {};
    }

    TemporaryFolder m_scratch;
    MemoryCollection m_collection{MemoryCollection::random_documents(30)};
};

TEST_F(JudgedFile, ComesBackAsItWasWritten) {
    const std::vector<JudgedQuery> judged{{"play \"music\" \u00fcber SSH", {{"moc", 2}, {"vlc", 0}, {"d-1", -1}}}, {"zwei", {{"mpv", 1}}}};
    EXPECT_EQ(read_judged(file(judged_text(judged))), judged);
    EXPECT_EQ(read_judged(file("")).size(), 0u);
}

TEST_F(JudgedFile, SaysLineAndWhatWasExpected) {
    const std::string good = R"({"query": "a", "documents": {"d1": 1}})" "\n";
    EXPECT_THAT(refusal(good + "{\n"), HasSubstr("judged.jsonl, line 2: found \"{\", which is not JSON, expected a query such as"));
    EXPECT_THAT(refusal("[1]"), HasSubstr("a JSON array"));
    EXPECT_THAT(refusal(R"({"documents": {}})"), HasSubstr("no \"query\""));
    EXPECT_THAT(refusal(R"({"query": "", "documents": {}})"), HasSubstr("no \"query\""));
    EXPECT_THAT(refusal(R"({"query": "a", "documents": ["d1"]})"), HasSubstr("no \"documents\""));
    EXPECT_THAT(refusal(R"({"query": "a", "documents": {"d1": 0.5}})"), HasSubstr("the grade \"0.5\" of document \"d1\""));
    EXPECT_THAT(refusal(R"({"query": "a", "documents": {"d1": 12345678901234567890123}})"), HasSubstr("grade"));
    EXPECT_THAT(refusal(std::string(20, '[')), HasSubstr("levels"));
}

TEST_F(JudgedFile, GivesRightDocumentsAndWrongOnes) {
    const auto at = file(R"({"query": "one", "documents": {"d3": 2, "d1": 1, "d7": 0, "d8": -1, "elsewhere": 2}})" "\n"
                         R"({"query": "nothing right", "documents": {"d3": 0}})" "\n"
                         R"({"query": "not here", "documents": {"elsewhere": 1}})" "\n");
    const auto queries = judged_training_queries(at, m_collection);
    ASSERT_EQ(queries.size(), 1u);
    EXPECT_EQ(queries[0].text, "one");
    EXPECT_THAT(queries[0].positives, ElementsAre(1, 3));
    EXPECT_THAT(queries[0].negatives, ElementsAre(7, 8));
    EXPECT_THROW(judged_training_queries(file(R"({"query": "not here", "documents": {"elsewhere": 1}})"), m_collection), Error);
}

class JudgedSplits : public JudgedFile {
protected:
    std::vector<std::string> texts(const std::vector<TrainingQuery>& queries) {
        std::vector<std::string> all;
        for (const auto& query : queries) all.push_back(query.text);
        return all;
    }
    void judge(const char* split, int count, const std::string& word) {
        std::vector<Query> queries;
        Qrels qrels;
        for (int q = 0; q < count; ++q) {
            const std::string id = word + std::to_string(q);
            queries.push_back({id, id, ""});
            qrels[id] = {{"d" + std::to_string(q), 1}};
        }
        m_collection.judge(split, queries, qrels);
    }
    Recipe recipe() {
        Recipe recipe;
        recipe.judged = file(R"({"query": "mine", "documents": {"d3": 1}})" "\n" R"({"query": "dev1", "documents": {"d4": 1}})").string();
        recipe.judged_times = 3;
        return recipe;
    }
};

TEST_F(JudgedSplits, AreAskedBesideTheCollectionsOwnAndNotValidatedWith) {
    judge("train", 2, "train");
    judge("dev", 3, "dev");
    const auto splits = training_splits(recipe(), m_collection);
    EXPECT_THAT(texts(splits.train), ElementsAre("train0", "train1", "mine", "dev1", "mine", "dev1", "mine", "dev1"));
    EXPECT_THAT(texts(splits.dev), ElementsAre("dev0", "dev2"));
}

TEST_F(JudgedSplits, MayBeAllThatIsTrainedOn) {
    judge("train", 2, "train");
    judge("dev", 3, "dev");
    Recipe alone = recipe();
    alone.judged_alone = true;
    EXPECT_THAT(texts(training_splits(alone, m_collection).train), ElementsAre("mine", "dev1"));
}

TEST_F(JudgedSplits, DoWithoutAnySplit) {
    std::string text;
    for (int q = 0; q < 20; ++q) text += R"({"query": "q)" + std::to_string(q) + R"(", "documents": {"d1": 1}})" + "\n";
    Recipe recipe;
    recipe.judged = file(text).string();
    const auto splits = training_splits(recipe, m_collection);
    EXPECT_THAT(texts(splits.dev), ElementsAre("q9", "q19"));
    EXPECT_EQ(splits.train.size(), 18u);
    recipe.judged = file(text + R"({"query": "q9", "documents": {"d2": 1}})").string(); // judged again
    EXPECT_THAT(texts(training_splits(recipe, m_collection).dev), ElementsAre("q19"));
    recipe.judged = file(R"({"query": "one", "documents": {"d1": 1}})").string();
    EXPECT_THROW(training_splits(recipe, m_collection), Error) << "none is left to validate with";
}

TEST(JudgedNegatives, AreDrawnBeforeOthers) {
    const std::vector<TrainingQuery> queries{{"a", "", "", {0}, {11, 12, 13}}, {"b", "", "", {1}, {21}}, {"c", "", "", {2}}};
    const std::vector<std::vector<std::int32_t>> candidates{{101, 102}, {201, 202}, {301, 302}};
    for (int step = 0; step < 20; ++step) {
        const auto batch = BatchSampler(queries, 1, 3, 2).batch(step, candidates);
        const auto drawn = [&](std::initializer_list<std::int32_t> some) {
            return std::ranges::count_if(batch.documents, [&](std::int32_t document) { return std::ranges::find(some, document) != some.end(); });
        };
        EXPECT_EQ(drawn({11, 12, 13}), 2);
        EXPECT_EQ(drawn({101, 102}), 0);
        EXPECT_EQ(drawn({21}), 1);
        EXPECT_EQ(drawn({201, 202}), 1);
        EXPECT_EQ(drawn({301, 302}), 2);
    }
}

} // namespace
} // namespace cameo
