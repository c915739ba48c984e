#include "core/base/error.hpp"
#include "core/base/folders.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

namespace cameo {
namespace {

TEST(Folders, FollowCameoHome) {
    ScopedVariable home("CAMEO_HOME", "/somewhere");
    const auto found = folders();
    EXPECT_EQ(found.data, "/somewhere/data");
    EXPECT_EQ(found.collections(), "/somewhere/data/collections");
    EXPECT_EQ(found.state, "/somewhere/state");
}

TEST(Folders, FollowXdgAndIgnoreRelativePaths) {
    ScopedVariable cameo_home("CAMEO_HOME", nullptr), cache("CAMEO_CACHE", nullptr), home("HOME", "/home/ada");
    ScopedVariable data("XDG_DATA_HOME", "/data"), config("XDG_CONFIG_HOME", "relative"), state("XDG_STATE_HOME", nullptr);
    ScopedVariable xdg_cache("XDG_CACHE_HOME", nullptr);
    const auto found = folders();
    EXPECT_EQ(found.data, "/data/cameo");
    EXPECT_EQ(found.config, "/home/ada/.config/cameo");
    EXPECT_EQ(found.state, "/home/ada/.local/state/cameo");
    EXPECT_EQ(found.cache, "/home/ada/.cache/cameo");
}

TEST(Folders, KeepTheCacheSharedUnderCameoHome) {
    ScopedVariable home("CAMEO_HOME", "/somewhere"), cache("CAMEO_CACHE", "/shared/cache");
    EXPECT_EQ(folders().cache, "/shared/cache");
    EXPECT_EQ(folders().weights(), "/shared/cache/weights");
}

TEST(Folders, PreferTheWeightsThatWereInstalled) {
    const TemporaryFolder folder;
    ScopedVariable home("CAMEO_HOME", "/somewhere"), cache("CAMEO_CACHE", "/shared/cache"), assets("CAMEO_ASSETS", folder.path().c_str());
    EXPECT_EQ(folders().weights(), "/shared/cache/weights");
    std::filesystem::create_directory(folder / "weights");
    EXPECT_EQ(folders().weights(), folder / "weights");
}

TEST(Folders, KeepVectorsInTheCacheUnlessTheyAreToldWhere) {
    ScopedVariable cache("CAMEO_CACHE", "/shared/cache"), vectors("CAMEO_VECTORS", nullptr), cameo_home("CAMEO_HOME", nullptr);
    EXPECT_EQ(folders().vectors, "/shared/cache/vectors");
    {
        ScopedVariable home("CAMEO_HOME", "/somewhere");
        EXPECT_EQ(folders().vectors, "/somewhere/vectors");
        ScopedVariable named("CAMEO_VECTORS", "/large/disk");
        EXPECT_EQ(folders().vectors, "/large/disk");
    }
    ScopedVariable off("CAMEO_VECTORS", "off");
    EXPECT_EQ(folders().vectors, "");
}

TEST(Folders, RefuseWhenNothingIsSet) {
    ScopedVariable cameo_home("CAMEO_HOME", nullptr), home("HOME", nullptr), data("XDG_DATA_HOME", nullptr);
    EXPECT_THROW(folders(), Error);
}

TEST(Folders, FindTheAssetsOfTheSourceTree) {
    ScopedVariable assets("CAMEO_ASSETS", nullptr), home("CAMEO_HOME", "/somewhere");
    EXPECT_TRUE(std::filesystem::is_directory(folders().assets));
}

} // namespace
} // namespace cameo
