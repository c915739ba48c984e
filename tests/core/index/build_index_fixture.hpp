#pragma once

#include "core/base/error.hpp"
#include "core/index/index.hpp"
#include "tests/support/hashed_model.hpp"
#include "tests/support/memory_collection.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <fstream>

namespace cameo {

inline constexpr std::int64_t kDocuments = 700;

/// A model without weights, a collection in memory and an index of them in a folder that is gone afterwards.
class BuildIndexTest : public testing::Test {
protected:
    BuildIndexTest() { m_options.shard_documents = 64; }

    IndexReport build(const Collection& collection) {
        return build_index(m_model, collection, m_path, m_options, m_progress);
    }
    IndexReport build() { return build(m_collection); }

    // Whether an index over these documents answers, and gives what a fresh encoding gives.
    void expect_right(const Index& index, const Collection& collection, std::int64_t documents) {
        ASSERT_EQ(index.info().documents, documents);
        const auto query = m_model.encode_one("w3 w17 w120 w5");
        for (std::size_t expert_idx = 0; expert_idx < 3; ++expert_idx) {
            const auto hits = index.candidates(expert_idx, query[expert_idx], 20);
            ASSERT_EQ(hits.size(), 20u);
            std::vector<DocumentOrdinal> ordinals;
            for (const auto& hit : hits)
                ordinals.push_back(hit.document);
            std::vector<float> scores(hits.size());
            index.score(expert_idx, query[expert_idx], ordinals, scores);
            for (std::size_t at = 0; at < hits.size(); ++at)
                EXPECT_EQ(scores[at], hits[at].score);
        }
        for (DocumentOrdinal ordinal = 0; ordinal < documents; ordinal += 13) {
            const auto fresh = m_model.encode_one(collection.document(ordinal).content());
            EXPECT_EQ(index.document(0, ordinal).sparse.weights, fresh[0].sparse.weights);
            EXPECT_EQ(index.document(1, ordinal).tokens.tokens, fresh[1].tokens.tokens);
            EXPECT_EQ(index.document(2, ordinal).pooled, fresh[2].pooled);
        }
    }
    std::filesystem::path shard(std::int64_t first) const {
        char name[48];
        std::snprintf(name, sizeof name, "shard-%012lld.sections", static_cast<long long>(first));
        return m_path / name;
    }
    static void damage(const std::filesystem::path& path, std::streamoff at) {
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekg(at);
        const char before = static_cast<char>(file.get());
        file.seekp(at);
        file.put(static_cast<char>(before ^ 0x2a));
    }
    static std::string segments(const std::filesystem::path& folder) {
        return nlohmann::json::parse(std::ifstream(folder / "index.json")).at("segments").dump();
    }
    ErrorKind kind_of_refusal() const {
        try {
            Index::open(m_path);
        } catch (const Error& problem) {
            return problem.kind();
        }
        throw std::logic_error("it was not refused");
    }
    std::size_t structure_files() const {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::directory_iterator(m_path))
            count += entry.path().filename().string().starts_with("structure-") ? 1 : 0;
        return count;
    }
    std::size_t temporary_files() const {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::directory_iterator(m_path))
            count += entry.path().string().find(".tmp-") != std::string::npos ? 1 : 0;
        return count;
    }

    TemporaryFolder m_folder;
    std::filesystem::path m_path = m_folder / "deep/index";
    HashedModel m_model;
    MemoryCollection m_collection{MemoryCollection::random_documents(kDocuments)};
    IndexOptions m_options;
    Progress m_progress;
};

} // namespace cameo
