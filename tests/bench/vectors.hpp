#pragma once

// What the benchmarks of the index share: vectors that the peer's script wrote as raw little-endian arrays, and a loop
// that times one round whenever a line comes in, so that both sides take turns on the same machine.

#include "core/index/forward_store.hpp"

#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace cameo::bench {

template <class T> std::vector<T> read_array(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary | std::ios::ate);
    if (!in) throw std::runtime_error(file.string() + ": cannot be read");
    std::vector<T> values(static_cast<std::size_t>(in.tellg()) / sizeof(T));
    in.seekg(0);
    in.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(T)));
    return values;
}

template <class T> void write_array(const std::filesystem::path& file, const std::vector<T>& values) {
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(T)));
}

/// `lengths` pieces of `all`, each times `width`.
template <class T>
std::vector<std::vector<T>> cut(const std::vector<T>& all, const std::vector<std::int64_t>& lengths,
                                std::size_t width = 1) {
    std::vector<std::vector<T>> pieces;
    auto at = all.begin();
    for (const auto length : lengths) {
        const auto end = at + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(length) * width);
        pieces.emplace_back(at, end);
        at = end;
    }
    return pieces;
}

/// @param codec of token vectors, or null: kept in half precision
inline std::shared_ptr<const ForwardStore> store_of(const std::filesystem::path& folder, StoredExpert expert,
                                                    std::vector<Representation> documents, std::shared_ptr<const TokenCodec> codec = nullptr) {
    expert.codec = codec ? codec->fingerprint() : 0;
    std::vector<std::shared_ptr<const Shard>> shards;
    const auto count = static_cast<std::int64_t>(documents.size());
    for (std::int64_t first = 0; first < count; first += 4096) {
        const auto end = std::min<std::int64_t>(count, first + 4096);
        std::vector<std::vector<Representation>> here;
        for (auto at = first; at < end; ++at)
            here.push_back({std::move(documents[static_cast<std::size_t>(at)])});
        const auto file = folder / ("shard-" + std::to_string(first));
        write_shard(file, {first, end - first, "bench", 0, {expert}}, here, {codec});
        shards.push_back(Shard::open(file));
    }
    return std::make_shared<const ForwardStore>(std::move(shards), TokenCodecs{codec});
}

inline double processor_seconds() {
    timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Prints "wall cpu" in seconds for each line of standard input.
inline void serve(const std::function<void()>& round) {
    round(); // so that nothing is measured cold
    std::cout << "ready" << std::endl;
    for (std::string line; std::getline(std::cin, line);) {
        const auto wall = std::chrono::steady_clock::now();
        const double processor = processor_seconds();
        round();
        std::cout << std::chrono::duration<double>(std::chrono::steady_clock::now() - wall).count() << ' '
                  << processor_seconds() - processor << std::endl;
    }
}

inline int run(int argc, char** argv, int (*work)(const std::filesystem::path&, int, char**)) {
    try {
        if (argc < 2) throw std::runtime_error("called by the script of the same name");
        return work(argv[1], argc, argv);
    } catch (const std::exception& problem) {
        std::cerr << "bench: " << problem.what() << '\n';
        return 1;
    }
}

} // namespace cameo::bench
