#include "core/base/error.hpp"
#include "core/index/index.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

namespace cameo {
namespace {

// Two models without a name shared the folder "--debian", and each took the other's index for its own.
TEST(IndexFolder, BelongsToOneModelAndOneCollection) {
    TemporaryFolder home;
    const ScopedVariable variable("CAMEO_HOME", home.path().c_str());
    EXPECT_EQ(index_folder("demo", "debian"), home / "data/indexes/demo--debian");
#ifdef NDEBUG // a broken promise stops a debug build
    EXPECT_THROW(index_folder("", "debian"), InternalError);
    EXPECT_THROW(index_folder("demo", ""), InternalError);
    EXPECT_THROW(index_folder("../demo", "debian"), InternalError);
    EXPECT_THROW(index_folder("demo", "a/b"), InternalError);
#endif
}

} // namespace
} // namespace cameo
