#include "core/base/error.hpp"
#include "core/index/index_folder.hpp"
#include "tests/support/broken_invariant.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

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

} // namespace
} // namespace cameo
