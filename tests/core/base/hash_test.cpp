#include "core/base/fnv.hpp"
#include "core/base/sha256.hpp"

#include <gtest/gtest.h>

namespace cameo {
namespace {

TEST(Sha256, AgreesWithThePublishedExamples) {
    // FIPS 180-4's examples, and lengths around the padding's edges as Python's hashlib has them.
    EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(to_hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(to_hex(sha256(std::string(1'000'000, 'a'))),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    EXPECT_EQ(to_hex(sha256(std::string(119, 'a'))),
              "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb");
    EXPECT_EQ(to_hex(sha256(std::string(55, 'a'))),
              "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
    EXPECT_EQ(to_hex(sha256(std::string(56, 'a'))),
              "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a");
    EXPECT_EQ(to_hex(sha256(std::string(64, 'a'))),
              "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
}

TEST(Sha256, TakesItsInputInPieces) {
    const std::string text(1000, 'x');
    for (const std::size_t piece : {1, 63, 64, 65, 999}) {
        Sha256 hash;
        for (std::size_t begin = 0; begin < text.size(); begin += piece)
            hash.update(std::string_view(text).substr(begin, piece));
        EXPECT_EQ(hash.digest(), sha256(text)) << piece;
    }
}

TEST(Fnv1a, AgreesWithItsAuthors) {
    EXPECT_EQ(fnv1a(""), 0xcbf29ce484222325);
    EXPECT_EQ(fnv1a("a"), 0xaf63dc4c8601ec8c);
    EXPECT_EQ(fnv1a("foobar"), 0x85944171f73967e8);
    EXPECT_EQ(fnv1a("bar", fnv1a("foo")), fnv1a("foobar"));
}

} // namespace
} // namespace cameo
