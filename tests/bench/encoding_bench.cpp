// Encodes a file of texts, one a line, with one sentence-transformers folder; tests/bench/encoding.sh sets it beside
// sentence-transformers on the same weights.
#include "core/model/model.hpp"
#include "tests/bench/vectors.hpp"

#include <fstream>

using namespace cameo;

namespace {

int work(const std::filesystem::path& folder, const std::string& weights, const std::string& length) {
    std::vector<std::string> texts;
    std::ifstream in(folder / "texts");
    for (std::string line; std::getline(in, line);)
        texts.push_back(line);
    // Two experts on one pass: the second one is there to count tokens, and is left out of the timing.
    const std::string expert = R"(,"weights":")" + weights + R"(","max_query_tokens":)" + length +
                               R"(,"max_document_tokens":)" + length + "}";
    std::ofstream(folder / "model.json") << R"({"format":1,"name":"bench","experts":[{"name":"global","kind":"global")" +
                                                expert + R"(,{"name":"tokens","kind":"local")" + expert + "]}";
    const auto model = Model::load(folder);
    Progress progress;
    std::vector<std::int64_t> lengths;
    for (const auto& text : model->encode(texts, Role::Document, 1, progress))
        lengths.push_back(std::int64_t(text.tokens.count()));
    bench::write_array(folder / "lengths", lengths);
    std::vector<float> vectors;
    const auto encode = [&] {
        vectors.clear();
        for (const auto& text : model->encode(texts, Role::Document, 0, progress))
            vectors.insert(vectors.end(), text.pooled.begin(), text.pooled.end());
    };
    encode();
    bench::write_array(folder / "vectors", vectors);
    const auto device = model->device();
    std::cerr << "cameo: " << device.device << ", " << device.precision << ", " << device.instructions << ", "
              << device.threads << " threads\n";
    bench::serve(encode);
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::cerr << "usage: cameo_encoding_bench FOLDER WEIGHTS LENGTH\n";
        return 2;
    }
    try {
        return work(argv[1], argv[2], argv[3]);
    } catch (const std::exception& failed) {
        std::cerr << failed.what() << '\n';
        return 1;
    }
}
