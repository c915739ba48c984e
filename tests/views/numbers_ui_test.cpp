// What a view shows, and gives away, is what the command line prints: view by view against the JSON of `cameo query`,
// `explain`, `explain --against`, `--missing` and `--words`, `eval` and `gate`.
#include "core/search/leaves.hpp"
#include "tests/support/sample_gate.hpp"
#include "tests/support/sample_judged.hpp"
#include "tests/support/sample_map.hpp"
#include "tests/support/sample_missing.hpp"
#include "tests/views/scene.hpp"
#include "views/alignment_view.hpp"
#include "views/competition_view.hpp"
#include "views/document_view.hpp"
#include "views/evaluation_view.hpp"
#include "views/fusion_view.hpp"
#include "views/gate_view.hpp"
#include "views/ledger_view.hpp"
#include "views/map_view.hpp"
#include "views/missing_view.hpp"
#include "views/query_bench_view.hpp"
#include "views/specialisation_view.hpp"
#include "views/terms_view.hpp"
#include "views/words_view.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <map>

namespace cameo {
namespace {

using Json = nlohmann::json;

template <class V> ViewTable shown(const Snapshot& now) {
    Scene<V> scene(now);
    scene.size = {900, 900};
    scene.draw_frames(2, [&](Commands& out) { scene.view.draw(now, out); });
    const auto table = scene.view.table(now);
    EXPECT_TRUE(table.has_value());
    if (!table) return {};
    for (const auto& row : table->rows)
        EXPECT_EQ(row.size(), table->columns.size());
    EXPECT_FALSE(table->rows.empty());
    return *table;
}

double figure(const ViewTable& table, std::size_t row, const std::string& column) {
    const auto place = std::ranges::find(table.columns, column);
    EXPECT_NE(place, table.columns.end()) << column;
    if (place == table.columns.end()) return -1;
    const ViewCell& cell = table.rows.at(row)[static_cast<std::size_t>(place - table.columns.begin())];
    if (const auto* whole = std::get_if<std::int64_t>(&cell)) return static_cast<double>(*whole);
    EXPECT_TRUE(std::holds_alternative<double>(cell)) << column;
    return std::holds_alternative<double>(cell) ? std::get<double>(cell) : -1;
}

std::string words(const ViewTable& table, std::size_t row, std::size_t column) { return std::get<std::string>(table.rows.at(row)[column]); }

TEST(Numbers, OfTheBenchAreThoseOfQuery) {
    const Snapshot now = sample_snapshot({.fusion = {.method = FusionMethod::ZScore, .weights = {1, 0.5, 2}}});
    const ViewTable table = shown<QueryBenchView>(now);
    const Json json = Json::parse(to_json(*now.trace, now.trace->fused.size()));
    ASSERT_EQ(table.rows.size(), json["fused"].size());
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        const Json& hit = json["fused"][row];
        EXPECT_EQ(words(table, row, 1), hit["doc"]);
        EXPECT_EQ(figure(table, row, "score"), hit["score"].get<double>());
        for (const auto& [expert, part] : hit["parts"].items()) {
            EXPECT_EQ(static_cast<float>(figure(table, row, expert + " score")), part["raw"].get<float>());
            EXPECT_EQ(figure(table, row, expert + " adds"), part["used"].get<double>());
        }
    }
}

TEST(Numbers, OfTheLedgerAreThoseOfExplain) {
    const Snapshot now = sample_snapshot({.fusion = {.method = FusionMethod::ZScore}});
    const ViewTable table = shown<LedgerView>(now);
    const Json json = Json::parse(to_json(*now.ledger));
    std::map<std::string, double> raw, adds, leaves;
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        const std::string expert = words(table, row, 0);
        if (words(table, row, 1) != "all of it") {
            leaves[expert] += figure(table, row, "raw");
            continue;
        }
        raw[expert] = figure(table, row, "raw");
        adds[expert] = figure(table, row, "adds");
    }
    for (const Json& expert : json["experts"]) {
        EXPECT_EQ(raw[expert["name"]], expert["raw"].get<double>());
        EXPECT_EQ(adds[expert["name"]], expert["used"].get<double>());
        EXPECT_NEAR(leaves[expert["name"]], expert["raw"].get<double>(), 1e-9); // the parts add up to it
    }
    for (const Json& term : json["experts"][0]["terms"]) {
        if (term["product"] == 0) continue;
        const auto row = std::ranges::find_if(table.rows, [&](const auto& each) { return std::get<std::string>(each[1]) == term["term"]; });
        ASSERT_NE(row, table.rows.end());
        EXPECT_EQ(std::get<double>((*row)[2]), term["product"].get<double>());
    }
}

TEST(Numbers, OfAComparisonAreThoseOfExplainAgainst) {
    Snapshot now = sample_snapshot({.fusion = {.method = FusionMethod::ZScore}});
    auto other = std::make_shared<Ledger>(*now.ledger);
    other->id = "moc";
    other->experts[0].terms[0].product = 2;
    other->experts[0].raw -= 4;
    other->experts[0].used -= 1;
    now.reference = other;
    now.selection.reference = "moc";
    const ViewTable table = shown<LedgerView>(now);
    const Json json = Json::parse(to_json(subtract(*now.ledger, *other, fusion_lines(*now.trace))));
    std::size_t row = 0;
    for (const Json& expert : json["experts"]) {
        for (const Json& leaf : expert["leaves"]) {
            EXPECT_EQ(words(table, row, 1), leaf["words"]);
            EXPECT_EQ(figure(table, row, "cmus"), leaf["a"].get<double>());
            EXPECT_EQ(figure(table, row, "moc"), leaf["b"].get<double>());
            EXPECT_EQ(figure(table, row++, "difference"), leaf["difference"].get<double>());
        }
        EXPECT_EQ(figure(table, row++, "difference"), expert["used"].get<double>());
    }
    EXPECT_EQ(row, table.rows.size());
}

TEST(Numbers, OfTermsAndPairsAreThoseOfExplain) {
    const Snapshot now = sample_snapshot();
    const Json json = Json::parse(to_json(*now.ledger));
    const ViewTable terms = shown<TermsView>(now);
    ASSERT_EQ(terms.rows.size(), json["experts"][0]["terms"].size());
    for (std::size_t row = 0; row < terms.rows.size(); ++row) {
        const Json& term = json["experts"][0]["terms"][row];
        EXPECT_EQ(words(terms, row, 0), term["term"]);
        EXPECT_EQ(static_cast<float>(figure(terms, row, "weight in the query")), term["query_weight"].get<float>());
        EXPECT_EQ(static_cast<float>(figure(terms, row, "weight in the document")), term["document_weight"].get<float>());
        EXPECT_EQ(figure(terms, row, "product"), term["product"].get<double>());
    }
    const ViewTable pairs = shown<AlignmentView>(now);
    ASSERT_EQ(pairs.rows.size(), json["experts"][1]["tokens"].size());
    for (std::size_t row = 0; row < pairs.rows.size(); ++row) {
        const Json& token = json["experts"][1]["tokens"][row];
        EXPECT_EQ(words(pairs, row, 0), token["token"]);
        EXPECT_EQ(figure(pairs, row, "largest"), token["similarity"].get<double>());
        EXPECT_EQ(words(pairs, row, 2), token["best_token"]);
    }
}

TEST(Numbers, OfTheEvaluationAreThoseOfEval) {
    Snapshot now = sample_snapshot();
    now.judged = sample_judged(60);
    const ViewTable table = shown<EvaluationView>(now);
    const Json json = Json::parse(to_json(*now.judged.evaluation));
    ASSERT_EQ(table.rows.size(), json["systems"].size());
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        EXPECT_EQ(words(table, row, 0), json["systems"][row]["name"]);
        for (const auto& [measure, mean] : json["systems"][row]["measures"].items())
            EXPECT_EQ(figure(table, row, measure), mean.get<double>()) << measure;
    }
    // The same numbers where experts are cut by category.
    const ViewTable slices = shown<SpecialisationView>(now);
    for (std::size_t row = 0; row < slices.rows.size(); ++row) {
        if (words(slices, row, 0) != "category") continue;
        for (const Json& system : json["systems"])
            if (system["name"] == words(slices, row, 3)) {
                EXPECT_NEAR(figure(slices, row, "MRR@10"), system["by_category"][words(slices, row, 1)]["MRR@10"].get<double>(), 1e-12);
            }
    }
}

TEST(Numbers, OfWhatIsMissingAreThoseOfExplainMissing) {
    for (const SampleMissing kind : {SampleMissing::Depth, SampleMissing::Fusion, SampleMissing::Search}) {
        const Snapshot now = sample_missing(kind);
        const ViewTable table = shown<MissingView>(now);
        const Json json = Json::parse(to_json(*now.missing.found));
        ASSERT_EQ(table.rows.size(), json["experts"].size());
        for (std::size_t row = 0; row < table.rows.size(); ++row) {
            const Json& expert = json["experts"][row];
            EXPECT_EQ(words(table, row, 0), json["id"]);
            EXPECT_EQ(words(table, row, 2), json["stage"]);
            EXPECT_EQ(figure(table, row, "within"), json["within"].get<double>());
            EXPECT_EQ(figure(table, row, "rank"), json["rank"].get<double>());
            EXPECT_EQ(figure(table, row, "depth"), json["depth"].get<double>());
            if (!json["depth_needed"].is_null()) {
                EXPECT_EQ(figure(table, row, "depth needed"), json["depth_needed"].get<double>());
            }
            EXPECT_EQ(words(table, row, 6), expert["name"]);
            EXPECT_EQ(figure(table, row, "score"), expert["raw"].get<double>());
            EXPECT_EQ(figure(table, row, "rank among all"), expert["rank"].get<double>());
            EXPECT_EQ(words(table, row, 9), expert["candidate"].get<bool>() ? "yes" : "no");
            EXPECT_EQ(words(table, row, 10), expert["lost"].get<bool>() ? "yes" : "no");
            EXPECT_EQ(words(table, row, 11), expert["truncated"].get<bool>() ? "yes" : "no");
            EXPECT_EQ(figure(table, row, "short by"), expert["short_by"].get<double>());
            EXPECT_EQ(figure(table, row, "weight"), expert["weight"].get<double>());
            if (!expert["weight_needed"].is_null()) {
                EXPECT_EQ(figure(table, row, "weight needed"), expert["weight_needed"].get<double>());
            }
        }
    }
}

TEST(Numbers, OfMixesAreThoseOfTheFusionsThatTheyAre) {
    Snapshot now = sample_snapshot({.fusion = {.method = FusionMethod::ZScore}});
    now.judged = sample_judged(60);
    const ViewTable table = shown<FusionView>(now);
    const std::size_t row = now.judged.field->at(6, 9);
    const auto plain = measure_fusion(*now.judged.scores, {.method = FusionMethod::ZScore, .weights = {0.2, 0.3, 0.5}});
    EXPECT_NEAR(figure(table, row, "weight of lexical"), 0.2, 1e-12);
    EXPECT_NEAR(figure(table, row, "MRR@10"), mean(plain, now.judged.scores->judged.all).mrr_10, 1e-6);
    const ViewTable instances = shown<CompetitionView>(now);
    EXPECT_EQ(instances.rows.size(), now.judged.instances->size());
    EXPECT_EQ(figure(instances, 0, "rank under local"), now.judged.instances->front().ranks[1]);
}

TEST(Numbers, OfTheGateAreThoseOfQueryAndGate) {
    const Snapshot now = sample_gate();
    const ViewTable table = shown<GateView>(now);
    const Json query = Json::parse(to_json(*now.trace, 1)), report = Json::parse(to_json(*now.gate.report));
    ASSERT_EQ(table.rows.size(), query["gate"].size());
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        EXPECT_EQ(words(table, row, 0), query["gate"][row]["expert"]);
        EXPECT_EQ(static_cast<float>(figure(table, row, "logit")), query["gate"][row]["logit"].get<float>());
        EXPECT_EQ(static_cast<float>(figure(table, row, "weight")), query["gate"][row]["weight"].get<float>());
        EXPECT_EQ(figure(table, row, "first choice"), report["queries"]["load"][row].get<double>());
        EXPECT_EQ(figure(table, row, "mean weight"), report["queries"]["importance"][row].get<double>());
        EXPECT_EQ(figure(table, row, "first choice of documents"), report["documents"]["load"][row].get<double>());
    }
}

TEST(Numbers, OfTheWordsAreThoseOfExplainWords) {
    Snapshot now = sample_snapshot();
    auto made = std::make_shared<QueryImportance>();
    made->document = now.selection.document;
    made->rank = 1;
    for (const auto& expert : now.trace->experts) {
        made->experts.push_back(expert.name);
        made->kinds.push_back(expert.kind);
        made->raw.push_back(9.25);
    }
    double figure_of = 0.1;
    for (const QueryWord& word : now.words) made->words.push_back({.word = word.text, .lost = {figure_of += 0.7, -figure_of, figure_of / 3}, .kept = {0.4, 1, 0.9}, .rank = 3});
    now.importance = {.phase = Phase::Ready, .of = now.trace->id, .fusion = now.trace->fusion, .document = made->document, .importance = made};
    const ViewTable table = shown<WordsView>(now);
    const Json json = Json::parse(to_json(*made));
    ASSERT_EQ(table.rows.size(), json["words"].size());
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        const Json& word = json["words"][row];
        EXPECT_EQ(words(table, row, 0), word["word"]);
        for (const Json& expert : word["experts"]) {
            EXPECT_EQ(figure(table, row, expert["name"].get<std::string>() + " loses"), expert["lost"].get<double>());
            EXPECT_EQ(figure(table, row, expert["name"].get<std::string>() + " keeps of its first ten"), expert["kept"].get<double>());
        }
    }
}

TEST(Numbers, OfTheDocumentAndTheMapAreThoseOfExplainAndQuery) {
    const Snapshot now = sample_map();
    const ViewTable document = shown<DocumentView>(sample_snapshot());
    const Json ledger = Json::parse(to_json(*sample_snapshot().ledger));
    ASSERT_EQ(document.rows.size(), 4u);
    EXPECT_EQ(figure(document, 0, "score"), ledger["score"].get<double>());
    for (std::size_t expert = 0; expert < 3; ++expert) {
        EXPECT_EQ(figure(document, expert + 1, "score"), ledger["experts"][expert]["raw"].get<double>());
        EXPECT_EQ(figure(document, expert + 1, "adds"), ledger["experts"][expert]["used"].get<double>());
    }
    const ViewTable map = shown<MapView>(now);
    const Json query = Json::parse(to_json(*now.trace, now.trace->fused.size()));
    std::size_t compared = 0;
    for (std::size_t row = 0; row < map.rows.size(); ++row)
        for (const Json& hit : query["fused"]) {
            if (hit["doc"] != words(map, row, 0)) continue;
            EXPECT_EQ(figure(map, row, "score"), hit["score"].get<double>());
            ++compared;
        }
    EXPECT_GT(compared, 100u);
}

TEST(Numbers, OfNothingAreNoTable) {
    const Snapshot now = first_run_snapshot();
    Scene<EvaluationView> evaluation(now);
    EXPECT_FALSE(evaluation.view.table(now).has_value());
}

/// One that counts how often its table is made.
struct CountingView final : View {
    CountingView() : View("Counting", {.what = "How often its table is made.", .formula = {}, .reading = {}, .healthy = {}, .sick = {}}, true) {}
    void draw_contents(const Snapshot&, Commands&) override {}
    bool has_table(const Snapshot&) const override { return true; }
    std::optional<ViewTable> table(const Snapshot&) const override {
        ++made;
        return ViewTable{.title = "Counting", .columns = {"row"}};
    }
    mutable int made = 0;
};

// The whole table was made when the menu was opened, between two frames: millions of rows of a long training.
TEST(Corner, MakesTheTableWhenItIsAskedFor) {
    Scene<CountingView> scene;
    scene.size = {800, 600};
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->MouseMoveToPos({scene.size.x - 30, scene.size.y - 10});
        ctx->Yield(2);
        ctx->MouseClick();
        ctx->Yield(3);
        IM_CHECK_EQ(scene.view.made, 0);
        ctx->ItemClick("//$FOCUSED/Copy as CSV");
        IM_CHECK_EQ(scene.view.made, 1);
        IM_CHECK(scene.last<ExportTable>() != nullptr);
    }));
}

TEST(Corner, CopiesAndSavesWhatTheViewShows) {
    Scene<TermsView> scene;
    scene.size = {800, 600};
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        const ImVec2 corner{scene.size.x - 30, scene.size.y - 10};
        for (const auto& [item, to_file] : {std::pair{"Copy as Markdown", false}, {"Save as CSV \u2026", true}}) {
            ctx->MouseMoveToPos(corner);
            ctx->Yield(2);
            ctx->MouseClick();
            ctx->Yield(2);
            ctx->ItemClick((std::string("//$FOCUSED/") + item).c_str());
            IM_CHECK(scene.last<ExportTable>() != nullptr);
            IM_CHECK_EQ(scene.last<ExportTable>()->to_file, to_file);
            IM_CHECK_EQ(scene.last<ExportTable>()->table->rows.size(), scene.now.ledger->experts[0].terms.size());
        }
    }));
}

} // namespace
} // namespace cameo
