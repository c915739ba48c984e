#include "app/platform_window.hpp"

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"

// GLFW finds its own OpenGL header unless told that there is one already.
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <GL/gl.h>

#include <algorithm>
#include <cstring>
#include <imgui.h>
#include <imgui_impl_glfw.h>
#include <imgui_impl_opengl3.h>
#include <implot.h>
#include <span>
#include <stb/stb_image_write.h>

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
    if (copy) *copy = read_back(); // before the swap, which leaves the back buffer undefined
    glfwSwapBuffers(m_window);
}

Pixels PlatformWindow::read_back() const {
    Pixels pixels;
    glfwGetFramebufferSize(m_window, &pixels.width, &pixels.height);
    const auto stride = static_cast<std::size_t>(pixels.width) * 3;
    std::vector<std::uint8_t> upside_down(stride * static_cast<std::size_t>(pixels.height));
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glReadBuffer(GL_BACK);
    glReadPixels(0, 0, pixels.width, pixels.height, GL_RGB, GL_UNSIGNED_BYTE, upside_down.data());
    pixels.rgb.resize(upside_down.size());
    for (std::size_t row = 0; row < static_cast<std::size_t>(pixels.height); ++row)
        std::memcpy(&pixels.rgb[row * stride], &upside_down[upside_down.size() - (row + 1) * stride], stride);
    return pixels;
}

void write_png(const std::filesystem::path& file, const Pixels& pixels) {
    AtomicFile out(file);
    const auto take = [](void* context, void* bytes, int count) {
        auto& target = *static_cast<std::vector<std::byte>*>(context);
        const auto* begin = static_cast<const std::byte*>(bytes);
        target.insert(target.end(), begin, begin + count);
    };
    std::vector<std::byte> encoded;
    if (!stbi_write_png_to_func(take, &encoded, pixels.width, pixels.height, 3, pixels.rgb.data(), pixels.width * 3))
        throw Error(ErrorKind::Environment, file.string() + ": the picture could not be encoded");
    out.write(encoded);
    out.commit();
}

} // namespace cameo
