#include "core/base/checksum.hpp"
#include "core/base/error.hpp"
#include "core/search/engine.hpp"
#include "tests/support/fake_search.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>
#include <sstream>

namespace cameo {
namespace {

using testing::DoubleNear;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;

// Two experts over four documents, 9 4 4 1 and 0 2 1 1: both have four best, and all four in common.
const std::vector<float> kRaw = {9, 0, 4, 2, 4, 1, 1, 1};

TEST(GateFeatures, ByHand) {
    // 9 4 4 1: mean 4.5, squares 20.25 + 0.25 + 0.25 + 12.25 = 33, sd sqrt(8.25); 2 1 1 0: sd sqrt(0.5)
    EXPECT_THAT(gate_features(kRaw, 2),
                ElementsAre(DoubleNear(std::log(1 + 5 / std::sqrt(8.25)), 1e-12),
                            DoubleNear(std::log(1 + 1 / std::sqrt(0.5)), 1e-12), DoubleNear(0.4, 1e-12),
                            DoubleNear(0.4, 1e-12), DoubleNear(std::log(8.25) / 2, 1e-12), DoubleNear(std::log(0.5) / 2, 1e-12)));
}

TEST(GateFeatures, AgreementIsOverTheTenBest) {
    // 20 documents; the second expert has them the other way round, the third in the first one's order.
    std::vector<float> raw;
    for (int document = 0; document < 20; ++document)
        for (const int score : {document, -document, 2 * document})
            raw.push_back(static_cast<float>(score));
    const auto features = gate_features(raw, 3);
    EXPECT_THAT((std::vector<double>{features[3], features[4], features[5]}), ElementsAre(0.5, 0, 0.5));
}

TEST(GateFeatures, HasNothingToSayOfFlatShortOrDamagedLists) {
    EXPECT_THAT(gate_features(std::vector<float>{}, 2), Each(0));
    EXPECT_THAT(gate_features(std::vector<float>{3, 1}, 1), ElementsAre(DoubleNear(std::log(3), 1e-12), 0, 0)) << "their deviation is 1";
    EXPECT_THAT(gate_features(std::vector<float>{3}, 1), Each(0));
    EXPECT_THAT(gate_features(std::vector<float>{5, 5, 5}, 1), Each(0));
    EXPECT_EQ(gate_features(std::vector<float>{NAN, 3, INFINITY, 1}, 1), gate_features(std::vector<float>{3, 1}, 1));
}

LearnedFusion sample() {
    LearnedFusion learned;
    learned.experts = {"lexical", "local", "global"};
    learned.linear = {0.25, 1.5, 1};
    learned.gate.base = {std::log(0.5), 0, std::log(2)};
    learned.gate.mean = {1, 1, 1, 0.5, 0.5, 0.5, 0, 0, 0};
    learned.gate.deviation = {0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 1, 1, 1};
    learned.gate.effects.assign(18, 0.0);
    learned.gate.effects[0] = std::log(3);      // lexical's margin makes lexical count more
    learned.gate.effects[2 * 6 + 4] = -std::log(2); // local's agreement takes from global
    learned.provenance = {{"collection", "fakes"}, {"split", "dev"}};
    return learned;
}

TEST(FusionGate, WeighsByHand) {
    const FusionGate gate = sample().gate;
    EXPECT_THAT(predicted_weights(gate, gate.mean), ElementsAre(0.5, 1, 2));
    // One deviation above the mean in both that count: 0.5 * 3 and 2 / 2.
    EXPECT_THAT(predicted_weights(gate, std::vector<double>{1.5, 1, 1, 0.5, 0.75, 0.5, 0, 0, 0}), ElementsAre(1.5, 1, 1));
    // Cut at four deviations: 0.5 * 3^4.
    EXPECT_EQ(predicted_weights(gate, std::vector<double>{99, 1, 1, 0.5, 0.5, 0.5, 0, 0, 0})[0], 40.5);
}

TEST(FusionGate, WithoutEffectsEveryQueryHasTheSameWeights) {
    FusionGate gate = sample().gate;
    std::fill(gate.effects.begin(), gate.effects.end(), 0.0);
    for (const double feature : {-3.0, 0.0, 0.7, 12.0})
        EXPECT_THAT(predicted_weights(gate, std::vector<double>(9, feature)), ElementsAre(0.5, 1, 2));
}

// (s - mean) / sd times sd: what is left of a z-score is the raw one, but for a shift that changes no order.
TEST(FusionGate, WithASpreadOfOneItIsASumOfRawScores) {
    FusionGate gate;
    gate.base = {0, std::log(2)};
    gate.mean.assign(6, 0.0);
    gate.deviation.assign(6, 1.0);
    gate.effects.assign(8, 0.0);
    gate.spread = 1;
    const auto weights = predicted_weights(gate, gate_features(kRaw, 2));
    std::vector<std::size_t> tie_order{0, 1, 2, 3};
    std::vector<double> used(8), adaptive(4), raw(4);
    std::vector<std::int32_t> ranks(8);
    fuse(for_query({.method = FusionMethod::Adaptive}, weights), kRaw, 2, tie_order, used, adaptive, ranks);
    fuse({.method = FusionMethod::Weighted, .weights = {1, 2}}, kRaw, 2, tie_order, used, raw, ranks);
    for (std::size_t document = 1; document < 4; ++document)
        EXPECT_NEAR(adaptive[document] - adaptive[0], raw[document] - raw[0], 1e-3);
}

TEST(FusionGate, StaysFiniteUnderAnyNumbers) {
    FusionGate gate = sample().gate;
    gate.spread = 1e300;
    std::fill(gate.effects.begin(), gate.effects.end(), 1e300);
    for (const double weight : predicted_weights(gate, std::vector<double>(9, 1e300)))
        EXPECT_TRUE(std::isfinite(weight));
}

class LearnedFusionFile : public testing::Test {
protected:
    TemporaryFolder m_folder;
    std::filesystem::path m_file = learned_fusion_file(m_folder.path());

    std::string text() const {
        std::ifstream in(m_file);
        std::ostringstream all;
        all << in.rdbuf();
        return all.str();
    }
    std::string refusal() const {
        try {
            read_learned_fusion(m_file);
        } catch (const Error& error) {
            return error.what();
        }
        return "";
    }
    /// What is refused behind a checksum that is right: a hand that computes it, or a fault of ours.
    std::string refusal_of(const std::function<void(nlohmann::ordered_json&)>& change) {
        write_learned_fusion(sample(), m_file);
        auto json = nlohmann::ordered_json::parse(text());
        change(json);
        json.erase("checksum");
        const std::string body = json.dump();
        char checksum[17];
        std::snprintf(checksum, sizeof checksum, "%016llx",
                      static_cast<unsigned long long>(checksum64(std::as_bytes(std::span(body)))));
        json["checksum"] = checksum;
        std::ofstream(m_file) << json;
        return refusal();
    }
};

TEST_F(LearnedFusionFile, RoundTrips) {
    EXPECT_FALSE(read_learned_fusion(m_file));
    LearnedFusion learned = sample();
    learned.gate.base[0] = 0.1 + 0.2; // no digit is lost
    write_learned_fusion(learned, m_file);
    EXPECT_EQ(read_learned_fusion(m_file), learned);
    EXPECT_EQ(to_string(linear_fusion(learned)), "zscore:0.25,1.5,1");
}

TEST_F(LearnedFusionFile, RefusesEveryTruncationAndEveryChangedByte) {
    write_learned_fusion(sample(), m_file);
    const std::string whole = text();
    const auto is_space = [](char letter) { return letter == ' ' || letter == '\n'; };
    for (std::size_t size = 0; size + 2 < whole.size(); ++size) { // the last two are "}\n"
        std::ofstream(m_file) << whole.substr(0, size);
        EXPECT_THAT(refusal(), HasSubstr("fusion.json: ")) << size;
    }
    for (std::size_t at = 0; at < whole.size(); ++at) {
        if (is_space(whole[at])) continue;
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x03);
        std::ofstream(m_file) << damaged;
        EXPECT_THAT(refusal(), HasSubstr("fusion.json: ")) << at << ' ' << damaged[at];
    }
}

// Files of before there were spreads fuse as they did.
TEST_F(LearnedFusionFile, ReadsTheFirstFormat) {
    EXPECT_EQ(refusal_of([](nlohmann::ordered_json& json) {
                  json["format"] = 1;
                  json["gate"].erase("spread");
                  for (const char* list : {"mean", "deviation"})
                      json["gate"][list].erase(6), json["gate"][list].erase(6), json["gate"][list].erase(6);
              }),
              "");
    EXPECT_EQ(read_learned_fusion(m_file), sample());
}

TEST_F(LearnedFusionFile, SaysWhatIsWrongAndWhere) {
    using Json = nlohmann::ordered_json;
    EXPECT_EQ(refusal_of([](Json&) {}), "");
    const std::vector<std::pair<std::function<void(Json&)>, const char*>> cases = {
        {[](Json& json) { json["format"] = 3; }, "its format is 3, this Cameo reads 1 and 2"},
        {[](Json& json) { json["format"] = "2"; }, "its format is \"2\", this Cameo reads 1 and 2"},
        {[](Json& json) { json["format"] = 1; }, "field spread is unknown"},
        {[](Json& json) { json["gate"].erase("spread"); }, "field gate.spread is missing"},
        {[](Json& json) { json["gate"]["spread"] = "1"; }, "field gate.spread has an entry that is no number"},
        {[](Json& json) { json.erase("format"); }, "field format is missing"},
        {[](Json& json) { json["experts"] = "lexical"; }, "field experts is no list of 1 to 32 names"},
        {[](Json& json) { json["experts"][1] = 3; }, "field experts is no list"},
        {[](Json& json) { json["linear"].push_back(1); }, "field linear has 4 numbers, expected 3"},
        {[](Json& json) { json["linear"][0] = "1"; }, "field linear has an entry that is no number"},
        {[](Json& json) { json["gate"] = 1; }, "field gate is no object"},
        {[](Json& json) { json["gate"].erase("mean"); }, "field gate.mean is missing"},
        {[](Json& json) { json["gate"]["deviation"][2] = 0; }, "field gate.deviation has an entry that is not above 0"},
        {[](Json& json) { json["gate"]["effects"].erase(0); }, "field gate.effects has 2 rows, expected 3"},
        {[](Json& json) { json["gate"]["effects"][1].erase(0); }, "field gate.effects[1] has 5 numbers, expected 6"},
        {[](Json& json) { json["gate"]["more"] = 1; }, "field more is unknown"},
        {[](Json& json) { json["more"] = 1; }, "field more is unknown"},
        {[](Json& json) { json["provenance"]["split"] = 1; }, "field provenance.split is no text"},
    };
    for (const auto& [change, expected] : cases) {
        const std::string sentence = refusal_of(change);
        EXPECT_THAT(sentence, HasSubstr(m_file.string() + ": " + expected));
        EXPECT_THAT(sentence, HasSubstr("`cameo fuse`"));
    }
    std::ofstream(m_file) << "[1, 2]";
    EXPECT_THAT(refusal(), HasSubstr("not a JSON object"));
    std::ofstream(m_file) << std::string(200, '[');
    EXPECT_THAT(refusal(), HasSubstr("nested too deeply"));
    std::ofstream(m_file) << std::string(1'000'001, ' ');
    EXPECT_THAT(refusal(), HasSubstr("expected at most 1000000"));
}

struct Bench {
    TemporaryFolder folder;
    std::shared_ptr<FakeModel> model =
        std::make_shared<FakeModel>(std::vector<std::string>{"play", "music", "terminal", "sound"});
    std::shared_ptr<FakeCollection> collection = std::make_shared<FakeCollection>();
    Progress progress;

    Bench() {
        model->home = folder.path();
        collection->documents = {{"a", "", "play music", {}}, {"b", "", "terminal sound", {}}, {"c", "", "music sound", {}}};
    }
    SearchEngine engine() const {
        return SearchEngine(model, collection, std::make_shared<FakeIndex>(*model, *collection));
    }
    std::string refusal() {
        try {
            engine().run({.text = "music", .fusion = {FusionMethod::Adaptive}}, progress);
        } catch (const Error& error) {
            return error.what();
        }
        return "";
    }
};

TEST(LearnedFusionOfAnEngine, WeighsTheQueryAndRecordsIt) {
    Bench bench;
    write_learned_fusion(sample(), learned_fusion_file(bench.folder.path()));
    const SearchEngine engine = bench.engine();
    const Trace trace =
        engine.run({.text = "play music", .fusion = {FusionMethod::Adaptive}, .ledgers = 1}, bench.progress);
    std::vector<float> raw;
    for (const UnionDocument& document : trace.documents)
        raw.insert(raw.end(), document.raw.begin(), document.raw.end());
    EXPECT_EQ(trace.query_weights, predicted_weights(sample().gate, gate_features(raw, 3)));
    EXPECT_THAT(trace.ledgers.at(0).fusion, HasSubstr("weights for this query"));
    // A document outside the union is fused by the same weights.
    EXPECT_EQ(engine.explain(trace, "b").fusion, trace.ledgers[0].fusion);
    // And they are recorded whatever the query was fused by, so that the fusion can be chosen afterwards.
    EXPECT_EQ(engine.run({.text = "play music"}, bench.progress).query_weights, trace.query_weights);
}

TEST(LearnedFusionOfAnEngine, IsRefusedWhereThereIsNoneAndTheOthersAreNot) {
    Bench bench;
    EXPECT_THAT(bench.refusal(), HasSubstr("model fake has no learned fusion: `cameo fuse --model fake --collection fakes`"));
    bench.model->home.clear();
    EXPECT_THAT(bench.refusal(), HasSubstr("has no learned fusion"));

    bench.model->home = bench.folder.path();
    LearnedFusion other = sample();
    other.experts[1] = "phrases";
    write_learned_fusion(other, learned_fusion_file(bench.folder.path()));
    EXPECT_THAT(bench.refusal(), HasSubstr("fusion.json: its experts are lexical, phrases, global, the model's are lexical, "
                                           "local, global"));
    std::ofstream(learned_fusion_file(bench.folder.path())) << "{";
    EXPECT_THAT(bench.refusal(), HasSubstr("fusion.json: not a JSON object"));
    EXPECT_EQ(bench.engine().learned_fusion(), nullptr);
    EXPECT_TRUE(bench.engine().run({.text = "music"}, bench.progress).query_weights.empty());
}

} // namespace
} // namespace cameo
