#include "core/milvus/address.hpp"

#include "core/base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cameo {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string refusal(std::string_view text) {
    try {
        parse_milvus_address(text);
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::InvalidInput);
        return error.what();
    }
    return "taken";
}

TEST(MilvusAddress, ReadsWhatItWrites) {
    for (const char* text : {"milvus://localhost:19530", "milvus+tls://search.example.org:443", "milvus://10.0.0.7:1/papers", "milvus+tls://[::1]:19530/a_1"})
        EXPECT_EQ(to_string(parse_milvus_address(text)), text);
}

TEST(MilvusAddress, HasMilvusOwnPortByItself) {
    EXPECT_EQ(parse_milvus_address("milvus://host"), (MilvusAddress{"host", 19530, "", false}));
    EXPECT_EQ(parse_milvus_address("milvus+tls://[fe80::1]/papers"), (MilvusAddress{"fe80::1", 19530, "papers", true}));
    EXPECT_EQ(parse_milvus_address("milvus://[fe80::1]").host_and_port(), "[fe80::1]:19530");
}

TEST(MilvusAddress, SaysWhatIsWrong) {
    EXPECT_THAT(refusal("http://host:1"), HasSubstr("'http://host:1': not an address of Milvus; expected milvus://host:port"));
    EXPECT_THAT(refusal("milvus://host:0"), HasSubstr("port '0' is none from 1 to 65535"));
    EXPECT_THAT(refusal("milvus://host:65536"), HasSubstr("port '65536'"));
    EXPECT_THAT(refusal("milvus://host:1x"), HasSubstr("port '1x'"));
    EXPECT_THAT(refusal("milvus://:19530"), HasSubstr("the host is missing"));
    EXPECT_THAT(refusal("milvus://a b:19530"), HasSubstr("host 'a b' is not a name"));
    EXPECT_THAT(refusal("milvus://host:1/"), HasSubstr("database '' is not a word"));
    EXPECT_THAT(refusal("milvus://host:1/a/b"), HasSubstr("database 'a/b'"));
    EXPECT_THAT(refusal("milvus://[::1:5"), HasSubstr("a [ without its ]"));
    EXPECT_THAT(refusal("milvus://[x]:5"), HasSubstr("no IPv6 address"));
    EXPECT_THAT(refusal("milvus://[::1]5"), HasSubstr("between the ] and the port"));
}

TEST(MilvusAddress, DoesNotRepeatWhatMayBeAPassword) {
    const auto said = refusal("milvus://root:hunter2@host:19530");
    EXPECT_THAT(said, HasSubstr("$CAMEO_MILVUS_TOKEN"));
    EXPECT_THAT(said, Not(HasSubstr("hunter2")));
}

} // namespace
} // namespace cameo
