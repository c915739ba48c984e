#include "app/platform_window.hpp"

#include "core/base/error.hpp"

// GLFW finds its own OpenGL header unless told that there is one already.
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#define GL_GLEXT_PROTOTYPES
#include <GL/gl.h>
#include <GL/glext.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <imgui.h>
#include <imgui_impl_glfw.h>
#include <imgui_impl_opengl3.h>
#include <imgui_internal.h>
#include <implot.h>

namespace cameo {

namespace {

std::string glfw_reason() {
    const char* text = nullptr;
    glfwGetError(&text);
    return text ? text : "no reason given";
}

} // namespace

PlatformWindow::PlatformWindow(const WindowPlan& plan) : m_fixed_scale(plan.monitor_scale) {
    if (!glfwInit()) throw Error(ErrorKind::Environment, "No window can be opened: " + glfw_reason());
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    glfwWindowHint(GLFW_VISIBLE, plan.visible ? GLFW_TRUE : GLFW_FALSE);
    glfwWindowHintString(GLFW_X11_CLASS_NAME, "cameo");
    glfwWindowHintString(GLFW_X11_INSTANCE_NAME, "cameo");
    m_window = glfwCreateWindow(plan.width, plan.height, "Cameo", nullptr, nullptr);
    if (!m_window) {
        const std::string reason = glfw_reason();
        glfwTerminate();
        throw Error(ErrorKind::Environment, "No window with OpenGL 3.3 can be opened: " + reason);
    }
    glfwSetWindowSizeLimits(m_window, 640, 400, GLFW_DONT_CARE, GLFW_DONT_CARE);
    glfwMakeContextCurrent(m_window);
    glfwSwapInterval(1);
    glfwSetWindowAttrib(m_window, GLFW_AUTO_ICONIFY, GLFW_FALSE); // a full screen stays while its presenter looks into another window
    glfwSetWindowUserPointer(m_window, this);
    glfwSetDropCallback(m_window, [](GLFWwindow* window, int count, const char** paths) {
        auto& dropped = static_cast<PlatformWindow*>(glfwGetWindowUserPointer(window))->m_dropped;
        dropped.insert(dropped.end(), paths, paths + count);
    });
    m_imgui = ImGui::CreateContext();
    m_implot = ImPlot::CreateContext();
    ImGui_ImplGlfw_InitForOpenGL(m_window, true);
    ImGui_ImplOpenGL3_Init("#version 330 core");
}

PlatformWindow::~PlatformWindow() {
    ImGui_ImplOpenGL3_Shutdown();
    ImGui_ImplGlfw_Shutdown();
    ImPlot::DestroyContext(m_implot);
    ImGui::DestroyContext(m_imgui);
    glfwDestroyWindow(m_window);
    glfwTerminate();
}

void PlatformWindow::wake() { glfwPostEmptyEvent(); }

void PlatformWindow::wait_events(std::optional<double> seconds) {
    if (!seconds) glfwWaitEvents();
    else if (*seconds > 0) glfwWaitEventsTimeout(*seconds);
    else glfwPollEvents();
}

bool PlatformWindow::has_input() const { return m_imgui->InputEventsQueue.Size > 0; }
bool PlatformWindow::should_close() const { return glfwWindowShouldClose(m_window); }
bool PlatformWindow::is_minimised() const { return glfwGetWindowAttrib(m_window, GLFW_ICONIFIED) != 0; }
bool PlatformWindow::is_focused() const { return glfwGetWindowAttrib(m_window, GLFW_FOCUSED) != 0; }

void PlatformWindow::request_attention() { glfwRequestWindowAttention(m_window); }
void PlatformWindow::show() { glfwShowWindow(m_window); }

std::vector<WorkArea> PlatformWindow::work_areas() {
    std::vector<WorkArea> areas;
    int count = 0;
    GLFWmonitor** monitors = glfwGetMonitors(&count);
    for (int monitor = 0; monitor < count; ++monitor) {
        WorkArea area;
        glfwGetMonitorWorkarea(monitors[monitor], &area.x, &area.y, &area.width, &area.height);
        if (area.width > 0 && area.height > 0) areas.push_back(area);
    }
    return areas;
}

WindowPlace PlatformWindow::place() const {
    WindowPlace place;
    glfwGetWindowPos(m_window, &place.x, &place.y);
    glfwGetWindowSize(m_window, &place.width, &place.height);
    place.maximised = glfwGetWindowAttrib(m_window, GLFW_MAXIMIZED) != 0;
    return place;
}

void PlatformWindow::set_place(const WindowPlace& place) {
    glfwSetWindowSize(m_window, place.width, place.height);
    glfwSetWindowPos(m_window, place.x, place.y);
    if (place.maximised) glfwMaximizeWindow(m_window);
}

bool PlatformWindow::is_full_screen() const { return glfwGetWindowMonitor(m_window) != nullptr; }

void PlatformWindow::set_full_screen(bool full) {
    if (full == is_full_screen()) return;
    if (!full) {
        glfwSetWindowMonitor(m_window, nullptr, m_place_before.x, m_place_before.y, m_place_before.width, m_place_before.height, GLFW_DONT_CARE);
        if (m_place_before.maximised) glfwMaximizeWindow(m_window);
        return;
    }
    m_place_before = place();
    int count = 0;
    GLFWmonitor** const monitors = glfwGetMonitors(&count);
    const int x = m_place_before.x + m_place_before.width / 2, y = m_place_before.y + m_place_before.height / 2;
    GLFWmonitor* on = count > 0 ? monitors[0] : nullptr;
    for (int each = 0; each < count; ++each) {
        int left = 0, top = 0;
        glfwGetMonitorPos(monitors[each], &left, &top);
        const GLFWvidmode* mode = glfwGetVideoMode(monitors[each]);
        if (mode && x >= left && x < left + mode->width && y >= top && y < top + mode->height) on = monitors[each];
    }
    // Where there is no monitor to speak of, the window stays as large as it is.
    if (const GLFWvidmode* mode = on ? glfwGetVideoMode(on) : nullptr) glfwSetWindowMonitor(m_window, on, 0, 0, mode->width, mode->height, mode->refreshRate);
}

float PlatformWindow::monitor_scale() const {
    if (m_fixed_scale) return *m_fixed_scale;
    float x = 1, y = 1;
    glfwGetWindowContentScale(m_window, &x, &y);
    return std::clamp(std::max(x, y), 1.0f, 4.0f);
}

void PlatformWindow::new_frame() {
    ImGui_ImplOpenGL3_NewFrame();
    ImGui_ImplGlfw_NewFrame();
    ImGui::NewFrame();
}

void PlatformWindow::present(std::uint32_t background_rgb, Pixels* copy) {
    int width = 0, height = 0;
    glfwGetFramebufferSize(m_window, &width, &height);
    glViewport(0, 0, width, height);
    const auto part = [&](int shift) { return static_cast<float>((background_rgb >> shift) & 0xFF) / 255.0f; };
    glClearColor(part(16), part(8), part(0), 1);
    glClear(GL_COLOR_BUFFER_BIT);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    if (copy) *copy = read_back(GL_BACK, width, height); // before the swap, which leaves the back buffer undefined
    glfwSwapBuffers(m_window);
}

void PlatformWindow::pass_over() {
    // What is new in the atlas has to come to the device with this frame.
    for (ImTextureData* texture : ImGui::GetPlatformIO().Textures)
        if (texture->Status != ImTextureStatus_OK) ImGui_ImplOpenGL3_UpdateTexture(texture);
}

Pixels PlatformWindow::paint(const ImDrawData& drawn) {
    const auto pixels_of = [](float size, float density) { return static_cast<int>(std::lround(size * density)); };
    const int width = pixels_of(drawn.DisplaySize.x, drawn.FramebufferScale.x), height = pixels_of(drawn.DisplaySize.y, drawn.FramebufferScale.y);
    GLint largest = 0, before = 0;
    glGetIntegerv(GL_MAX_RENDERBUFFER_SIZE, &largest);
    if (width > largest || height > largest)
        throw Error(ErrorKind::Unsupported, "The picture would have " + std::to_string(width) + " × " + std::to_string(height) + " pixels, and this device draws " +
                                                std::to_string(largest) + " on a side at most: make the view smaller or save it as SVG");
    glGetIntegerv(GL_DRAW_FRAMEBUFFER_BINDING, &before);
    GLuint target = 0, colors = 0;
    glGenFramebuffers(1, &target);
    glGenRenderbuffers(1, &colors);
    glBindRenderbuffer(GL_RENDERBUFFER, colors);
    glRenderbufferStorage(GL_RENDERBUFFER, GL_RGBA8, width, height);
    glBindFramebuffer(GL_FRAMEBUFFER, target);
    glFramebufferRenderbuffer(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_RENDERBUFFER, colors);
    const bool complete = glCheckFramebufferStatus(GL_FRAMEBUFFER) == GL_FRAMEBUFFER_COMPLETE;
    Pixels pixels;
    if (complete) {
        glClearColor(1, 1, 1, 1);
        glClear(GL_COLOR_BUFFER_BIT);
        ImGui_ImplOpenGL3_RenderDrawData(const_cast<ImDrawData*>(&drawn)); // it only reads, but for the textures' state
        pixels = read_back(GL_COLOR_ATTACHMENT0, width, height);
    }
    glBindFramebuffer(GL_FRAMEBUFFER, static_cast<GLuint>(before));
    glDeleteRenderbuffers(1, &colors);
    glDeleteFramebuffers(1, &target);
    if (!complete) throw Error(ErrorKind::Environment, "This device has no memory for a picture of " + std::to_string(width) + " × " + std::to_string(height) + " pixels");
    return pixels;
}

Pixels PlatformWindow::read_back(unsigned int from, int width, int height) {
    Pixels pixels{.width = width, .height = height};
    const auto stride = static_cast<std::size_t>(pixels.width) * 3;
    std::vector<std::uint8_t> upside_down(stride * static_cast<std::size_t>(pixels.height));
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glReadBuffer(from);
    glReadPixels(0, 0, pixels.width, pixels.height, GL_RGB, GL_UNSIGNED_BYTE, upside_down.data());
    pixels.rgb.resize(upside_down.size());
    for (std::size_t row = 0; row < static_cast<std::size_t>(pixels.height); ++row)
        std::memcpy(&pixels.rgb[row * stride], &upside_down[upside_down.size() - (row + 1) * stride], stride);
    return pixels;
}

} // namespace cameo
