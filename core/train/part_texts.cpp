#include "core/train/part_texts.hpp"

#include "core/base/error.hpp"
#include "core/model/weights/fingerprint.hpp"

#include <utility>

namespace cameo {

namespace {

ExpertSpec cut(ExpertSpec spec, std::int64_t query_tokens, std::int64_t document_tokens) {
    // A model that reads less was made for less: its positions may end there.
    spec.max_query_tokens = std::min(spec.max_query_tokens, query_tokens);
    spec.max_document_tokens = std::min(spec.max_document_tokens, document_tokens);
    return spec;
}

} // namespace

TextSource::TextSource(std::shared_ptr<const Collection> collection, const std::vector<TrainingQuery>& queries,
                       ExpertSpec spec, const std::filesystem::path& weights_folder, std::int64_t query_tokens,
                       std::int64_t document_tokens, std::shared_ptr<const Tokenizer> tokenizer)
    : m_collection(std::move(collection)), m_queries(queries),
      m_reader(tokenizer ? std::move(tokenizer) : std::shared_ptr<const Tokenizer>(Tokenizer::load(weights_folder)),
               cut(spec, query_tokens, document_tokens)) {
    // Only what decides how a text becomes ids: models that differ in what follows share what was made of the texts.
    const ExpertSpec given = cut(std::move(spec), query_tokens, document_tokens);
    ExpertSpec reader;
    reader.weights = given.weights;
    reader.max_query_tokens = given.max_query_tokens;
    reader.max_document_tokens = given.max_document_tokens;
    reader.query_prefix = given.query_prefix;
    reader.document_prefix = given.document_prefix;
    reader.query_marker = given.query_marker;
    reader.document_marker = given.document_marker;
    reader.query_mask_padding = given.query_mask_padding;
    reader.attend_to_mask_padding = given.attend_to_mask_padding;
    check(reader.reads_like(given), "TextSource: a field that decides how texts are read is left out of the key");
    Manifest as_read;
    as_read.experts = {reader};
    Fingerprint fingerprint;
    fingerprint.add(to_json(as_read) + weights_folder.string() + m_collection->name() + m_collection->version());
    for (const auto& query : queries)
        fingerprint.add(query.id + "\n" + query.text + "\n");
    m_key = fingerprint.hex();
}

EncoderInput TextSource::read(std::int64_t number) const {
    return number < 0 ? m_reader.read(m_queries[std::size_t(-1 - number)].text, Role::Query)
                      : m_reader.read(m_collection->document(number).content(), Role::Document);
}

std::vector<std::int64_t> TextSource::numbers(const TrainingBatch& batch) {
    std::vector<std::int64_t> numbers;
    for (const auto query : batch.queries)
        numbers.push_back(-1 - std::int64_t(query));
    numbers.insert(numbers.end(), batch.documents.begin(), batch.documents.end());
    return numbers;
}

PartTexts TextSource::read(const TrainingBatch& batch) const {
    PartTexts texts;
    texts.queries = batch.queries.size();
    texts.keys = numbers(batch);
    for (const auto number : texts.keys) {
        texts.inputs.push_back(read(number));
        texts.packed.add(texts.inputs.back().ids, texts.inputs.back().attended);
    }
    return texts;
}

} // namespace cameo
