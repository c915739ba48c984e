#include "tests/support/sample_gate.hpp"
#include "tests/support/sample_judged.hpp"
#include "tests/views/every_view.hpp"
#include "tests/views/scene.hpp"
#include "views/draw.hpp"
#include "views/term_pointer.hpp"
#include "views/widgets/controls.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <imgui_internal.h>

#include <set>
#include <string>

namespace cameo {
namespace {

using testing::AllOf;
using testing::Contains;

constexpr float kLine = 30; ///< height that each line of a page has

/// A window with a line of each kind of text, one under the other, and what all tooltips say.
struct Page : UiHarness {
    std::vector<std::function<void()>> lines;
    std::string tooltip; ///< of the last frame; empty: there was none

    bool run(const std::function<void(ImGuiTestContext*)>& script) {
        return UiHarness::run([this](Commands&) { draw(); }, script);
    }
    /// Puts the mouse on a line so many pixels from its left, and lets it rest.
    void point(ImGuiTestContext* ctx, std::size_t line, float x, int frames = 40) {
        ctx->MouseMoveToPos({x, kLine * static_cast<float>(line) + 8});
        for (int rested = 0; rested < frames; ++rested) ctx->Yield();
    }

private:
    void draw() {
        ImGui::SetNextWindowPos({0, 0});
        ImGui::SetNextWindowSize(size);
        ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
        ImGui::Begin("page", nullptr, ImGuiWindowFlags_NoDecoration);
        for (std::size_t line = 0; line < lines.size(); ++line) {
            ImGui::SetCursorPos({0, kLine * static_cast<float>(line)});
            lines[line]();
        }
        ImGui::Dummy({0, 0}); // the last line may have been drawn without an item
        ImGui::End();
        ImGui::PopStyleVar();
        // Dear ImGui writes along what texts are drawn, here those of the tooltip.
        ImGui::LogToBuffer();
        term_pointer().draw();
        tooltip = ImGui::GetCurrentContext()->LogBuffer.c_str();
        ImGui::LogFinish();
    }
};

TEST(TermPointer, SaysWhatTheWordUnderTheMouseMeans) {
    Page page;
    page.lines = {[] { label("Entropy of the gate", TextStyle::Small, colors().text); },
                  [] { section("Noise storm", "draws of the noise layer"); },
                  [] { paragraph("The word MaxSim stands here", TextStyle::Body, colors().text); },
                  [] { draw_text(*ImGui::GetWindowDrawList(), {0, ImGui::GetCursorScreenPos().y + ascent(TextStyle::Small)}, TextStyle::Small, ink(colors().text), "CKA of experts"); }};
    EXPECT_TRUE(page.run([&](ImGuiTestContext* ctx) {
        page.point(ctx, 0, 10, 2);
        IM_CHECK(term_pointer().pointed() == find_term("entropy"));
        IM_CHECK(term_pointer().is_waiting());
        IM_CHECK(page.tooltip.empty());
        page.point(ctx, 0, 12);
        IM_CHECK(term_pointer().is_shown());
        IM_CHECK(page.tooltip.find("How undecided the gate is") != std::string::npos);
        IM_CHECK(page.tooltip.find("nats") != std::string::npos);
        page.point(ctx, 0, text_width(TextStyle::Small, "Entropy o"));
        IM_CHECK(term_pointer().pointed() == nullptr);
        IM_CHECK(page.tooltip.empty());
        page.point(ctx, 0, text_width(TextStyle::Small, "Entropy of the ga"));
        IM_CHECK(page.tooltip.find("decides, for each text, which experts") != std::string::npos);
        page.point(ctx, 1, 10);
        IM_CHECK(page.tooltip.find("Shakes the gate a thousand times") != std::string::npos);
        page.point(ctx, 2, text_width(TextStyle::Body, "The word Max"));
        IM_CHECK(page.tooltip.find("all of these added up") != std::string::npos);
        page.point(ctx, 3, 10);
        IM_CHECK(page.tooltip.find("centred kernel alignment") != std::string::npos);
        ctx->MouseMoveToPos({1500, 850});
        ctx->Yield(3);
        IM_CHECK(page.tooltip.empty());
    }));
}

TEST(TermPointer, FollowsTheLinesOfAWrappedParagraph) {
    Page page;
    const std::string first = "A query is sent on its way ", second = "and the ledger says why it came there.";
    page.lines = {[&] { paragraph(first + second, TextStyle::Body, colors().text, text_width(TextStyle::Body, first) + 2); }};
    EXPECT_TRUE(page.run([&](ImGuiTestContext* ctx) {
        const float line = line_height(TextStyle::Body);
        ctx->MouseMoveToPos({text_width(TextStyle::Body, "A que"), line / 2});
        ctx->Yield(3);
        IM_CHECK(term_pointer().pointed() == find_term("query"));
        ctx->MouseMoveToPos({text_width(TextStyle::Body, "and the led"), line * 1.5f});
        ctx->Yield(3);
        IM_CHECK(term_pointer().pointed() == find_term("ledger"));
        ctx->MouseMoveToPos({text_width(TextStyle::Body, "and the led"), line * 2.5f});
        ctx->Yield(3);
        IM_CHECK(term_pointer().pointed() == nullptr);
    }));
}

TEST(TermPointer, LeavesAloneWhatOthersWrote) {
    Page page;
    const auto at = [] { return ImVec2{0, ImGui::GetCursorScreenPos().y + ascent(TextStyle::Body)}; };
    page.lines = {[&] { draw_their_text(*ImGui::GetWindowDrawList(), at(), TextStyle::Body, ink(colors().text), "gate entropy, a document"); },
                  [&] { draw_text(*ImGui::GetWindowDrawList(), at(), TextStyle::Mono, ink(colors().text), "gate.entropy"); },
                  [] {
                      const TheirWords theirs;
                      paragraph("gate entropy, a note", TextStyle::Body, colors().text);
                  },
                  [] { sample_row("##query", "gate entropy, a query", "", 400); },
                  [&] { draw_text(*ImGui::GetWindowDrawList(), at(), TextStyle::Body, ink(colors().text), "gate entropy, our own"); }};
    EXPECT_TRUE(page.run([&](ImGuiTestContext* ctx) {
        for (std::size_t line = 0; line < 4; ++line) {
            page.point(ctx, line, 42);
            IM_CHECK(term_pointer().pointed() == nullptr);
        }
        page.point(ctx, 4, 10);
        IM_CHECK(term_pointer().pointed() == find_term("gate"));
    }));
}

TEST(TermPointer, StandsBelowATooltipThatIsThere) {
    Page page;
    page.lines = {[] {
        label("Load ratio", TextStyle::Small, colors().text);
        hover_text("Exactly 1.25.");
    }};
    EXPECT_TRUE(page.run([&](ImGuiTestContext* ctx) {
        page.point(ctx, 0, 10);
        IM_CHECK(page.tooltip.find("How much more than its fair share") != std::string::npos);
        IM_CHECK(page.tooltip.find("Largest load over the mean load") == std::string::npos); // the other one is what was asked for
    }));
}

/// The terms that the mouse meets on its way over a view, left to right and top to bottom.
std::set<std::string> met_on(View& view, Snapshot now, ImVec2 size) {
    std::set<std::string> met;
    UiHarness stage;
    stage.size = size;
    const auto draw = [&](Commands& out) {
        view.draw(now, out);
        fill(view, size);
        term_pointer().draw(); // as the shell does
    };
    stage.draw_frames(3, draw);
    for (float y = 4; y < size.y; y += 11)
        for (float x = 10; x < size.x; x += 23) {
            ImGui::GetIO().AddMousePosEvent(x, y);
            stage.draw_frames(1, draw);
            if (term_pointer().pointed()) met.emplace(term_pointer().pointed()->name);
        }
    return met;
}

TEST(TermPointer, ExplainsTheTermsOfTheViews) {
    const EveryView all;
    Snapshot measured = sample_snapshot();
    measured.judged = sample_judged();
    EXPECT_THAT(met_on(all.named("Gate"), sample_gate(SampleGate::Specialised), {700, 1500}),
                AllOf(Contains("effective experts"), Contains("load ratio"), Contains("entropy"), Contains("entropy of the mean"), Contains("mutual information"), Contains("CV\u00B2"), Contains("dead expert"),
                      Contains("noise storm"), Contains("margin"), Contains("gate")));
    EXPECT_THAT(met_on(all.named("Evaluation"), measured, {900, 700}), AllOf(Contains("MRR@10"), Contains("nDCG@10"), Contains("MAP"), Contains("oracle"), Contains("BM25"), Contains("Holm")));
    EXPECT_THAT(met_on(all.named("Specialisation"), measured, {900, 1100}), AllOf(Contains("saves"), Contains("overlap"), Contains("fusion")));
    EXPECT_THAT(met_on(all.named("Competition"), measured, {900, 900}), AllOf(Contains("temperature \u03C4"), Contains("starves"), Contains("instance"), Contains("weight")));
    EXPECT_THAT(met_on(all.named("Ledger"), sample_snapshot(), {700, 800}), AllOf(Contains("lexical"), Contains("local"), Contains("global")));
}

} // namespace
} // namespace cameo
