#include "views/plain_caption.hpp"

#include <gtest/gtest.h>

namespace cameo {
namespace {

/// "play music in the terminal" against a text that says music and console: three experts, a document each place.
struct PlainCaption : testing::Test {
    Trace trace;
    Ledger ledger;

    void SetUp() override {
        trace.query = "play music in the terminal";
        for (const char* id : {"moc", "mpv", "vim"}) trace.documents.push_back({.ordinal = 0, .id = id, .title = {}, .snippet = {}, .raw = {}, .rank = {}, .brought_by = 0, .gate = {}});
        for (std::int32_t place = 0; place < 3; ++place) trace.fused.push_back({.document = place, .score = 3.0 - place, .used = {}, .residual = 0});
        ledger.id = "moc";
        ledger.content = "moc (music on console) is a player, the best one";
        ledger.experts = {lexical(), local(), {.name = "global", .kind = ExpertKind::Global, .rank = 2}};
    }
    TextSpan in_text(const std::string& word) const { return span(ledger.content, word); }
    TextSpan in_query(const std::string& word) const { return span(trace.query, word); }
    static TextSpan span(const std::string& text, const std::string& word) {
        const auto at = static_cast<std::uint32_t>(text.find(word));
        return {at, at + static_cast<std::uint32_t>(word.size())};
    }
    TermPart term(const std::string& word, double product, bool asked, bool said) const {
        return {.term = 1, .word = word, .query_weight = 1, .document_weight = static_cast<float>(product), .product = product, .in_query_text = asked, .postings = 1,
                .document_spans = said ? std::vector{in_text(word)} : std::vector<TextSpan>()};
    }
    ExpertLedger lexical() const {
        ExpertLedger part{.name = "lexical", .kind = ExpertKind::Lexical, .rank = 1};
        part.terms = {term("mus", 2, true, true), term("terminal", 1, true, false), term("[CLS]", 0.5, true, false), term("the", 0.4, true, true), term("player", 0.3, false, true), term("play", 0, true, false)};
        return part;
    }
    ExpertLedger local() const {
        ExpertLedger part{.name = "local", .kind = ExpertKind::Local, .rank = 1};
        part.document_spans = {in_text("music"), in_text("console"), in_text("is")};
        part.tokens = {{.query_token = "[CLS]", .query_span = {}, .best = 2, .similarity = 0.99}, {.query_token = "in", .query_span = in_query("in"), .best = 2, .similarity = 0.95},
                       {.query_token = "music", .query_span = in_query("music"), .best = 0, .similarity = 0.9}, {.query_token = "##inal", .query_span = in_query("inal"), .best = 1, .similarity = 0.7}};
        return part;
    }
};

TEST_F(PlainCaption, SaysWhyInWordsOfQueryAndText) {
    EXPECT_EQ(plain_caption(trace, &ledger, "moc"),
              "moc is first because the word “music” matches and the text suggests “terminal”, “terminal” in the query lines up with “console” in the text, and the text as a whole "
              "means much the same. All experts agree.");
}

TEST_F(PlainCaption, SaysWhoDoesNotAgree) {
    ledger.experts[0].rank = 40;
    EXPECT_EQ(plain_caption(trace, &ledger, "moc"),
              "moc is first because “terminal” in the query lines up with “console” in the text and the text as a whole means much the same. But its words match less than those of others.");
    ledger.experts[1].rank = ledger.experts[2].rank = 0; // not among what was found
    EXPECT_EQ(plain_caption(trace, &ledger, "moc"), "moc is first: its words match less than those of others, the phrases of others line up better, and others are closer to the query as a whole.");
}

TEST_F(PlainCaption, PhrasesOfTheSameWords) {
    ledger.experts[1].tokens.pop_back();
    ledger.experts.erase(ledger.experts.begin());
    EXPECT_EQ(plain_caption(trace, &ledger, "moc"), "moc is first because its phrases line up with those of the query and the text as a whole means much the same. Both experts agree.");
    // One expert has nobody to agree with; and nothing to say is not said.
    ledger.experts = {ledger.experts[1]};
    EXPECT_EQ(plain_caption(trace, &ledger, "moc"), "moc is first because the text as a whole means much the same.");
}

TEST_F(PlainCaption, WordsThatTheQueryOnlyBringsToMind) {
    ledger.experts.resize(1);
    ledger.experts[0].terms = {term("player", 1, false, true)};
    EXPECT_EQ(plain_caption(trace, &ledger, "moc"), "moc is first because it speaks of “player”, which the query brings to mind.");
    ledger.experts[0].terms.clear();
    EXPECT_EQ(plain_caption(trace, &ledger, "moc"), "moc is first: the best of what there is.");
}

TEST_F(PlainCaption, WithoutALedgerItSaysWhereTheDocumentStands) {
    EXPECT_EQ(plain_caption(trace, nullptr, "mpv"), "mpv is second of 3 that were compared.");
    EXPECT_EQ(plain_caption(trace, &ledger, "mpv"), "mpv is second of 3 that were compared.") << "the ledger is another document's";
    EXPECT_EQ(plain_caption(trace, nullptr, ""), "moc is first of 3 that were compared.");
    trace.documents[0].title = "Music on console";
    EXPECT_EQ(plain_caption(trace, nullptr, "nobody"), "Music on console is first of 3 that were compared.");
    trace.fused.pop_back();
    EXPECT_EQ(plain_caption(trace, nullptr, "vim"), "vim was compared and is not in the list.");
    trace.fused.clear();
    EXPECT_EQ(plain_caption(trace, nullptr, ""), "Nothing was found.");
}

TEST_F(PlainCaption, SurvivesSpansOutsideTheText) {
    ledger.experts[0].terms[0].document_spans = {{90, 95}};
    ledger.experts[1].document_spans = {{5, 3}, {0xFFFFFFFF, 0xFFFFFFFF}, {0, 4000}};
    ledger.experts[1].tokens[2].query_span = {1000, 2000};
    ledger.experts[1].tokens[3].best = 99;
    EXPECT_EQ(plain_caption(trace, &ledger, "moc").substr(0, 21), "moc is first because ");
}

TEST(Ordinal, AsPeopleSayIt) {
    EXPECT_EQ(ordinal(1), "first");
    EXPECT_EQ(ordinal(10), "tenth");
    for (const auto& [rank, words] : {std::pair{11, "11th"}, {12, "12th"}, {13, "13th"}, {21, "21st"}, {22, "22nd"}, {23, "23rd"}, {24, "24th"}, {111, "111th"}, {112, "112th"}, {101, "101st"}}) EXPECT_EQ(ordinal(rank), words);
}

} // namespace
} // namespace cameo
