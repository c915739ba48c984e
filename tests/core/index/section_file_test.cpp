#include "core/index/section_file.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

} // namespace
} // namespace cameo
