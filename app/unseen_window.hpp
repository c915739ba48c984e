#pragma once

#include "core/jobs/progress.hpp"
#include "views/view_table.hpp"

#include <imgui.h>
#include <string>

struct ImPlotContext;

namespace cameo {

class App;

/// Dear ImGui's and ImPlot's contexts with a renderer that draws nothing: the program's window without a display. An App lives
/// within its life.
class UnseenWindow {
public:
    explicit UnseenWindow(ImVec2 size);
    ~UnseenWindow();
    UnseenWindow(const UnseenWindow&) = delete;
    UnseenWindow& operator=(const UnseenWindow&) = delete;

    void frame(App& app);
    /// Frames until nothing is under way any more. @throws Cancelled   @throws Error with the first error that the window shows
    void rest(App& app, Progress& progress);
    /// A view's picture, as its file would hold it. @throws as rest(), and where it cannot be taken
    std::string picture(App& app, const std::string& view, PictureFormat format, Progress& progress);

private:
    ImVec2 m_size;
    ImGuiContext* m_imgui;
    ImPlotContext* m_implot;
};

} // namespace cameo
