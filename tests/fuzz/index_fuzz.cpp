// Damages the files of indexes in every form, mostly so that their checksums are right, opens them, asks them and completes them.
#include "core/base/error.hpp"
#include "core/index/index.hpp"
#include "core/index/section_file.hpp"
#include "tests/fuzz/attempt.hpp"
#include "tests/fuzz/byte_edits.hpp"
#include "tests/fuzz/fuzz_run.hpp"
#include "tests/support/hashed_model.hpp"
#include "tests/support/memory_collection.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

namespace cameo {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kDocuments = 150;
constexpr std::size_t kWanted = 10;

struct Form {
    const char* name;
    std::int32_t local_bits;
    const char* global;
    const char* lexical;
};
constexpr std::array<Form, 4> kForms{{{"half", 0, "Flat", "exact"}, {"coded", 2, "HNSW32", "seismic"}, {"fine", 4, "Flat", "seismic"}, {"product", 1, "IVF4,SQ8", "exact"}}};

const HashedModel& model() {
    static const HashedModel model;
    return model;
}
const MemoryCollection& collection() {
    static const MemoryCollection collection(MemoryCollection::random_documents(kDocuments));
    return collection;
}

void build(const fs::path& folder, const Form& form) {
    Progress progress;
    build_index(model(), collection(), folder, {.shard_documents = 64, .segment_documents = 128, .local_bits = form.local_bits, .global_structure = form.global, .lexical_structure = form.lexical},
                progress);
}

/// In a process of its own: whoever has used OpenMP cannot fork processes that use it.
void prepare(const fs::path& folder) {
    const pid_t child = ::fork();
    if (child == 0) {
        for (const Form& form : kForms) build(folder / form.name, form);
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (status != 0) throw std::runtime_error("the indexes that are to be damaged could not be built");
}

std::string bytes_of(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

void put_bytes(const fs::path& file, const std::string& bytes) { std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes; }

/// Changes what a file says, and not whether its checksums agree.
void edit_sections(const fs::path& path, Dice& dice) {
    std::array<std::uint32_t, 2> kind_and_version{};
    std::memcpy(kind_and_version.data(), bytes_of(path).data() + 8, sizeof kind_and_version);
    std::vector<std::string> sections;
    {
        const auto file = SectionFile::open(path, kind_and_version[0], kind_and_version[1]);
        for (std::size_t section_idx = 0; section_idx < file->sections(); ++section_idx) sections.push_back(file->text(section_idx));
    }
    if (sections.empty()) return;
    switch (dice.below(8)) {
    case 0: std::swap(dice.of(sections), dice.of(sections)); break;
    case 1: sections.resize(dice.below(sections.size())); break;
    case 2: dice.of(sections).clear(); break;
    case 3: { // whole numbers, as most sections have them
        std::string& section = dice.of(sections);
        constexpr std::array<std::uint64_t, 7> kNumbers{0, 1, 64, 0x7fff'ffff, 0x8000'0000, 0xffff'ffff, ~std::uint64_t{0}};
        const std::size_t width = dice.one_in(2) ? 4 : 8;
        if (section.size() < width) break;
        const std::uint64_t number = dice.of(kNumbers);
        std::memcpy(section.data() + dice.below(section.size() / width) * width, &number, width);
        break;
    }
    default: edit_bytes(dice.of(sections), dice);
    }
    SectionWriter writer(kind_and_version[0], kind_and_version[1]);
    for (const std::string& section : sections) writer.add(section);
    writer.write(path);
}

bool is_of_faiss(const fs::path& file, const fs::path& form) { return form.filename() == "product" && file.filename().string().starts_with("structure-2-"); }

void damage(const fs::path& whole, Dice& dice, const fs::path& at) {
    const fs::path form = whole / dice.of(kForms).name;
    fs::copy(form, at);
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(at))
        if (entry.path().filename() != "lock") files.push_back(entry.path());
    std::ranges::sort(files);
    for (std::size_t times = dice.one_in(4) ? 2 : 1; times > 0 && !files.empty(); --times) {
        const std::size_t which = dice.below(files.size()); // each once: the second edit could not read what the first has left
        const fs::path file = files[which];
        files.erase(files.begin() + static_cast<std::ptrdiff_t>(which));
        // FAISS' own reader trusts its bytes, which a checksum vouches for.
        const bool sections = file.extension() == ".sections" && !is_of_faiss(file, form);
        if (dice.one_in(20)) {
            fs::remove(file);
        } else if (sections && !dice.one_in(5)) {
            edit_sections(file, dice);
        } else {
            std::string bytes = bytes_of(file);
            edit_bytes(bytes, dice);
            put_bytes(file, bytes);
        }
    }
}

/// What a search, a ledger and a view ask of it.
void ask(const Index& index, const fs::path& at, Reached& reached) {
    const auto call = [&](const std::function<void()>& work) { (attempt(at, work) ? reached.answered : reached.failed)++; };
    const auto query = model().encode_one("w3 w17 w120 w5");
    const auto documents = index.info().documents;
    if (documents < 0 || documents > 10 * kDocuments) throw Finding("an index of " + std::to_string(documents) + " documents");
    for (std::size_t expert_idx = 0; expert_idx < index.info().experts.size() && expert_idx < query.size(); ++expert_idx) {
        std::vector<DocumentOrdinal> found;
        call([&] {
            const auto hits = index.candidates(expert_idx, query[expert_idx], kWanted);
            if (hits.size() > kWanted) throw Finding("more hits than were asked for");
            for (const ScoredDocument& hit : hits) found.push_back(hit.document);
        });
        for (const DocumentOrdinal document : found)
            if (document < 0 || document >= documents) throw Finding("a hit outside of the index");
        for (DocumentOrdinal document = 0; document < documents; document += 7) found.push_back(document);
        std::vector<float> scores(found.size());
        call([&] { index.score(expert_idx, query[expert_idx], found, scores); });
        for (const DocumentOrdinal document : found) call([&] { (void)index.document(expert_idx, document); });
        for (const std::int32_t term : {-1, 0, 17, HashedModel::kVocabulary - 1, HashedModel::kVocabulary, 1 << 30}) call([&] { (void)index.postings(expert_idx, term); });
        if (documents > 0) call([&] { (void)index.loss(expert_idx, query[expert_idx], kWanted, {}, documents - 1); });
    }
}

Reached use(Dice& dice, const fs::path& at) {
    Reached reached;
    std::shared_ptr<const Index> index;
    (attempt(at, [&] { index = Index::open(at); }) ? reached.opened : reached.refused)++;
    if (index) ask(*index, at, reached);
    index.reset();
    // Building it again mends whatever it is, or says why not.
    if (dice.one_in(8) && attempt(at, [&] { build(at, dice.of(kForms)); })) {
        attempt(at, [&] { index = Index::open(at); });
        if (!index || index->info().documents != kDocuments) throw Finding("an index that was built again is not whole");
        ask(*index, at, reached);
    }
    return reached;
}

} // namespace
} // namespace cameo

int main(int count, char** words) {
    using namespace cameo;
    std::filesystem::path whole;
    return run_fuzz(count, words,
                    {.noun = "indexes",
                     .prepare =
                         [&](const std::filesystem::path& folder) {
                             whole = folder;
                             prepare(folder);
                         },
                     .damage = [&](Dice& dice, const std::filesystem::path& at) { damage(whole, dice, at); },
                     .use = use,
                     .take_away = [](const std::filesystem::path& at) { std::filesystem::remove_all(at); }});
}
