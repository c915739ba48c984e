#include "core/base/error.hpp"
#include "core/text/tokenizer.hpp"
#include "core/text/tokenizer_files.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>

namespace cameo {
namespace {

using namespace std::string_literals;
using testing::AllOf;
using testing::HasSubstr;

/// What loading a folder with these files is refused with.
std::string refusal(const std::vector<std::pair<std::string, std::string>>& files) {
    const TemporaryFolder folder;
    for (const auto& [name, content] : files)
        std::ofstream(folder / name, std::ios::binary) << content;
    try {
        Tokenizer::load(folder.path());
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

const std::string kSpecials = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n";

/// A whole tokenizer.json with the given parts in place of the usual ones.
std::string
json(const std::string& model =
         R"({"type":"WordPiece","unk_token":"[UNK]","vocab":{"[UNK]":0,"[CLS]":1,"[SEP]":2,"a":3}})",
     const std::string& normalizer = R"({"type":"BertNormalizer","lowercase":true})",
     const std::string& pre_tokenizer = R"({"type":"BertPreTokenizer"})",
     const std::string& post_processor = R"({"type":"BertProcessing","sep":["[SEP]",2],"cls":["[CLS]",1]})",
     const std::string& added = "[]") {
    return R"({"added_tokens":)" + added + R"(,"model":)" + model + R"(,"normalizer":)" + normalizer +
           R"(,"pre_tokenizer":)" + pre_tokenizer + R"(,"post_processor":)" + post_processor + "}";
}

TEST(TokenizerFiles, AnEmptyFolderHasNoTokenizer) {
    EXPECT_THAT(refusal({}), HasSubstr("expected tokenizer.json or vocab.txt"));
}

TEST(TokenizerFiles, VocabulariesWithoutTheNeededTokens) {
    EXPECT_THAT(refusal({{"vocab.txt", "[CLS]\n[SEP]\na\n"}}),
                AllOf(HasSubstr("vocab.txt"), HasSubstr("has no [UNK]")));
    EXPECT_THAT(refusal({{"vocab.txt", "[UNK]\n[SEP]\na\n"}}), HasSubstr("has no [CLS]"));
    EXPECT_THAT(refusal({{"vocab.txt", ""}}), HasSubstr("is empty"));
}

TEST(TokenizerFiles, LinesThatAreNoPieces) {
    EXPECT_THAT(refusal({{"vocab.txt", kSpecials + "a\nb\na\n"}}),
                HasSubstr("line 8 has the piece \"a\" that line 6 has"));
    EXPECT_THAT(refusal({{"vocab.txt", kSpecials + "\nb\n"}}), HasSubstr("line 6 is empty"));
    EXPECT_THAT(refusal({{"vocab.txt", kSpecials + "b\xFF\n"}}), HasSubstr("line 6 is not valid UTF-8"));
    EXPECT_THAT(refusal({{"vocab.txt", kSpecials + std::string(5'000'000, 'x')}}),
                HasSubstr("line 6 has 5000000 bytes"));
}

TEST(TokenizerFiles, LineEndsOfOtherSystems) {
    EXPECT_EQ(refusal({{"vocab.txt", "[UNK]\r\n[CLS]\r\n[SEP]\r\na"}}), "");
}

TEST(TokenizerFiles, FilesThatAreTooLarge) {
    const TemporaryFolder folder;
    std::ofstream(folder / "vocab.txt") << "[UNK]\n";
    std::filesystem::resize_file(folder / "vocab.txt", std::uintmax_t(1)
                                                           << 40); // a hole: takes no space on the disk
    try {
        Tokenizer::load(folder.path());
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("has 1099511627776 bytes"));
    }
}

TEST(TokenizerFiles, ReadsTokenizerJson) {
    EXPECT_EQ(refusal({{"tokenizer.json", json()}}), "");
    EXPECT_EQ(refusal({{"tokenizer.json", json()}, {"tokenizer_config.json", "{}"}}), "");
}

TEST(TokenizerFiles, DamagedJson) {
    const auto whole = json();
    for (std::size_t size = 0; size < whole.size(); size += 7)
        EXPECT_THAT(refusal({{"tokenizer.json", whole.substr(0, size)}}),
                    HasSubstr("tokenizer.json: not valid JSON"));
    EXPECT_THAT(refusal({{"tokenizer.json", "[1, 2]"}}), HasSubstr("expected a JSON object, found array"));
    EXPECT_THAT(refusal({{"vocab.txt", kSpecials}, {"tokenizer_config.json", "{"}}),
                HasSubstr("tokenizer_config.json"));
}

// They were counted after minutes of parsing: a parser with a callback takes time that is quadratic in a list's objects.
TEST(TokenizerFiles, TooManyAddedTokensAreRefusedInOneGo) {
    std::string added = "[{}";
    for (int count = 1; count < 300'000; ++count) added += ",{}";
    const auto start = std::chrono::steady_clock::now();
    EXPECT_THAT(refusal({{"tokenizer.json", R"({"added_tokens":)" + added + R"(],"model":{"type":"WordPiece","vocab":{"[UNK]":0}}})"}}),
                HasSubstr("has 1 pieces and 300000 added tokens"));
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

// Printing or copying a value of 100,000 nested lists, which only the messages and the added tokens did, overflowed
// the stack.
TEST(TokenizerFiles, DeepJsonIsRefusedWhereverItStands) {
    const auto deep = std::string(100'000, '[') + std::string(100'000, ']');
    for (const auto& file : {deep, json(R"({"type":"WordPiece","vocab":{"[UNK]":)" + deep + "}}"),
                             R"({"model":{"vocab":{"a":0}},"post_processor":)" + deep + "}"})
        EXPECT_THAT(refusal({{"tokenizer.json", file}}), HasSubstr("nested more than 64 deep"));
    EXPECT_THAT(refusal({{"vocab.txt", kSpecials},
                         {"tokenizer_config.json", R"({"added_tokens_decoder":{"7":)" + deep + "}}"}}),
                HasSubstr("nested more than 64 deep"));
    EXPECT_THAT(refusal({{"tokenizer.json", json(R"({"type":"WordPiece","vocab":{"[UNK]":[[1]]}})")}}),
                HasSubstr("the id of \"[UNK]\" is array"));
}

// Only parse errors were caught: this one came out of the library as another exception.
TEST(TokenizerFiles, ANumberThatNoDoubleHolds) {
    EXPECT_THAT(refusal({{"tokenizer.json", R"({"version":1e999})"}}),
                HasSubstr("tokenizer.json: has a number beyond the range of a double"));
}

TEST(TokenizerFiles, TokenizersOfAnotherKindAreNamed) {
    EXPECT_THAT(refusal({{"tokenizer.json", json(R"({"type":"BPE","vocab":{"a":0},"merges":[]})")}}),
                HasSubstr("its model is BPE, Cameo reads WordPiece"));
    EXPECT_THAT(refusal({{"tokenizer.json", json(R"({"type":"Unigram","vocab":[["a",0.0]]})")}}),
                HasSubstr("Unigram"));
    EXPECT_THAT(refusal({{"tokenizer.json", R"({"version":"1.0"})"}}), HasSubstr("has no \"model\""));
    const auto model = R"({"type":"WordPiece","vocab":{"[UNK]":0,"[CLS]":1,"[SEP]":2}})"s;
    EXPECT_THAT(refusal({{"tokenizer.json", json(model, R"({"type":"NFKC"})")}}),
                HasSubstr("its normalizer is NFKC"));
    const auto normalizer = R"({"type":"BertNormalizer"})"s;
    EXPECT_THAT(refusal({{"tokenizer.json", json(model, normalizer, R"({"type":"ByteLevel"})")}}),
                HasSubstr("ByteLevel"));
    const auto pre = R"({"type":"BertPreTokenizer"})"s;
    EXPECT_THAT(refusal({{"tokenizer.json", json(model, normalizer, pre, "null")}}),
                HasSubstr("its post-processor is none"));
    EXPECT_THAT(refusal({{"tokenizer.json",
                          json(model, normalizer, pre, R"({"type":"TemplateProcessing","single":[]})")}}),
                HasSubstr("another than [CLS] text [SEP]"));
    EXPECT_THAT(refusal({{"vocab.txt", kSpecials},
                         {"tokenizer_config.json", R"({"tokenizer_class":"XLNetTokenizer"})"}}),
                HasSubstr("its tokenizer is XLNetTokenizer"));
}

TEST(TokenizerFiles, WrongIdsAndPieces) {
    const auto with = [](const std::string& vocabulary) {
        return refusal({{"tokenizer.json", json(R"({"type":"WordPiece","vocab":{)" + vocabulary + "}}")}});
    };
    EXPECT_THAT(with(""), HasSubstr("no vocabulary"));
    EXPECT_THAT(with(R"("[UNK]":0,"[CLS]":1,"[SEP]":2,"a":3,"a":4)"), HasSubstr("has the piece \"a\" twice"));
    EXPECT_THAT(with(R"("[UNK]":0,"[CLS]":1,"[SEP]":2,"a":2)"), HasSubstr("have the same id 2"));
    EXPECT_THAT(with(R"("[UNK]":0,"[CLS]":1,"[SEP]":2,"a":4000000000)"),
                HasSubstr("the id of \"a\" is 4000000000"));
    EXPECT_THAT(with(R"("[UNK]":0,"[CLS]":1,"[SEP]":2,"a":-1)"), HasSubstr("the id of \"a\" is -1"));
    EXPECT_THAT(with(R"("[UNK]":0,"[CLS]":1,"[SEP]":2,"a":"x")"), HasSubstr("the id of \"a\" is \"x\""));
    EXPECT_THAT(with(R"("[UNK]":0,"[CLS]":1,"a":3)"), HasSubstr("has no [SEP]"));
    EXPECT_THAT(with("\"[UNK]\":0,\"" + std::string(2000, 'x') + "\":1"), HasSubstr("has 2000 bytes"));
}

// An added token with a piece's text and another id filled a second slot: two equal strings went into the trie,
// which read past their end and never came back.
TEST(TokenizerFiles, ATokenWithTwoIdsIsRefused) {
    const auto model = R"({"type":"WordPiece","vocab":{"[UNK]":0,"[CLS]":1,"[SEP]":2,"a":3}})"s;
    const auto normalizer = R"({"type":"BertNormalizer"})"s, pre = R"({"type":"BertPreTokenizer"})"s;
    const auto post = R"({"type":"BertProcessing","sep":["[SEP]",2],"cls":["[CLS]",1]})"s;
    const auto with = [&](const std::string& added) {
        return refusal({{"tokenizer.json", json(model, normalizer, pre, post, added)}});
    };
    EXPECT_EQ(with(R"([{"content":"a","id":3}])"), "");
    EXPECT_THAT(with(R"([{"content":"a","id":5}])"),
                HasSubstr("tokenizer.json: the token \"a\" has the ids 3 and 5, expected one id"));
    EXPECT_THAT(with(R"([{"content":"b","id":5},{"content":"b","id":6}])"), HasSubstr("the ids 5 and 6"));
    EXPECT_THAT(refusal({{"vocab.txt", kSpecials + "a\n"},
                         {"tokenizer_config.json", R"({"added_tokens_decoder":{"9":{"content":"a"}}})"}}),
                HasSubstr("tokenizer_config.json: the token \"a\" has the ids 5 and 9"));
}

TEST(TokenizerFiles, WrongTypesAreNamed) {
    EXPECT_THAT(refusal({{"vocab.txt", kSpecials}, {"tokenizer_config.json", R"({"do_lower_case":"yes"})"}}),
                HasSubstr("\"do_lower_case\" is string, expected true or false"));
}

TEST(TokenizerFiles, TheConfigurationGoesBeforeTheNormalizer) {
    const TemporaryFolder folder;
    std::ofstream(folder / "tokenizer.json") << json();
    std::ofstream(folder / "tokenizer_config.json") << R"({"do_lower_case":false})";
    const auto spec = read_tokenizer_files(folder.path());
    EXPECT_FALSE(spec.normalizer.lowercase);
    EXPECT_FALSE(spec.normalizer.strip_accents);
}

TEST(TokenizerFiles, AddedTokensOfTheConfiguration) {
    const TemporaryFolder folder;
    std::ofstream(folder / "vocab.txt") << kSpecials << "a\n";
    std::ofstream(folder / "tokenizer_config.json")
        << R"({"added_tokens_decoder":{"6":{"content":"[Q] ","special":false},"2":{"content":"[CLS]","special":true}}})";
    const auto tokenizer = Tokenizer::load(folder.path());
    EXPECT_EQ(tokenizer->vocabulary_size(), 7u);
    EXPECT_EQ(tokenizer->encode("[Q] a", 10).ids, (std::vector<std::int32_t>{2, 6, 5, 3}));
}

} // namespace
} // namespace cameo
