#include "tests/app/fake_sources.hpp"

#include "app/workbench/controller.hpp"

#include <chrono>
#include <gtest/gtest.h>
#include <thread>

namespace cameo {
namespace {

using namespace std::chrono_literals;

class Pinning : public testing::Test {
protected:
    template <class Predicate> void wait_until(Predicate reached) {
        const auto give_up = std::chrono::steady_clock::now() + 20s;
        while (std::chrono::steady_clock::now() < give_up) {
            jobs.drain();
            fill();
            if (reached()) return;
            std::this_thread::sleep_for(1ms);
        }
        FAIL() << "it did not come to that";
    }
    void fill() {
        now = {};
        now.selection.document = document;
        bench.fill(now);
    }
    /// The first model is pinned, and another one is in use.
    void pin_and_open_second() {
        fakes.second = std::make_shared<FakeModel>(std::vector<std::string>{"music", "terminal", "play", "sound", "edit"}, "second", "second-1");
        open();
        bench.pin_setting();
        bench.open_model("second");
        wait_until([&] { return now.workbench.model == "second" && now.workbench.phase == Phase::Ready; });
    }
    void open() {
        bench.start("", "");
        wait_until([&] { return now.workbench.phase == Phase::Ready; });
    }
    void ask(const std::string& text) {
        bench.run_query(text);
        wait_until([&] { return now.query_phase != Phase::Loading; });
    }
    const Snapshot& then() { return *now.pin->then; }

    FakeSources fakes;
    JobManager jobs;
    NoticeBoard notices;
    WorkbenchController bench{jobs, notices, fakes.sources()};
    std::string document;
    Snapshot now;
};

TEST_F(Pinning, NothingIsComparedUntilSomebodyPins) {
    open();
    ask("play music");
    EXPECT_FALSE(now.pin);
    bench.pin_setting();
    fill();
    ASSERT_TRUE(now.pin);
    EXPECT_EQ(now.pin->kind, Pin::Kind::Setting);
    EXPECT_EQ(then().trace, now.trace) << "the same setting: no difference";
    bench.unpin();
    fill();
    EXPECT_FALSE(now.pin);
}

TEST_F(Pinning, AFusionAnswersEveryQueryToo) {
    open();
    ask("play music");
    bench.pin_setting(); // min-max
    bench.set_fusion(FusionSpec{.method = FusionMethod::Rrf});
    fill();
    EXPECT_EQ(now.trace->fusion.method, FusionMethod::Rrf);
    ASSERT_TRUE(then().trace);
    EXPECT_EQ(then().trace->fusion.method, FusionMethod::MinMax);
    EXPECT_EQ(then().trace->id, now.trace->id);
    ask("edit sound");
    fill();
    EXPECT_EQ(then().trace->query, "edit sound");
    EXPECT_EQ(then().trace->fusion.method, FusionMethod::MinMax);
    document = now.trace->documents.front().id;
    bench.select(document, {});
    wait_until([&] { return now.ledger_phase == Phase::Ready && then().ledger_phase == Phase::Ready; });
    EXPECT_EQ(then().ledger->id, document);
    EXPECT_NE(then().ledger->score, now.ledger->score);
    EXPECT_EQ(then().selection.document, document);
}

TEST_F(Pinning, AResultStaysWhateverIsAsked) {
    open();
    ask("play music");
    const auto pinned = now.trace;
    bench.pin_result();
    ask("edit sound");
    fill();
    EXPECT_EQ(now.pin->kind, Pin::Kind::Result);
    EXPECT_EQ(then().trace, pinned);
    EXPECT_EQ(now.trace->query, "edit sound");
    EXPECT_NE(now.pin->label.find("play music"), std::string::npos);
}

TEST_F(Pinning, AnotherModelIsAskedTheQueryOnScreenAndComparedWithThePinnedOne) {
    fakes.second = std::make_shared<FakeModel>(std::vector<std::string>{"music", "terminal", "play", "sound", "edit"}, "second", "second-1");
    open();
    ask("play music");
    const auto first = now.trace;
    bench.pin_setting();
    bench.open_model("second");
    wait_until([&] { return now.trace && now.trace->model == "second"; });
    EXPECT_EQ(now.trace->query, "play music") << "nobody has to ask again";
    wait_until([&] { return then().trace != nullptr; });
    EXPECT_EQ(then().trace->model, "fake");
    EXPECT_EQ(then().trace->query, "play music");
    ask("edit sound");
    wait_until([&] { return then().trace && then().trace->query == "edit sound"; });
    EXPECT_EQ(then().trace->model, "fake");
    EXPECT_EQ(then().query_phase, Phase::Ready);
}

TEST_F(Pinning, ALateAnswerIsNotComparedWithAnotherQuery) {
    pin_and_open_second();
    ask("play music");
    wait_until([&] { return then().trace && then().trace->query == "play music"; });
    const auto first = now.trace;
    ask("edit sound"); // which is put to the pinned one as well
    bench.show(first, false);
    const auto give_up = std::chrono::steady_clock::now() + 20s;
    while (jobs.busy() && std::chrono::steady_clock::now() < give_up) {
        jobs.drain();
        fill();
        ASSERT_TRUE(!then().trace || then().trace->query == "play music");
    }
    wait_until([&] { return then().trace && then().trace->query == "play music" && !jobs.busy(); });
}

TEST_F(Pinning, ADeeperSearchIsComparedWithOneAsDeep) {
    pin_and_open_second();
    ask("play music");
    wait_until([&] { return then().trace != nullptr; });
    bench.search_deeper(7);
    wait_until([&] { return now.trace->depth == 7 && then().trace && then().trace->depth == 7; });
}

// What Missing offers may be the whole index: a million candidates of each expert were scored, and kept.
TEST_F(Pinning, ADeeperSearchHasAnEnd) {
    open();
    ask("play music");
    bench.search_deeper(1'000'000);
    wait_until([&] { return now.trace->depth != 100; });
    EXPECT_EQ(now.trace->depth, 10'000);
}

TEST_F(Pinning, AWordPutBackKeepsTheDepth) {
    open();
    ask("play music");
    auto words = query_words("play music");
    bench.search_deeper(7);
    wait_until([&] { return now.trace->depth == 7; });
    words[1].state = WordState::Dropped;
    bench.try_words(words);
    wait_until([&] { return now.trace->query == "play"; });
    words[1].state = WordState::Kept;
    bench.try_words(words);
    wait_until([&] { return now.trace->query == "play music"; });
    EXPECT_EQ(now.trace->depth, 7);
}

TEST_F(Pinning, AChangedQueryIsComparedWithWhatWasAsked) {
    open();
    ask("play music");
    const auto asked = now.trace;
    bench.add_term("game", 5);
    wait_until([&] { return now.trace != asked && now.query_phase == Phase::Ready; });
    ASSERT_TRUE(now.pin);
    EXPECT_EQ(now.pin->kind, Pin::Kind::Original);
    EXPECT_EQ(then().trace, asked);
    bench.try_terms({}, true);
    fill();
    EXPECT_EQ(now.trace, asked);
    EXPECT_FALSE(now.pin);
}

TEST_F(Pinning, AWordLeftOutIsComparedWithTheWholeQuery) {
    open();
    ask("play music terminal");
    const auto asked = now.trace;
    auto words = query_words(asked->query);
    words[1].state = WordState::Dropped;
    bench.try_words(words);
    wait_until([&] { return now.query_phase == Phase::Ready && now.trace != asked; });
    EXPECT_EQ(now.trace->query, "play terminal");
    EXPECT_EQ(now.trace->parent, asked->id);
    EXPECT_EQ(now.original, asked);
    ASSERT_TRUE(now.pin);
    EXPECT_EQ(then().trace, asked);
    // With another term's weight on top, and the word back: the edit of the term stays.
    bench.add_term("game", 5);
    wait_until([&] { return now.query_phase == Phase::Ready && !now.trace->term_edits.empty(); });
    EXPECT_EQ(now.trace->query, "play terminal");
    words[1].state = WordState::Kept;
    bench.try_words(words);
    wait_until([&] { return now.query_phase == Phase::Ready && now.trace->query == "play music terminal"; });
    EXPECT_EQ(now.trace->term_edits.size(), 1u);
    EXPECT_EQ(now.trace->parent, asked->id);
    bench.try_terms({}, true);
    fill();
    EXPECT_EQ(now.trace, asked);
    EXPECT_FALSE(now.original);
    EXPECT_FALSE(now.pin);
}

TEST_F(Pinning, WordsAreWeighedForTheSelectedDocument) {
    open();
    ask("play music");
    bench.weigh_words();
    fill();
    EXPECT_EQ(now.importance.phase, Phase::Empty) << "nothing is selected";
    document = "cmus";
    bench.select(document, {});
    bench.weigh_words();
    wait_until([&] { return now.importance.phase == Phase::Ready; });
    EXPECT_EQ(now.importance.of, now.trace->id);
    ASSERT_EQ(now.importance.importance->words.size(), 2u);
    EXPECT_EQ(now.importance.importance->words[0].word, "play");
    EXPECT_EQ(now.importance.fusion, now.trace->fusion);
    bench.set_fusion(FusionSpec{.method = FusionMethod::Rrf});
    fill();
    EXPECT_NE(now.importance.fusion, now.trace->fusion) << "its ranks are of the fusion before";
    bench.weigh_words();
    wait_until([&] { return now.importance.phase == Phase::Ready; });
    EXPECT_EQ(now.importance.fusion, now.trace->fusion);
}

TEST_F(Pinning, FiguresOfThePinnedSettingAreKept) {
    open();
    ask("play music");
    bench.pin_setting();
    bench.measurements().measure("test");
    wait_until([&] { return now.judged.phase == Phase::Ready && now.judged.fusion && !now.judged.following && !jobs.busy(); });
    const auto scores = now.judged.scores;
    const double before = now.judged.fusion->mrr_10;
    bench.set_fusion(FusionSpec{.method = FusionMethod::Weighted, .weights = {0, 0, 1}});
    wait_until([&] { return !now.judged.following && !jobs.busy(); });
    EXPECT_EQ(then().judged.scores, scores);
    ASSERT_TRUE(then().judged.fusion);
    EXPECT_EQ(then().judged.fusion->mrr_10, before);
}

TEST_F(Pinning, LettingGoEndsTheComparisonWithAnotherModel) {
    fakes.second = std::make_shared<FakeModel>(std::vector<std::string>{"music", "play"}, "second", "second-1");
    open();
    bench.pin_setting();
    bench.open_model("second");
    wait_until([&] { return now.workbench.model == "second" && now.workbench.phase == Phase::Ready; });
    ask("play music");
    wait_until([&] { return then().query_phase == Phase::Ready; });
    bench.unpin();
    fill();
    EXPECT_FALSE(now.pin);
    EXPECT_FALSE(jobs.busy());
}

TEST_F(Pinning, AnotherSessionBeginsWithoutAPin) {
    open();
    ask("play music");
    bench.pin_result();
    bench.reset();
    fill();
    EXPECT_FALSE(now.pin);
}

} // namespace
} // namespace cameo
