#include "app/unseen_window.hpp"

#include "app/app.hpp"
#include "core/base/error.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <implot.h>
#include <iterator>
#include <thread>
#include <unistd.h>

namespace cameo {

namespace {

constexpr int kQuietFrames = 20; ///< in which nothing was under way: what settles over some frames has settled

/// A file that goes when this does.
class ScratchFile {
public:
    ScratchFile() : m_path(std::filesystem::temp_directory_path() / ("cameo-picture-" + std::to_string(::getpid()))) {}
    ~ScratchFile() {
        std::error_code failed;
        std::filesystem::remove(m_path, failed);
    }
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;
    const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

} // namespace

UnseenWindow::UnseenWindow(ImVec2 size) : m_size(size), m_imgui(ImGui::CreateContext()), m_implot(ImPlot::CreateContext()) {
    ImGui::GetIO().BackendFlags |= ImGuiBackendFlags_RendererHasTextures | ImGuiBackendFlags_RendererHasVtxOffset;
}

UnseenWindow::~UnseenWindow() {
    for (ImTextureData* texture : ImGui::GetPlatformIO().Textures) texture->SetStatus(ImTextureStatus_Destroyed);
    ImPlot::DestroyContext(m_implot);
    ImGui::DestroyContext(m_imgui);
}

void UnseenWindow::frame(App& app) {
    ImGuiIO& io = ImGui::GetIO();
    io.DisplaySize = m_size;
    io.DeltaTime = 1.0f / 60;
    app.begin_frame(1.0f);
    ImGui::NewFrame();
    app.draw();
    ImGui::Render();
    // What a renderer would do with textures, but for the pixels.
    for (ImTextureData* texture : ImGui::GetPlatformIO().Textures) {
        if (texture->Status == ImTextureStatus_WantDestroy) texture->SetStatus(ImTextureStatus_Destroyed);
        if (texture->Status == ImTextureStatus_WantCreate) texture->SetTexID(1);
        if (texture->Status == ImTextureStatus_WantCreate || texture->Status == ImTextureStatus_WantUpdates) texture->SetStatus(ImTextureStatus_OK);
    }
    app.end_frame();
}

void UnseenWindow::rest(App& app, Progress& progress) {
    for (int quiet = 0; quiet < kQuietFrames;) {
        progress.check_cancelled();
        frame(app);
        const bool busy = app.jobs().busy() || app.takes_pictures() || app.now().workbench.phase == Phase::Loading;
        quiet = busy ? 0 : quiet + 1;
        if (busy) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    for (const Notice& notice : app.now().notices)
        if (notice.level == Notice::Level::Error) throw Error(ErrorKind::Environment, notice.sentence);
}

std::string UnseenWindow::picture(App& app, const std::string& view, PictureFormat format, Progress& progress) {
    const ScratchFile file;
    app.take_picture({view, format, file.path()});
    rest(app, progress);
    std::ifstream in(file.path(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace cameo
