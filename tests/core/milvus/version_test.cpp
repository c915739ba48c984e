#include "core/milvus/version.hpp"

#include <gtest/gtest.h>

namespace cameo {
namespace {

TEST(MilvusVersion, KnowsWhichCanBeUsed) {
    for (const char* text : {"v2.4.0", "2.5.4", "v2.6.1-beta", "v3.0.0", "milvus_lite-3.2.2"}) {
        ASSERT_TRUE(parse_milvus_version(text)) << text;
        EXPECT_TRUE(parse_milvus_version(text)->usable()) << text;
    }
    for (const char* text : {"v2.3.9", "1.1.0", "milvus_lite-2.4.10"}) {
        ASSERT_TRUE(parse_milvus_version(text)) << text;
        EXPECT_FALSE(parse_milvus_version(text)->usable()) << text;
    }
    for (const char* text : {"", "v", "2", "nginx/1.22.1", "milvus_lite-"}) EXPECT_FALSE(parse_milvus_version(text)) << text;
}

TEST(MilvusVersion, HasANameForPeople) {
    EXPECT_EQ(parse_milvus_version("v2.5.4")->name, "Milvus 2.5.4");
    EXPECT_EQ(parse_milvus_version("milvus_lite-3.2.2")->name, "Milvus Lite 3.2.2");
}

} // namespace
} // namespace cameo
