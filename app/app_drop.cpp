// What is dropped onto the window: looked at, asked about, and only then opened or imported.
#include "app/app.hpp"

#include "app/drop/recognise.hpp"
#include "app/exchange_steps.hpp"
#include "app/shell/layouts.hpp"
#include "app/trainings/find_training.hpp"
#include "core/base/error.hpp"
#include "core/base/folders.hpp"
#include "core/data/import.hpp"
#include "core/model/import.hpp"
#include "views/format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cameo {

namespace {

namespace fs = std::filesystem;

/// What an import has to remark, and how to go on.
std::string what_then(const ImportReport& report) {
    std::string text;
    for (const std::string& remark : report.remarks) text.append(heading(remark)).append(". ");
    return text.append("Choose it in the bar above to search it.");
}

/// Time has passed since the name was found to be free, and an import replaces what has its name.
template <typename Summary> void check_free(const std::vector<Summary>& there, const std::string& name, const char* noun) {
    if (std::ranges::any_of(there, [&](const Summary& each) { return each.name == name; }))
        throw Error(ErrorKind::InvalidInput, fmt::format("there is a {} called {} by now, and it is not replaced: drop the folder again", noun, name));
}

void import_dropped_collection(App& app, const fs::path& folder, const std::string& name) {
    const auto read = [folder, name](JobContext& job) {
        check_free(list_collections(), name, "collection");
        return import_collection(folder, name, job);
    };
    app.jobs().submit({.name = "Import the collection " + name, .lane = Lane::Long}, read, [&app, name](JobOutcome<ImportReport> outcome) {
        if (outcome.state == JobState::Failed) app.notices().error(outcome.error, "Nothing of it was kept.");
        if (!outcome.value) return;
        const ImportReport& report = *outcome.value;
        app.workbench().look_again();
        app.notices().add(Notice::Level::Info,
                          fmt::format("Imported {}: {}, {}, {}{}.", name, format_amount(report.documents, Unit::Documents), format_amount(report.queries, Unit::Queries), format_count(report.judgments),
                                      report.judgments == 1 ? " judgment" : " judgments"),
                          what_then(report));
    });
}

void import_dropped_model(App& app, const fs::path& folder, const std::string& name) {
    const auto read = [folder, name](JobContext& job) {
        check_free(list_models(), name, "model");
        return import_model(folder, name, job);
    };
    app.jobs().submit({.name = "Import the model " + name, .lane = Lane::Long}, read, [&app](JobOutcome<std::string> outcome) {
        if (outcome.state == JobState::Failed) app.notices().error(outcome.error, "Nothing of it was kept.");
        if (!outcome.value) return;
        app.workbench().look_again();
        app.notices().add(Notice::Level::Info, "Imported the model " + *outcome.value + ".", "Choose it in the bar above, and index the collection for it.");
    });
}

/// Whether a folder lies right within another one.
bool lies_in(const fs::path& folder, const fs::path& within) {
    std::error_code failed;
    return fs::equivalent(folder.parent_path(), within, failed);
}

/// What may be done with it as things stand now.
/// @param promised names of the imports that are offered beside it
DropOffer offer_for(App& app, const Thing& thing, std::vector<std::string>& promised) {
    DropOffer offer{.name = thing.path.filename().string(), .what = thing.what};
    const Workbench& bench = app.now().workbench;
    const std::string size = format_bytes(thing.bytes);
    const auto offered = [&](std::string act, std::string will, std::function<void()> run) {
        offer.act = std::move(act);
        offer.will = std::move(will);
        offer.run = std::move(run);
    };
    switch (thing.kind) {
    case ThingKind::Nothing: break;
    case ThingKind::Session:
        offered("Open", "It is opened in place of this session, which is kept as it is.", [&app, file = thing.path] { app.act(OpenSession{file}); });
        break;
    case ThingKind::Collection: {
        std::vector<std::string> taken = promised;
        for (const auto& each : bench.collections) taken.push_back(each.name);
        taken.emplace_back("debian"); // the demo's, also before it is built
        const std::string name = promised.emplace_back(free_name(thing.path, taken));
        offered("Import", fmt::format("It is copied into your collections as \u201C{}\u201D, out of {}; the folder stays as it is.", name, size),
                [&app, folder = thing.path, name] { import_dropped_collection(app, folder, name); });
        break;
    }
    case ThingKind::Model: {
        if (lies_in(thing.path, folders().models()) || lies_in(thing.path, folders().shipped_models())) {
            offered("Open", "It is one of your models already, and becomes the one in use.", [&app, name = thing.path.filename().string()] { app.act(OpenModel{name}); });
            break;
        }
        std::vector<std::string> taken = promised;
        for (const auto& each : bench.models) taken.push_back(each.name);
        const std::string name = promised.emplace_back(free_name(thing.path, taken));
        offered("Import", fmt::format("It is copied into your models as \u201C{}\u201D (about {}); the folder stays as it is.", name, size),
                [&app, folder = thing.path, name] { import_dropped_model(app, folder, name); });
        break;
    }
    case ThingKind::RunFile:
        if (!app.now().judged.scores) offer.will = "It is compared with what was measured, and nothing is yet: measure the judged queries, then drop it again.";
        else offered("Compare", "Evaluation compares it with the rest, under the same measures and tests. Nothing is copied.", [&app, file = thing.path] {
            import_run(app, file);
            app.shell().show_view(view_title::kEvaluation);
        });
        break;
    case ThingKind::Judgments:
        if (!app.workbench().opened_collection()) offer.will = "No collection is open that these could be judgments of: open it, then drop them again.";
        else offered("Import", fmt::format("They become grades of this session, for {}. Undo takes all of them back.", bench.collection), [&app, file = thing.path] { import_judgments(app, file); });
        break;
    case ThingKind::Training:
        offered("Look at it", lies_in(thing.path, trainings_library()) ? "It is one of your trainings; its curves and findings are shown." : "It is listed and shown where it lies; nothing is copied.",
                [&app, folder = thing.path] {
                    lies_in(folder, trainings_library()) ? app.trainings().show(folder) : app.trainings().open_elsewhere(folder);
                    app.shell().show_view(view_title::kTraining);
                });
        break;
    case ThingKind::Recipe:
        offered("Prepare a training", "New training shows its settings; nothing is started.",
                [&app, file = thing.path] { app.act(DraftTraining{.recipe = file.string(), .training = {}, .step = -1, .set = {}}); });
        break;
    }
    return offer;
}

} // namespace

void App::dropped(std::vector<fs::path> paths) {
    constexpr std::size_t kMost = 20;
    if (is_presenting() || paths.empty()) return;
    if (paths.size() > kMost) {
        m_notices.add(Notice::Level::Warning, fmt::format("{} things were dropped; Cameo looks at {} at a time.", paths.size(), kMost), "Drop fewer of them, or the folder that they lie in.");
        m_dirty = true;
        return;
    }
    const auto look = [paths = std::move(paths)](JobContext& job) {
        std::vector<Thing> things;
        for (const fs::path& path : paths) {
            job.check_cancelled();
            Thing thing = recognise(path);
            // Several files of one folder are that folder, once.
            if (std::ranges::none_of(things, [&](const Thing& other) { return other.path == thing.path; })) things.push_back(std::move(thing));
        }
        return things;
    };
    m_jobs->submit({.name = "Look at what was dropped", .listing = Listing::Active}, look, [this](JobOutcome<std::vector<Thing>> outcome) {
        if (outcome.state == JobState::Failed) m_notices.error(outcome.error);
        if (!outcome.value) return;
        std::vector<DropOffer> offers;
        std::vector<std::string> promised;
        for (const Thing& thing : *outcome.value) offers.push_back(offer_for(*this, thing, promised));
        m_shell.dropped().ask(std::move(offers));
    });
}

} // namespace cameo
