#pragma once

#include "app/app.hpp"
#include "tests/app/fake_sources.hpp"
#include "tests/support/temporary_folder.hpp"

#include <filesystem>
#include <functional>
#include <imgui.h>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <utility>

struct ImGuiTestContext;
struct ImGuiTestEngine;
struct ImPlotContext;

namespace cameo {

inline constexpr ImGuiKeyChord kCtrl = ImGuiMod_Ctrl, kShift = ImGuiMod_Shift, kAlt = ImGuiMod_Alt;

/// The whole program but its window: Dear ImGui with back ends that draw into nothing, driven by its test engine.
class AppStage {
public:
    explicit AppStage(WorkbenchSources sources, std::filesystem::path session = {}, float width = 1280, float height = 720,
                      AskFile ask_file = {}, TrainerProcess trainer = {});
    /// Over fake sources of its own, with no session.
    explicit AppStage(float width = 1280, float height = 720);
    ~AppStage();
    AppStage(const AppStage&) = delete;
    AppStage& operator=(const AppStage&) = delete;

    App& app() { return *m_app; }
    /// One frame without the test engine's hands.
    void frame();
    void frames(int count);
    /// Runs `act` as a test of the engine, frames going on beneath it. Fails the GoogleTest case when the engine does.
    void drive(const std::function<void(ImGuiTestContext&)>& act);
    /// Frames until it is so, or for 20 s.
    bool wait_until(const std::function<bool()>& reached);
    /// Waits for the model and the collection, then asks the queries one after the other.
    bool open(std::initializer_list<const char*> queries = {});
    bool ask(const std::string& text) {
        app().act(RunQuery{text});
        return wait_until([&] { return app().now().trace && app().now().trace->query == text; });
    }

private:
    AppStage(std::unique_ptr<FakeSources> fakes, float width, float height);

    TemporaryFolder m_scratch;
    std::optional<ScopedVariable> m_home; ///< nobody's own trainings are looked at; empty: the test has said which are
    std::unique_ptr<FakeSources> m_fakes; ///< its own, if any
    ImGuiContext* m_imgui;
    ImPlotContext* m_implot;
    ImGuiTestEngine* m_engine;
    std::unique_ptr<App> m_app;
    ImVec2 m_size;
};

/// A session's file in a folder of its own, and the fake sources that every start of the program with it finds.
struct SessionOnDisk {
    AppStage start(float width = 1280, float height = 720, AskFile ask_file = {}) {
        return AppStage(fakes.sources(), file, width, height, std::move(ask_file));
    }

    TemporaryFolder folder;
    std::filesystem::path file = folder.path() / "work.cameo";
    FakeSources fakes;
};

/// Where a window stands, or (-1, -1) where there is none of that name.
ImVec2 position(const char* window);

} // namespace cameo
