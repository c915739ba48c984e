#include "app/verb_view.hpp"

#include "app/app.hpp"
#include "app/report/pdf.hpp"
#include "app/table_text.hpp"
#include "app/unseen_window.hpp"
#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <ostream>

namespace cameo {

namespace {

namespace fs = std::filesystem;

struct Options {
    std::string view, session, query, model, collection, format = "csv", output;
    std::string story;        ///< title or id of the one that `bookmark` is a step of; empty: of none
    std::size_t bookmark = 0; ///< from 1; 0: what the session was left with
    std::vector<std::string> actions;
};

const View& view_of(App& app, const std::string& title) {
    const auto found = std::ranges::find_if(app.shell().views(), [&](const auto& view) {
        return std::ranges::equal(view->title(), title, [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
    });
    if (found != app.shell().views().end()) return **found;
    std::string all;
    for (const auto& view : app.shell().views()) all += (all.empty() ? "" : ", ") + view->title();
    throw Error(ErrorKind::NotFound, "there is no view '" + title + "'; there are " + all);
}

void go_to_bookmark(App& app, const std::string& story, std::size_t number) {
    const Notebook& notebook = *app.now().notebook;
    const auto told = std::ranges::find_if(notebook.stories, [&](const StoryLine& each) { return each.title == story || each.id == story; });
    if (!story.empty() && told == notebook.stories.end()) throw Error(ErrorKind::NotFound, "--story " + story + ": the session has no such story");
    std::vector<std::string> ids;
    for (const BookmarkLine& line : notebook.bookmarks)
        if (line.story == (story.empty() ? story : told->id)) ids.push_back(line.id);
    if (number > ids.size()) throw Error(ErrorKind::NotFound, "--bookmark " + std::to_string(number) + ": the " + (story.empty() ? "session" : "story") + " has " + std::to_string(ids.size()));
    app.act(OpenBookmark{ids[number - 1]});
}

void run_action(App& app, const std::string& id) {
    const auto momentary = momentary_actions(app);
    const auto found = std::ranges::find(momentary, id, &Action::id);
    if (found != momentary.end()) return found->run();
    const Action* const action = app.table().find(id);
    if (!action) throw Error(ErrorKind::NotFound, id + ": there is no such action now");
    if (const std::string why = CommandTable::why_disabled(*action); !why.empty()) throw Error(ErrorKind::InvalidInput, id + ": " + why);
    app.table().run(id);
}

std::string table_of(App& app, const View& view, const std::string& format) {
    const auto table = view.exported(app.now());
    if (!table) throw Error(ErrorKind::NotFound, view.title() + ": has no figures now; a query, or what has to be measured first, may be missing");
    return table_text(*table, format == "json" ? TableFormat::Json : format == "md" ? TableFormat::Markdown : TableFormat::Csv, table_provenance(app.now(), *table));
}

bool is_page(const Options& options) { return options.format == "html"; }

std::string view_text(const Options& options, Progress& progress) {
    std::error_code failed;
    if (!options.session.empty() && !fs::exists(options.session, failed)) throw Error(ErrorKind::NotFound, options.session + ": there is no such session");
    UnseenWindow window({1280, 720});
    AppOptions plan;
    plan.sources = real_sources();
    if (!options.session.empty()) plan.session = fs::absolute(options.session);
    plan.session_access = SessionAccess::ReadOnly;
    plan.model = options.model;
    plan.collection = options.collection;
    App app(std::move(plan));
    const View& view = view_of(app, options.view);
    window.rest(app, progress);
    if (options.bookmark > 0 || !options.story.empty()) go_to_bookmark(app, options.story, std::max<std::size_t>(options.bookmark, 1));
    if (!options.query.empty()) app.act(RunQuery{options.query});
    window.rest(app, progress);
    if (app.now().query_phase == Phase::Failed) throw Error(ErrorKind::Environment, app.now().query_error);
    for (const std::string& action : options.actions) {
        run_action(app, action);
        window.rest(app, progress);
    }
    app.shell().show_view(view.title());
    window.rest(app, progress);
    if (is_page(options)) return window.picture(app, view.title(), PictureFormat::Page, progress);
    return options.format == "svg" ? window.picture(app, view.title(), PictureFormat::Svg, progress) : table_of(app, view, options.format);
}

} // namespace

void add_view(VerbContext context) {
    auto* verb = context.program.add_subcommand("view", "what one view of the window has, as figures, as a picture or as a page with both, without a display");
    auto options = std::make_shared<Options>();
    verb->add_option("NAME", options->view, "the view's title, such as Ledger or 'Query bench'")->required();
    verb->add_option("--session", options->session, "a .cameo file: what it was left with; nothing is written into it");
    verb->add_option("--bookmark", options->bookmark, "one of the session's bookmarks, from 1");
    verb->add_option("--story", options->story, "one of its stories, by its title: --bookmark is the number of a step");
    verb->add_option("--query", options->query, "asks this first");
    verb->add_option("--model", options->model, "without: the session's, or the demo's");
    verb->add_option("--collection", options->collection, "without: the session's, or the demo's");
    verb->add_option("--action", options->actions, "what has to be done first, such as judged.measure or map.lay_out; may be given again")->allow_extra_args(false);
    verb->add_option("--format", options->format, "csv, json, md, svg: a picture, or html: a page with both")->check(CLI::IsMember({"csv", "json", "md", "svg", "html"}))->capture_default_str();
    verb->add_option("-o,--output", options->output, "a file; without: standard output. A page is printed where the name ends in .pdf");
    verb->callback([=] {
        context.action = [options](Console& console, ConsoleProgress& progress) {
            const std::string text = view_text(*options, progress);
            if (options->output.empty()) {
                console.out << text;
                return;
            }
            if (is_page(*options)) {
                save_page(text, options->output, progress);
                progress.clear_line();
            } else {
                AtomicFile out(options->output);
                out.write(text);
                out.commit();
            }
            console.out << options->output << '\n';
        };
    });
}

} // namespace cameo
