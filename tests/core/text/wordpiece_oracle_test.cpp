// Ids and spans against Hugging Face's tokenizers 0.23.3; tests/data/text/make_wordpiece.py made the answers.
#include "core/base/folders.hpp"
#include "core/text/tokenizer.hpp"
#include "tests/core/text/generated_texts.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace cameo {
namespace {

namespace fs = std::filesystem;

const fs::path kData = fs::path(CAMEO_TEST_DATA) / "text";
constexpr std::size_t kNoLimit = 1 << 20;

std::string read(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

TextRules rules() {
    const auto json = nlohmann::json::parse(read(kData / "texts.json"));
    TextRules result;
    result.fragments = json["fragments"].get<std::vector<std::string>>();
    for (const auto& block : json["blocks"])
        result.blocks.emplace_back(block[0].get<std::uint32_t>(), block[1].get<std::uint32_t>());
    return result;
}

class Fnv {
public:
    void add(std::uint32_t value) {
        for (int shift = 0; shift < 32; shift += 8)
            m_hash = (m_hash ^ (value >> shift & 0xFF)) * 0x01000193U;
    }
    std::uint32_t value() const { return m_hash; }

private:
    std::uint32_t m_hash = 0x811C9DC5;
};

std::string describe(const Tokenizer& tokenizer, const std::string& text, const Encoding& encoding) {
    std::string out = nlohmann::json(text).dump(-1, ' ', true) + "\n";
    for (std::size_t k = 0; k < encoding.ids.size(); ++k)
        out += std::string(tokenizer.token(encoding.ids[k])) + "[" + std::to_string(encoding.spans[k].begin) +
               "," + std::to_string(encoding.spans[k].end) + ") ";
    return out;
}

/// Compares all texts with the hashes of the file; says the first few that differ.
void expect_same(const Tokenizer& tokenizer, const std::string& file, char32_t block_size) {
    const auto expected = read(kData / file);
    const auto word = [&](std::size_t k) {
        std::uint32_t value = 0;
        for (std::size_t byte = 4; byte-- > 0;)
            value = value << 8 | static_cast<unsigned char>(expected.at(4 * k + byte));
        return value;
    };
    const auto texts = rules();
    const std::size_t blocks = 0x110000 / block_size, count = expected.size() / 8;
    ASSERT_GT(count, blocks);
    int wrong_ids = 0, wrong_spans = 0;
    for (std::size_t k = 0; k < count; ++k) {
        const auto text = k < blocks ? block_text(static_cast<char32_t>(k) * block_size, block_size)
                                     : generated_text(texts, k - blocks);
        const auto encoding = tokenizer.encode(text, kNoLimit);
        ASSERT_EQ(encoding.ids.size(), encoding.spans.size());
        Fnv ids, spans;
        for (const auto id : encoding.ids)
            ids.add(static_cast<std::uint32_t>(id));
        for (const auto span : encoding.spans) {
            spans.add(span.begin);
            spans.add(span.end);
        }
        if (ids.value() != word(2 * k) && ++wrong_ids <= 3)
            ADD_FAILURE() << "ids of text " << k << ": "
                          << describe(tokenizer, text, encoding).substr(0, 4000);
        else if (word(2 * k + 1) != 0 && spans.value() != word(2 * k + 1) && ++wrong_spans <= 3)
            ADD_FAILURE() << "spans of text " << k << ": "
                          << describe(tokenizer, text, encoding).substr(0, 4000);
    }
    EXPECT_EQ(wrong_ids, 0);
    EXPECT_EQ(wrong_spans, 0);
}

void write(const fs::path& file, const std::string& content) {
    std::ofstream(file, std::ios::binary) << content;
}

void expect_same_tiny(const std::string& name, const std::string& config) {
    const TemporaryFolder folder;
    write(folder / "vocab.txt", read(kData / "tiny" / "vocab.txt"));
    write(folder / "tokenizer_config.json", config);
    expect_same(*Tokenizer::load(folder.path()), name + ".bin", 1024);
}

TEST(WordPieceOracle, TinyVocabularyUncased) {
    expect_same_tiny("tiny_uncased", "{}");
}

TEST(WordPieceOracle, TinyVocabularyCased) {
    expect_same_tiny("tiny_cased", R"({"do_lower_case": false})");
}

TEST(WordPieceOracle, TinyVocabularyKeepingAccentsAndCjkWords) {
    expect_same_tiny("tiny_accents", R"({"strip_accents": false, "tokenize_chinese_chars": false})");
}

TEST(WordPieceOracle, TinyVocabularyCasedWithoutAccents) {
    expect_same_tiny("tiny_stripped", R"({"do_lower_case": false, "strip_accents": true})");
}

// No cleaning, and added tokens of all kinds: normalised, taking white space along, single words, one inside
// another.
TEST(WordPieceOracle, AddedTokensOfTokenizerJson) {
    expect_same(*Tokenizer::load(kData / "tiny"), "tiny_odd.bin", 1024);
}

fs::path minilm() {
    return folders().weights() / "all-minilm-l6-v2";
}

TEST(WordPieceOracle, MiniLmFromTokenizerJson) {
    if (!fs::exists(minilm() / "tokenizer.json"))
        GTEST_SKIP() << minilm() << " is not there: run ./cameo setup";
    expect_same(*Tokenizer::load(minilm()), "minilm.bin", 256);
}

TEST(WordPieceOracle, MiniLmFromVocabularyFile) {
    if (!fs::exists(minilm() / "vocab.txt")) GTEST_SKIP() << minilm() << " is not there: run ./cameo setup";
    const TemporaryFolder folder;
    write(folder / "vocab.txt", read(minilm() / "vocab.txt"));
    write(folder / "tokenizer_config.json", read(minilm() / "tokenizer_config.json"));
    expect_same(*Tokenizer::load(folder.path()), "minilm.bin", 256);
}

TEST(WordPieceOracle, ExamplesInFull) {
    const TemporaryFolder folder;
    write(folder / "vocab.txt", read(kData / "tiny" / "vocab.txt"));
    const auto tokenizer = Tokenizer::load(folder.path());
    for (const auto& example : nlohmann::json::parse(read(kData / "examples.json"))) {
        const auto text = example["text"].get<std::string>();
        const auto encoding = tokenizer->encode(text, kNoLimit);
        EXPECT_EQ(encoding.ids, example["ids"].get<std::vector<std::int32_t>>())
            << describe(*tokenizer, text, encoding);
        ASSERT_EQ(encoding.spans.size(), example["spans"].size());
        for (std::size_t k = 0; k < encoding.spans.size(); ++k) {
            const TextSpan expected{example["spans"][k][0].get<std::uint32_t>(),
                                    example["spans"][k][1].get<std::uint32_t>()};
            EXPECT_EQ(encoding.spans[k], expected) << text << " token " << k;
        }
    }
}

} // namespace
} // namespace cameo
