#pragma once

#include "app/picture/png.hpp"
#include "app/window_place.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

struct GLFWwindow;
struct ImDrawData;
struct ImGuiContext;
struct ImPlotContext;

namespace cameo {

struct WindowPlan {
    int width = 1440, height = 900; ///< screen coordinates
    bool visible = true;
    std::optional<float> monitor_scale; ///< instead of the monitor's own
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
    /// Whether Dear ImGui has kept some of it for the next frame: a press and its release go to two.
    bool has_input() const;
    bool should_close() const;
    bool is_minimised() const;
    bool is_focused() const;
    float monitor_scale() const;
    /// What was dropped onto it since this was asked last.
    std::vector<std::filesystem::path> take_dropped() { return std::exchange(m_dropped, {}); }
    /// Flashes in the desktop's bar, or what the desktop does instead.
    void request_attention();

    /// Of the monitors there are, the primary one first.
    static std::vector<WorkArea> work_areas();
    WindowPlace place() const;
    void set_place(const WindowPlace& place);
    void show();
    /// All of the monitor that most of the window is on, or back to where it was.
    void set_full_screen(bool full);
    bool is_full_screen() const;

    void new_frame();
    /// Draws what Dear ImGui has rendered and shows it. @param copy gets the picture too, when it is not null.
    void present(std::uint32_t background_rgb, Pixels* copy = nullptr);

    /// Instead of present(), for a frame that nobody is to see.
    void pass_over();
    /// Draws into memory, at the drawing's own density. The window and OpenGL's state stay as they were.
    /// @throws Error(Unsupported) where it is larger than the device can draw.
    Pixels paint(const ImDrawData& drawn);

private:
    static Pixels read_back(unsigned int from, int width, int height);

    GLFWwindow* m_window = nullptr;
    ImGuiContext* m_imgui = nullptr;
    ImPlotContext* m_implot = nullptr;
    std::optional<float> m_fixed_scale;
    WindowPlace m_place_before; ///< of a full screen
    std::vector<std::filesystem::path> m_dropped;
};

} // namespace cameo
