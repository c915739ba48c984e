#include "tests/app/app_stage.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <gtest/gtest.h>
#include <imgui.h>
#include <imgui_impl_null.h>
#include <imgui_internal.h>
#include <imgui_te_context.h>
#include <imgui_te_engine.h>
#include <implot.h>
#include <thread>

namespace cameo {

using namespace std::chrono_literals;

namespace {

/// As large as what was drawn, and black: there is no device here.
Pixels paint_nothing(const ImDrawData& drawn) {
    Pixels pixels{.width = static_cast<int>(drawn.DisplaySize.x * drawn.FramebufferScale.x), .height = static_cast<int>(drawn.DisplaySize.y * drawn.FramebufferScale.y)};
    pixels.rgb.resize(static_cast<std::size_t>(pixels.width) * static_cast<std::size_t>(pixels.height) * 3);
    return pixels;
}

} // namespace

AppStage::AppStage(WorkbenchSources sources, std::filesystem::path session, float width, float height, AskFile ask_file, TrainerProcess trainer)
    : m_imgui(ImGui::CreateContext()), m_implot(ImPlot::CreateContext()), m_engine(ImGuiTestEngine_CreateContext()),
      m_size(width, height) {
    if (!std::getenv("CAMEO_HOME")) m_home.emplace("CAMEO_HOME", m_scratch.path().c_str());
    ImGui_ImplNullRender_Init();
    auto& io = ImGuiTestEngine_GetIO(m_engine);
    io.ConfigRunSpeed = ImGuiTestRunSpeed_Fast;
    io.ConfigNoThrottle = true;
    io.ConfigVerboseLevel = ImGuiTestVerboseLevel_Error;
    io.ConfigVerboseLevelOnError = ImGuiTestVerboseLevel_Info;
    io.ConfigLogToTTY = true;
    ImGui::GetIO().ConfigMacOSXBehaviors = false;
    m_app = std::make_unique<App>(AppOptions{.sources = std::move(sources), .session = std::move(session), .ask_file = std::move(ask_file), .trainer = std::move(trainer), .paint = paint_nothing});
    ImGuiTestEngine_Start(m_engine, m_imgui);
    for (int settling = 0; settling < 4; ++settling) frame();
}

AppStage::AppStage(float width, float height) : AppStage(std::make_unique<FakeSources>(), width, height) {}

AppStage::AppStage(std::unique_ptr<FakeSources> fakes, float width, float height)
    : AppStage(fakes->sources(), {}, width, height) {
    m_fakes = std::move(fakes);
}

AppStage::~AppStage() {
    ImGuiTestEngine_Stop(m_engine);
    m_app.reset();
    ImGui_ImplNullRender_Shutdown();
    ImPlot::DestroyContext(m_implot);
    ImGui::DestroyContext(m_imgui);
    ImGuiTestEngine_DestroyContext(m_engine);
}

void AppStage::frame() {
    auto& io = ImGui::GetIO();
    io.DisplaySize = m_size;
    io.DeltaTime = 1.0f / 60;
    m_app->begin_frame(1.0f);
    ImGui_ImplNullRender_NewFrame();
    ImGui::NewFrame();
    m_app->draw();
    ImGui::Render();
    ImGui_ImplNullRender_RenderDrawData(ImGui::GetDrawData());
    m_app->end_frame();
    ImGuiTestEngine_PostSwap(m_engine);
}

void AppStage::frames(int count) {
    for (int drawn = 0; drawn < count; ++drawn) frame();
}

void AppStage::drive(const std::function<void(ImGuiTestContext&)>& act) {
    auto* test = ImGuiTestEngine_RegisterTest(m_engine, "app", "drive", __FILE__, __LINE__);
    test->UserData = const_cast<std::function<void(ImGuiTestContext&)>*>(&act);
    test->TestFunc = [](ImGuiTestContext* context) {
        (*static_cast<const std::function<void(ImGuiTestContext&)>*>(context->Test->UserData))(*context);
    };
    ImGuiTestEngine_QueueTest(m_engine, test);
    while (!ImGuiTestEngine_IsTestQueueEmpty(m_engine)) frame();
    EXPECT_EQ(test->Output.Status, ImGuiTestStatus_Success);
    ImGuiTestEngine_UnregisterTest(m_engine, test);
}

bool AppStage::wait_until(const std::function<bool()>& reached) {
    const auto give_up = std::chrono::steady_clock::now() + 20s;
    while (std::chrono::steady_clock::now() < give_up) {
        frame();
        if (reached()) return true;
        std::this_thread::sleep_for(1ms);
    }
    return false;
}

bool AppStage::open(std::initializer_list<const char*> queries) {
    return wait_until([this] { return app().now().workbench.phase == Phase::Ready; }) &&
           std::ranges::all_of(queries, [this](const char* query) { return ask(query); });
}

ImVec2 position(const char* window) {
    const auto* found = ImGui::FindWindowByName(window);
    return found ? found->Pos : ImVec2{-1, -1};
}

} // namespace cameo
