#pragma once

#include "app/app.hpp"
#include "tests/app/fake_sources.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

struct ImGuiTestContext;
struct ImGuiTestEngine;
struct ImPlotContext;

namespace cameo {

/// The whole program but its window: Dear ImGui with back ends that draw into nothing, driven by its test engine.
class AppStage {
public:
    explicit AppStage(WorkbenchSources sources, std::filesystem::path session = {}, float width = 1280, float height = 720,
                      AskFile ask_file = {});
    ~AppStage();
    AppStage(const AppStage&) = delete;
    AppStage& operator=(const AppStage&) = delete;

    App& app() { return *m_app; }
    /// One frame without the test engine's hands.
    void frame();
    /// Runs `act` as a test of the engine, frames going on beneath it. Fails the GoogleTest case when the engine does.
    void drive(const std::function<void(ImGuiTestContext&)>& act);
    /// Frames until it is so, or for 20 s.
    bool wait_until(const std::function<bool()>& reached);
    bool open() {
        return wait_until([this] { return app().now().workbench.phase == Phase::Ready; });
    }
    bool ask(const std::string& text) {
        app().act(RunQuery{text});
        return wait_until([&] { return app().now().trace && app().now().trace->query == text; });
    }

private:
    ImGuiContext* m_imgui;
    ImPlotContext* m_implot;
    ImGuiTestEngine* m_engine;
    std::unique_ptr<App> m_app;
    ImVec2 m_size;
};

} // namespace cameo
