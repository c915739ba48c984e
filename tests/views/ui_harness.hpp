#pragma once

#include "views/commands.hpp"
#include "views/fonts.hpp"
#include "views/snapshot.hpp"

#include <imgui.h>
#include <imgui_te_context.h>
#include <imgui_te_engine.h>

#include <functional>
#include <variant>
#include <vector>

namespace cameo {

/// Runs views under the test engine without a display: frames are built, nothing is rasterised on a screen.
class UiHarness {
public:
    UiHarness();
    ~UiHarness();
    UiHarness(const UiHarness&) = delete;
    UiHarness& operator=(const UiHarness&) = delete;

    Settings settings;
    ImVec2 size{1600, 900};

    /// Draws once a frame until the script is through. @return true when every check of the script held.
    bool run(const std::function<void(Commands&)>& draw, const std::function<void(ImGuiTestContext*)>& script);
    /// Draws that many frames without a script: nothing may assert or crash.
    void draw_frames(int frames, const std::function<void(Commands&)>& draw);

    Commands commands; ///< all of them, in order, without KeepDrawing and hovers

    /// The last command of a kind, or null.
    template <typename T> const T* last() const {
        for (auto each = commands.rbegin(); each != commands.rend(); ++each)
            if (const T* found = std::get_if<T>(&*each)) return found;
        return nullptr;
    }

private:
    void frame(const std::function<void(Commands&)>& draw);

    ImGuiContext* m_context = nullptr;
    ImGuiTestEngine* m_engine = nullptr;
    Fonts m_fonts;
};

} // namespace cameo
