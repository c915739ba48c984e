#include "core/base/error.hpp"
#include "core/base/folders.hpp"
#include "core/data/apt.hpp"
#include "core/data/collection_schema.hpp"
#include "core/data/collection_writer.hpp"
#include "core/data/dates.hpp"
#include "core/data/debian_import.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <unordered_set>

namespace cameo {

namespace {

constexpr const char* kOriginKey = "from";
constexpr const char* kOrigin = "the package index of this machine, by apt";

/// What a stored collection has, so that growth adds nothing twice.
struct Stored {
    std::unordered_set<std::string> ids, sources, synopses;
    std::int64_t documents = 0;

    bool has(const DebianEntry& entry) const {
        return ids.contains(entry.document.id) || sources.contains(entry.document.fields.at("source")) ||
               synopses.contains(entry.query.text);
    }
};

/// Calls `read`. @return false when it found damage, which kind of error every reader of ours gives it.
template <typename Read>
bool is_whole(const Read& read) {
    try {
        read();
        return true;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::InvalidInput) throw;
        return false;
    }
}

void refuse_another_origin(const std::filesystem::path& file) {
    std::map<std::string, std::string> provenance;
    if (!is_whole([&] { provenance = Collection::open(file)->provenance(); })) return;
    if (const auto origin = provenance.find(kOriginKey);
        origin == provenance.end() || origin->second != kOrigin)
        throw Error(ErrorKind::InvalidInput, file.string() +
                                                 ": is a collection of another origin, expected one made "
                                                 "from the package index; rename or remove it first");
}

Stored read_stored(const std::filesystem::path& file) {
    Stored stored;
    const auto collection = Collection::open(file);
    stored.documents = collection->documents();
    collection->for_each_document(0, [&](DocumentOrdinal, const Document& document) {
        stored.ids.insert(document.id);
        if (const auto source = document.fields.find("source"); source != document.fields.end())
            stored.sources.insert(source->second);
        return true;
    });
    for (const auto& query : collection->queries(""))
        stored.synopses.insert(query.text);
    return stored;
}

DebianIndex read_index(const AptLists& lists, Progress& progress) {
    DebianIndex index;
    const auto read = [&](const std::filesystem::path& file, std::vector<std::string> fields, auto take) {
        std::int64_t unreported = 0;
        StanzaParser parser(std::move(fields), [&](Stanza&& stanza) {
            take(std::move(stanza));
            ++unreported;
        });
        read_apt_list(
            file,
            [&](std::string_view bytes) {
                parser.feed(bytes);
                progress.advance(unreported);
                unreported = 0;
            },
            progress);
        parser.finish();
    };
    progress.begin("reading the package index", Unit::Documents);
    for (const auto& file : lists.packages)
        read(file, DebianIndex::package_fields(),
             [&](Stanza&& stanza) { index.add_package(std::move(stanza)); });
    progress.begin("reading the package descriptions", Unit::Documents);
    for (const auto& file : lists.translations)
        read(file, DebianIndex::translation_fields(),
             [&](Stanza&& stanza) { index.add_translation(std::move(stanza)); });
    return index;
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

std::string in_words(const DebianCounts& counts) {
    const auto step = [](std::int64_t count, const char* what) { return std::to_string(count) + " " + what; };
    return step(counts.described, "packages with a long description; ") +
           step(counts.long_enough, "of 200 characters or more; ") +
           step(counts.by_name, "that are no libraries, documentation, data or metapackages; ") +
           step(counts.own_text, "with 200 characters of their own; ") +
           step(counts.one_a_source, "one a source; ") + step(counts.distinct, "without near-duplicates; ") +
           step(counts.documents, "with a synopsis of their own of three words or more");
}

ImportReport store(const std::vector<DebianEntry>& entries, const DebianOptions& options,
                   const std::filesystem::path& file, const std::map<std::string, std::string>& provenance,
                   bool grows, Progress& progress) {
    ImportReport report{.name = file.stem().string()};
    const auto wanted = options.documents > 0 ? options.documents : std::numeric_limits<std::int64_t>::max();

    const auto writer = grows ? CollectionWriter::grow(file, progress) : CollectionWriter::create(file);
    const auto stored = grows ? read_stored(file) : Stored(); // nobody else changes it any more
    progress.begin("storing documents", Unit::Documents,
                   std::min(wanted, static_cast<std::int64_t>(entries.size())), stored.documents);
    for (const auto& entry : entries) {
        if (writer->documents() >= wanted) break;
        if (stored.has(entry)) continue;
        writer->add(entry.document);
        writer->add(entry.query);
        writer->add_judgment(entry.split, entry.query.id, entry.document.id, 1);
        progress.advance();
    }
    report.documents = writer->documents();
    report.queries = writer->queries();
    report.judgments = writer->judgments();
    if (grows && writer->documents() == stored.documents) {
        report.remarks.push_back("nothing to add: the collection has " + std::to_string(stored.documents) +
                                 " documents already");
        return report;
    }
    if (report.documents == 0)
        throw Error(ErrorKind::Unsupported,
                    "the package index holds no package with a description that the Debian "
                    "collection could take; import another collection instead");
    for (const auto& [key, words] : provenance)
        writer->set_provenance(key, words);
    writer->set_provenance(kOriginKey, kOrigin);
    progress.begin("writing to the disk", Unit::Steps);
    writer->commit();
    return report;
}

} // namespace

ImportReport store_debian(const std::vector<DebianEntry>& entries, const DebianOptions& options,
                          const std::filesystem::path& file,
                          const std::map<std::string, std::string>& provenance, Progress& progress) {
    ImportReport report;
    const auto run = [&](bool grows) { report = store(entries, options, file, provenance, grows, progress); };
    std::error_code failed;
    const bool grows = std::filesystem::exists(file, failed);
    if (grows) refuse_another_origin(file);
    if (grows && is_whole([&] { run(true); })) return report;
    run(false);
    if (grows)
        report.remarks.emplace_back("the collection that was here was damaged, so it was made anew from the "
                                    "package index of today");
    return report;
}

ImportReport import_debian(const DebianOptions& options, Progress& progress) {
    if (options.documents < 0)
        throw Error(ErrorKind::InvalidInput, "found " + std::to_string(options.documents) +
                                                 " as the number of documents, expected 0 (all) or more");
    const auto lists = fetch_apt_lists(folders().cache / "apt", progress);
    DebianCounts counts;
    const auto packages = read_index(lists, progress).packages();
    auto entries = select_debian(packages, counts, progress);
    std::string selection = in_words(counts);
    if (options.training) {
        auto further = select_debian_training(packages, entries, progress);
        selection += "; and " + std::to_string(further.size()) + " libraries and the like of other sources of the train split";
        std::ranges::move(further, std::back_inserter(entries));
    }
    const std::map<std::string, std::string> provenance{
        {"archives", joined(lists.archives)},
        {"index date", lists.date},
        {"imported", today()},
        {"selection", selection},
        {"queries",
         "the packages' synopses, by the packages' authors; one right answer each, so measures are floors"},
        {"categories",
         "share of the synopsis' stemmed content words that the description has: lexical >= 0.8, "
         "semantic <= 0.5, else mixed; this favours word matching on the lexical side by construction"},
        {"splits", "int(sha256(source)[:8], 16) % 10: 0 to 7 train, 8 dev, 9 test"}};
    const DebianOptions wanted{.documents = options.training ? 0 : options.documents};
    auto report = store_debian(entries, wanted, collection_file(options.training ? "debian-training" : "debian"), provenance, progress);
    report.remarks.push_back(selection);
    if (!lists.remark.empty()) report.remarks.push_back(lists.remark);
    return report;
}

} // namespace cameo
