#include "app/notes_window.hpp"

#include "app/app.hpp"
#include "core/base/error.hpp"
#include "views/theme.hpp"

// GLFW finds its own OpenGL header unless told that there is one already.
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <GL/gl.h>

#include <algorithm>
#include <imgui.h>
#include <imgui_impl_glfw.h>
#include <imgui_impl_opengl3.h>
#include <implot.h>
#include <optional>

namespace cameo {

namespace {

constexpr int kWidth = 960, kHeight = 540;
constexpr float kLarge = 1.4f; ///< it is read from some steps away

/// The part of the desktop that a window is not on, if there is one.
std::optional<WorkArea> other_area(const WindowPlace& main) {
    const int x = main.x + main.width / 2, y = main.y + main.height / 2;
    for (const WorkArea& area : PlatformWindow::work_areas())
        if (x < area.x || x >= area.x + area.width || y < area.y || y >= area.y + area.height) return area;
    return {};
}

} // namespace

class NotesWindow::Here {
public:
    explicit Here(const NotesWindow& notes) : m_window(glfwGetCurrentContext()), m_imgui(ImGui::GetCurrentContext()), m_implot(ImPlot::GetCurrentContext()) {
        glfwMakeContextCurrent(notes.m_window);
        ImGui::SetCurrentContext(notes.m_imgui);
        ImPlot::SetCurrentContext(notes.m_implot);
    }
    ~Here() {
        glfwMakeContextCurrent(m_window);
        ImGui::SetCurrentContext(m_imgui);
        ImPlot::SetCurrentContext(m_implot);
    }
    Here(const Here&) = delete;
    Here& operator=(const Here&) = delete;

private:
    GLFWwindow* m_window;
    ImGuiContext* m_imgui;
    ImPlotContext* m_implot;
};

NotesWindow::NotesWindow(const PlatformWindow& main) {
    glfwWindowHint(GLFW_VISIBLE, GLFW_TRUE);
    glfwWindowHint(GLFW_FOCUS_ON_SHOW, GLFW_FALSE); // the clicker goes on with the stage
    m_window = glfwCreateWindow(kWidth, kHeight, "Cameo: notes", nullptr, nullptr);
    glfwWindowHint(GLFW_FOCUS_ON_SHOW, GLFW_TRUE);
    if (!m_window) throw Error(ErrorKind::Environment, "The window for notes cannot be opened.");
    if (const auto area = other_area(main.place())) {
        glfwSetWindowPos(m_window, area->x, area->y);
        glfwSetWindowSize(m_window, area->width, area->height);
    }
    m_imgui = ImGui::CreateContext();
    m_implot = ImPlot::CreateContext();
    const Here here(*this);
    ImGui::GetIO().IniFilename = nullptr;
    glfwSwapInterval(0); // the main window waits for its screen already
    m_fonts = load_fonts(*ImGui::GetIO().Fonts);
    ImGui_ImplGlfw_InitForOpenGL(m_window, true);
    ImGui_ImplOpenGL3_Init("#version 330 core");
}

NotesWindow::~NotesWindow() {
    {
        const Here here(*this);
        ImGui_ImplOpenGL3_Shutdown();
        ImGui_ImplGlfw_Shutdown();
    }
    ImPlot::DestroyContext(m_implot);
    ImGui::DestroyContext(m_imgui);
    glfwDestroyWindow(m_window);
}

bool NotesWindow::should_close() const { return glfwWindowShouldClose(m_window); }

void NotesWindow::draw(App& app) {
    const Here here(*this);
    Settings settings = app.settings();
    settings.ui_scale = kLarge;
    settings.high_contrast = true;
    float x = 1, y = 1;
    glfwGetWindowContentScale(m_window, &x, &y);
    apply_theme(settings, std::clamp(std::max(x, y), 1.0f, 4.0f), m_fonts);
    ImGui_ImplOpenGL3_NewFrame();
    ImGui_ImplGlfw_NewFrame();
    ImGui::NewFrame();
    app.draw_presenter_notes();
    ImGui::Render();
    int width = 0, height = 0;
    glfwGetFramebufferSize(m_window, &width, &height);
    glViewport(0, 0, width, height);
    glClear(GL_COLOR_BUFFER_BIT);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    glfwSwapBuffers(m_window);
}

} // namespace cameo
