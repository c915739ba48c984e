#include "tests/views/scene.hpp"
#include "views/document_view.hpp"
#include "views/judging.hpp"
#include "views/query_bench_view.hpp"

#include <gtest/gtest.h>

namespace cameo {
namespace {

std::string id_at(const Trace& trace, std::size_t place) { return trace.documents[static_cast<std::size_t>(trace.fused[place].document)].id; }

TEST(Judging, ADigitGradesAndLeadsOn) {
    Scene<QueryBenchView> scene;
    const std::string first = id_at(*scene.now.trace, 0), second = id_at(*scene.now.trace, 1), third = id_at(*scene.now.trace, 2);
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->ItemClick(("**/fused:" + first).c_str());
        ctx->KeyPress(ImGuiKey_2);
        IM_CHECK_STR_EQ(scene.last<GradeDocument>()->document.c_str(), first.c_str());
        IM_CHECK_EQ(scene.last<GradeDocument>()->grade.value_or(-1), 2);
        IM_CHECK_STR_EQ(scene.now.selection.document.c_str(), second.c_str());
        IM_CHECK_EQ(scene.now.selection.expert, -1);
        ctx->KeyPress(ImGuiKey_Keypad0);
        IM_CHECK_STR_EQ(scene.last<GradeDocument>()->document.c_str(), second.c_str());
        IM_CHECK_EQ(scene.last<GradeDocument>()->grade.value_or(-1), 0);
        IM_CHECK_STR_EQ(scene.now.selection.document.c_str(), third.c_str());
        // Nothing to take back here.
        const std::size_t before = scene.commands.size();
        ctx->KeyPress(ImGuiKey_Delete);
        IM_CHECK_EQ(scene.commands.size(), before);
        scene.now.own.grades = std::make_shared<const Grades>(Grades{{third, 1}});
        ctx->KeyPress(ImGuiKey_Backspace);
        IM_CHECK(scene.last<GradeDocument>()->document == third && !scene.last<GradeDocument>()->grade);
        IM_CHECK_STR_EQ(scene.now.selection.document.c_str(), third.c_str());
        // With Alt a digit still looks at one expert, with Ctrl it is a layout's.
        const std::size_t graded = scene.commands.size();
        ctx->KeyPress(ImGuiMod_Alt | ImGuiKey_2);
        IM_CHECK_EQ(scene.now.selection.expert, 1);
        ctx->KeyPress(ImGuiMod_Alt | ImGuiKey_0);
        IM_CHECK_EQ(scene.now.selection.expert, -1);
        ctx->KeyPress(ImGuiMod_Ctrl | ImGuiKey_1);
        for (std::size_t each = graded; each < scene.commands.size(); ++each) IM_CHECK(!std::holds_alternative<GradeDocument>(scene.commands[each]));
    }));
}

TEST(Judging, GradesTheDocumentThatIsRead) {
    Scene<DocumentView> scene;
    scene.size = {500, 700};
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->WindowFocus("");
        ctx->KeyPress(ImGuiKey_3);
        IM_CHECK(scene.last<GradeDocument>() != nullptr);
        IM_CHECK_STR_EQ(scene.last<GradeDocument>()->document.c_str(), "cmus");
        IM_CHECK_EQ(scene.last<GradeDocument>()->grade.value_or(-1), 3);
        ctx->KeyPress(ImGuiMod_Alt | ImGuiKey_1);
        IM_CHECK_EQ(scene.now.selection.expert, 0);
    }));
}

TEST(Judging, TheMenuOfARowHasItToo) {
    Scene<QueryBenchView> scene;
    scene.now.own.grades = std::make_shared<const Grades>(Grades{{"moc", 1}});
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->ItemClick("**/fused:moc", ImGuiMouseButton_Right);
        ctx->ItemClick("//$FOCUSED/Take the grade back");
        IM_CHECK(scene.last<GradeDocument>()->document == "moc" && !scene.last<GradeDocument>()->grade);
        ctx->ItemClick("**/fused:cmus", ImGuiMouseButton_Right);
        ctx->ItemClick("//$FOCUSED/Why is it not higher?");
        IM_CHECK_STR_EQ(scene.last<ExplainMissing>()->document.c_str(), "cmus");
    }));
}

TEST(Judging, TheFooterLeadsToWhatIsMissing) {
    Scene<QueryBenchView> scene;
    EXPECT_TRUE(scene.click("A document is missing"));
    ASSERT_NE(scene.last<ShowView>(), nullptr);
    EXPECT_EQ(scene.last<ShowView>()->title, "Missing");
}

// By hand: the first relevant document at rank 2 with grade 1, one of grade 3 that is in no list.
TEST(Judging, MeasuresTheListByOnesOwnGrades) {
    Snapshot now = sample_snapshot();
    const BenchRows rows = make_bench_rows(*now.trace);
    EXPECT_FALSE(measure_by_own(now, rows, rows.fused).has_value());
    now.own.grades = std::make_shared<const Grades>(Grades{{id_at(*now.trace, 0), 0}, {id_at(*now.trace, 1), 1}, {"nowhere", 3}});
    const auto own = measure_by_own(now, rows, rows.fused);
    ASSERT_TRUE(own.has_value());
    EXPECT_EQ(own->mrr_10, 0.5);
    EXPECT_NEAR(own->ndcg_10, (1 / std::log2(3)) / (3 + 1 / std::log2(3)), 1e-12);
    now.own.grades = std::make_shared<const Grades>(Grades{{id_at(*now.trace, 0), 0}});
    EXPECT_FALSE(measure_by_own(now, rows, rows.fused).has_value()); // nothing that could be found
}

} // namespace
} // namespace cameo
