#include "app/run_window.hpp"

#include "app/app.hpp"
#include "app/end_signals.hpp"
#include "app/file_dialog.hpp"
#include "app/notes_window.hpp"
#include "app/offscreen.hpp"
#include "app/pace.hpp"
#include "app/platform_window.hpp"
#include "core/base/error.hpp"
#include "core/base/folders.hpp"
#include "views/theme.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <sstream>
#include <unistd.h>
#include <utility>

namespace cameo {

namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

/// Seconds since the kernel made this process, which is before anything of it was loaded.
double process_age_s() {
    std::ifstream stat("/proc/self/stat");
    std::string line;
    std::getline(stat, line);
    std::istringstream fields(line.substr(line.rfind(')') + 2));
    std::string field;
    for (int number = 3; number <= 22; ++number) fields >> field; // field 22: start time in ticks since boot
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    const double started = std::strtod(field.c_str(), nullptr) / static_cast<double>(sysconf(_SC_CLK_TCK));
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9 - started;
}

class FrameTimes {
public:
    void add(double seconds) { m_ms.push_back(seconds * 1000); }
    void print() {
        if (m_ms.empty()) return;
        std::ranges::sort(m_ms);
        const auto at = [&](double share) { return m_ms[static_cast<std::size_t>(share * static_cast<double>(m_ms.size() - 1))]; };
        std::printf("building a frame: p50 %.2f ms, p99 %.2f ms, worst %.2f ms of %zu\n", at(0.5), at(0.99), at(1), m_ms.size());
    }

private:
    std::vector<double> m_ms;
};

std::filesystem::path session_file(const WindowOptions& options, bool scripted) {
    if (!options.session.empty()) return std::filesystem::absolute(options.session);
    return scripted ? std::filesystem::path() : folders().state / "session.cameo";
}

void sleep_until_needed(PlatformWindow& window, const App& app, int& frames_left, Clock::time_point frame_began) {
    const auto wait = wait_s({.sleep_s = app.sleep_s(),
                              .after_input = frames_left > 0,
                              .focused = window.is_focused(),
                              .minimised = window.is_minimised(),
                              .since_frame_s = Seconds(Clock::now() - frame_began).count()});
    const auto from = Clock::now();
    window.wait_events(wait);
    const bool woken = !wait || Seconds(Clock::now() - from).count() < *wait;
    frames_left = frames_due(frames_left, window.has_input(), woken);
}

/// Where the session had it, or else as large as it should be on this monitor.
void put_in_place(PlatformWindow& window, const App& app, const WindowOptions& options) {
    const auto areas = PlatformWindow::work_areas();
    if (!options.sized && app.window_place()) window.set_place(fitted(*app.window_place(), areas));
    else if (!options.sized && !areas.empty()) window.set_place(first_place(areas.front(), window.monitor_scale()));
    window.show();
}

/// Keeps the session up to date about the window; a maximised one is kept with the size that it goes back to.
void watch_place(const PlatformWindow& window, App& app) {
    WindowPlace place = window.place();
    if (place.maximised && app.window_place()) {
        place = *app.window_place();
        place.maximised = true;
    }
    app.set_window_place(place);
}

/// Opens, draws and closes the presenter's window; the stage goes on without one that cannot be opened.
void keep_notes(std::unique_ptr<NotesWindow>& notes, const PlatformWindow& window, App& app) {
    if (!app.wants_notes(PlatformWindow::work_areas().size())) return notes.reset();
    try {
        if (!notes) notes = std::make_unique<NotesWindow>(window);
    } catch (const Error& error) {
        app.notices().error(error.what(), "The presentation goes on without it.");
        return app.show_notes(false);
    }
    notes->draw(app);
    if (notes->should_close()) app.show_notes(false);
}

} // namespace

int run_window(const WindowOptions& options) {
    const double before_main_s = process_age_s();
    const bool scripted = !options.offscreen.empty() || !options.screenshot.empty() || !options.figures.empty();
    PlatformWindow window({.width = options.width,
                           .height = options.height,
                           .visible = scripted,
                           .monitor_scale = scripted ? std::optional<float>(1.0f) : std::nullopt});
    AppOptions plan;
    plan.sources = real_sources();
    plan.session = session_file(options, scripted);
    plan.trainer.estimates = true;
    plan.model = options.model;
    plan.collection = options.collection;
    plan.wake = &PlatformWindow::wake;
    plan.ui_scale = options.scale;
    if (options.light) plan.appearance = Appearance::Light;
    if (options.dark) plan.appearance = Appearance::Dark;
    if (!scripted) plan.ask_file = desktop_file_dialog();
    plan.paint = [&window](const ImDrawData& drawn) { return window.paint(drawn); };
    App app(std::move(plan));
    if (!scripted) put_in_place(window, app, options);
    if (!options.layout.empty()) app.apply_layout(options.layout);

    std::unique_ptr<Script> script;
    if (!options.offscreen.empty()) script = offscreen_script(app, options.offscreen);
    else if (scripted) script = picture_script(app, options);
    else if (!options.query.empty()) app.act(RunQuery{options.query});

    std::unique_ptr<NotesWindow> notes;
    FrameTimes times;
    bool first = true;
    bool focused = true;
    int frames_left = kFramesAfterInput;
    const EndSignals end(&PlatformWindow::wake);
    while (!app.quit_requested() && !window.should_close() && !end.asked()) {
        const auto began = Clock::now();
        if (!std::exchange(focused, window.is_focused()) && focused) app.look_again();
        if (app.take_attention() && !focused) window.request_attention();
        if (auto dropped = window.take_dropped(); !dropped.empty()) app.dropped(std::move(dropped));
        if (window.is_minimised() && !scripted) {
            app.begin_frame(window.monitor_scale()); // results are taken in, nothing is drawn
            window.wait_events(app.sleep_s() ? std::optional(kMinimisedFrameS) : std::nullopt);
            continue;
        }
        app.begin_frame(window.monitor_scale());
        window.new_frame();
        app.draw();
        ImGui::Render();
        app.end_frame();
        if (!scripted) {
            if (!window.is_full_screen()) watch_place(window, app);
            window.set_full_screen(app.is_presenting());
        }
        times.add(Seconds(Clock::now() - began).count());
        Pixels picture;
        const bool unseen = app.is_drawing_picture();
        const bool wanted = script && script->wants_picture() && !unseen;
        if (unseen) window.pass_over();
        else window.present(colors().background.value, wanted ? &picture : nullptr);
        if (!scripted) keep_notes(notes, window, app);
        if (std::exchange(first, false) && options.measure_start) {
            std::printf("first frame after %.3f s, %.3f s of it before the program's own code\n", process_age_s(), before_main_s);
            std::fflush(stdout);
        }
        if (wanted) script->take_picture(picture);
        if (script && !script->advance()) break;
        --frames_left;
        if (script) frames_left = std::max(frames_left, 1);
        sleep_until_needed(window, app, frames_left, began);
    }
    if (options.measure_frames) times.print();
    return script ? script->exit_code() : 0;
}

} // namespace cameo
