#include "core/base/error.hpp"
#include "core/search/engine.hpp"
#include "core/search/query_text.hpp"
#include "core/search/retrieval.hpp"
#include "tests/support/fake_search.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <thread>

namespace cameo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::vector<std::string> kWords = {"play", "music", "in", "the",   "terminal", "sound", "editor", "for",
                                         "text", "game",  "of", "chess", "server",   "mail",  "web"};

std::shared_ptr<FakeCollection> small_collection() {
    auto collection = std::make_shared<FakeCollection>();
    collection->documents = {
        {"mpd", "", "music server sound", {{"section", "sound"}}},
        {"vim", "editor", "text editor for the terminal", {}},
        {"cmus", "music", "play music in the terminal", {}},
        {"chess", "", "game of chess", {}},
        {"aaa", "", "game of chess", {}}, // the same text, an earlier id
        {"mutt", "", "mail in the terminal", {}},
        {"empty", "", "", {}},
    };
    collection->all_queries = {{"q1", "play music", "lexical"}, {"q2", "chess game", ""}};
    collection->judged = {{"q1", {{"cmus", 2}, {"mpd", 1}}}, {"q2", {{"chess", 1}}}};
    return collection;
}

struct Bench {
    std::shared_ptr<FakeModel> model = std::make_shared<FakeModel>(kWords);
    std::shared_ptr<FakeCollection> collection = small_collection();
    SearchEngine engine{model, collection, std::make_shared<FakeIndex>(*model, *collection)};
    Progress progress;

    Trace run(std::string text, QueryRequest request = {}) {
        request.text = std::move(text);
        return engine.run(request, progress);
    }
};

/// Of a damaged model: what should be best has a score that is no number.
class DamagedIndex final : public FakeIndex {
public:
    using FakeIndex::FakeIndex;
    void score(std::size_t expert_idx, const Representation& query, std::span<const DocumentOrdinal> documents, std::span<float> scores) const override {
        FakeIndex::score(expert_idx, query, documents, scores);
        for (std::size_t at = 0; at < documents.size(); ++at)
            if (documents[at] == 2) scores[at] = NAN;
    }
};

TEST(Retrieval, ScoresThatAreNotFiniteComeLast) {
    Bench bench;
    const SearchEngine engine(bench.model, bench.collection, std::make_shared<DamagedIndex>(*bench.model, *bench.collection));
    const auto query = bench.model->encode(std::vector<std::string>{"play music"}, Role::Query, bench.progress).front();
    const Retrieval found = retrieve(engine, query, 7, bench.progress);
    for (std::size_t expert = 0; expert < 3; ++expert) {
        std::vector<float> scores;
        for (const std::int32_t hit : found.hits[expert]) scores.push_back(found.raw[static_cast<std::size_t>(hit) * 3 + expert]);
        ASSERT_GT(scores.size(), 1u);
        EXPECT_TRUE(std::isnan(scores.back())) << expert;
        scores.pop_back();
        EXPECT_TRUE(std::ranges::is_sorted(scores, std::ranges::greater())) << expert;
    }
}

TEST(SearchEngine, EveryExpertScoresEveryDocumentOfTheUnion) {
    Bench bench;
    const Trace trace = bench.run("play music", {.depth = 2});
    ASSERT_EQ(trace.experts.size(), 3u);
    const auto& index = bench.engine.index();
    for (const UnionDocument& document : trace.documents) {
        EXPECT_NE(document.brought_by, 0u);
        for (std::size_t expert = 0; expert < 3; ++expert) {
            float score = 0;
            index.score(expert, trace.experts[expert].query, std::span(&document.ordinal, 1),
                        std::span(&score, 1));
            EXPECT_EQ(document.raw[expert], score);
        }
    }
    for (std::size_t expert = 0; expert < 3; ++expert) {
        EXPECT_EQ(trace.experts[expert].hits.size(), 2u);
        for (const std::int32_t hit : trace.experts[expert].hits)
            EXPECT_TRUE(trace.documents[static_cast<std::size_t>(hit)].brought_by >> expert & 1);
    }
    EXPECT_EQ(trace.fused.size(), trace.documents.size());
    EXPECT_EQ(trace.documents[static_cast<std::size_t>(trace.fused[0].document)].id, "cmus");
    EXPECT_EQ(trace.tokens, (std::vector<std::string>{"[CLS]", "play", "music", "[SEP]"}));
    EXPECT_EQ(trace.indexed_documents, 7);
    EXPECT_FALSE(trace.query_truncated);
    EXPECT_EQ(trace.id.size(), 32u);
}

TEST(SearchEngine, TiesStandByIds) {
    Bench bench;
    const Trace trace = bench.run("chess game");
    const auto id = [&](std::size_t position) {
        return trace.documents[static_cast<std::size_t>(trace.fused[position].document)].id;
    };
    EXPECT_EQ(id(0), "aaa");
    EXPECT_EQ(id(1), "chess");
    for (const ExpertTrace& expert : trace.experts)
        EXPECT_EQ(trace.documents[static_cast<std::size_t>(expert.hits[0])].id, "aaa") << expert.name;
}

TEST(SearchEngine, LedgersAddUpToTheirScores) {
    Bench bench;
    const Trace trace =
        bench.run("play music in the terminal", {.fusion = parse_fusion("zscore:1,2,1"), .ledgers = 3});
    ASSERT_EQ(trace.ledgers.size(), 3u);
    for (std::size_t position = 0; position < 3; ++position) {
        const Ledger& ledger = trace.ledgers[position];
        EXPECT_EQ(ledger.rank, static_cast<std::int32_t>(position + 1));
        EXPECT_EQ(ledger.score, trace.fused[position].score);
        double sum = ledger.residual;
        for (const ExpertLedger& expert : ledger.experts) {
            sum += expert.used;
            double leaves = expert.dot;
            for (const TermPart& term : expert.terms)
                leaves += term.product;
            for (const TokenPart& token : expert.tokens)
                leaves += token.similarity;
            EXPECT_NEAR(leaves, expert.raw, 1e-5) << expert.name;
            EXPECT_NEAR(leaves + expert.residual, expert.raw, 1e-12);
        }
        EXPECT_NEAR(sum, ledger.score, 1e-12);
    }
    EXPECT_EQ(trace.ledgers[0].content, "music play music in the terminal");
    EXPECT_EQ(trace.ledgers[0].title_bytes, 5u);
    EXPECT_EQ(trace_from_bytes(to_bytes(trace)).ledgers.size(), 3u); // consistent, spans included
}

// Somebody takes a word away, weighs another one and adds a third: only the lexical expert's query changes.
// A slider's step takes what the experts have read from the result that it changes.
TEST(SearchEngine, TakesRepresentationsFromAResultOfTheSameText) {
    Bench bench;
    const Trace parent = bench.run("play music");
    const std::int32_t music = bench.engine.term("music");
    const Trace anew = bench.run("play music", {.term_edits = {{music, 2}}});
    const Trace taken = bench.run("play music", {.encoded = std::make_shared<const Trace>(parent), .term_edits = {{music, 2}}});
    for (std::size_t hit = 0; hit < anew.fused.size(); ++hit) {
        EXPECT_EQ(taken.fused[hit].document, anew.fused[hit].document);
        EXPECT_EQ(taken.fused[hit].score, anew.fused[hit].score);
    }
    auto marked = std::make_shared<Trace>(parent);
    marked->experts[2].query.pooled[0] += 1;
    EXPECT_EQ(bench.run("play music", {.encoded = marked}).experts[2].query.pooled, marked->experts[2].query.pooled);
    EXPECT_EQ(bench.run("edit music", {.encoded = marked}).experts[2].query.pooled, bench.run("edit music").experts[2].query.pooled) << "of another text";
    auto edited = std::make_shared<Trace>(*marked);
    edited->term_edits = {{music, 2, "music"}};
    EXPECT_EQ(bench.run("play music", {.encoded = edited}).experts[2].query.pooled, parent.experts[2].query.pooled) << "its terms are not the model's own";
    auto other = std::make_shared<Trace>(*marked);
    other->model_version = "another";
    EXPECT_EQ(bench.run("play music", {.encoded = other}).experts[2].query.pooled, parent.experts[2].query.pooled);
}

TEST(SearchEngine, SearchesWithEditedTerms) {
    Bench bench;
    const Trace parent = bench.run("play music");
    const std::int32_t play = bench.engine.term("play"), music = bench.engine.term("music"), mail = bench.engine.term("mail");
    const Trace edited = bench.run("play music", {.ledgers = 3, .parent = parent.id, .term_edits = {{mail, 2}, {play, 0}, {music, 0.5f}}});
    EXPECT_EQ(edited.parent, parent.id);
    EXPECT_EQ(edited.term_edits, (std::vector<TermEdit>{{play, 0, "play"}, {music, 0.5f, "music"}, {mail, 2, "mail"}}));
    const SparseVector& before = parent.experts[0].query.sparse;
    const SparseVector& after = edited.experts[0].query.sparse;
    EXPECT_TRUE(std::is_sorted(after.terms.begin(), after.terms.end()));
    std::map<std::int32_t, float> expected;
    for (std::size_t at = 0; at < before.terms.size(); ++at)
        expected[before.terms[at]] = before.weights[at];
    expected.erase(play);
    expected[music] = 0.5f;
    expected[mail] = 2;
    std::map<std::int32_t, float> found;
    for (std::size_t at = 0; at < after.terms.size(); ++at)
        found[after.terms[at]] = after.weights[at];
    EXPECT_EQ(found, expected);
    EXPECT_EQ(edited.experts[0].query_terms.size(), after.terms.size());
    EXPECT_EQ(edited.experts[1].query.tokens.rows, parent.experts[1].query.tokens.rows);
    EXPECT_EQ(edited.experts[2].query.pooled, parent.experts[2].query.pooled);
    EXPECT_EQ(edited.documents[static_cast<std::size_t>(edited.experts[0].hits[0])].id, "mutt"); // it has mail
    for (const Ledger& ledger : edited.ledgers)
        for (const ExpertLedger& expert : ledger.experts)
            EXPECT_NEAR(expert.residual, 0, 1e-5) << expert.name;
}

TEST(SearchEngine, RefusesTermsThatCannotBeWeighed) {
    Bench bench;
    const auto refusal = [&](std::vector<TermEdit> edits) {
        try {
            bench.run("play music", {.term_edits = std::move(edits)});
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_THAT(refusal({{999, 1}}), HasSubstr("term 999: the vocabulary has 20 terms"));
    EXPECT_THAT(refusal({{-1, 1}}), HasSubstr("term -1"));
    EXPECT_THAT(refusal({{6, -1}}), HasSubstr("from 0 up"));
    EXPECT_THAT(refusal({{6, NAN}}), HasSubstr("from 0 up"));
    EXPECT_THAT(refusal({{6, 1}, {6, 2}}), HasSubstr("two weights"));
    EXPECT_EQ(bench.engine.term("music"), 6);
    EXPECT_THROW(bench.engine.term("music game"), Error);
    EXPECT_THROW(bench.engine.term(" "), Error);
    EXPECT_THROW(bench.engine.term("xylophone"), Error); // no piece of the vocabulary
}

TEST(SearchEngine, LedgersKnowHowManyDocumentsHaveATerm) {
    Bench bench;
    const Trace trace = bench.run("music", {.ledgers = 1});
    for (const TermPart& term : trace.ledgers[0].experts[0].terms)
        if (term.word == "music") {
            EXPECT_EQ(term.postings, 2); // mpd and cmus; "play" before it in the vocabulary is expanded to it, but cmus has it anyway
        }
}

TEST(SearchEngine, ExplainsInsideAndOutsideTheUnion) {
    Bench bench;
    const Trace trace = bench.run("play music", {.depth = 1, .ledgers = 1});
    const std::string inside = trace.documents[static_cast<std::size_t>(trace.fused[0].document)].id;
    EXPECT_EQ(to_json(bench.engine.explain(trace, inside)), to_json(trace.ledgers[0]));

    const Ledger outside = bench.engine.explain(trace, "mutt");
    EXPECT_EQ(outside.rank, 0);
    double sum = 0;
    for (const ExpertLedger& expert : outside.experts)
        sum += expert.used;
    EXPECT_NEAR(sum, outside.score, 1e-12);
    EXPECT_EQ(outside.title_bytes, 0u);

    EXPECT_THROW(bench.engine.explain(trace, "nobody"), Error);
    Trace other = trace;
    other.model_version = "m0";
    EXPECT_THROW(bench.engine.explain(other, inside), Error);
}

// A trace of a session brings its ordinals along. They were believed, so one beyond the collection, or beyond
// an index that covers less by now, ended in "internal error".
TEST(SearchEngine, ExplainsATraceWhoseOrdinalsAreNotToBeTrusted) {
    Bench bench;
    const Trace trace = bench.run("play music");
    const std::string inside = trace.documents[static_cast<std::size_t>(trace.fused[0].document)].id;
    Trace wrong = trace;
    for (UnionDocument& document : wrong.documents)
        document.ordinal = 1'000'000;
    EXPECT_EQ(to_json(bench.engine.explain(wrong, inside)), to_json(trace.ledgers[0]));

    const SearchEngine partial(bench.model, bench.collection,
                               std::make_shared<FakeIndex>(*bench.model, *bench.collection, 1));
    try {
        partial.explain(trace, "cmus");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::NotFound);
        EXPECT_THAT(error.what(), HasSubstr("document 'cmus' is not indexed yet (1 of 7 are)"));
    }
    wrong.documents[0].id = "gone";
    EXPECT_THROW(bench.engine.explain(wrong, "gone"), Error);
}

// Nor were the experts of such a trace compared with the model's.
TEST(SearchEngine, RefusesATraceWithOtherExperts) {
    Bench bench;
    const Trace trace = bench.run("play music");
    Trace more = trace, wider = trace, other = trace;
    more.experts.push_back(more.experts.back());
    for (ExpertTrace& expert : wider.experts)
        expert.query.pooled.push_back(1);
    std::swap(other.experts[0].kind, other.experts[1].kind);
    for (const Trace& wrong : {more, wider, other})
        EXPECT_THROW(bench.engine.explain(wrong, "cmus"), Error);
}

TEST(SearchEngine, GradesTheCollectionsOwnQueries) {
    Bench bench;
    EXPECT_EQ(bench.run("  play music ").query_id, "q1");
    EXPECT_THAT(bench.run("play music").grades, ElementsAre(std::pair("cmus", 2), std::pair("mpd", 1)));
    EXPECT_THAT(bench.run("play").grades, IsEmpty());
    EXPECT_THAT(bench.run("play music", {.split = "train"}).grades, IsEmpty());
}

TEST(SearchEngine, RefusesAQueryOfNothing) {
    Bench bench;
    for (const char* text : {"", "   ", "\t\n"})
        EXPECT_THROW(bench.run(text), Error) << '"' << text << '"';
    EXPECT_THROW(bench.run("music", {.depth = 0}), Error);
    EXPECT_THROW(bench.run("music", {.fusion = parse_fusion("sum:1,2")}), Error);
}

TEST(SearchEngine, ReadsInvalidUtf8AndVeryLongQueries) {
    Bench bench;
    EXPECT_EQ(bench.run("music \xFF\xC0 sound").query, "music \xEF\xBF\xBD\xEF\xBF\xBD sound");
    std::string text;
    while (text.size() < 100'000)
        text += "music ";
    const Trace trace = bench.run(text);
    EXPECT_TRUE(trace.query_truncated);
    EXPECT_LE(trace.query.size(), kMaxQueryBytes);
    EXPECT_EQ(trace.tokens.size(), 32u);
}

TEST(SearchEngine, SearchesWhatIsIndexedSoFar) {
    auto model = std::make_shared<FakeModel>(kWords);
    auto collection = small_collection();
    const SearchEngine engine(model, collection, std::make_shared<FakeIndex>(*model, *collection, 2));
    Progress progress;
    const Trace trace = engine.run({.text = "play music"}, progress);
    EXPECT_EQ(trace.indexed_documents, 2);
    EXPECT_EQ(trace.expected_documents, 7);
    EXPECT_LE(trace.documents.size(), 2u);
    EXPECT_THROW(engine.explain(trace, "cmus"), Error);
}

/// As one on a server that has lost two documents, and that has no first stage for the local expert.
class RemoteIndex final : public FakeIndex {
public:
    using FakeIndex::FakeIndex;
    Candidates all_candidates(std::span<const Representation> query, std::size_t k, const CandidateOptions& options, Progress& progress) const override {
        Candidates all = FakeIndex::all_candidates(query, k, options, progress);
        all.experts[1].brought = false;
        all.unanswered = 2;
        return all;
    }
};

TEST(SearchEngine, TellsWhoFoundADocumentAndWhatCouldNotBeLookedAt) {
    Bench bench;
    const SearchEngine remote(bench.model, bench.collection, std::make_shared<RemoteIndex>(*bench.model, *bench.collection));
    const Trace trace = remote.run({.text = "play music", .depth = 3}, bench.progress);
    const Trace whole = bench.run("play music", {.depth = 3});
    EXPECT_EQ(trace.indexed_documents, whole.indexed_documents - 2);
    EXPECT_EQ(trace.expected_documents, whole.expected_documents);
    EXPECT_EQ(trace.experts[1].hits, whole.experts[1].hits); // a list all the same
    for (std::size_t document = 0; document < trace.documents.size(); ++document) EXPECT_EQ(trace.documents[document].brought_by, whole.documents[document].brought_by & ~2u);
}

TEST(SearchEngine, AnEmptyIndexFindsNothing) {
    auto model = std::make_shared<FakeModel>(kWords);
    auto collection = small_collection();
    const SearchEngine engine(model, collection, std::make_shared<FakeIndex>(*model, *collection, 0));
    Progress progress;
    EXPECT_THAT(engine.run({.text = "play music"}, progress).fused, IsEmpty());
}

TEST(SearchEngine, RefusesAnIndexOfAnotherVersionAndTakesOneThatGrew) {
    auto model = std::make_shared<FakeModel>(kWords);
    auto collection = small_collection();
    const auto index = std::make_shared<FakeIndex>(*model, *collection);
    auto changed = small_collection();
    changed->fingerprint = "c2";
    try {
        SearchEngine(model, changed, index);
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("another version of the collection"));
    }
    changed->earlier = {"c1"};
    changed->documents.push_back({"new", "", "web server", {}});
    EXPECT_NO_THROW(SearchEngine(model, changed, index));
}

TEST(SearchEngine, StopsWhenAsked) {
    Bench bench;
    std::stop_source stop;
    stop.request_stop();
    Progress progress(stop.get_token());
    EXPECT_THROW(bench.engine.run({.text = "music"}, progress), Cancelled);
}

TEST(SearchEngine, AnswersSeveralThreadsAlike) {
    Bench bench;
    const std::string expected = to_json(bench.run("play music"), 0);
    std::vector<std::jthread> threads;
    std::atomic<int> alike{0};
    for (int thread = 0; thread < 4; ++thread)
        threads.emplace_back([&] {
            for (int round = 0; round < 20; ++round) {
                Progress progress;
                const Trace trace = bench.engine.run({.text = "play music"}, progress);
                alike += trace.fused.size() == 7 && trace.grades.size() == 2;
            }
        });
    threads.clear();
    EXPECT_EQ(alike, 80);
}

TEST(QueryText, KeepsWellFormedTextAndCutsBetweenCharacters) {
    EXPECT_EQ(clean_query("  na\xC3\xAFve \xE4\xB8\xAD \xF0\x9F\x8E\xB5 ", 100).text,
              "na\xC3\xAFve \xE4\xB8\xAD \xF0\x9F\x8E\xB5");
    const QueryText cut = clean_query("ab\xE4\xB8\xAD", 4);
    EXPECT_EQ(cut.text, "ab");
    EXPECT_TRUE(cut.truncated);
    EXPECT_FALSE(clean_query("ab\xE4\xB8\xAD", 5).truncated);
}

TEST(QueryText, ReplacesEveryBadByte) {
    const std::string bad = "\xEF\xBF\xBD";
    EXPECT_EQ(clean_query("\xC3", 100).text, bad);                               // cut short
    EXPECT_EQ(clean_query("\xC0\xAF", 100).text, bad + bad);                     // overlong
    EXPECT_EQ(clean_query("\xED\xA0\x80", 100).text, bad + bad + bad);           // a surrogate
    EXPECT_EQ(clean_query("\xF4\x90\x80\x80", 100).text, bad + bad + bad + bad); // beyond U+10FFFF
    EXPECT_EQ(clean_query("a\x80z", 100).text, "a" + bad + "z");
}

} // namespace
} // namespace cameo
