#include "core/search/ledger.hpp"
#include "tests/support/fake_tokenizer.hpp"
#include "tests/support/sample_trace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace cameo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const FakeTokenizer& tokenizer() {
    static const FakeTokenizer kTokenizer({"play", "music", "sound", "terminal", "player"}); // ids 5 … 9
    return kTokenizer;
}

ExpertLedger open(ExpertKind kind, const Representation& query, const Representation& document, float raw) {
    const Encoding text = tokenizer().encode("play music", 32);
    const Encoding content = tokenizer().encode("music player music", 32);
    return open_score({.name = "e",
                       .kind = kind,
                       .tokenizer = tokenizer(),
                       .query = query,
                       .document = document,
                       .query_ids = text.ids,
                       .content = content,
                       .raw = raw});
}

TEST(Ledger, LexicalTermsStandMatchedThenMissedThenTheDocumentsOwn) {
    Representation query, document;
    query.sparse = {{5, 6, 7, 8}, {1.0f, 2.0f, 0.5f, 0.75f}};
    document.sparse = {{6, 7, 9}, {1.5f, 4.0f, 0.25f}};
    const ExpertLedger ledger = open(ExpertKind::Lexical, query, document, 5.25f);

    std::vector<std::string> words;
    for (const TermPart& part : ledger.terms)
        words.push_back(part.word);
    EXPECT_THAT(words, ElementsAre("music", "sound", "play", "terminal", "player"));
    EXPECT_EQ(ledger.terms[0].product, 3);
    EXPECT_TRUE(ledger.terms[0].in_query_text);
    EXPECT_THAT(ledger.terms[0].document_spans, ElementsAre(TextSpan{0, 5}, TextSpan{13, 18}));
    EXPECT_EQ(ledger.terms[1].product, 2); // expansion on both sides
    EXPECT_FALSE(ledger.terms[1].in_query_text);
    EXPECT_TRUE(ledger.terms[1].document_spans.empty());
    EXPECT_EQ(ledger.terms[2].document_weight, 0);
    EXPECT_EQ(ledger.terms[4].query_weight, 0);
    EXPECT_EQ(ledger.residual, 0.25); // 5.25 - 3 - 2
}

TEST(Ledger, LexicalIdsOutsideTheVocabularyAreShownAsNumbers) {
    Representation query;
    query.sparse = {{99}, {1.0f}};
    EXPECT_EQ(open(ExpertKind::Lexical, query, {}, 0).terms[0].word, "#99");
}

TEST(Ledger, LocalTakesTheFirstOfEqualMaxima) {
    Representation query, document;
    query.tokens = {2, {1, 0, 0, 1}, {5, 6}, {{0, 4}, {5, 10}}};
    document.tokens = {2, {0.5f, 0.25f, 0.5f, 1, -1, -1}, {6, 9, 6}, {{0, 5}, {6, 12}, {13, 18}}};
    const ExpertLedger ledger = open(ExpertKind::Local, query, document, 1.5f);
    EXPECT_THAT(ledger.similarities, ElementsAre(0.5f, 0.5f, -1, 0.25f, 1, -1));
    EXPECT_EQ(ledger.tokens[0].best, 0);
    EXPECT_EQ(ledger.tokens[1].best, 1);
    EXPECT_EQ(ledger.tokens[1].query_token, "music");
    EXPECT_EQ(ledger.document_tokens[1], "player");
    EXPECT_EQ(ledger.residual, 0);
}

TEST(Ledger, LocalOfAnEmptyDocumentHasNoMatch) {
    Representation query;
    query.tokens = {2, {1, 0}, {5}, {{0, 4}}};
    const ExpertLedger ledger = open(ExpertKind::Local, query, {}, 0);
    EXPECT_EQ(ledger.tokens[0].best, -1);
    EXPECT_EQ(ledger.residual, 0);
}

TEST(Ledger, GlobalIsOneLeafWithItsLengths) {
    Representation query, document;
    query.pooled = {3, 4};
    document.pooled = {1, 0};
    const ExpertLedger ledger = open(ExpertKind::Global, query, document, 3.5f);
    EXPECT_EQ(ledger.dot, 3);
    EXPECT_EQ(ledger.query_norm, 5);
    EXPECT_EQ(ledger.document_norm, 1);
    EXPECT_EQ(ledger.residual, 0.5);
}

TEST(Ledger, TextPrintsSumsAndResiduals) {
    const std::string text = to_text(sample_trace().ledgers[0]);
    EXPECT_THAT(text, HasSubstr("residual"));
    EXPECT_THAT(text, HasSubstr("4.500000"));
    EXPECT_THAT(text, HasSubstr("player [1]"));
    EXPECT_THAT(text, HasSubstr("plain sum"));
}

TEST(Ledger, JsonNamesEveryLeaf) {
    const auto json = nlohmann::json::parse(to_json(sample_trace().ledgers[0]));
    EXPECT_EQ(json["doc"], "alpha");
    EXPECT_EQ(json["score"], 4.5);
    EXPECT_EQ(json["rank"], 1);
    EXPECT_EQ(json["experts"][0]["terms"][0]["product"], 3.0);
    EXPECT_EQ(json["experts"][1]["tokens"][1]["best_token"], "music");
    EXPECT_EQ(json["experts"][2]["dot"], 0.5);
}

} // namespace
} // namespace cameo
