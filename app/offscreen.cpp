#include "app/offscreen.hpp"

#include "app/app.hpp"
#include "app/results_text.hpp"
#include "app/shell/layouts.hpp"
#include "core/base/error.hpp"
#include "views/format.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <imgui.h>

namespace cameo {

namespace {

constexpr double kBuildLimitS = 3600, kRestS = 0.5;
constexpr std::size_t kRows = 10;
constexpr std::array kQueries{"play music in the terminal", "make many photos smaller at once",
                              "see which program uses the network"};

void throw_first_error(App& app) {
    for (const auto& notice : app.now().notices)
        if (notice.level == Notice::Level::Error) throw Error(ErrorKind::Environment, notice.sentence);
    if (app.now().workbench.phase == Phase::Failed) throw Error(ErrorKind::Environment, app.now().workbench.error);
}

/// A line now and again, for whoever waits.
class ProgressLines {
public:
    void print(const App& app) {
        const auto now = std::chrono::steady_clock::now();
        for (const auto& job : app.now().jobs) {
            if (job.state != JobState::Running) continue;
            if (job.stage == m_stage && now - m_at < std::chrono::seconds(5)) return;
            m_stage = job.stage;
            m_at = now;
            std::string line = job.name + ": " + job.stage + ", " + format_amount(job.done, job.unit);
            if (job.total) line += " of " + format_count(*job.total);
            if (job.rate > 0) line += ", " + format_rate(job.rate, job.unit);
            if (const auto eta = format_eta(job.eta_low_s, job.eta_high_s); !eta.empty()) line += ", " + eta;
            std::fprintf(stderr, "%s\n", line.c_str());
            return;
        }
    }

private:
    std::string m_stage;
    std::chrono::steady_clock::time_point m_at{};
};

void wait_until_open(App& app, Script& script) {
    script.add({.what = "opening the model and the collection",
                .done = [&app] { return app.now().workbench.phase != Phase::Loading; },
                .limit_s = 180});
}

/// A window tells what is wrong with a session and goes on without it; who has it run by a script wants to know.
void check_session(App& app, Script& script, const std::filesystem::path& file) {
    script.add({.what = "opening the session", .begin = [&app, file] {
                    if (app.session_file() == std::filesystem::absolute(file)) return;
                    const auto& notices = app.now().notices;
                    const auto why = std::ranges::find_if(notices, [](const Notice& notice) { return notice.level != Notice::Level::Info; });
                    throw Error(ErrorKind::InvalidInput, why != notices.end() ? why->sentence : file.string() + ": could not be opened as a session");
                }});
}

void build_what_is_missing(App& app, Script& script) {
    auto lines = std::make_shared<ProgressLines>();
    auto building = std::make_shared<bool>(false);
    script.add({.what = "building the demo",
                .begin =
                    [&app, building] {
                        const auto& bench = app.now().workbench;
                        const bool whole = bench.phase == Phase::Ready && bench.index && bench.index->documents >= bench.index->expected;
                        if (whole) return;
                        std::fprintf(stderr, "The demo is not built yet: building it.\n");
                        *building = true;
                        app.act(BuildDemo{});
                    },
                .done =
                    [&app, lines, building] {
                        if (!*building) return true;
                        lines->print(app);
                        throw_first_error(app);
                        const auto& bench = app.now().workbench;
                        return !app.workbench().is_building() && bench.phase == Phase::Ready && bench.index &&
                               bench.index->documents >= bench.index->expected;
                    },
                .limit_s = kBuildLimitS});
}

/// As a person does it: the caret into the box, the letters, Enter.
void type_query(App& app, Script& script, const std::string& text) {
    script.add({.what = "focusing the search box", .begin = [&app] { app.table().run("search.focus"); }});
    script.settle(0.1);
    script.add({.what = "typing", .begin = [text] { ImGui::GetIO().AddInputCharactersUTF8(text.c_str()); }});
    script.settle(0.1);
    script.add({.what = "pressing Enter", .begin = [] {
                    ImGui::GetIO().AddKeyEvent(ImGuiKey_Enter, true);
                    ImGui::GetIO().AddKeyEvent(ImGuiKey_Enter, false);
                }});
    script.add({.what = "answering “" + text + "”", .done = [&app, text] {
                    throw_first_error(app);
                    const auto& now = app.now();
                    if (now.query_phase == Phase::Failed) throw Error(ErrorKind::Environment, now.query_error);
                    return now.query_phase == Phase::Ready && now.trace && now.trace->query == text;
                }});
}

void press(Script& script, App& app, const std::string& action) {
    script.add({.what = action, .begin = [&app, action] { app.table().run(action); }});
}

void take_figure(App& app, Script& script, const WindowOptions::Figure& figure) {
    script.add({.what = "showing " + figure.view, .begin = [&app, figure] { app.shell().show_view(figure.view); }});
    script.settle(kRestS);
    script.add({.what = "the picture of " + figure.view,
                .begin = [&app, figure] { app.take_picture({figure.view, *picture_format(figure.file), figure.file}); },
                .done = [&app, figure] {
                    throw_first_error(app);
                    if (app.takes_pictures() || app.jobs().busy()) return false;
                    std::printf("picture: %s\n", figure.file.c_str());
                    std::fflush(stdout);
                    return true;
                }});
}

} // namespace

std::unique_ptr<Script> offscreen_script(App& app, const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    auto script = std::make_unique<Script>();
    wait_until_open(app, *script);
    build_what_is_missing(app, *script);
    int number = 1;
    const auto picture = [&](const std::string& name) { return folder / fmt::format("{:02}-{}.png", number++, name); };
    for (const std::string query : kQueries) {
        type_query(app, *script, query);
        std::string slug = query;
        std::ranges::replace(slug, ' ', '-');
        script->settle(kRestS, picture(slug));
        script->add({.what = "printing", .begin = [&app] {
                         std::printf("%s\n", results_text(*app.now().trace, kRows).c_str());
                         std::fflush(stdout);
                     }});
    }
    press(*script, app, "theme.switch");
    script->settle(kRestS, picture("light"));
    press(*script, app, "layout.Compare");
    script->settle(kRestS, picture("compare"));
    press(*script, app, "layout.Inspect");
    press(*script, app, "theme.switch");
    press(*script, app, "palette.open");
    script->settle(kRestS, picture("palette"));
    return script;
}

std::unique_ptr<Script> picture_script(App& app, const WindowOptions& wanted) {
    auto script = std::make_unique<Script>();
    for (const auto& figure : wanted.figures)
        if (!app.shell().view(figure.view)) throw Error(ErrorKind::InvalidInput, "--figure: there is no view '" + figure.view + "'");
    wait_until_open(app, *script);
    if (!wanted.session.empty()) check_session(app, *script, wanted.session);
    if (!wanted.query.empty()) type_query(app, *script, wanted.query);
    for (const std::string& action : wanted.actions) {
        script->add({.what = action, .begin = [&app, action] {
                         const auto now = momentary_actions(app);
                         const auto found = std::ranges::find(now, action, &Action::id);
                         if (found != now.end()) found->run();
                         else if (!app.table().run(action)) throw Error(ErrorKind::InvalidInput, action + ": there is no such action now");
                     }});
        // What it has set going is waited for.
        script->add({.what = action + " to end", .done = [&app] { return !app.jobs().busy(); }, .limit_s = 3600});
    }
    for (const auto& figure : wanted.figures) take_figure(app, *script, figure);
    if (!wanted.screenshot.empty()) script->settle(kRestS, wanted.screenshot);
    return script;
}

} // namespace cameo
