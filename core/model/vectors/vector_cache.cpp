#include "core/model/vectors/vector_cache.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <system_error>
#include <utility>
#include <vector>

namespace cameo {

namespace {

namespace fs = std::filesystem;

constexpr const char* kExtension = ".vectors";

struct State {
    std::mutex mutex;
    VectorCache cache;
    std::mutex telling; ///< of its own: a file that is being opened may have something to tell
    std::function<void(const std::string&)> tell; ///< empty once it was called
    std::map<fs::path, std::weak_ptr<VectorStore>> open;
};

State& state() {
    static State one;
    return one;
}

void tell(const std::string& sentence) {
    std::function<void(const std::string&)> told_to;
    {
        const std::lock_guard lock(state().telling);
        told_to = std::exchange(state().tell, nullptr);
    }
    if (told_to)
        told_to(sentence);
}

/// A file's time is that of its last use: kept_vectors() sets it.
void make_room(const fs::path& folder, const fs::path& wanted, std::uintmax_t most_bytes) {
    struct File {
        fs::file_time_type used;
        fs::path path;
        std::uintmax_t bytes;
    };
    std::vector<File> files;
    std::uintmax_t sum = 0;
    std::error_code failed;
    for (auto entry = fs::directory_iterator(folder, failed); !failed && entry != fs::directory_iterator(); entry.increment(failed)) {
        std::error_code gone; // another process makes room as well
        if (entry->path().extension() != kExtension || !entry->is_regular_file(gone))
            continue;
        File file{entry->last_write_time(gone), entry->path(), entry->file_size(gone)};
        if (gone)
            continue;
        sum += file.bytes;
        if (file.path != wanted)
            files.push_back(std::move(file));
    }
    std::ranges::sort(files, {}, &File::used);
    for (const auto& file : files) {
        if (sum <= most_bytes)
            return;
        std::error_code kept;
        fs::remove(file.path, kept);
        sum -= file.bytes;
    }
}

} // namespace

void keep_vectors(VectorCache cache) {
    const std::lock_guard lock(state().mutex);
    {
        const std::lock_guard telling(state().telling);
        state().tell = std::move(cache.tell);
    }
    state().cache = std::move(cache);
    state().open.clear();
}

bool vectors_are_kept() {
    const std::lock_guard lock(state().mutex);
    return !state().cache.folder.empty();
}

std::shared_ptr<VectorStore> kept_vectors(const std::string& maker, std::size_t width) {
    std::string trouble;
    {
        const std::lock_guard lock(state().mutex);
        const VectorCache& cache = state().cache;
        if (cache.folder.empty())
            return nullptr;
        const fs::path file = cache.folder / (maker + kExtension);
        auto& open = state().open[file];
        if (auto own = open.lock(); own && own->width() == width)
            return own;
        std::error_code failed;
        fs::create_directories(cache.folder, failed); // where it cannot be, opening the file says so
        make_room(cache.folder, file, cache.most_bytes);
        try {
            auto own = std::make_shared<VectorStore>(file, maker, width, cache.most_bytes_a_maker, tell);
            fs::last_write_time(file, fs::file_time_type::clock::now(), failed);
            open = own;
            return own;
        } catch (const Error& error) {
            trouble = error.what();
        }
    }
    tell(trouble + "; what encoders make of texts is computed again where it is needed");
    return nullptr;
}

void flush_kept_vectors() {
    std::vector<std::shared_ptr<VectorStore>> stores;
    {
        const std::lock_guard lock(state().mutex);
        for (const auto& [file, store] : state().open)
            if (auto own = store.lock())
                stores.push_back(std::move(own));
    }
    for (const auto& store : stores)
        store->flush();
}

} // namespace cameo
