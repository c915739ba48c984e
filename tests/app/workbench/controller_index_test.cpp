// What the index is to be, and documents that come and go.
#include "tests/app/workbench/workbench_fixture.hpp"

#include <gmock/gmock.h>

namespace cameo {
namespace {

using testing::HasSubstr;

struct ControllerIndex : WorkbenchFixture {
    void build(bool new_codecs = false) {
        bench.build_index(new_codecs);
        wait_until([&] { return !bench.is_building() && now.workbench.phase == Phase::Ready && !jobs.busy(); });
    }
    std::string sentences() const {
        std::string all;
        for (const Notice& notice : notices.notices()) all += notice.sentence + " " + notice.remedy + "\n";
        return all;
    }
};

TEST_F(ControllerIndex, WhatNobodyChangedIsLeftToTheIndexThatIsThere) {
    fakes.settings = IndexSettings{.local_bits = 2};
    open();
    EXPECT_TRUE(now.index_plan.is_there);
    EXPECT_EQ(now.index_plan.wanted.local_bits, 2);
    build();
    EXPECT_FALSE(fakes.ordered.settings);
    bench.index_desk().want({.local_bits = 4}, 4'000'000'000);
    wait_until([&] { return now.index_plan.changed(); });
    build(true);
    ASSERT_TRUE(fakes.ordered.settings);
    EXPECT_EQ(fakes.ordered.settings->local_bits, 4);
    EXPECT_EQ(fakes.ordered.memory, 4'000'000'000u);
    EXPECT_TRUE(fakes.ordered.new_codecs);
    // The index is as it was wanted: nothing is left to be changed.
    EXPECT_EQ(now.index_plan.first.local_bits, 4);
    EXPECT_FALSE(now.index_plan.changed());
    EXPECT_EQ(now.index_plan.memory, 4'000'000'000u);
}

TEST_F(ControllerIndex, ANewOneIsProposedBySize) {
    fakes.indexed = false;
    open();
    EXPECT_FALSE(now.index_plan.is_there);
    EXPECT_EQ(now.index_plan.wanted, IndexSettings());
}

TEST_F(ControllerIndex, WishesAreKeptWhileTheSameIsOpenAndForgottenWithIt) {
    open();
    bench.index_desk().want({.seismic = true}, 0);
    build();
    bench.index_desk().want({.global_structure = "Flat", .seismic = true}, 0);
    bench.open_collection("others");
    wait_until([&] { return now.workbench.phase == Phase::Ready && now.workbench.collection == "others"; });
    EXPECT_FALSE(now.index_plan.changed());
}

TEST_F(ControllerIndex, ABuildForetellsAndTellsOfDrift) {
    fakes.hold_index = true;
    fakes.drift = 1.4;
    open();
    bench.build_index();
    wait_until([&] { return now.index_plan.forecast.has_value(); });
    EXPECT_EQ(now.index_plan.forecast->seconds, 90);
    fakes.hold_index = false;
    wait_until([&] { return !bench.is_building(); });
    EXPECT_FALSE(now.index_plan.forecast);
    EXPECT_THAT(sentences(), HasSubstr("local: the compression loses 1.4 times as much"));
}

TEST_F(ControllerIndex, AnAddressThatIsNoneIsRefusedAndATokenGoesToItsServer) {
    open();
    bench.index_desk().want({.in_milvus = true, .address = "elastic://host"}, 0);
    EXPECT_THAT(bench.index_desk().plan().refusal, HasSubstr("milvus://"));
    bench.index_desk().want({.in_milvus = true, .address = "milvus://root:hunter2@host"}, 0);
    EXPECT_THAT(bench.index_desk().plan().refusal, Not(HasSubstr("hunter2")));
    bench.index_desk().want({.in_milvus = true, .address = "milvus://desk.test:1"}, 0);
    EXPECT_EQ(bench.index_desk().plan().refusal, "");
    EXPECT_FALSE(bench.index_desk().plan().holds_token);
    bench.index_desk().hold_token("root:secret");
    EXPECT_TRUE(bench.index_desk().plan().holds_token);
    bench.index_desk().want({.in_milvus = true, .address = "milvus://other.test:1"}, 0);
    EXPECT_FALSE(bench.index_desk().plan().holds_token);
    bench.index_desk().want({.in_milvus = true, .address = "milvus://desk.test:1"}, 0);
    bench.index_desk().hold_token("");
    EXPECT_FALSE(bench.index_desk().plan().holds_token);
}

TEST_F(ControllerIndex, DocumentsComeAndGo) {
    open();
    const auto changed = [&](const char* words) {
        wait_until([&] { return !jobs.busy() && now.workbench.phase == Phase::Ready && sentences().find(words) != std::string::npos; });
    };
    bench.add_documents("/somewhere/more.jsonl");
    changed("fakes: 2 documents added, 1 document replaced. They are found once they are indexed.");
    EXPECT_EQ(fakes.added, "/somewhere/more.jsonl");
    bench.remove_document("moc");
    changed("fakes: 1 document removed.");
    EXPECT_EQ(fakes.removed, "moc");
    bench.add_documents("");
    changed("corpus.jsonl, line 1: not JSON The collection is as it was.");
}

// Looking for a document by its title, and a second change, stopped the first one without a word: their jobs had one tag.
TEST_F(ControllerIndex, AChangeOfTheCollectionIsNeverSuperseded) {
    fakes.hold_documents = true;
    open();
    bench.add_documents("/somewhere/more.jsonl");
    bench.missing().find_documents("music");
    wait_until([&] { return now.documents.phase == Phase::Ready; });
    bench.missing().find_documents("");
    bench.remove_document("moc");
    fakes.hold_documents = false;
    wait_until([&] { return !jobs.busy() && now.workbench.phase == Phase::Ready && sentences().find("removed") != std::string::npos; });
    EXPECT_EQ(fakes.added, "/somewhere/more.jsonl");
    EXPECT_EQ(fakes.removed, "moc");
    EXPECT_THAT(sentences(), HasSubstr("2 documents added"));
}

TEST_F(ControllerIndex, NothingComesOrGoesWhileAnIndexIsBuilt) {
    fakes.hold_index = true;
    open();
    bench.build_index();
    bench.remove_document("moc");
    EXPECT_THAT(sentences(), HasSubstr("cannot be changed while its index is being built"));
    fakes.hold_index = false;
    wait_until([&] { return !bench.is_building() && !jobs.busy(); });
    EXPECT_EQ(fakes.removed, "");
}

} // namespace
} // namespace cameo
