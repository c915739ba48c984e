#pragma once

#include "app/window_place.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

struct GLFWwindow;
struct ImGuiContext;
struct ImPlotContext;

namespace cameo {

struct WindowPlan {
    int width = 1440, height = 900; ///< screen coordinates
    bool visible = true;
    std::optional<float> monitor_scale; ///< instead of the monitor's own
};

struct Pixels {
    int width = 0, height = 0;
    std::vector<std::uint8_t> rgb; ///< [height, width, 3], the upper row first
};

/// The GLFW window with OpenGL 3.3 and Dear ImGui's contexts and back ends. One at a time, on one thread.
class PlatformWindow {
public:
    /// @throws Error(Environment) when there is no display or no OpenGL 3.3.
    explicit PlatformWindow(const WindowPlan& plan);
    ~PlatformWindow();
    PlatformWindow(const PlatformWindow&) = delete;
    PlatformWindow& operator=(const PlatformWindow&) = delete;

    /// From any thread: ends wait_events().
    static void wake();

    /// Sleeps until something happens, or for so long; 0: only looks.
    void wait_events(std::optional<double> seconds);
    bool should_close() const;
    bool is_minimised() const;
    bool is_focused() const;
    float monitor_scale() const;
    /// Flashes in the desktop's bar, or what the desktop does instead.
    void request_attention();

    /// Of the monitors there are, the primary one first.
    static std::vector<WorkArea> work_areas();
    WindowPlace place() const;
    void set_place(const WindowPlace& place);
    void show();

    void new_frame();
    /// Draws what Dear ImGui has rendered and shows it. @param copy gets the picture too, when it is not null.
    void present(std::uint32_t background_rgb, Pixels* copy = nullptr);

private:
    Pixels read_back() const;

    GLFWwindow* m_window = nullptr;
    ImGuiContext* m_imgui = nullptr;
    ImPlotContext* m_implot = nullptr;
    std::optional<float> m_fixed_scale;
};

/// Writes a PNG, whole or not at all. @throws Error(Environment).
void write_png(const std::filesystem::path& file, const Pixels& pixels);

} // namespace cameo
