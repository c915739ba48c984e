#include "app/cli/cli.hpp"

#include "app/about/linked_parts.hpp"
#include "app/cli/verbs.hpp"
#include "app/drop/recognise.hpp"
#include "core/base/error.hpp"

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <vector>

namespace cameo {

namespace {

constexpr int kDone = 0, kFailed = 1, kMisused = 2;

/// For a word that is no verb: somebody may have meant a file.
std::string what_to_do_with(const std::string& word) {
    std::error_code failed;
    if (!std::filesystem::exists(word, failed)) return "there is no verb '" + word + "'; `cameo --help` lists them";
    const Thing thing = recognise(word);
    const std::string path = thing.path.string();
    const auto use = [&](const std::string& command) { return word + ": " + thing.what + " Use `cameo " + command + "`."; };
    switch (thing.kind) {
    case ThingKind::Session: return use("SESSION.cameo") + " A session's name ends with .cameo.";
    case ThingKind::Collection: return use("collection import " + path);
    case ThingKind::Model: return use("model import " + path);
    case ThingKind::RunFile: return use("eval --run " + path);
    case ThingKind::Judgments: return word + ": " + thing.what + " The window takes them: the File menu, or drop them onto it.";
    case ThingKind::Training: return use("train " + path) + " It goes on with it.";
    case ThingKind::Recipe: return use("train " + path);
    case ThingKind::Nothing: break;
    }
    return word + ": " + thing.what;
}

/// What a disk or its permissions do not allow is nobody's fault here.
std::string in_words(const std::filesystem::filesystem_error& error) {
    std::string place = error.path1().string();
    if (!error.path2().empty()) place += " to " + error.path2().string();
    return place.empty() ? error.what() : place + ": " + error.code().message();
}

int run(std::span<const std::string> arguments, Console& console, bool terminal, std::span<const AddVerb> more) {
    CLI::App program("Cameo shows which expert plays which part in retrieval.\n"
                     "Without a verb it opens its window.",
                     "cameo");
    program.set_version_flag("--version", about_text, "the version, and the parts that others wrote with their licences");
    program.get_formatter()->column_width(34);
    program.require_subcommand(1);

    std::function<void(Console&, ConsoleProgress&)> action;
    for (const auto add : {add_doctor, add_demo, add_model, add_collection, add_index, add_encode, add_query,
                           add_explain, add_eval, add_fuse, add_gate, add_train, add_diagnose, add_experiments, add_glossary})
        add({program, action});
    for (const AddVerb add : more) add({program, action});

    // `cameo help`, `cameo help eval`
    std::vector<std::string> words(arguments.begin(), arguments.end());
    if (!words.empty() && words[0] == "help") {
        words.erase(words.begin());
        words.push_back("--help");
    }
    const auto verbs = program.get_subcommands([](const CLI::App*) { return true; });
    if (!words.empty() && !words[0].starts_with('-') &&
        std::none_of(verbs.begin(), verbs.end(),
                     [&](const CLI::App* verb) { return verb->get_name() == words[0]; })) {
        console.err << "cameo: " << what_to_do_with(words[0]) << '\n';
        return kMisused;
    }

    try {
        std::reverse(words.begin(), words.end()); // CLI11 takes them from the back
        program.parse(words);
    } catch (const CLI::CallForHelp&) {
        console.out << program.help();
        return kDone;
    } catch (const CLI::CallForVersion&) {
        console.out << about_text();
        return kDone;
    } catch (const CLI::ParseError& error) {
        console.err << "cameo: " << error.what() << "; `cameo --help` tells more\n";
        return kMisused;
    }

    ConsoleProgress progress(console.err, terminal);
    action(console, progress);
    console.out.flush();
    if (!console.out) throw Error(ErrorKind::Environment, "standard output could not be written");
    return kDone;
}

} // namespace

int run_command_line(std::span<const std::string> arguments, std::istream& in, std::ostream& out,
                     std::ostream& err, std::span<const AddVerb> more) {
    Console console{in, out, err};
    try {
        return run(arguments, console, &err == &std::cerr && ::isatty(STDERR_FILENO), more);
    } catch (const Cancelled&) {
        err << "cameo: stopped; what was finished is kept\n";
    } catch (const Error& error) {
        err << "cameo: " << error.what() << '\n';
    } catch (const std::filesystem::filesystem_error& error) {
        err << "cameo: " << in_words(error) << '\n';
    } catch (const std::bad_alloc&) {
        err << "cameo: there is not enough memory for this\n";
    } catch (const std::exception& error) {
        err << "cameo: internal error: " << error.what() << '\n';
    }
    return kFailed;
}

int run_command_line(int count, const char* const* values, std::span<const AddVerb> more) {
    const std::vector<std::string> arguments(values + 1, values + count);
    return run_command_line(arguments, std::cin, std::cout, std::cerr, more);
}

} // namespace cameo
