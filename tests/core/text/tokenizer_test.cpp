#include "core/base/error.hpp"
#include "core/text/tokenizer.hpp"
#include "tests/core/text/generated_texts.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

namespace cameo {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;

constexpr std::size_t kNoLimit = 1 << 20;

// Line k has id k.
constexpr auto kVocabulary =
    "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nplay\n##ing\nun\n##aff\n##able\n,\ncafe\n##s\na\n##a\nab\n";

std::shared_ptr<const Tokenizer> tokenizer(const std::string& vocabulary = kVocabulary,
                                           const std::string& config = "") {
    const TemporaryFolder folder;
    std::ofstream(folder / "vocab.txt", std::ios::binary) << vocabulary;
    if (!config.empty()) std::ofstream(folder / "tokenizer_config.json") << config;
    return Tokenizer::load(folder.path());
}

std::vector<std::string> tokens(const Tokenizer& own, const Encoding& encoding) {
    std::vector<std::string> out;
    for (const auto id : encoding.ids)
        out.emplace_back(own.token(id));
    return out;
}

TEST(Tokenizer, SplitsWordsIntoTheLongestPieces) {
    const auto own = tokenizer();
    const auto encoding = own->encode("Playing, unaffable  CAFÉS", 100);
    EXPECT_THAT(tokens(*own, encoding),
                ElementsAre("[CLS]", "play", "##ing", ",", "un", "##aff", "##able", "cafe", "##s", "[SEP]"));
    EXPECT_THAT(encoding.spans, ElementsAre(TextSpan{}, TextSpan{0, 4}, TextSpan{4, 7}, TextSpan{7, 8},
                                            TextSpan{9, 11}, TextSpan{11, 14}, TextSpan{14, 18},
                                            TextSpan{20, 25}, TextSpan{25, 26}, TextSpan{}));
    EXPECT_FALSE(encoding.truncated);
}

TEST(Tokenizer, AWordWithAnUnknownPartIsUnknownAsAWhole) {
    const auto own = tokenizer();
    const auto encoding = own->encode("playx ab", 100);
    EXPECT_THAT(tokens(*own, encoding), ElementsAre("[CLS]", "[UNK]", "ab", "[SEP]"));
    EXPECT_EQ(encoding.spans[1], (TextSpan{0, 5}));
}

TEST(Tokenizer, AWordOfMoreThan100CharactersIsUnknown) {
    const auto own = tokenizer();
    EXPECT_EQ(own->encode(std::string(100, 'a'), kNoLimit).ids.size(), 102u);
    const auto encoding = own->encode(std::string(101, 'a'), kNoLimit);
    EXPECT_THAT(tokens(*own, encoding), ElementsAre("[CLS]", "[UNK]", "[SEP]"));
    EXPECT_EQ(encoding.spans[1], (TextSpan{0, 101}));
}

TEST(Tokenizer, EmptyTextsHaveTheTwoMarkersOnly) {
    const auto own = tokenizer();
    for (const auto& text : {""s, " \t\n"s, "\0"s, "\u200B"s})
        EXPECT_THAT(tokens(*own, own->encode(text, 2)), ElementsAre("[CLS]", "[SEP]")) << text;
}

TEST(Tokenizer, CutsFromTheRightAndSaysSo) {
    const auto own = tokenizer();
    const auto whole = own->encode("play play, playing", 100);
    ASSERT_EQ(whole.ids.size(), 7u);
    for (std::size_t limit = 2; limit <= 8; ++limit) {
        const auto part = own->encode("play play, playing", limit);
        EXPECT_EQ(part.truncated, limit < 7);
        ASSERT_EQ(part.ids.size(), std::min<std::size_t>(limit, 7));
        EXPECT_EQ(part.ids.back(), own->special().sep);
        for (std::size_t k = 0; k + 1 < part.ids.size(); ++k) {
            EXPECT_EQ(part.ids[k], whole.ids[k]);
            EXPECT_EQ(part.spans[k], whole.spans[k]);
        }
    }
}

// Texts are normalised in blocks: where the blocks end must not show.
TEST(Tokenizer, LongTextsAreTheSumOfTheirWords) {
    const auto own = tokenizer();
    std::string text;
    std::size_t expected = 2;
    for (int k = 0; k < 3000; ++k) {
        text += k % 3 == 0 ? "caf\u0065\u0301s " : k % 3 == 1 ? "playing\u00A0" : "ab\n";
        expected += k % 3 == 2 ? 1 : 2;
    }
    const auto encoding = own->encode(text, kNoLimit);
    ASSERT_EQ(encoding.ids.size(), expected);
    for (std::size_t k = 1; k + 1 < expected; ++k) {
        ASSERT_NE(encoding.ids[k], own->special().unk);
        if (own->token(encoding.ids[k]) == "ab") {
            ASSERT_EQ(text.substr(encoding.spans[k].begin, 2), "ab");
        }
    }
    const std::string no_spaces(100'000, ',');
    EXPECT_EQ(own->encode(no_spaces, kNoLimit).ids.size(), 100'002u);
    EXPECT_TRUE(own->encode(no_spaces, 32).truncated);
}

TEST(Tokenizer, InvalidUtf8IsLeftOutLikeTheReplacementCharacter) {
    const auto own = tokenizer();
    const auto encoding = own->encode("\xFF\xC3play\xE4\xB8ing\x80", 100);
    EXPECT_THAT(tokens(*own, encoding), ElementsAre("[CLS]", "play", "##ing", "[SEP]"));
    EXPECT_EQ(encoding.spans[1], (TextSpan{2, 6}));
    EXPECT_EQ(encoding.spans[2], (TextSpan{8, 11}));
}

TEST(Tokenizer, AnyBytesGiveSpansInOrderWithinTheText) {
    const auto own = tokenizer();
    SplitMix64 random(11);
    for (int k = 0; k < 2000; ++k) {
        std::string text;
        for (auto size = random.below(60); size > 0; --size)
            text.push_back(static_cast<char>(random.below(256)));
        const auto encoding = own->encode(text, 2 + random.below(40));
        ASSERT_EQ(encoding.ids.size(), encoding.spans.size());
        std::uint32_t last = 0;
        for (std::size_t t = 1; t + 1 < encoding.ids.size(); ++t) {
            const auto span = encoding.spans[t];
            ASSERT_LE(span.begin, span.end);
            ASSERT_LE(span.end, text.size());
            ASSERT_GE(span.begin, last);
            last = span.begin;
        }
    }
}

TEST(Tokenizer, SpecialTokensInTheTextAreThemselves) {
    const auto own = tokenizer();
    const auto encoding = own->encode("play[MASK] [mask]", 100);
    EXPECT_THAT(tokens(*own, encoding),
                ElementsAre("[CLS]", "play", "[MASK]", "[UNK]", "[UNK]", "[UNK]", "[SEP]"));
    EXPECT_EQ(encoding.spans[2], (TextSpan{4, 10}));
}

TEST(Tokenizer, LooksUpPiecesAndIds) {
    const auto own = tokenizer();
    EXPECT_EQ(own->vocabulary_size(), 16u);
    EXPECT_EQ(own->id("##ing"), 6);
    EXPECT_EQ(own->id("ing"), -1);
    EXPECT_EQ(own->token(6), "##ing");
    EXPECT_EQ(own->special().mask, 4);
    EXPECT_TRUE(own->is_special(4));
    EXPECT_FALSE(own->is_special(own->special().unk));
}

TEST(Tokenizer, SpecialTokensMayHaveOtherNames) {
    const auto own = tokenizer("<pad>\n<unk>\n<s>\n</s>\nplay\n",
                               R"({"cls_token": "<s>", "sep_token": {"content": "</s>"}, "unk_token": "<unk>",
                                   "pad_token": "<pad>", "mask_token": null})");
    EXPECT_THAT(own->encode("play it", 10).ids, ElementsAre(2, 4, 1, 3));
    EXPECT_EQ(own->special().mask, -1);
}

TEST(Tokenizer, CasedVocabulariesKeepCaseAndAccents) {
    const auto own =
        tokenizer("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nÉt\n##é\net\n##e\n", R"({"do_lower_case": false})");
    EXPECT_THAT(own->encode("Été ete", 10).ids, ElementsAre(2, 5, 6, 7, 8, 3));
}

TEST(Tokenizer, ManyThreadsGetTheSame) {
    const auto own = tokenizer();
    const auto expected = own->encode("Playing, unaffable cafés", 100);
    std::vector<std::jthread> threads;
    std::atomic<int> wrong = 0;
    for (int k = 0; k < 4; ++k)
        threads.emplace_back([&] {
            for (int round = 0; round < 500; ++round)
                wrong += own->encode("Playing, unaffable cafés", 100).ids != expected.ids;
        });
    threads.clear();
    EXPECT_EQ(wrong, 0);
}

} // namespace
} // namespace cameo
