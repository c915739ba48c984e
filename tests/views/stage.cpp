#include "tests/views/stage.hpp"

#include "views/theme.hpp"

#define GL_GLEXT_PROTOTYPES
#include <GLFW/glfw3.h>
#include <GL/glext.h>
#include <imgui.h>
#include <imgui_impl_opengl3.h>
#include <implot.h>
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb/stb_image_write.h>

#include <cstdint>
#include <stdexcept>
#include <vector>

namespace cameo {

Stage::Stage() {
    if (!glfwInit()) throw std::runtime_error("no display: run under xvfb-run -a");
    glfwWindowHint(GLFW_VISIBLE, GLFW_FALSE);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    m_window = glfwCreateWindow(64, 64, "stage", nullptr, nullptr);
    if (!m_window) throw std::runtime_error("no OpenGL 3.3 on this display");
    glfwMakeContextCurrent(m_window);
}

Stage::~Stage() {
    glfwDestroyWindow(m_window);
    glfwTerminate();
}

void Stage::shoot(const Shot& shot, const std::filesystem::path& file) {
    ImGuiContext* context = ImGui::CreateContext();
    ImPlotContext* plots = ImPlot::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.ConfigFlags |= ImGuiConfigFlags_DockingEnable;
    ImGui_ImplOpenGL3_Init("#version 330 core");
    const Fonts fonts = load_fonts(*io.Fonts);

    GLuint texture = 0, target = 0;
    glGenTextures(1, &texture);
    glBindTexture(GL_TEXTURE_2D, texture);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, shot.width, shot.height, 0, GL_RGBA, GL_UNSIGNED_BYTE, nullptr);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    glGenFramebuffers(1, &target);
    glBindFramebuffer(GL_FRAMEBUFFER, target);
    glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, texture, 0);

    for (int frame = 0; frame < shot.frames; ++frame) {
        io.DisplaySize = {static_cast<float>(shot.width), static_cast<float>(shot.height)};
        io.DeltaTime = 1.0f / 20;
        if (shot.mouse)
            io.AddMousePosEvent(shot.mouse->x, shot.mouse->y);
        else
            io.AddMousePosEvent(-FLT_MAX, -FLT_MAX);
        apply_theme(shot.settings, shot.monitor_scale, fonts);
        ImGui_ImplOpenGL3_NewFrame();
        ImGui::NewFrame();
        shot.draw(frame);
        ImGui::Render();
        glViewport(0, 0, shot.width, shot.height);
        const ImVec4 ground = ink4(colors().background);
        glClearColor(ground.x, ground.y, ground.z, 1);
        glClear(GL_COLOR_BUFFER_BIT);
        ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    }
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(shot.width) * static_cast<std::size_t>(shot.height) * 4);
    glReadPixels(0, 0, shot.width, shot.height, GL_RGBA, GL_UNSIGNED_BYTE, pixels.data());
    for (std::size_t alpha = 3; alpha < pixels.size(); alpha += 4)
        pixels[alpha] = 255;
    stbi_flip_vertically_on_write(1);
    stbi_write_png(file.c_str(), shot.width, shot.height, 4, pixels.data(), shot.width * 4);

    glBindFramebuffer(GL_FRAMEBUFFER, 0);
    glDeleteFramebuffers(1, &target);
    glDeleteTextures(1, &texture);
    ImGui_ImplOpenGL3_Shutdown();
    ImPlot::DestroyContext(plots);
    ImGui::DestroyContext(context);
}

} // namespace cameo
