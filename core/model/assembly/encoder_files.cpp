#include "core/model/assembly/encoder_files.hpp"

#include "core/base/error.hpp"
#include "core/model/assembly/assembly.hpp"

#include <algorithm>
#include <utility>

namespace cameo {

namespace {

/// Tensors under the encoder's own names lie over it; an encoder under other names stands alone.
bool stands_alone(const WeightsFile& changes, const std::filesystem::path& folder) {
    const auto prefix = encoder_prefix(changes);
    return prefix && (!has_weights_file(folder) || encoder_prefix(*WeightsFile::open(weights_file_in(folder))) != prefix);
}

} // namespace

EncoderFiles open_encoder_files(const std::filesystem::path& model_folder, const Manifest& manifest, const ExpertSpec& spec) {
    EncoderFiles files;
    files.folder = weights_folder(model_folder, spec);
    files.config = read_bert_config(files.folder / "config.json");
    if (!manifest.changes.empty())
        files.changes = WeightsFile::open(model_folder / manifest.changes);
    files.weights = files.changes && stands_alone(*files.changes, files.folder)
                        ? std::exchange(files.changes, nullptr)
                        : WeightsFile::open(weights_file_in(files.folder));
    files.tokenizer = Tokenizer::load(files.folder);
    if (std::int64_t(files.tokenizer->vocabulary_size()) > files.config.vocabulary)
        throw Error(ErrorKind::InvalidInput, files.folder.string() + ": its tokenizer has " +
                                                 std::to_string(files.tokenizer->vocabulary_size()) +
                                                 " tokens, its embeddings only " + std::to_string(files.config.vocabulary));
    return files;
}

void check_lengths(const ExpertSpec& spec, const BertConfig& config) {
    const auto longest = std::max(spec.max_query_tokens, spec.max_document_tokens);
    if (longest > config.positions)
        throw Error(ErrorKind::InvalidInput, "expert " + spec.name + ": it is to read " + std::to_string(longest) +
                                                 " tokens, its encoder has " + std::to_string(config.positions) +
                                                 " positions");
}

} // namespace cameo
