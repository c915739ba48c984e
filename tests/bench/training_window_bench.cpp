// The way of somebody who trains in the window, on the real thing: an SB-MoE training is started, steered, stopped and its model
// put to use, while queries are asked all the time. Frames are built as the window builds them; nothing is rasterised.
//   cameo_training_window_bench PROGRAM RECIPE COLLECTION MODEL_IN_USE
// Expects a home of its own in $CAMEO_HOME, with what it needs; training_window.sh makes one.
#include "app/app.hpp"
#include "app/shell/layouts.hpp"
#include "core/base/folders.hpp"
#include "core/model/vectors/vector_cache.hpp"

#include <imgui.h>
#include <implot.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <string>
#include <thread>
#include <vector>

using namespace cameo;

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

double seconds_since(Clock::time_point then) { return std::chrono::duration<double>(Clock::now() - then).count(); }

double cpu_ms() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

double at(std::vector<double> values, double share) {
    if (values.empty()) return 0;
    std::ranges::sort(values);
    return values[std::min(values.size() - 1, static_cast<std::size_t>(share * static_cast<double>(values.size())))];
}

/// The window without its window, at sixty frames a second, with somebody who asks one query after the other.
class Bench {
public:
    explicit Bench(const std::string& program, const std::string& model, const std::string& collection) {
        ImGui::CreateContext();
        ImPlot::CreateContext();
        ImGuiIO& io = ImGui::GetIO();
        io.BackendFlags |= ImGuiBackendFlags_RendererHasTextures | ImGuiBackendFlags_RendererHasVtxOffset;
        m_app = std::make_unique<App>(AppOptions{.sources = real_sources(), .session = {}, .model = model, .collection = collection, .trainer = {.program = program, .estimates = true}});
    }
    ~Bench() {
        m_app.reset();
        ImPlot::DestroyContext();
        ImGui::DestroyContext();
    }

    App& app() { return *m_app; }
    const Trainings& trainings() { return m_app->now().trainings; }
    bool looks_at(const char* name) { return !trainings().shown.empty() && trainings().shown.front().name == name; }
    /// Steps of the training that is looked at, as far as the window knows of them.
    std::int64_t step() {
        const auto& shown = trainings().shown;
        return shown.empty() || !shown.front().record ? -1 : shown.front().record->last_step();
    }
    TrainingState state() {
        for (const TrainingLine& line : *trainings().list)
            if (!trainings().shown.empty() && line.summary.folder == trainings().shown.front().folder) return line.summary.state;
        return TrainingState::Unreadable;
    }

    /// Frames until it is so. @return seconds; ends the program where it takes too long
    double until(const char* what, const std::function<bool()>& reached, double most_s = 300) {
        const auto began = Clock::now();
        while (!reached()) {
            frame();
            if (seconds_since(began) < most_s) continue;
            std::fprintf(stderr, "bench: %s took more than %.0f s\n", what, most_s);
            for (const Notice& notice : m_app->now().notices) std::fprintf(stderr, "  %s\n", notice.sentence.c_str());
            std::exit(1);
        }
        return seconds_since(began);
    }
    void go_on_for(double seconds) {
        const auto began = Clock::now();
        while (seconds_since(began) < seconds) frame();
    }
    /// From now on queries are asked, a second apart, and their latencies kept here.
    void ask_into(std::vector<double>* latencies) { m_latencies = latencies; }

    std::vector<double> frame_ms;

private:
    void frame() {
        const auto began = Clock::now();
        ask();
        ImGuiIO& io = ImGui::GetIO();
        io.DisplaySize = {1920, 1080};
        io.DeltaTime = 1.0f / 60;
        io.AddMousePosEvent(static_cast<float>(m_frames * 37 % 1920), static_cast<float>(m_frames * 23 % 1080));
        ++m_frames;
        const double before = cpu_ms();
        m_app->begin_frame(1);
        ImGui::NewFrame();
        m_app->draw();
        ImGui::Render();
        m_app->end_frame();
        frame_ms.push_back(cpu_ms() - before);
        for (ImTextureData* texture : ImGui::GetPlatformIO().Textures)
            if (texture->Status != ImTextureStatus_OK) {
                texture->SetTexID(1);
                texture->SetStatus(ImTextureStatus_OK);
            }
        std::this_thread::sleep_until(began + 16ms);
    }
    void ask() {
        const auto& now = m_app->now();
        if (!m_asked.empty()) {
            if (!now.trace || now.trace->query != m_asked) return;
            if (m_latencies) m_latencies->push_back(1000 * seconds_since(m_asked_at));
            m_asked.clear();
        }
        if (!m_latencies || seconds_since(m_asked_at) < 0.5) return;
        static const char* const kQueries[] = {"play music in the terminal", "edit photographs", "compress files", "watch the temperature of the processor", "a spreadsheet", "draw diagrams"};
        m_asked = std::string(kQueries[m_queries % 6]) + " " + std::to_string(m_queries); // never the same: nothing is remembered
        ++m_queries;
        m_asked_at = Clock::now();
        // Past the view of the results: somebody looks at the curves meanwhile.
        m_app->workbench().run_query(m_asked);
    }

    std::unique_ptr<App> m_app;
    int m_frames = 0, m_queries = 0;
    std::vector<double>* m_latencies = nullptr;
    std::string m_asked;
    Clock::time_point m_asked_at{};
};

} // namespace

int main(int count, char** values) {
    if (count != 5) {
        std::fprintf(stderr, "usage: cameo_training_window_bench PROGRAM RECIPE COLLECTION MODEL_IN_USE\n");
        return 2;
    }
    keep_vectors({.folder = folders().vectors, .tell = {}}); // as the program does
    Bench bench(values[1], values[4], values[3]);
    App& app = bench.app();
    bench.until("opening the model", [&] { return app.now().workbench.phase == Phase::Ready && app.now().workbench.index; });
    app.apply_layout("Train");
    bench.go_on_for(2);

    std::vector<double> idle, training, swapping;
    bench.ask_into(&idle);
    bench.go_on_for(20);
    bench.frame_ms.clear(); // of here on: while there is a training

    const auto began = Clock::now();
    app.act(DraftTraining{.recipe = values[2], .training = {}, .step = -1, .set = {"name=bench", "steps.standardized=100000", std::string("collection=") + values[3]}});
    bench.until("preparing the training", [&] { return bench.trainings().draft.has_value(); });
    if (!bench.trainings().draft->refusal.empty()) {
        std::fprintf(stderr, "bench: %s\n", bench.trainings().draft->refusal.c_str());
        return 1;
    }
    bench.ask_into(&training);
    const auto pressed = Clock::now();
    app.act(StartDraft{});
    bench.until("starting", [&] { return bench.looks_at("bench") && bench.step() >= 1; });
    const double started_s = seconds_since(pressed);
    const std::int64_t first = bench.step();
    bench.until("moving", [&] { return bench.step() > first; });
    const double moves_s = seconds_since(pressed);
    bench.go_on_for(15);
    const auto folder = bench.trainings().shown.front().folder;
    const auto steered_at = Clock::now();
    app.act(SteerTraining{folder, CommandKind::Set, "gate.importance=0.3"});
    bench.until("steering", [&] { return bench.trainings().shown.front().recipe.importance == 0.3; });
    const double steered_s = seconds_since(steered_at);
    bench.go_on_for(5);
    const auto stopped_at = Clock::now();
    app.act(SteerTraining{folder, CommandKind::StopAndKeepBest, {}});
    bench.until("stopping", [&] { return bench.state() == TrainingState::Finished; });
    const double stopped_s = seconds_since(stopped_at);
    const std::int64_t steps = bench.step();
    bench.ask_into(&swapping);
    const auto used_at = Clock::now();
    app.act(UseCheckpoint{folder, -1});
    bench.until("putting it to use", [&] { return app.now().swap.phase == Phase::Ready; });
    const double used_s = seconds_since(used_at), all_s = seconds_since(began);
    bench.until("holding both against each other", [&] { return app.now().swap.guard_phase == Phase::Ready; }, 600);
    const double guarded_s = seconds_since(used_at);
    const auto back_at = Clock::now();
    app.act(GoBack{});
    bench.until("going back", [&] { return app.now().workbench.model == values[4]; });
    const double back_s = seconds_since(back_at);

    const unsigned threads = std::thread::hardware_concurrency();
    std::printf("training %s on %s in the window, %lld documents, %u processors:\n", values[2], values[3], static_cast<long long>(app.now().workbench.index->documents), threads);
    std::printf("  from the press to the first step on screen %.1f s (limit 2 s to the first step), the curves move after %.1f s (limit 5 s)\n", started_s, moves_s);
    std::printf("  a command is taken up after %.1f s, the training stopped after %.1f s, at step %lld\n", steered_s, stopped_s, static_cast<long long>(steps));
    std::printf("  its model is in use after %.1f s; both held against each other after %.1f s; back after %.2f s\n", used_s, guarded_s, back_s);
    std::printf("  all of it, to the model in use: %.0f s (limit 180 s)\n", all_s);
    std::printf("  queries, p95: idle %.0f ms (%zu), while it trains %.0f ms (%zu): %.2f times (limit 2); while its model is made ready %.0f ms (%zu)\n", at(idle, 0.95), idle.size(),
                at(training, 0.95), training.size(), at(training, 0.95) / at(idle, 0.95), at(swapping, 0.95), swapping.size());
    std::printf("  CPU time to build a frame: p50 %.2f ms, p99 %.2f ms (limit 8 ms) of %zu\n", at(bench.frame_ms, 0.5), at(bench.frame_ms, 0.99), bench.frame_ms.size());
    return 0;
}
