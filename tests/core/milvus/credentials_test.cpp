#include "core/milvus/credentials.hpp"

#include "core/base/error.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace cameo {
namespace {

using testing::HasSubstr;
using testing::Not;

class MilvusCredentialsTest : public testing::Test {
protected:
    void write_tokens(const std::string& text, std::filesystem::perms permissions) {
        std::filesystem::create_directories(m_folder / "config");
        std::ofstream(m_file) << text;
        std::filesystem::permissions(m_file, permissions);
    }
    static std::string token_of(const char* address) { return milvus_credentials(parse_milvus_address(address)).token; }

    static constexpr auto kOwner = std::filesystem::perms::owner_read | std::filesystem::perms::owner_write;
    TemporaryFolder m_folder;
    std::filesystem::path m_file = m_folder / "config/milvus-tokens";
    ScopedVariable m_home{"CAMEO_HOME", m_folder.path().c_str()};
    ScopedVariable m_token{"CAMEO_MILVUS_TOKEN", nullptr};
    ScopedVariable m_authorities{"CAMEO_MILVUS_CA", nullptr};
};

TEST_F(MilvusCredentialsTest, AreNoneByThemselves) {
    EXPECT_EQ(token_of("milvus://a:1"), "");
    EXPECT_EQ(milvus_credentials(parse_milvus_address("milvus://a:1")).authorities, "");
}

TEST_F(MilvusCredentialsTest, ComeFromAFileForTheirServerOnly) {
    write_tokens("a:1 root:secret\nb:2\n\n[::1]:3   key\n", kOwner);
    EXPECT_EQ(token_of("milvus://a:1"), "root:secret");
    EXPECT_EQ(token_of("milvus+tls://a:1/papers"), "root:secret");
    EXPECT_EQ(token_of("milvus://a:2"), "");
    EXPECT_EQ(token_of("milvus://b:2"), "");
    EXPECT_EQ(token_of("milvus://[::1]:3"), "key");
}

TEST_F(MilvusCredentialsTest, ComeFromTheEnvironmentFirst) {
    write_tokens("a:1 root:secret\n", kOwner);
    const ScopedVariable token("CAMEO_MILVUS_TOKEN", "other");
    EXPECT_EQ(token_of("milvus://a:1"), "other");
}

TEST_F(MilvusCredentialsTest, ThatWereTypedInGoToTheirServerBeforeAllOthersUntilTheyAreForgotten) {
    write_tokens("a:1 root:secret\n", kOwner);
    const ScopedVariable token("CAMEO_MILVUS_TOKEN", "other");
    const MilvusAddress server = parse_milvus_address("milvus://a:1");
    EXPECT_FALSE(holds_milvus_token(server));
    hold_milvus_token(server, "typed");
    EXPECT_TRUE(holds_milvus_token(server));
    EXPECT_EQ(token_of("milvus://a:1/papers"), "typed");
    EXPECT_EQ(token_of("milvus://b:1"), "other");
    EXPECT_THROW(hold_milvus_token(server, "two\nlines"), Error);
    EXPECT_EQ(token_of("milvus://a:1"), "typed");
    hold_milvus_token(server, "");
    EXPECT_FALSE(holds_milvus_token(server));
    EXPECT_EQ(token_of("milvus://a:1"), "other");
}

TEST_F(MilvusCredentialsTest, AreNotTakenFromAFileThatOthersMayRead) {
    write_tokens("a:1 root:secret\n", kOwner | std::filesystem::perms::group_read);
    try {
        token_of("milvus://a:1");
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr(m_file.string() + ": others than its owner may read it"));
        EXPECT_THAT(error.what(), Not(HasSubstr("secret")));
    }
}

TEST_F(MilvusCredentialsTest, ReadTheAuthoritiesThatAreNamed) {
    std::ofstream(m_folder / "ca.pem") << "PEM";
    const ScopedVariable named("CAMEO_MILVUS_CA", (m_folder / "ca.pem").c_str());
    EXPECT_EQ(milvus_credentials(parse_milvus_address("milvus+tls://a:1")).authorities, "PEM");
    const ScopedVariable missing("CAMEO_MILVUS_CA", (m_folder / "no.pem").c_str());
    EXPECT_THROW(milvus_credentials(parse_milvus_address("milvus+tls://a:1")), Error);
}

} // namespace
} // namespace cameo
