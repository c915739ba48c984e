#include "core/base/error.hpp"
#include "core/index/index_folder.hpp"
#include "tests/support/broken_invariant.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace cameo {
namespace {

// Two models without a name shared the folder "--debian", and each took the other's index for its own.
TEST(IndexFolder, BelongsToOneModelAndOneCollection) {
    TemporaryFolder home;
    const ScopedVariable variable("CAMEO_HOME", home.path().c_str());
    EXPECT_EQ(index_folder("demo", "debian"), home / "data/indexes/demo--debian");
    EXPECT_BROKEN_INVARIANT(index_folder("", "debian"));
    EXPECT_BROKEN_INVARIANT(index_folder("demo", ""));
    EXPECT_BROKEN_INVARIANT(index_folder("../demo", "debian"));
    EXPECT_BROKEN_INVARIANT(index_folder("demo", "a/b"));
}

TEST(IndexFolder, KnowsTheServerThatHasTheDocuments) {
    TemporaryFolder folder;
    IndexManifest manifest{.model = "m", .model_version = "1", .collection = "c", .collection_version = "2", .expected = 3};
    write_manifest(folder.path(), manifest);
    EXPECT_FALSE(read_index_manifest(folder.path())->engine);
    manifest.engine = StoredEngine{.address = "milvus://host:1", .collection = "cameo_m_c_1", .dense = "HNSW", .text_fields = 2};
    write_manifest(folder.path(), manifest);
    EXPECT_EQ(read_index_manifest(folder.path())->engine, manifest.engine);
}

TEST(IndexFolder, ReadsNoDescriptionThatIsTooLong) {
    TemporaryFolder folder;
    write_manifest(folder.path(), {.model = "m", .model_version = "1", .collection = "c", .collection_version = "2", .expected = 3});
    const auto path = folder / "index.json";
    std::ofstream(path, std::ios::app) << std::string(1'000'000, ' ');
    EXPECT_EQ(read_index_manifest(folder.path())->expected, 3);
    std::ofstream(path, std::ios::app) << std::string(9'000'000, ' ');
    EXPECT_THAT([&] { read_index_manifest(folder.path()); },
                testing::ThrowsMessage<Error>(testing::AllOf(testing::StartsWith(path.string() + ": 100"), testing::EndsWith(" bytes, expected the description of an index in at most 8000000"))));
}

// Indexes made before tokens could be pooled say nothing of it.
TEST(IndexFolder, KnowsHowManyTokensShareAVector) {
    TemporaryFolder folder;
    IndexManifest manifest{.model = "m", .model_version = "1", .collection = "c", .collection_version = "2", .expected = 3};
    manifest.experts = {{.name = "lexical", .kind = ExpertKind::Lexical, .width = 9}, {.name = "local", .kind = ExpertKind::Local, .width = 4, .pooling = 3}};
    EXPECT_EQ(token_pooling(manifest), 3);
    write_manifest(folder.path(), manifest);
    EXPECT_EQ(read_index_manifest(folder.path())->experts, manifest.experts);
    const auto with = [&](const auto& edit) {
        auto json = nlohmann::json::parse(std::ifstream(folder / "index.json"));
        edit(json.at("experts").at(1));
        std::ofstream(folder / "index.json") << json;
        return read_index_manifest(folder.path());
    };
    EXPECT_EQ(token_pooling(*with([](auto& expert) { expert.erase("pooling"); })), 1);
    for (const int wrong : {0, -1, 17})
        EXPECT_THROW(with([&](auto& expert) { expert["pooling"] = wrong; }), Error) << wrong;
}

} // namespace
} // namespace cameo
