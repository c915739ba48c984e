// CPU time to build one frame with every view open: 10,000 documents compared, 1,100 judged queries, an alignment of 32 × 512
// tokens, a gate's report; two threads work in the background, as an index build does. Nothing is rasterised.
#include "tests/support/sample_gate.hpp"
#include "tests/support/sample_judged.hpp"
#include "tests/support/sample_map.hpp"
#include "tests/support/sample_snapshot.hpp"
#include "tests/views/every_view.hpp"
#include "views/fonts.hpp"
#include "views/theme.hpp"

#include <imgui.h>
#include <implot.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <ctime>
#include <memory>
#include <thread>
#include <vector>

using namespace cameo;

namespace {

double cpu_ms() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

/// A long document for the alignment, in the ledger of the sample.
void lengthen(Snapshot& now) {
    auto ledger = std::make_shared<Ledger>(*now.ledger);
    ExpertLedger& part = ledger->experts[1];
    constexpr std::size_t kRows = 32, kColumns = 512;
    part.tokens.clear();
    part.document_tokens.clear();
    part.document_spans.assign(kColumns, {});
    for (std::size_t column = 0; column < kColumns; ++column)
        part.document_tokens.push_back("token" + std::to_string(column));
    part.similarities.resize(kRows * kColumns);
    for (std::size_t at = 0; at < part.similarities.size(); ++at)
        part.similarities[at] = static_cast<float>(at * 7919 % 1000) / 1000;
    for (std::size_t row = 0; row < kRows; ++row)
        part.tokens.push_back({.query_token = "word" + std::to_string(row), .best = static_cast<std::int32_t>(row * 13), .similarity = 0.9});
    now.ledger = ledger;
}

} // namespace

int main() {
    ImGui::CreateContext();
    ImPlot::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.BackendFlags |= ImGuiBackendFlags_RendererHasTextures | ImGuiBackendFlags_RendererHasVtxOffset;
    const Fonts fonts = load_fonts(*io.Fonts);

    Snapshot now = sample_snapshot({.documents = 10'000, .fusion = {.method = FusionMethod::ZScore}});
    now.judged = sample_judged(1'100);
    now.map = sample_map(10'000).map;
    lengthen(now);
    const Snapshot gated = sample_gate();
    const EveryView every;
    std::vector<View*> shown;
    for (const auto& view : every.views)
        if (view->title() != "Welcome") shown.push_back(view.get()); // it gives way to the others

    std::atomic<bool> done{false};
    std::vector<std::jthread> builders;
    for (unsigned thread = 0; thread < 2; ++thread)
        builders.emplace_back([&] {
            volatile double work = 1;
            while (!done) work = work * 1.0000001 + 1e-9;
        });

    int corners = 0;
    const auto draw_frame = [&](int frame) {
        io.DisplaySize = {3840, 2160};
        io.DeltaTime = 1.0f / 60;
        // The mouse walks over everything, so that rows hover and tooltips open.
        io.AddMousePosEvent(static_cast<float>(frame * 37 % 3840), static_cast<float>(frame * 23 % 2160));
        apply_theme(now.settings, 1, fonts);
        ImGui::NewFrame();
        Commands out;
        for (std::size_t at = 0; at < shown.size(); ++at) {
            shown[at]->draw(shown[at]->title() == "Gate" ? gated : now, out);
            ImGui::SetWindowPos(shown[at]->title().c_str(), {static_cast<float>(at % 5) * 768, static_cast<float>(at / 5) * 720});
            ImGui::SetWindowSize(shown[at]->title().c_str(), {760, 710});
        }
        ImGui::Render();
        corners = std::max(corners, ImGui::GetDrawData()->TotalVtxCount);
    };
    const auto take_textures = [] { // nothing is uploaded anywhere
        for (ImTextureData* texture : ImGui::GetPlatformIO().Textures)
            if (texture->Status != ImTextureStatus_OK) {
                texture->SetTexID(1);
                texture->SetStatus(ImTextureStatus_OK);
            }
    };
    constexpr int kFrames = 400, kWarmUp = 20, kDrags = 100;
    std::vector<double> ms, drag_ms;
    for (int frame = 0; frame < kFrames + kWarmUp; ++frame) {
        if (frame % 20 == 0) now.selection.document = now.trace->documents[static_cast<std::size_t>(frame)].id;
        if (frame % 20 == 10) now.selection.document = now.ledger->id;
        const double began = cpu_ms();
        draw_frame(frame);
        if (frame >= kWarmUp) ms.push_back(cpu_ms() - began);
        take_textures();
    }
    // A weight is dragged: the whole union is fused anew, and a frame shows it.
    for (int drag = 0; drag < kDrags; ++drag) {
        const double began = cpu_ms();
        now.trace = std::make_shared<const Trace>(with_fusion(*now.trace, {.method = FusionMethod::ZScore, .weights = {1, 0.01 * drag, 1}}));
        now.fusion = now.trace->fusion;
        draw_frame(drag);
        drag_ms.push_back(cpu_ms() - began);
        take_textures();
    }
    done = true;
    std::ranges::sort(ms);
    std::ranges::sort(drag_ms);
    std::printf("%zu views open, 10,000 documents, 1,100 judged queries, 2 busy threads beside it:\n"
                "  CPU time to build a frame: p50 %.2f ms, p99 %.2f ms, longest %.2f ms; %d corners at most\n",
                shown.size(), ms[ms.size() / 2], ms[ms.size() * 99 / 100], ms.back(), corners);
    std::printf("  CPU time from a step of a weight's slider to the frame that shows it: p50 %.1f ms, p99 %.1f ms\n", drag_ms[drag_ms.size() / 2], drag_ms[drag_ms.size() * 99 / 100]);
    ImPlot::DestroyContext();
    ImGui::DestroyContext();
    return 0;
}
