#include "core/data/apt.hpp"

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/data/columns.hpp"
#include "core/data/dates.hpp"
#include "core/data/process.hpp"

#include <algorithm>
#include <ctime>
#include <fstream>

namespace cameo {

namespace {

namespace fs = std::filesystem;

constexpr const char* kAptHelper = "/usr/lib/apt/apt-helper";

[[noreturn]] void no_apt() {
    throw Error(
        ErrorKind::Unsupported,
        "the Debian collection is made from apt's package index, and this machine has no apt; import another "
        "collection instead");
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        if (const auto line = trimmed(text.substr(0, end)); !line.empty()) lines.emplace_back(line);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

/// The last line in which apt complains, without its "E: ".
std::string complaint(const std::string& errors) {
    const auto lines = lines_of(errors);
    for (const std::string_view mark : {"E: ", "W: "})
        for (auto line = lines.rbegin(); line != lines.rend(); ++line)
            if (line->starts_with(mark)) return line->substr(mark.size());
    return lines.empty() ? "it did not say why" : lines.back();
}

/// "2026-07-11": the newest date that the archives' release files in the folder carry; empty when none does.
std::string newest_release(const fs::path& lists) {
    std::time_t newest = 0;
    std::error_code failed;
    for (fs::directory_iterator entry(lists, failed), end; !failed && entry != end; entry.increment(failed)) {
        if (!entry->path().filename().string().ends_with("Release")) continue;
        std::ifstream stream(entry->path());
        std::string line;
        for (int number = 0; number < 40 && std::getline(stream, line); ++number) {
            std::tm parts{};
            if (line.starts_with("Date:") && ::strptime(line.c_str() + 5, " %a, %d %b %Y %H:%M:%S", &parts))
                newest = std::max(newest, ::timegm(&parts));
        }
    }
    return newest > 0 ? iso_date(newest) : std::string();
}

class Apt {
public:
    Apt(std::vector<std::string> options, fs::path settings, Progress& progress)
        : m_options(std::move(options)), m_settings(std::move(settings)), m_progress(progress) {}

    /// @return the last complaint; empty when everything was fetched.
    std::string update() const {
        const auto result = run({"update"}, [](std::string_view) {});
        return result.exit_code == 0 ? std::string() : complaint(result.errors);
    }

    /// Those of the index files that are on the disk.
    AptLists lists() const {
        std::string output;
        // A target of the one kind has no language and one of the other no architecture: such words stay as
        // they are.
        const auto result = run({"indextargets", "--format",
                                 "$(IDENTIFIER)\t$(LANGUAGE)\t$(FILENAME)\t$(SITE) $(CODENAME)/$(COMPONENT)"},
                                [&](std::string_view text) { output += text; });
        if (result.exit_code != 0)
            throw Error(ErrorKind::Environment,
                        "apt cannot say where its index is: " + complaint(result.errors));
        AptLists found;
        for (const auto& line : lines_of(output)) {
            const auto parts = split_tabs(line);
            std::error_code failed;
            if (parts.size() != 4 || !fs::exists(parts[2], failed)) continue;
            if (parts[0] == "Packages") {
                found.packages.emplace_back(parts[2]);
                if (std::find(found.archives.begin(), found.archives.end(), parts[3]) == found.archives.end())
                    found.archives.emplace_back(parts[3]);
            } else if (parts[0] == "Translations" && parts[1] == "en") {
                found.translations.emplace_back(parts[2]);
            }
        }
        if (!found.packages.empty()) found.date = newest_release(found.packages.front().parent_path());
        return found;
    }

private:
    ProcessResult run(const std::vector<std::string>& words,
                      const std::function<void(std::string_view)>& take) const {
        std::vector<std::string> arguments{"apt-get"};
        if (!m_settings.empty()) arguments.insert(arguments.end(), {"-c", m_settings.string()});
        for (const auto& option : m_options)
            arguments.insert(arguments.end(), {"-o", option});
        arguments.insert(arguments.end(), words.begin(), words.end());
        auto result = run_process(arguments, take, m_progress);
        if (!result.started) no_apt();
        return result;
    }

    std::vector<std::string> m_options;
    fs::path m_settings; ///< read after the system's; may be empty
    Progress& m_progress;
};

} // namespace

AptLists fetch_apt_lists(const fs::path& folder, Progress& progress) {
    progress.begin("looking for the package descriptions", Unit::Steps);
    if (auto own = Apt({}, {}, progress).lists(); !own.translations.empty() && !own.packages.empty())
        return own;

    const auto lists = folder / "lists", cache = folder / "cache";
    std::error_code failed;
    for (const auto& needed : {lists / "partial", cache}) {
        fs::create_directories(needed, failed);
        if (failed)
            throw Error(ErrorKind::Environment,
                        needed.string() + ": cannot make the folder: " + failed.message());
    }
    // What a desktop hangs onto `apt-get update` (caches of its own, time stamps) is about the system's
    // lists.
    const auto no_hooks = folder / "apt.conf";
    AtomicFile conf(no_hooks);
    conf.write("#clear APT::Update::Pre-Invoke;\n#clear APT::Update::Post-Invoke;\n"
               "#clear APT::Update::Post-Invoke-Success;\n");
    conf.commit();
    const Apt apt({"Acquire::Languages=en", "Dir::State::lists=" + lists.string(),
                   "Dir::Cache=" + cache.string(), "APT::Update::Error-Mode=any", "Acquire::http::Timeout=20",
                   "Acquire::https::Timeout=20"},
                  no_hooks, progress);
    progress.begin("fetching the package descriptions by apt", Unit::Steps);
    const auto complaint = apt.update();
    auto fetched = apt.lists();
    if (fetched.translations.empty() || fetched.packages.empty()) {
        if (!complaint.empty())
            throw Error(ErrorKind::Environment, "apt cannot fetch the package descriptions: " + complaint +
                                                    "; connect to the network and try again");
        throw Error(ErrorKind::Unsupported,
                    "apt's settings name no archive with package descriptions in English; "
                    "import another collection instead");
    }
    if (!complaint.empty())
        fetched.remark =
            "apt could not fetch everything (" + complaint + "): this is the index of " + fetched.date;
    return fetched;
}

void read_apt_list(const fs::path& file, const std::function<void(std::string_view)>& take,
                   Progress& progress) {
    const auto result = run_process({kAptHelper, "cat-file", file.string()}, take, progress);
    if (!result.started) no_apt();
    if (result.exit_code != 0)
        throw Error(ErrorKind::Environment,
                    file.string() + ": apt cannot read it: " + complaint(result.errors));
}

} // namespace cameo
