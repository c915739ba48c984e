// What a frozen encoder makes of texts is kept from one run to the next: nothing but the time may tell.
#include "core/base/folders.hpp"
#include "core/eval/block_evaluation.hpp"
#include "core/index/index.hpp"
#include "core/model/cpu/team.hpp"
#include "core/model/moe/create_sbmoe.hpp"
#include "core/model/vectors/vector_cache.hpp"
#include "core/train/adamw.hpp"
#include "core/train/frozen_memory.hpp"
#include "tests/core/train/moe_fixtures.hpp"

#include <gmock/gmock.h>

namespace cameo {
namespace {

using testing::IsEmpty;

/// @param most_bytes kept in memory
std::string trained(const MoeFixture& fixture, const std::filesystem::path& model, const std::string& name, std::size_t most_bytes) {
    const auto recipe = MoeFixture::recipe();
    const auto net = make_moe_net(model, fixture.collection, fixture.queries, recipe, make_frozen_memory(most_bytes));
    AdamW optimiser(net->groups(recipe));
    for (int step = 0; step < 6; ++step) {
        auto part = MoeFixture::part(step);
        if (step % 2)
            part.batch = {.queries = {3, 2}, .documents = {3, 2, 4}, .positive = {0, 1}, .counts = {1, 1, 1, 1, 1, 1}, .teacher = {}};
        const auto result = net->backward(part, recipe);
        EXPECT_GT(result.tokens, 10);
        optimiser.step(1);
        optimiser.forget_gradients();
        net->after_step(recipe);
    }
    const auto folder = fixture.home / name;
    std::filesystem::create_directories(folder);
    net->write_model(folder, name);
    return read_file(folder / "changes.safetensors");
}

/// The fixture's documents and as many others that they are too many for somebody to wait for, on any processor.
std::vector<Document> many_documents() {
    static const char* const words[] = {"play", "music", "fast", "small", "tiny", "player"};
    std::vector<Document> documents;
    for (const auto& text : MoeFixture::kDocuments) documents.push_back({"d" + std::to_string(documents.size()), "", text, {}});
    for (int other = 0; other < 2 * usable_threads(); ++other) {
        std::string text = "plays";
        for (int left = other + 1; left > 0; left /= 6) text += std::string(" ") + words[left % 6];
        documents.push_back({"d" + std::to_string(documents.size()), "", text, {}});
    }
    return documents;
}

/// All files of an index.
std::map<std::string, std::string> indexed(const MoeFixture& fixture, const std::filesystem::path& model, const std::string& name) {
    Progress progress;
    const auto folder = fixture.home / name;
    build_index(*Model::load(model), MemoryCollection(many_documents()), folder, {}, progress);
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.is_regular_file()) files[entry.path().filename().string()] = read_file(entry.path());
    return files;
}

class KeptVectorsTest : public testing::Test {
protected:
    KeptVectorsTest() {
        create_sbmoe({.name = "block", .from = model_data("bert-mlm").string(), .experts = 3, .query_tokens = 8, .document_tokens = 16, .seed = 1});
    }
    ~KeptVectorsTest() override { keep_vectors({}); }
    void keep() {
        VectorCache cache;
        cache.folder = m_kept.path();
        keep_vectors(std::move(cache));
    }
    /// Of all makers together.
    std::size_t texts() const {
        std::size_t sum = 0;
        for (const auto& entry : std::filesystem::directory_iterator(m_kept.path())) {
            EXPECT_EQ((entry.file_size() - 40) % (24 + 4 * m_width), 0u);
            sum += (entry.file_size() - 40) / (24 + 4 * m_width);
        }
        return sum;
    }

    MoeFixture m_fixture;
    TemporaryFolder m_kept;
    std::filesystem::path m_model = folders().models() / "block";
    std::size_t m_width = std::size_t(read_bert_config(model_data("bert-mlm") / "config.json").hidden);
};

TEST_F(KeptVectorsTest, ATrainingHasTheSameBitsWithoutThemColdAndWarm) {
    const auto without = trained(m_fixture, m_model, "without", kFrozenMemoryBytes);
    EXPECT_EQ(trained(m_fixture, m_model, "forgetful", 0), without);
    keep();
    EXPECT_EQ(trained(m_fixture, m_model, "cold", kFrozenMemoryBytes), without);
    const auto kept = texts();
    EXPECT_GT(kept, 10u);
    EXPECT_EQ(trained(m_fixture, m_model, "warm", kFrozenMemoryBytes), without);
    EXPECT_EQ(trained(m_fixture, m_model, "warm-forgetful", 0), without);
    EXPECT_EQ(texts(), kept);
}

TEST_F(KeptVectorsTest, AnIndexHasTheSameBytesAndMakesTheFirstTrainingQuick) {
    const auto index = indexed(m_fixture, m_model, "index");
    const auto without = trained(m_fixture, m_model, "without", kFrozenMemoryBytes);
    EXPECT_THAT(std::vector<std::filesystem::path>(std::filesystem::directory_iterator(m_kept.path()), {}), IsEmpty());
    keep();
    EXPECT_EQ(indexed(m_fixture, m_model, "cold"), index);
    const auto documents = texts();
    EXPECT_EQ(documents, many_documents().size()); // no two are the same
    EXPECT_EQ(indexed(m_fixture, m_model, "warm"), index);
    EXPECT_EQ(texts(), documents);
    EXPECT_EQ(trained(m_fixture, m_model, "trained", kFrozenMemoryBytes), without);
    EXPECT_EQ(texts(), documents + m_fixture.queries.size());
}

// What a killed process has left.
TEST_F(KeptVectorsTest, SomeOfThemAreEnoughForTheSameBytes) {
    const auto index = indexed(m_fixture, m_model, "index");
    keep();
    trained(m_fixture, m_model, "trained", kFrozenMemoryBytes);
    for (const auto& entry : std::filesystem::directory_iterator(m_kept.path()))
        std::filesystem::resize_file(entry.path(), 40 + 4 * (24 + 4 * m_width) + 11);
    EXPECT_EQ(indexed(m_fixture, m_model, "again"), index);
}

TEST_F(KeptVectorsTest, WhatAValidationEncodesServesTheIndex) {
    keep();
    Progress progress;
    AskedDocuments asked{"all", "dev", {}, {}, {}};
    for (const auto& document : many_documents()) {
        asked.ids.push_back(document.id);
        asked.texts.push_back(document.text);
    }
    PooledSplit(m_model, asked, progress);
    const auto kept = texts();
    EXPECT_EQ(kept, asked.texts.size());
    indexed(m_fixture, m_model, "index");
    EXPECT_EQ(texts(), kept);
}

} // namespace
} // namespace cameo
