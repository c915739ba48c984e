// What CAME's experts save by sharing layers: documents a second with three experts over k shared layers of an encoder
// and the others private, and with three separate encoders (an assembly). Peers: none; the figure to hold is that the cost
// is a line in the number of layers that run, so that sharing k of them costs what its layers cost.
//   cameo_came_sharing_bench FOLDER WEIGHTS COLLECTION DOCUMENTS ROUNDS     FOLDER for models that are made
#include "core/base/folders.hpp"
#include "core/model/assembly/assembly.hpp"
#include "core/model/came/create_came.hpp"
#include "core/model/encoder/bert_config.hpp"
#include "core/model/weights/safetensors_writer.hpp"
#include "core/data/collection.hpp"
#include "tests/bench/vectors.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

using namespace cameo;

namespace {

struct Side {
    std::string name;
    std::int64_t layers = 0; ///< that run for a text
    std::shared_ptr<const Model> model;
    std::vector<double> wall = {}, processor = {}; ///< seconds a round
};

double median(std::vector<double> values) {
    std::ranges::nth_element(values, values.begin() + std::ptrdiff_t(values.size() / 2));
    return values[values.size() / 2];
}

/// The encoder once more for each expert, with the head that the CAME model has for it.
std::shared_ptr<const Model> separate_encoders(const std::filesystem::path& folder, const std::filesystem::path& weights,
                                               const std::filesystem::path& came) {
    const auto encoder = WeightsFile::open(weights / "model.safetensors"), heads = WeightsFile::open(came / "changes.safetensors");
    std::string experts;
    for (const std::string name : {"lexical", "local", "global"}) {
        const auto own = folder / name;
        std::filesystem::create_directory(own);
        for (const auto& file : std::filesystem::directory_iterator(weights))
            if (file.is_regular_file() && file.path().filename() != "model.safetensors")
                std::filesystem::copy(file, own);
        std::vector<TensorToWrite> tensors;
        for (const auto& tensor : encoder->tensors)
            tensors.push_back({tensor.name, tensor.type, tensor.shape, tensor.bytes});
        const auto add = [&](const std::string& from, const std::string& to) {
            const auto* tensor = heads->find("experts." + name + "." + from);
            tensors.push_back({to, tensor->type, tensor->shape, tensor->bytes});
        };
        if (name == "lexical") {
            const std::string head = "cls.predictions.";
            add("masked_lm.transform.weight", head + "transform.dense.weight");
            add("masked_lm.transform.bias", head + "transform.dense.bias");
            add("masked_lm.norm.weight", head + "transform.LayerNorm.weight");
            add("masked_lm.norm.bias", head + "transform.LayerNorm.bias");
            add("masked_lm.decoder.bias", head + "bias");
        }
        if (name == "local")
            add("projection.weight", "linear.weight");
        write_safetensors(own / "model.safetensors", tensors);
        experts += (experts.empty() ? R"({"name":")" : R"(,{"name":")") + name + R"(","kind":")" + name + R"(","weights":")" + own.string() +
                   R"(","max_document_tokens":128)" + (name == "local" ? R"(,"projection":"linear.weight"})" : "}");
    }
    std::ofstream(folder / "model.json") << R"({"format":1,"name":"separate","experts":[)" + experts + "]}";
    return Model::load(folder);
}

/// Least squares of y = a + b x.
struct Line {
    double a = 0, b = 0;
    Line(std::span<const double> x, std::span<const double> y) {
        double mean_x = 0, mean_y = 0, xy = 0, xx = 0;
        for (std::size_t at = 0; at < x.size(); ++at)
            mean_x += x[at] / double(x.size()), mean_y += y[at] / double(x.size());
        for (std::size_t at = 0; at < x.size(); ++at)
            xy += (x[at] - mean_x) * (y[at] - mean_y), xx += (x[at] - mean_x) * (x[at] - mean_x);
        b = xy / xx;
        a = mean_y - b * mean_x;
    }
};

/// @param which of a side's times
void table(const char* title, const std::vector<Side>& sides, std::size_t documents, std::vector<double> Side::* which) {
    std::vector<double> layers, cost; // milliseconds a document, of the models that share
    for (const auto& side : sides) {
        layers.push_back(double(side.layers));
        cost.push_back(median(side.*which) * 1e3 / double(documents));
    }
    const double separate = cost.back();
    const Line line(std::span<const double>(layers).first(layers.size() - 1), std::span<const double>(cost).first(cost.size() - 1));
    std::printf("\n%s: %.2f ms a document + %.3f ms a layer\n", title, line.a, line.b);
    std::printf("%-26s %8s %14s %14s %10s %10s %16s\n", "", "layers", "documents/s", "ms a document", "the line", "off it", "three separate");
    for (std::size_t at = 0; at < sides.size(); ++at) {
        const double on_line = line.a + line.b * layers[at];
        std::printf("%-26s %8.0f %14.1f %14.2f %10.2f %9.1f%% %15.2fx\n", sides[at].name.c_str(), layers[at], 1e3 / cost[at], cost[at],
                    on_line, 100 * (cost[at] / on_line - 1), separate / cost[at]);
    }
}

int work(const std::filesystem::path& folder, int argc, char** argv) {
    if (argc != 6)
        throw std::runtime_error("called by the script of the same name");
    const std::filesystem::path weights = argv[2];
    const auto collection = open_collection(argv[3]);
    const std::size_t count = std::strtoul(argv[4], nullptr, 10), rounds = std::strtoul(argv[5], nullptr, 10);
    std::vector<std::string> texts;
    const auto step = std::max<std::int64_t>(1, collection->size() / std::int64_t(count));
    for (DocumentOrdinal at = 0; at < collection->size() && texts.size() < count; at += DocumentOrdinal(step))
        texts.push_back(collection->document(at).content());
    ::setenv("CAMEO_HOME", folder.c_str(), 1); // its own models from here on
    const auto whole = read_bert_config(weights / "config.json").layers;
    Progress progress;
    std::vector<Side> sides;
    for (std::int64_t shared = 0; shared <= whole; ++shared) {
        const auto name = "k" + std::to_string(shared);
        create_came({.name = name, .from = weights.string(), .shared = shared, .own = whole - shared}, std::span(texts).first(std::min<std::size_t>(64, count)), progress);
        sides.push_back({std::to_string(shared) + " shared, 3 x " + std::to_string(whole - shared) + " private", shared + 3 * (whole - shared),
                         open_model(name)});
    }
    const auto separate = folder / "separate";
    std::filesystem::create_directory(separate);
    sides.push_back({"three separate encoders", 3 * whole, separate_encoders(separate, weights, folders().models() / "k0")});

    const DeviceInfo device = sides[0].model->device();
    std::printf("%s, %s, %d threads, %s, %s; medians of %zu rounds, by turns\n", device.name.c_str(), device.instructions.c_str(),
                device.threads, device.device.c_str(), device.precision.c_str(), rounds);
    std::printf("%s: %zu documents of up to 128 tokens, lexical, local and global experts\n", argv[3], texts.size());
    for (auto& side : sides)
        side.model->encode(std::span(texts).first(std::min<std::size_t>(16, texts.size())), Role::Document, progress);
    for (std::size_t round = 0; round < rounds; ++round)
        for (auto& side : sides) {
            const auto wall = std::chrono::steady_clock::now();
            const double processor = bench::processor_seconds();
            side.model->encode(texts, Role::Document, progress);
            side.wall.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - wall).count());
            side.processor.push_back(bench::processor_seconds() - processor);
        }
    table("by the clock", sides, texts.size(), &Side::wall);
    table("by processor time, all threads", sides, texts.size(), &Side::processor);
    return 0;
}

} // namespace

int main(int argc, char** argv) { return bench::run(argc, argv, work); }
