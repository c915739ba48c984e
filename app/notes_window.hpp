#pragma once

#include "app/platform_window.hpp"
#include "views/fonts.hpp"

namespace cameo {

class App;

/// The presenter's own window, beside the one that the audience sees: on another monitor where there is one. It has contexts of its own, and
/// draws with the device of the main window. On the main window's thread, and within its life.
class NotesWindow {
public:
    /// @throws Error(Environment) when it cannot be opened
    explicit NotesWindow(const PlatformWindow& main);
    ~NotesWindow();
    NotesWindow(const NotesWindow&) = delete;
    NotesWindow& operator=(const NotesWindow&) = delete;

    bool should_close() const;
    /// A frame of its own; what is pressed there goes to the presentation. Afterwards the main window is the current one again.
    void draw(App& app);

private:
    /// This window's contexts are the current ones while it lives.
    class Here;

    GLFWwindow* m_window = nullptr;
    ImGuiContext* m_imgui = nullptr;
    ImPlotContext* m_implot = nullptr;
    Fonts m_fonts;
};

} // namespace cameo
