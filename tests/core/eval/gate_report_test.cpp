// Gate reports of the small SB-MoE model of tests/data/sbmoe over a collection in memory.
#include "core/eval/gate_report.hpp"
#include "tests/core/model/model_fixtures.hpp"
#include "tests/support/memory_collection.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

namespace cameo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class GateReports : public testing::Test {
protected:
    void SetUp() override {
        m_model =
            open_model(import_model(std::filesystem::path(CAMEO_TEST_DATA) / "sbmoe" / "tiny", "theirs"));
        std::vector<Document> documents;
        const char* words[] = {"play", "music", "in",     "the",  "terminal",
                               "a",    "fast",  "player", "tiny", "small"};
        for (std::size_t document = 0; document < 40; ++document) {
            std::string text;
            for (std::size_t word = 0; word < 2 + document % 9; ++word)
                text += std::string(words[(document * 7 + word * (1 + document % 3)) % 10]) + " ";
            documents.push_back({"d" + std::to_string(document), "", text, {}});
        }
        m_collection = std::make_shared<MemoryCollection>(std::move(documents));
        std::vector<Query> queries;
        Qrels qrels;
        for (int query = 0; query < 12; ++query) {
            const std::string id = "q" + std::to_string(query);
            queries.push_back({id, m_collection->document(query * 3).text + words[query % 10],
                               query % 3 == 0 ? "odd" : "plain"});
            qrels[id] = {
                {"d" + std::to_string(query * 3), 1}, {"d" + std::to_string(query), 0}, {"nowhere", 2}};
        }
        qrels["q0"] = {{"d5", 1}, {"d6", 2}};
        m_collection->judge("test", std::move(queries), std::move(qrels));
    }
    GateReport report(const Index* index = nullptr, GateReportOptions options = {}) {
        Progress progress;
        return report_gate(*m_model, *m_collection, index, options, progress);
    }
    std::shared_ptr<const Index> index() {
        Progress progress;
        build_index(*m_model, *m_collection, m_home / "index", {}, progress);
        return Index::open(m_home / "index");
    }
    std::vector<std::int32_t> first(const std::vector<std::string>& texts, Role role) {
        Progress progress;
        std::vector<float> logits;
        for (const auto& text : m_model->encode(texts, role, 0, progress))
            logits.insert(logits.end(), text.gate.begin(), text.gate.end());
        return first_choices(logits, 4);
    }

    ModelHome m_home;
    std::shared_ptr<const Model> m_model;
    std::shared_ptr<MemoryCollection> m_collection;
};

TEST_F(GateReports, TellsQueriesAndDocuments) {
    const GateReport found = report();
    EXPECT_EQ(found.model, "theirs");
    EXPECT_EQ(found.collection, "memory");
    EXPECT_THAT(found.experts, ElementsAre("expert 1", "expert 2", "expert 3", "expert 4"));
    EXPECT_FALSE(found.from_index);
    EXPECT_EQ(found.queries.routing.inputs, 12);
    EXPECT_EQ(found.documents.routing.inputs, 40);
    EXPECT_EQ(found.queries.similarity.inputs, 12);
    EXPECT_EQ(found.documents.similarity.inputs, 40);
    EXPECT_EQ(found.categories.inputs, 12);

    // The loads, counted by hand.
    std::vector<std::string> texts;
    for (const Query& query : m_collection->queries("test"))
        texts.push_back(query.text);
    const auto routes = first(texts, Role::Query);
    for (std::size_t expert = 0; expert < 4; ++expert)
        EXPECT_NEAR(found.queries.routing.load[expert],
                    std::ranges::count(routes, std::int32_t(expert)) / 12.0, 1e-12);
    // Each query's document, and two for the first one; unknown ids and grade 0 are no pairs.
    EXPECT_EQ(found.agreement.pairs, 13);
    std::int64_t same = 0;
    for (std::int64_t query = 0; query < 12; ++query)
        for (const std::int64_t document :
             query == 0 ? std::vector<std::int64_t>{5, 6} : std::vector<std::int64_t>{query * 3})
            same += first({m_collection->document(document).content()}, Role::Document)[0] ==
                    routes[std::size_t(query)];
    EXPECT_NEAR(found.agreement.same, double(same) / 13, 1e-12);
    // Other experts make other things of a text, each the same as itself.
    for (const GateSide* side : {&found.queries, &found.documents})
        for (std::size_t i = 0; i < 4; ++i)
            for (std::size_t j = 0; j < 4; ++j) {
                EXPECT_EQ(side->similarity.at(side->similarity.cka, i, j),
                          side->similarity.at(side->similarity.cka, j, i));
                const double cosine = side->similarity.at(side->similarity.cosine, i, j);
                EXPECT_TRUE(i == j ? std::abs(cosine - 1) < 1e-12 : cosine < 0.999)
                    << i << ' ' << j << ' ' << cosine;
            }
}

TEST_F(GateReports, AnIndexSaysTheSame) {
    const GateReport encoded = report();
    const auto built = index();
    const GateReport read = report(built.get());
    EXPECT_TRUE(read.from_index);
    EXPECT_EQ(read.documents.routing.load, encoded.documents.routing.load);
    EXPECT_EQ(read.documents.routing.entropy, encoded.documents.routing.entropy);
    EXPECT_EQ(read.documents.similarity.cka, encoded.documents.similarity.cka);
    EXPECT_EQ(read.agreement.pairs, encoded.agreement.pairs);
    EXPECT_EQ(read.agreement.same, encoded.agreement.same);
}

TEST_F(GateReports, ASampleIsSpreadEvenly) {
    const auto built = index();
    const GateReport all = report(built.get(), {.sample = 10});
    EXPECT_EQ(all.queries.routing.inputs, 12); // gates of all queries, experts of some
    EXPECT_EQ(all.queries.similarity.inputs, 10);
    EXPECT_EQ(all.documents.routing.inputs, 40);
    EXPECT_EQ(all.documents.similarity.inputs, 10);
    const GateReport some = report(nullptr, {.sample = 8});
    EXPECT_EQ(some.documents.routing.inputs, 8);
    EXPECT_EQ(some.agreement.pairs, 8);
    std::vector<std::string> texts;
    for (std::int64_t document = 0; document < 40; document += 5)
        texts.push_back(m_collection->document(document).content());
    const auto routes = first(texts, Role::Document);
    for (std::size_t expert = 0; expert < 4; ++expert)
        EXPECT_NEAR(some.documents.routing.load[expert],
                    std::ranges::count(routes, std::int32_t(expert)) / 8.0, 1e-12);
}

// Another text of what an index has is not read: judged documents that it does not have yet are no pairs.
TEST_F(GateReports, APartialIndexAnswersForWhatItHas) {
    std::vector<Document> fewer;
    for (std::int64_t document = 0; document < 20; ++document)
        fewer.push_back(m_collection->document(document));
    Progress progress;
    build_index(*m_model, MemoryCollection(std::move(fewer)), m_home / "part", {}, progress);
    const auto part = Index::open(m_home / "part");
    const GateReport found = report(part.get());
    EXPECT_EQ(found.documents.routing.inputs, 20);
    EXPECT_EQ(found.agreement.pairs, 8); // d5, d6 and the answers of q1 to q6: d3 to d18
}

TEST_F(GateReports, WithoutJudgmentsAllQueriesCount) {
    m_collection->forget_judgments();
    const GateReport found = report();
    EXPECT_EQ(found.split, "");
    EXPECT_EQ(found.queries.routing.inputs, 12);
    EXPECT_EQ(found.agreement.pairs, 0);
    EXPECT_THAT(to_table(found), HasSubstr("theirs on memory, all queries"));
    EXPECT_TRUE(nlohmann::json::parse(to_json(found))["agreement"]["same"].is_null());
}

TEST_F(GateReports, RefusesWhatHasNothingToReport) {
    Progress progress;
    const auto plain = m_home.import("bert-mlm");
    EXPECT_THAT(error_of([&] { report_gate(*plain, *m_collection, nullptr, {}, progress); }),
                HasSubstr("model bert-mlm has no gate: it is of kind assembly"));
    EXPECT_THAT(error_of([&] { report(nullptr, {.split = "dev"}); }),
                HasSubstr("collection memory has no queries in split 'dev': it has test"));
    const MemoryCollection bare({{"d0", "", "music", {}}});
    EXPECT_THAT(error_of([&] { report_gate(*m_model, bare, nullptr, {}, progress); }),
                HasSubstr("has no queries"));
}

TEST_F(GateReports, StopsWhenAsked) {
    std::stop_source stop;
    stop.request_stop();
    Progress progress(stop.get_token());
    EXPECT_THROW(report_gate(*m_model, *m_collection, nullptr, {}, progress), Cancelled);
}

TEST_F(GateReports, JsonHoldsTheNumbersAndNullForWhatIsNone) {
    const GateReport found = report(nullptr, {.sample = 1});
    const auto json = nlohmann::json::parse(to_json(found));
    EXPECT_EQ(json["experts"].size(), 4u);
    EXPECT_EQ(json["queries"]["load"].get<std::vector<double>>(), found.queries.routing.load);
    EXPECT_EQ(json["queries"]["margin"]["p95"], found.queries.routing.margin.p95);
    EXPECT_EQ(json["queries"]["outputs"]["cosine"][1][2],
              found.queries.similarity.at(found.queries.similarity.cosine, 1, 2));
    EXPECT_TRUE(json["queries"]["outputs"]["cka"][1][2].is_null()); // one input does not vary
    EXPECT_EQ(json["documents"]["from"], "sample");
    EXPECT_EQ(json["agreement"]["pairs"], 1);
    EXPECT_EQ(json["categories"]["information"], found.categories.information);
    EXPECT_EQ(json["categories"]["load"]["odd"].size(), 4u);

    const std::string table = to_table(report());
    EXPECT_THAT(table, HasSubstr("theirs on memory, split test"));
    EXPECT_THAT(table, HasSubstr("effective experts"));
    EXPECT_THAT(table, HasSubstr("same first choice in"));
    EXPECT_THAT(table, HasSubstr("shuffled"));
    EXPECT_THAT(table, HasSubstr("Linear CKA"));
    EXPECT_THAT(table, testing::Not(HasSubstr("nan")));
}

} // namespace
} // namespace cameo
