#pragma once

#include "core/text/bert_normalizer.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace cameo {

/// A token that is recognised in the text itself, before any word is split (Hugging Face's AddedToken).
struct AddedToken {
    std::string content;
    std::int32_t id = 0;
    bool single_word = false; ///< only where no word character touches it
    bool lstrip = false;      ///< takes the white space before it along
    bool rstrip = false;      ///< and after it
    bool normalized = false;  ///< looked for in the normalised text, in normalised form
};

/// What the files of a WordPiece tokenizer say, whichever they were.
struct TokenizerSpec {
    std::vector<std::string> pieces; ///< by id; empty for an id that nothing has
    std::vector<AddedToken> added;
    NormalizerOptions normalizer;
    std::string continuing_prefix = "##";
    std::size_t max_word_characters = 100; ///< a longer word is unknown as a whole
    std::string cls = "[CLS]", sep = "[SEP]", pad = "[PAD]", unk = "[UNK]", mask = "[MASK]";
    std::filesystem::path vocabulary_file; ///< for messages
};

/// The files of the folder that say how texts are split: read_tokenizer_files reads these and no others.
/// @throws Error(NotFound) when there is no tokenizer.
std::vector<std::filesystem::path> tokenizer_files_in(const std::filesystem::path& folder);

/// `tokenizer.json` where the folder has one, else `vocab.txt`; with `tokenizer_config.json` if there is one.
/// @throws Error naming the file and what is wrong with it.
TokenizerSpec read_tokenizer_files(const std::filesystem::path& folder);

} // namespace cameo
