#include "app/shell/layouts.hpp"
#include "tests/app/app_stage.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <imgui_internal.h>
#include <imgui_te_context.h>

// The tour through the whole program.

namespace cameo {
namespace {

using Place = TourAnchors::Place;

constexpr float kWidth = 1280, kHeight = 720;

bool overlap(const Place& one, const Place& other) {
    return one.min.x < other.max.x && one.max.x > other.min.x && one.min.y < other.max.y && one.max.y > other.min.y;
}

/// Whether a side of the widget has room for the callout and the gaps around it.
bool has_room(const Place& widget, const Place& callout, float gap) {
    const float width = callout.max.x - callout.min.x + 2 * gap, height = callout.max.y - callout.min.y + 2 * gap;
    return widget.min.x >= width || kWidth - widget.max.x >= width || widget.min.y >= height || kHeight - widget.max.y >= height;
}

/// Until the step is there and its widget has been found, and things have come to rest.
bool arrives(AppStage& stage, std::size_t step) {
    const Tour& tour = stage.app().tour();
    if (!stage.wait_until([&] { return tour.step_idx() == step && tour.shown().widget && !tour.shown().hindered; })) return false;
    stage.frames(8);
    return tour.shown().widget.has_value();
}

void expect_good_callout(AppStage& stage) {
    const Tour& tour = stage.app().tour();
    SCOPED_TRACE(std::string(tour_steps()[tour.step_idx()].title));
    ASSERT_TRUE(tour.shown().widget && tour.shown().callout);
    const Place widget = *tour.shown().widget, callout = *tour.shown().callout;
    EXPECT_GT(widget.max.x - widget.min.x, 4);
    EXPECT_GT(widget.max.y - widget.min.y, 4);
    EXPECT_GE(callout.min.x, 0);
    EXPECT_GE(callout.min.y, 0);
    EXPECT_LE(callout.max.x, kWidth);
    EXPECT_LE(callout.max.y, kHeight);
    const float gap = 12 * stage.app().settings().ui_scale;
    if (has_room(widget, callout, gap + 1)) { EXPECT_FALSE(overlap(widget, callout)); }
    const ImGuiWindow* window = ImGui::FindWindowByName("###tour");
    ASSERT_TRUE(window && window->Active);
    EXPECT_EQ(window->ScrollMax.y, 0) << "not all of it is seen";
    EXPECT_THAT(tour.shown().words, testing::Not(testing::HasSubstr("{")));
}

std::vector<std::string> drawn(App& app) {
    std::vector<std::string> titles;
    for (const auto& view : app.shell().views())
        if (app.shell().is_drawn(view->title())) titles.push_back(view->title());
    return titles;
}

std::vector<std::string> open(App& app) {
    std::vector<std::string> titles;
    for (const auto& view : app.shell().views())
        if (view->is_open()) titles.push_back(view->title());
    return titles;
}

class TourAtScale : public testing::TestWithParam<float> {};

TEST_P(TourAtScale, WalksAllStepsForwardAndBack) {
    AppStage stage(kWidth, kHeight);
    App& app = stage.app();
    ASSERT_TRUE(stage.open());
    Settings settings = app.settings();
    settings.ui_scale = GetParam();
    app.change_settings(settings);
    stage.frames(10);
    app.act(TakeTour{});
    const std::size_t last = tour_steps().size() - 1;
    for (std::size_t step = 0; step <= last; ++step) {
        ASSERT_TRUE(arrives(stage, step)) << tour_steps()[step].title;
        expect_good_callout(stage);
        if (step < last) { ASSERT_TRUE(app.table().run("tour.next")); }
    }
    EXPECT_THAT(app.tour().shown().words, testing::StartsWith("Because its score is the highest"));
    for (std::size_t step = last; step-- > 0;) {
        ASSERT_TRUE(app.table().run("tour.back"));
        ASSERT_TRUE(arrives(stage, step)) << tour_steps()[step].title;
        expect_good_callout(stage);
    }
    app.table().run("tour.back"); // before the first there is none
    stage.frames(3);
    EXPECT_EQ(app.tour().step_idx(), 0u);
    EXPECT_TRUE(app.tour().is_running());
}

INSTANTIATE_TEST_SUITE_P(Scales, TourAtScale, testing::Values(1.0f, 2.0f));

TEST(Tour, EndsByEscapeWithEverythingAsItWas) {
    AppStage stage(kWidth, kHeight);
    App& app = stage.app();
    ASSERT_TRUE(stage.open({"play music"}));
    app.shell().view(view_title::kWords)->set_open(false);
    stage.frames(3);
    app.shell().show_view(view_title::kTerms);
    app.act(Select{{.document = "vim", .expert = 1}});
    stage.frames(40); // the layout is read back
    const auto drawn_before = drawn(app), open_before = open(app);
    const auto places_before = app.shell().places();
    const std::string undo_before = app.undo_label();
    const auto trace_before = app.now().trace;
    stage.drive([&](ImGuiTestContext& ctx) {
        app.act(TakeTour{});
        ctx.Yield(4);
        for (std::size_t step = 1; step < tour_steps().size(); ++step) {
            ctx.KeyPress(ImGuiKey_RightArrow);
            ctx.Yield(20);
            IM_CHECK_EQ(app.tour().step_idx(), step);
        }
        for (std::size_t step = 0; step < 3; ++step) ctx.KeyPress(ImGuiKey_LeftArrow);
        ctx.Yield(20);
        IM_CHECK_EQ(app.tour().step_idx(), tour_steps().size() - 4); // "What a word does"
        IM_CHECK(app.shell().is_drawn(view_title::kWords));
        IM_CHECK_STR_NE(app.now().selection.document.c_str(), "vim");
        ctx.KeyPress(ImGuiKey_Escape);
        ctx.Yield(40);
    });
    EXPECT_FALSE(app.tour().is_running());
    EXPECT_EQ(open(app), open_before);
    EXPECT_EQ(drawn(app), drawn_before);
    EXPECT_EQ(app.shell().places(), places_before);
    EXPECT_EQ(app.now().selection.document, "vim");
    EXPECT_EQ(app.now().selection.expert, 1);
    EXPECT_EQ(app.now().trace->id, trace_before->id);
    EXPECT_EQ(app.undo_label(), undo_before) << "what the tour did is nobody's step";
    EXPECT_FALSE(ImGui::FindWindowByName("###tour")->Active);
}

TEST(Tour, IsInTheMiddleWithoutItsWidgetAndSaysTheSame) {
    AppStage stage(kWidth, kHeight);
    App& app = stage.app();
    ASSERT_TRUE(stage.open({"play music"}));
    app.act(TakeTour{});
    for (std::size_t step = 0; tour_steps()[step].view != view_title::kFusion; ++step) {
        ASSERT_TRUE(arrives(stage, step));
        app.tour().next();
    }
    ASSERT_TRUE(stage.wait_until([&] { return app.shell().is_drawn(view_title::kFusion) && app.tour().shown().widget; }));
    const std::string words = app.tour().shown().words;
    app.shell().view(view_title::kFusion)->set_open(false);
    stage.frames(30);
    ASSERT_FALSE(app.tour().shown().widget);
    EXPECT_EQ(app.tour().shown().words, words);
    const Place callout = *app.tour().shown().callout;
    EXPECT_NEAR((callout.min.x + callout.max.x) / 2, kWidth / 2, 1);
    EXPECT_NEAR((callout.min.y + callout.max.y) / 2, kHeight / 2, 1);
    app.tour().next(); // goes on, and comes back to a view that is opened again
    stage.frames(20);
    app.tour().back();
    EXPECT_TRUE(stage.wait_until([&] { return app.tour().shown().widget.has_value(); }));
    for (const auto& view : app.shell().views()) view->set_open(false);
    stage.frames(20);
    app.end_tour(true);
    stage.frames(5);
    EXPECT_TRUE(app.shell().view(view_title::kFusion)->is_open());
}

TEST(Tour, LeavesTheWidgetToThePersonAndTheKeysToWhoTypes) {
    AppStage stage(kWidth, kHeight);
    App& app = stage.app();
    ASSERT_TRUE(stage.open({"play music"}));
    app.act(TakeTour{});
    ASSERT_TRUE(arrives(stage, 0));
    stage.drive([&](ImGuiTestContext& ctx) {
        app.table().run("search.focus");
        ctx.Yield(3);
        ctx.KeyPress(ImGuiKey_RightArrow);
        ctx.Yield(3);
        IM_CHECK_EQ(app.tour().step_idx(), 0u);
        ctx.KeyPress(ImGuiKey_Escape); // leaves the box
        ctx.Yield(3);
        IM_CHECK(app.tour().is_running());
        ctx.ItemClick("//###tour/Next");
        ctx.Yield(10);
        ctx.ItemClick("//###tour/Next");
        ctx.Yield(20);
        IM_CHECK_EQ(app.tour().step_idx(), 2u);
        const Place lists = *app.tour().shown().widget;
        ctx.MouseMoveToPos({lists.min.x + 30, lists.min.y + 12});
        ctx.MouseClick();
        ctx.Yield(4);
        IM_CHECK_EQ(app.now().selection.expert, 0);
        ctx.ItemClick("//###tour/End the tour");
        ctx.Yield(4);
        IM_CHECK(!app.tour().is_running());
    });
}

TEST(Tour, StandsBackBehindThePalette) {
    AppStage stage(kWidth, kHeight);
    ASSERT_TRUE(stage.open({"play music"}));
    stage.app().act(TakeTour{});
    ASSERT_TRUE(arrives(stage, 0));
    stage.drive([&](ImGuiTestContext& ctx) {
        ctx.KeyPress(kCtrl | ImGuiKey_P);
        ctx.Yield(2);
        IM_CHECK(!ImGui::FindWindowByName("###tour")->Active);
        ctx.KeyPress(ImGuiKey_Escape);
        ctx.Yield(3);
        IM_CHECK(stage.app().tour().is_running());
        IM_CHECK(ImGui::FindWindowByName("###tour")->Active);
    });
}

TEST(Tour, SaysWhatIsMissingWithOneButton) {
    FakeSources fakes;
    fakes.empty = true;
    AppStage stage(fakes.sources());
    App& app = stage.app();
    ASSERT_TRUE(stage.wait_until([&] { return app.now().workbench.phase == Phase::Empty; }));
    app.shell().show_view(view_title::kQueryBench);
    app.act(TakeTour{});
    stage.frames(20);
    EXPECT_TRUE(app.tour().shown().hindered);
    EXPECT_THAT(app.tour().shown().words, testing::HasSubstr("nothing to search"));
    EXPECT_TRUE(app.sleep_s() != 0.0) << "nothing moves";
    stage.drive([&](ImGuiTestContext& ctx) {
        ctx.ItemClick("//###tour/Set up the demo");
        ctx.Yield(6);
    });
    EXPECT_FALSE(app.tour().is_running());
    EXPECT_TRUE(app.shell().is_drawn(view_title::kWelcome));
}

TEST(Tour, AsksItsOwnQuestionAndTakesItBack) {
    FakeSources fakes;
    auto demo = std::make_shared<FakeCollection>("debian"); // the tour's own question comes with it
    demo->documents = fakes.collection->documents;
    fakes.other = std::move(demo);
    AppStage stage(fakes.sources());
    App& app = stage.app();
    ASSERT_TRUE(stage.open());
    app.act(OpenCollection{"others"});
    ASSERT_TRUE(stage.wait_until([&] { return app.now().workbench.collection == "debian" && app.now().workbench.phase == Phase::Ready; }));
    ASSERT_TRUE(stage.ask("edit sound"));
    app.act(Select{{.document = "sox"}});
    stage.frames(2);
    app.act(TakeTour{});
    ASSERT_TRUE(arrives(stage, 0));
    app.tour().next();
    ASSERT_TRUE(arrives(stage, 1));
    EXPECT_EQ(app.now().trace->query, "play music in the terminal");
    app.end_tour(true);
    stage.frames(3);
    EXPECT_EQ(app.now().trace->query, "edit sound");
    EXPECT_EQ(app.now().selection.document, "sox");
    EXPECT_EQ(app.shell().search_bar().text(), "edit sound");
}

TEST(Tour, IsOfferedUntilSomebodyHasEndedIt) {
    SessionOnDisk disk;
    {
        AppStage stage = disk.start();
        App& app = stage.app();
        ASSERT_TRUE(stage.open());
        EXPECT_TRUE(app.now().offers_tour);
        stage.drive([&](ImGuiTestContext& ctx) {
            app.shell().show_view(view_title::kWelcome);
            ctx.Yield(3);
            ctx.ItemClick("//Welcome/**/Take the tour");
            ctx.Yield(3);
            IM_CHECK(app.tour().is_running());
        });
        app.shell().view(view_title::kWords)->set_open(false); // in its midst
        stage.frames(3);
    } // closed with the window: not ended
    {
        AppStage stage = disk.start();
        App& app = stage.app();
        ASSERT_TRUE(stage.open());
        EXPECT_TRUE(app.now().offers_tour);
        EXPECT_TRUE(app.shell().view(view_title::kWords)->is_open());
        app.act(TakeTour{});
        stage.frames(3);
        app.end_tour(true);
        stage.frames(3);
        EXPECT_FALSE(app.now().offers_tour);
    }
    AppStage stage = disk.start();
    ASSERT_TRUE(stage.open());
    EXPECT_FALSE(stage.app().now().offers_tour);
    EXPECT_TRUE(stage.app().table().run("tour.take")) << "but it can be asked for";
}

} // namespace
} // namespace cameo
