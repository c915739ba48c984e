#pragma once

#include "core/data/import.hpp"
#include "core/index/index.hpp"
#include "core/jobs/progress.hpp"
#include "core/search/engine.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace cameo {

inline constexpr const char* kDemoModel = "came";
inline constexpr const char* kDemoCollection = "debian";
inline constexpr std::int64_t kDemoDocuments = 3000; ///< of the quick start

struct DemoOptions {
    bool all = false; ///< every package of the machine's index; else kDemoDocuments, or what is there already
                      ///< if more
    /// Called now and again, on the building thread, with an engine over what is there so far, and at the end
    /// with the whole: search works before the build ends. May be empty.
    std::function<void(std::shared_ptr<const SearchEngine>)> on_searchable;
};

struct DemoReport {
    std::string model, collection;
    std::int64_t documents = 0; ///< of the collection
    ImportReport import;        ///< without remarks when the collection was there already
    IndexReport index;
};

/// The demo from nothing: the Debian collection, its index by the model kDemoModel, which ships, and BM25. Each step is
/// skipped when its result is there and whole, so that a second call is quick and one after a kill goes on where the first
/// one stopped. What `cameo demo` and the window's Welcome button run.
/// @throws Cancelled, keeping what is whole; Error(NotFound) saying how to get the weights; what
/// import_debian() and build_index() throw.
DemoReport build_demo(const DemoOptions& options, Progress& progress);

/// Whether its collection is there (not whether the index is complete: that is for build_demo to find out).
bool demo_is_set_up();

/// <indexes>/<collection>.bm25: the baseline's index, one a collection.
std::filesystem::path bm25_file(std::string_view collection);

} // namespace cameo
