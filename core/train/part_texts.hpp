#pragma once

#include "core/data/collection.hpp"
#include "core/model/assembly/text_reader.hpp"
#include "core/model/encoder/heads.hpp"
#include "core/train/training_data.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace cameo {

/// The texts of a step's part as an encoder gets them, queries first, then documents.
struct PartTexts {
    std::vector<EncoderInput> inputs;
    PackedBatch packed;             ///< of all of them
    std::vector<std::int64_t> keys; ///< one a text, for Trunk
    std::size_t queries = 0;
};

/// Cuts and tokenises what a training reads, as its recipe has it. One thread.
class TextSource {
public:
    /// @param spec of an expert, whose prefixes, markers and padding count; its lengths are the recipe's.
    /// @param weights_folder where the tokenizer lies   @param tokenizer where it is read already; null: it is not
    TextSource(std::shared_ptr<const Collection> collection, const std::vector<TrainingQuery>& queries, ExpertSpec spec,
               const std::filesystem::path& weights_folder, std::int64_t query_tokens, std::int64_t document_tokens,
               std::shared_ptr<const Tokenizer> tokenizer = nullptr);

    PartTexts read(const TrainingBatch& batch) const;
    /// One text by its number: a document's ordinal, or -1 - q of training query q. Any thread.
    EncoderInput read(std::int64_t number) const;
    /// The numbers of a batch's texts, queries first.
    static std::vector<std::int64_t> numbers(const TrainingBatch& batch);
    /// Tells what texts these are and how they are cut: with the same key, a text's number means the same ids.
    const std::string& key() const { return m_key; }
    const TextReader& reader() const { return m_reader; }
    const Collection& collection() const { return *m_collection; }
    const std::vector<TrainingQuery>& queries() const { return m_queries; }

private:
    std::shared_ptr<const Collection> m_collection;
    const std::vector<TrainingQuery>& m_queries;
    TextReader m_reader;
    std::string m_key;
};

} // namespace cameo
