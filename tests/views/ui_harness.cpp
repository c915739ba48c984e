#include "tests/views/ui_harness.hpp"

#include "views/theme.hpp"

#include <imgui_impl_null.h>
#include <implot.h>

#include <utility>

namespace cameo {

UiHarness::UiHarness() {
    m_context = ImGui::CreateContext();
    ImPlot::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.ConfigFlags |= ImGuiConfigFlags_DockingEnable | ImGuiConfigFlags_NavEnableKeyboard;
    // A font or style that is left behind is a bug of the view, not something to recover from quietly.
    io.ConfigErrorRecovery = io.ConfigErrorRecoveryEnableAssert = true;
    ImGui_ImplNull_Init();
    m_fonts = load_fonts(*io.Fonts);
    m_engine = ImGuiTestEngine_CreateContext();
    ImGuiTestEngineIO& engine = ImGuiTestEngine_GetIO(m_engine);
    engine.ConfigRunSpeed = ImGuiTestRunSpeed_Fast;
    engine.ConfigNoThrottle = true;
    engine.ConfigSavedSettings = false;
    engine.ConfigLogToTTY = true;
    engine.ConfigVerboseLevel = ImGuiTestVerboseLevel_Error;
    engine.ConfigVerboseLevelOnError = ImGuiTestVerboseLevel_Info;
    ImGuiTestEngine_Start(m_engine, m_context);
}

UiHarness::~UiHarness() {
    ImGuiTestEngine_Stop(m_engine);
    ImGui_ImplNull_Shutdown();
    ImPlot::DestroyContext();
    ImGui::DestroyContext(m_context);
    ImGuiTestEngine_DestroyContext(m_engine);
}

void UiHarness::frame(const std::function<void(Commands&)>& draw) {
    ImGui_ImplNull_NewFrame();
    ImGui::GetIO().DisplaySize = size;
    apply_theme(settings, 1, m_fonts);
    ImGui::NewFrame();
    Commands now;
    draw(now);
    for (Command& each : now) {
        if (std::holds_alternative<KeepDrawing>(each)) continue;
        commands.push_back(std::move(each));
    }
    ImGui::Render();
    ImGui_ImplNullRender_RenderDrawData(ImGui::GetDrawData());
    ImGuiTestEngine_PostSwap(m_engine);
}

bool UiHarness::run(const std::function<void(Commands&)>& draw, const std::function<void(ImGuiTestContext*)>& script) {
    ImGuiTest* test = ImGuiTestEngine_RegisterTest(m_engine, "views", "script", __FILE__, __LINE__);
    // The engine takes plain functions; the script travels as its user data.
    using Script = std::function<void(ImGuiTestContext*)>;
    test->UserData = const_cast<Script*>(&script);
    test->TestFunc = [](ImGuiTestContext* context) { (*static_cast<const Script*>(context->Test->UserData))(context); };
    ImGuiTestEngine_QueueTest(m_engine, test);
    while (!ImGuiTestEngine_IsTestQueueEmpty(m_engine))
        frame(draw);
    return test->Output.Status == ImGuiTestStatus_Success;
}

void UiHarness::draw_frames(int frames, const std::function<void(Commands&)>& draw) {
    for (int drawn = 0; drawn < frames; ++drawn)
        frame(draw);
}

} // namespace cameo
