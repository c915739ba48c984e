#include "app/workbench/run_files.hpp"

#include "core/base/error.hpp"
#include "core/eval/system_run.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace cameo {

void RunFiles::save(std::shared_ptr<const JudgedScores> scores, const SearchEnginePointer& engine, const std::string& system, const std::filesystem::path& file) {
    if (!scores || !engine) return;
    const auto write = [scores, engine, sources = m_sources, system, file](JobContext& job) {
        const auto bm25 = system == "bm25" && sources->bm25 ? sources->bm25(engine->collection(), job) : nullptr;
        write_run_file(system_run(*scores, system, *engine, bm25.get(), job), file);
    };
    m_jobs.submit({.name = "Write the run of " + system}, write, [this, file](JobOutcome<std::monostate> outcome) {
        if (outcome.state == JobState::Failed) m_notices.error(outcome.error);
        if (outcome.state == JobState::Done) m_notices.add(Notice::Level::Info, "Saved " + file.string() + ".");
    });
}

void RunFiles::load(std::shared_ptr<const JudgedScores> scores, const std::filesystem::path& file, std::function<bool(std::shared_ptr<const RunFile>)> take) {
    if (!scores) return;
    struct Read {
        std::shared_ptr<const RunFile> run;
        std::size_t known = 0; ///< of its queries
    };
    const auto read = [scores, file](JobContext&) {
        auto run = std::make_shared<RunFile>(read_run_file(file));
        if (run->tag.empty()) run->tag = file.stem().string();
        Read result{.run = run};
        for (const Query& query : scores->judged.queries)
            result.known += run->queries.contains(query.id);
        if (run->queries.empty()) throw Error(ErrorKind::InvalidInput, fmt::format("{}: it has no line; expected query, Q0, document, rank, score, tag", file.string()));
        if (result.known == 0)
            throw Error(ErrorKind::InvalidInput, fmt::format("{}: found queries such as {}, expected those of split {} of {}, such as {}", file.string(), run->queries.begin()->first,
                                                             scores->split, scores->collection, scores->judged.queries.front().id));
        return result;
    };
    m_jobs.submit({.name = "Read " + file.filename().string(), .listing = Listing::Active}, read,
                  [this, scores, take = std::move(take)](JobOutcome<Read> outcome) {
                      if (outcome.state == JobState::Failed) m_notices.error(outcome.error, "Nothing of it was taken.");
                      if (!outcome.value) return;
                      const std::size_t all = scores->judged.queries.size(), known = outcome.value->known;
                      if (!take(outcome.value->run))
                          return m_notices.add(Notice::Level::Warning, fmt::format("{} was not taken: the judged queries were measured anew while it was read.", outcome.value->run->tag),
                                               "Compare it once more.");
                      m_notices.add(Notice::Level::Info, fmt::format("{} is compared with the rest: it has {} of the {} judged queries{}.", outcome.value->run->tag, known, all,
                                                                     known < all ? "; the others count 0" : ""));
                  });
}

} // namespace cameo
