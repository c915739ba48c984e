#include "app/demo.hpp"

#include "core/base/error.hpp"
#include "core/base/folders.hpp"
#include "core/index/bm25.hpp"
#include "core/milvus/index_engine.hpp"
#include "core/model/model.hpp"

namespace cameo {

namespace {

std::int64_t stored_documents() {
    for (const CollectionSummary& collection : list_collections())
        if (collection.name == kDemoCollection) return collection.documents;
    return 0;
}

/// Reads every document once, which takes a fraction of a second: damage is found here, where it can be mended.
bool is_sound_collection() {
    try {
        open_collection(kDemoCollection)->for_each_document(0, [](DocumentOrdinal, const Document&) { return true; });
        return true;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::InvalidInput) throw;
        return false;
    }
}

} // namespace

bool demo_is_set_up() {
    return stored_documents() > 0;
}

std::filesystem::path bm25_file(std::string_view collection) {
    return folders().indexes() / (std::string(collection) + ".bm25");
}

DemoReport build_demo(const DemoOptions& options, Progress& progress) {
    DemoReport report{.model = kDemoModel, .collection = kDemoCollection};

    progress.begin("loading the model", Unit::Steps);
    const auto model = open_model(kDemoModel);
    progress.check_cancelled();

    const auto import = [&] {
        report.import = import_debian({.documents = options.all ? 0 : kDemoDocuments}, progress);
        return open_collection(kDemoCollection);
    };
    const auto collection =
        options.all || stored_documents() < kDemoDocuments || !is_sound_collection() ? import() : open_collection(kDemoCollection);
    report.documents = collection->size();

    const auto folder = index_folder(kDemoModel, kDemoCollection);
    const auto offer = [&](std::shared_ptr<const Index> index) {
        if (options.on_searchable)
            options.on_searchable(std::make_shared<SearchEngine>(model, collection, std::move(index)));
    };
    report.index = make_index(*model, *collection, folder, {}, {.on_partial = offer}, progress);
    Bm25::load_or_build(bm25_file(kDemoCollection), *collection, progress);
    offer(open_index(folder, progress));
    return report;
}

} // namespace cameo
