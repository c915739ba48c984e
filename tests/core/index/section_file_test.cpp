#include "core/index/section_file.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/xattr.h>

#include <chrono>
#include <ctime>
#include <fstream>
#include <sstream>

namespace cameo {
namespace {

constexpr SectionKind kKind = section_kind("TEST");

std::string read(const std::filesystem::path& path) {
    std::stringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}
void write(const std::filesystem::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

class SectionFileTest : public testing::Test {
protected:
    SectionFileTest() {
        SectionWriter writer(kKind, 3);
        writer.add(m_numbers);
        writer.add(m_empty);
        writer.add(m_text);
        m_bytes = writer.write(m_path);
    }
    std::string problem() const {
        try {
            SectionFile::open(m_path, kKind, 3)->verify_all();
        } catch (const Error& error) {
            return error.what();
        }
        return "";
    }

    TemporaryFolder m_folder;
    std::filesystem::path m_path = m_folder / "file";
    std::vector<std::uint32_t> m_numbers{1, 2, 0xffffffff};
    std::vector<float> m_empty;
    std::string m_text = "words";
    std::uint64_t m_bytes = 0;
};

TEST_F(SectionFileTest, GivesBackWhatWasWritten) {
    const auto file = SectionFile::open(m_path, kKind, 3);
    file->verify_all();
    EXPECT_EQ(file->sections(), 3u);
    EXPECT_EQ(file->bytes(), m_bytes);
    EXPECT_THAT(file->section<std::uint32_t>(0), testing::ElementsAre(1, 2, 0xffffffff));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(file->section<std::uint32_t>(0).data()) % 64, 0u);
    EXPECT_TRUE(file->section<float>(1).empty());
    EXPECT_EQ(file->text(2), "words");
    EXPECT_THROW(file->section<char>(3), Error);
    EXPECT_THROW(file->section<std::uint32_t>(2), Error); // five bytes are no multiple of four
}

TEST_F(SectionFileTest, NoticesEveryChangedByteButPadding) {
    const auto whole = read(m_path);
    std::size_t unnoticed = 0;
    for (std::size_t at = 0; at < whole.size(); ++at) {
        auto changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ 0x10);
        write(m_path, changed);
        if (problem().empty()) ++unnoticed;
    }
    const std::size_t header = 40 + 3 * 24;
    EXPECT_EQ(unnoticed, whole.size() - header - m_numbers.size() * 4 - m_text.size());
}

TEST_F(SectionFileTest, NoticesEveryTruncationAndTells) {
    const auto whole = read(m_path);
    for (std::size_t length = 0; length < whole.size(); ++length) {
        write(m_path, whole.substr(0, length));
        EXPECT_THAT(problem(), testing::StartsWith(m_path.string() + ": damaged: ")) << length;
    }
    write(m_path, whole + "x");
    EXPECT_THAT(problem(), testing::HasSubstr("its header says"));
}

TEST_F(SectionFileTest, RefusesOtherKindsAndVersions) {
    EXPECT_THAT([&] { SectionFile::open(m_path, section_kind("ELSE"), 3); },
                testing::ThrowsMessage<Error>(testing::HasSubstr("it holds \"TEST\", expected \"ELSE\"")));
    EXPECT_THAT(
        [&] { SectionFile::open(m_path, kKind, 2); },
        testing::ThrowsMessage<Error>(testing::HasSubstr("format version 3, this Cameo reads version 2")));
    EXPECT_THAT([&] { SectionFile::open(m_folder / "none", kKind, 3); },
                testing::ThrowsMessage<Error>(testing::HasSubstr("cannot open")));
    EXPECT_THROW(SectionFile::open(m_folder.path(), kKind, 3), Error);
}

// What was whole is not read again while it is as it was; any write to it, and time, make it be read again.
TEST_F(SectionFileTest, IsVerifiedOnceWhileItStaysAsItIs) {
    const auto once = [&] { SectionFile::open(m_path, kKind, 3)->verify_once(); };
    const auto note = [&] {
        char text[160] = {};
        return ::getxattr(m_path.c_str(), "user.cameo.whole", text, sizeof text - 1) > 0 ? std::string(text) : std::string();
    };
    once();
    EXPECT_EQ(note(), ""); // just written: the next write may come at the same time
    const auto before = std::filesystem::file_time_type::clock::now() - std::chrono::hours(1);
    std::filesystem::last_write_time(m_path, before);
    once();
    if (note().empty()) GTEST_SKIP() << "this file system keeps no extended attributes";

    std::string bytes;
    {
        std::ifstream file(m_path, std::ios::binary);
        bytes.assign(std::istreambuf_iterator<char>(file), {});
    }
    bytes[bytes.size() - 2] ^= 1;
    write(m_path, bytes);
    EXPECT_THROW(once(), Error);
    std::filesystem::last_write_time(m_path, before); // as if the disk had done it
    EXPECT_NO_THROW(once());
    EXPECT_THROW(SectionFile::open(m_path, kKind, 3)->verify_all(), Error);

    const auto long_ago = note().substr(0, note().find('@') + 1) + std::to_string(std::time(nullptr) - 31 * 24 * 3600);
    ASSERT_EQ(::setxattr(m_path.c_str(), "user.cameo.whole", long_ago.data(), long_ago.size(), 0), 0);
    EXPECT_THROW(once(), Error);
    bytes[bytes.size() - 2] ^= 1;
    write(m_path, bytes);
    std::filesystem::last_write_time(m_path, before);
    once();
    const auto copy = m_folder / "copy"; // what was said of one file says nothing of another
    write(copy, bytes);
    std::filesystem::last_write_time(copy, before);
    const auto said = note();
    ASSERT_EQ(::setxattr(copy.c_str(), "user.cameo.whole", said.data(), said.size(), 0), 0);
    SectionFile::open(copy, kKind, 3)->verify_once();
    char text[160] = {};
    ASSERT_GT(::getxattr(copy.c_str(), "user.cameo.whole", text, sizeof text - 1), 0);
    EXPECT_NE(std::string(text), said);
}

} // namespace
} // namespace cameo
