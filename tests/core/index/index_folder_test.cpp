#include "core/base/error.hpp"
#include "core/index/index.hpp"
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

} // namespace
} // namespace cameo
