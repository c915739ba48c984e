// Representations against those of transformers, sentence-transformers and ColBERT's own procedure for the same
// weights: tests/data/model/make_fixtures.py made both.
#include "core/base/folders.hpp"
#include "tests/core/model/model_fixtures.hpp"

#include <cmath>

namespace cameo {
namespace {

constexpr float kTolerance = 1e-4f; // design.md: absolute, float32

std::vector<std::string> texts_of(const nlohmann::json& expected) {
    return expected["texts"].get<std::vector<std::string>>();
}

std::vector<float> dense(const SparseVector& sparse, std::size_t width) {
    std::vector<float> all(width, 0.0f);
    for (std::size_t i = 0; i < sparse.terms.size(); ++i)
        all[std::size_t(sparse.terms[i])] = sparse.weights[i];
    return all;
}

void expect_near(const std::vector<float>& found, const std::vector<float>& expected, const std::string& what) {
    ASSERT_EQ(found.size(), expected.size()) << what;
    float worst = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
        ASSERT_FALSE(std::isnan(found[i])) << what << " at " << i;
        worst = std::max(worst, std::abs(found[i] - expected[i]));
    }
    EXPECT_LE(worst, kTolerance) << what;
}

// A one-expert model over a fixture, with the lengths that the reference used.
std::shared_ptr<const Model> model_over(const ModelHome& home, const std::string& fixture, const std::string& expert) {
    const auto folder = home / ("made/" + fixture);
    write_file(folder / "model.json",
               R"({"format":1,"name":"m","kind":"assembly","experts":[{"name":"e","weights":")" +
                   model_data(fixture).string() + R"(","max_query_tokens":24,"max_document_tokens":24,)" + expert + "}]}");
    return Model::load(folder);
}

TEST(Parity, MaskedLmWithTiedDecoderAndOldNames) {
    const ModelHome home;
    const auto expected = read_test_json("expected.json");
    const auto model = model_over(home, "bert-mlm", R"("kind":"lexical")");
    Progress progress;
    const auto texts = texts_of(expected);
    const auto found = model->encode(texts, Role::Document, 0, progress);
    EXPECT_EQ(progress.done(), std::int64_t(texts.size()));
    for (std::size_t text = 0; text < texts.size(); ++text)
        expect_near(dense(found[text].sparse, 24), expected["bert-mlm"][text].get<std::vector<float>>(), texts[text]);
    EXPECT_TRUE(found[4].truncated);
    EXPECT_FALSE(found[0].truncated);
}

TEST(Parity, DistilBertFromAPickle) {
    const ModelHome home;
    const auto expected = read_test_json("expected.json");
    const auto lexical = model_over(home, "distilbert-mlm", R"("kind":"lexical")");
    const auto pooled = model_over(home, "distilbert-mlm", R"("kind":"global","pooling":"cls","normalise":false)");
    Progress progress;
    const auto texts = texts_of(expected);
    const auto weights = lexical->encode(texts, Role::Query, 0, progress);
    const auto vectors = pooled->encode(texts, Role::Query, 0, progress);
    for (std::size_t text = 0; text < texts.size(); ++text) {
        const auto& row = expected["distilbert-mlm"][text];
        expect_near(dense(weights[text].sparse, 24), row["splade"].get<std::vector<float>>(), texts[text]);
        expect_near(vectors[text].pooled, row["cls"].get<std::vector<float>>(), texts[text]);
    }
}

TEST(Parity, SentenceTransformersChainWithDense) {
    const ModelHome home;
    const auto expected = read_test_json("expected.json");
    const auto model = home.import("st-dense");
    ASSERT_EQ(model->experts().size(), 1u);
    EXPECT_EQ(model->experts()[0].kind, ExpertKind::Global);
    EXPECT_EQ(model->experts()[0].width, 12);
    Progress progress;
    const auto texts = texts_of(expected);
    const auto found = model->encode(texts, Role::Document, 0, progress);
    for (std::size_t text = 0; text < texts.size(); ++text)
        expect_near(found[text].pooled, expected["st-dense"][text].get<std::vector<float>>(), texts[text]);
}

TEST(Parity, ColbertMarkersMaskPaddingAndSkiplist) {
    const ModelHome home;
    const auto expected = read_test_json("expected.json");
    const auto model = home.import("colbert");
    EXPECT_EQ(model->experts()[0].kind, ExpertKind::Local);
    EXPECT_EQ(model->experts()[0].width, 8);
    Progress progress;
    const auto texts = texts_of(expected);
    const auto queries = model->encode(texts, Role::Query, 0, progress);
    const auto documents = model->encode(texts, Role::Document, 0, progress);
    for (std::size_t text = 0; text < texts.size(); ++text) {
        const auto& row = expected["colbert"][text];
        EXPECT_EQ(queries[text].tokens.tokens, row["query_ids"].get<std::vector<std::int32_t>>());
        EXPECT_EQ(documents[text].tokens.tokens, row["document_ids"].get<std::vector<std::int32_t>>());
        expect_near(queries[text].tokens.rows, row["query"].get<std::vector<float>>(), "query " + texts[text]);
        expect_near(documents[text].tokens.rows, row["document"].get<std::vector<float>>(), "document " + texts[text]);
    }
}

TEST(Parity, TheUntrainedExpertsOnTheirWeights) {
    const auto untrained = folders().shipped_models() / "untrained";
    const ModelHome home;
    std::shared_ptr<const Model> model;
    try {
        model = Model::load(untrained);
    } catch (const Error& missing) {
        GTEST_SKIP() << missing.what();
    }
    Progress progress;
    const auto trained = read_test_json("trained.json"); // outlives the loop, as a temporary of its head would not
    ASSERT_EQ(trained["rows"].size(), 4u);
    for (const auto& row : trained["rows"]) {
        const std::vector<std::string> text{row["text"].get<std::string>()};
        const auto found = model->encode(text, Role::Document, progress).front();
        const auto& sparse = found[0].sparse;
        // Terms with a weight below the tolerance may be on one side only.
        auto weights = dense(sparse, 30522);
        std::vector<float> reference(30522, 0.0f);
        for (std::size_t i = 0; i < row["terms"].size(); ++i)
            reference[row["terms"][i].get<std::size_t>()] = row["weights"][i].get<float>();
        expect_near(weights, reference, "lexical " + text[0]);
        const auto& tokens = found[1].tokens;
        ASSERT_EQ(tokens.count(), row["tokens"][0].get<std::size_t>());
        std::vector<float> firsts;
        for (std::size_t t = 0; t < tokens.count(); ++t)
            firsts.insert(firsts.end(), tokens.rows.begin() + std::ptrdiff_t(t * 384),
                          tokens.rows.begin() + std::ptrdiff_t(t * 384 + 6));
        expect_near(firsts, row["token_rows"].get<std::vector<float>>(), "local " + text[0]);
        expect_near(found[2].pooled, row["pooled"].get<std::vector<float>>(), "global " + text[0]);
    }
}

// Queries are float32 to the bit whatever documents are encoded in, and one document alone, which is a small batch, has
// the numbers that it has among many: an index would not find it otherwise.
TEST(Parity, TheRoleDecidesThePrecisionAndNotTheBatch) {
    const auto untrained = folders().shipped_models() / "untrained";
    const ModelHome home;
    std::shared_ptr<const Model> exact;
    try {
        exact = Model::load(untrained);
    } catch (const Error& missing) {
        GTEST_SKIP() << missing.what();
    }
    const ScopedVariable any("CAMEO_PRECISION", nullptr);
    const auto model = Model::load(untrained);
    const std::string precision = model->device().precision;
    EXPECT_TRUE(precision.starts_with("fp32")) << precision;
    std::vector<std::string> texts;
    const auto trained = read_test_json("trained.json");
    for (const auto& row : trained["rows"])
        texts.push_back(row["text"].get<std::string>());
    while (texts.size() < 24)
        texts.push_back(texts[texts.size() - 4] + " " + texts[texts.size() % 3]);
    Progress progress;
    const auto queries = model->encode(texts, Role::Query, progress), as_before = exact->encode(texts, Role::Query, progress);
    const auto documents = model->encode(texts, Role::Document, 2, progress);
    bool half = false;
    for (std::size_t text = 0; text < texts.size(); ++text) {
        EXPECT_EQ(queries[text][0].sparse.weights, as_before[text][0].sparse.weights);
        EXPECT_EQ(queries[text][2].pooled, as_before[text][2].pooled);
        if (text % 8 != 0)
            continue;
        const auto alone = model->encode(std::span(&texts[text], 1), Role::Document, 2, progress)[0].pooled;
        const auto full = exact->encode(std::span(&texts[text], 1), Role::Document, 2, progress)[0].pooled;
        float to_bulk = 0, to_full = 0;
        for (std::size_t i = 0; i < alone.size(); ++i) {
            to_bulk = std::max(to_bulk, std::abs(alone[i] - documents[text].pooled[i]));
            to_full = std::max(to_full, std::abs(alone[i] - full[i]));
        }
        EXPECT_LT(to_bulk, 3e-3f) << texts[text];
        half |= to_full > 0;
    }
    EXPECT_EQ(half, precision.find("bf16") != std::string::npos) << precision;
}

} // namespace
} // namespace cameo
