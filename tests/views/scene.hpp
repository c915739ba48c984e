#pragma once

// Views driven by their labels: what a person presses, and the commands that come of it.

#include "tests/support/sample_snapshot.hpp"
#include "tests/views/ui_harness.hpp"
#include "views/view.hpp"

#include <functional>
#include <string>
#include <utility>
#include <variant>

namespace cameo {

/// Sizes a view's window from the next frame on. By its name: a view says itself how large it is at first, which takes
/// the place of a size set before it draws.
inline void fill(const View& view, ImVec2 size) {
    ImGui::SetWindowPos(view.title().c_str(), {0, 0});
    ImGui::SetWindowSize(view.title().c_str(), size);
}

/// A harness with one view that fills its window, over a snapshot that follows the view's commands as the program would.
template <typename V> struct Scene : UiHarness {
    explicit Scene(Snapshot shown = sample_snapshot()) : now(std::move(shown)) {}

    /// @param script names the view's parts as they are called within its window.
    bool run(const std::function<void(ImGuiTestContext*)>& script) {
        return UiHarness::run([this](Commands& out) { draw(out); },
                              [&](ImGuiTestContext* ctx) {
                                  ctx->SetRef(("//" + view.title()).c_str());
                                  script(ctx);
                              });
    }
    /// Nothing but a press of one of its parts.
    bool click(const std::string& part) {
        return run([&](ImGuiTestContext* ctx) { ctx->ItemClick(part.c_str()); });
    }

    V view;
    Snapshot now;

private:
    void draw(Commands& out) {
        Commands fresh;
        view.draw(now, fresh);
        fill(view, ImGui::GetIO().DisplaySize);
        for (const Command& each : fresh)
            if (const auto* select = std::get_if<Select>(&each)) now.selection = select->selection;
        out.insert(out.end(), fresh.begin(), fresh.end());
    }
};

/// A model and a collection are open, nothing of it is indexed and nothing runs.
inline Snapshot unindexed_snapshot() {
    Snapshot now = sample_snapshot();
    now.trace = nullptr;
    now.ledger = nullptr;
    now.query_phase = now.ledger_phase = Phase::Empty;
    now.selection = {};
    now.jobs.clear();
    now.workbench.index.reset();
    return now;
}

} // namespace cameo
