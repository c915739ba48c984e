// A map by neighbours of the documents of an index: how long it takes, and how far it can be trusted; for the peer the vectors
// and the places are written out. usage: cameo_umap_bench MODEL COLLECTION EXPERT FOLDER
#include "core/eval/lay_out_map.hpp"
#include "core/index/index.hpp"
#include "core/model/model.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>
#include <span>

using namespace cameo;

int main(int argc, char** argv) try {
    if (argc != 5) {
        std::fprintf(stderr, "usage: %s MODEL COLLECTION EXPERT FOLDER\n", argv[0]);
        return 2;
    }
    const auto model = open_model(argv[1]);
    const auto collection = std::shared_ptr<const Collection>(open_collection(argv[2]));
    const SearchEngine engine(model, collection, Index::open(index_folder(argv[1], argv[2])));
    const auto expert = static_cast<std::size_t>(std::strtoul(argv[3], nullptr, 10));
    Progress progress;
    const DocumentMap flat = lay_out_map(engine, expert, {}, progress);
    const auto start = std::chrono::steady_clock::now();
    const DocumentMap map = lay_out_map(engine, expert, {.layout = MapLayout::Neighbours}, progress);
    const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::printf("{\"documents\": %zu, \"width\": %zu, \"seconds\": %.2f}\n", map.places.size(), map.mean.size(), took);
    const auto write = [&](const char* name, const auto& values) {
        std::ofstream out(std::filesystem::path(argv[4]) / name, std::ios::binary);
        out.write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(std::span(values).size_bytes()));
        return static_cast<bool>(out);
    };
    return write("vectors.f32", map.rows) && write("places.f32", map.places) && write("directions.f32", flat.places) ? 0 : 1;
} catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}
