// Documents that come into the collection in use, and that leave it.
#include "app/workbench/controller.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>
#include <vector>

namespace cameo {

namespace {

std::string in_words(const std::string& collection, const CollectionChange& change) {
    std::vector<std::string> words;
    const auto count = [&](std::int64_t documents, const char* what) {
        if (documents > 0) words.push_back(fmt::format("{} {} {}", documents, documents == 1 ? "document" : "documents", what));
    };
    count(change.added, "added");
    count(change.replaced, "replaced");
    count(change.removed, "removed");
    count(change.unchanged, "there already");
    return fmt::format("{}: {}.", collection, words.empty() ? "nothing changed" : fmt::format("{}", fmt::join(words, ", ")));
}

} // namespace

void WorkbenchController::change_collection(std::string job, std::function<CollectionChange(const std::string& collection, Progress&)> change) {
    if (!m_collection) return;
    if (m_building) {
        m_notices.add(Notice::Level::Warning, "The collection cannot be changed while its index is being built.", "Stop the build in Jobs, or wait for its end.");
        return;
    }
    // No tag: each change is wanted, and the long lane makes one after the other.
    m_jobs.submit({.name = std::move(job), .lane = Lane::Long},
                  [change = std::move(change), collection = m_bench.collection](JobContext& context) { return change(collection, context); },
                  [this, collection = m_bench.collection](JobOutcome<CollectionChange> outcome) {
                      if (outcome.state == JobState::Failed) m_notices.error(outcome.error, "The collection is as it was.");
                      if (!outcome.value) return;
                      const CollectionChange& changed = *outcome.value;
                      m_notices.add(Notice::Level::Info, in_words(collection, changed), changed.added + changed.replaced > 0 ? "They are found once they are indexed." : "");
                      if (collection == m_bench.collection) m_open_listed = true;
                      refresh_lists();
                  });
}

void WorkbenchController::add_documents(const std::filesystem::path& path) {
    change_collection(fmt::format("Add {} to {}", path.filename().string(), m_bench.collection),
                      [sources = m_sources, path](const std::string& collection, Progress& progress) { return sources->add_documents(collection, path, progress); });
}

void WorkbenchController::remove_document(const std::string& id) {
    change_collection(fmt::format("Remove {} from {}", id, m_bench.collection),
                      [sources = m_sources, id](const std::string& collection, Progress& progress) { return sources->remove_document(collection, id, progress); });
}

} // namespace cameo
