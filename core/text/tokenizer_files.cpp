#include "core/text/tokenizer_files.hpp"

#include "core/base/error.hpp"
#include "core/text/json_depth.hpp"
#include "core/text/utf8.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace cameo {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::uintmax_t kMaxFileBytes = 256u << 20;
constexpr std::size_t kMaxPieceBytes = 1000;
constexpr std::size_t kMaxPieces = 10'000'000;
constexpr std::size_t kMaxHoles = 65'536; ///< ids that nothing has; some vocabularies are padded
constexpr std::size_t kMaxAddedTokens = 100'000;

[[noreturn]] void refuse(const fs::path& file, const std::string& what,
                         ErrorKind kind = ErrorKind::InvalidInput) {
    throw Error(kind, file.string() + ": " + what);
}

std::string shown(std::string_view text) {
    constexpr std::size_t kShown = 40;
    auto end = std::min(text.size(), kShown);
    while (end < text.size() && end > 0 && (text[end] & 0xC0) == 0x80)
        --end;
    std::string quoted = "\"";
    quoted.append(text.substr(0, end));
    return quoted.append(end < text.size() ? "…\"" : "\"");
}

std::string read_whole(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::error_code failed;
    const auto size = fs::file_size(file, failed);
    if (!in || failed) refuse(file, "cannot be read", ErrorKind::Environment);
    if (size > kMaxFileBytes)
        refuse(file, "has " + std::to_string(size) + " bytes, a tokenizer's file at most " +
                         std::to_string(kMaxFileBytes));
    std::string text(size, '\0');
    in.read(text.data(), static_cast<std::streamsize>(size));
    if (static_cast<std::uintmax_t>(in.gcount()) != size)
        refuse(file, "cannot be read to its end", ErrorKind::Environment);
    return text;
}

/// A value in a message: itself, or of what kind it is where it may be long.
std::string shown_value(const Json& value) {
    if (value.is_string()) return shown(value.get_ref<const std::string&>());
    return value.is_structured() ? std::string(value.type_name()) : value.dump();
}

/// Looks through a tokenizer.json for a piece that the vocabulary has twice, of which a parsed value has one. Not a
/// callback of the parser: nlohmann's takes time that is quadratic in the objects of a list.
class TwiceInVocabulary final : public nlohmann::json_sax<Json> {
public:
    const std::optional<std::string>& piece() const { return m_piece; }

    bool key(std::string& name) override {
        if (m_depth <= m_path.size()) m_path[m_depth - 1] = name;
        const bool is_piece = m_depth == m_path.size() + 1 && m_path[0] == "model" && m_path[1] == "vocab";
        if (is_piece && !m_pieces.insert(name).second) m_piece = name;
        return !m_piece;
    }
    bool start_object(std::size_t) override { return enter(); }
    bool start_array(std::size_t) override { return enter(); }
    bool end_object() override { return leave(); }
    bool end_array() override { return leave(); }
    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(std::int64_t) override { return true; }
    bool number_unsigned(std::uint64_t) override { return true; }
    bool number_float(double, const std::string&) override { return true; }
    bool string(std::string&) override { return true; }
    bool binary(Json::binary_t&) override { return true; }
    bool parse_error(std::size_t, const std::string&, const Json::exception&) override { return false; }

private:
    bool enter() {
        ++m_depth;
        return true;
    }
    bool leave() {
        --m_depth;
        return true;
    }

    std::size_t m_depth = 0;
    std::array<std::string, 2> m_path; ///< the keys on the way to a piece: {"model": {"vocab": {"piece": …
    std::unordered_set<std::string> m_pieces;
    std::optional<std::string> m_piece;
};

/// Parses, and refuses what a plain parse would let pass: a piece that the vocabulary has twice, and a depth that
/// nobody needs.
Json parse(const fs::path& file) {
    const auto text = read_whole(file);
    if (json_too_deep(text))
        refuse(file, "its values are nested more than " + std::to_string(kMaxJsonDepth) + " deep");
    try {
        auto json = Json::parse(text);
        if (!json.is_object()) refuse(file, "expected a JSON object, found " + std::string(json.type_name()));
        TwiceInVocabulary twice;
        Json::sax_parse(text, &twice);
        if (twice.piece()) refuse(file, "the vocabulary has the piece " + shown(*twice.piece()) + " twice");
        return json;
    } catch (const Json::parse_error& error) {
        refuse(file, "not valid JSON at byte " + std::to_string(error.byte) +
                         (error.byte >= text.size() ? " (the file ends too early)" : ""));
    } catch (const Json::out_of_range&) {
        refuse(file, "has a number beyond the range of a double");
    }
}

/// The member, or null.
const Json& member(const Json& object, const char* name) {
    static const Json null;
    const auto found = object.is_object() ? object.find(name) : object.end();
    return object.is_object() && found != object.end() ? *found : null;
}

bool flag(const fs::path& file, const Json& object, const char* name, bool fallback) {
    const auto& value = member(object, name);
    if (value.is_null()) return fallback;
    if (!value.is_boolean())
        refuse(file, "\"" + std::string(name) + "\" is " + value.type_name() + ", expected true or false");
    return value.get<bool>();
}

std::string text_of(const Json& value) {
    // A special token is a string or an object that holds one.
    const auto& content = value.is_object() ? member(value, "content") : value;
    return content.is_string() ? content.get<std::string>() : std::string();
}

std::string type_of(const Json& part) {
    if (part.is_null()) return "none";
    const auto& type = member(part, "type");
    return type.is_string() ? type.get<std::string>() : "unnamed";
}

void check_piece(const fs::path& file, std::string_view piece) {
    if (piece.size() > kMaxPieceBytes)
        refuse(file, "the piece " + shown(piece) + " has " + std::to_string(piece.size()) +
                         " bytes, expected at most " + std::to_string(kMaxPieceBytes));
}

void place(const fs::path& file, const std::string& piece, const Json& id, std::size_t limit,
           std::vector<std::string>& pieces) {
    check_piece(file, piece);
    if (!id.is_number_unsigned() || id.get<std::uint64_t>() >= limit)
        refuse(file, "the id of " + shown(piece) + " is " + shown_value(id) + ", expected a number below " +
                         std::to_string(limit));
    const auto slot = id.get<std::size_t>();
    if (slot >= pieces.size()) pieces.resize(slot + 1);
    if (!pieces[slot].empty() && pieces[slot] != piece)
        refuse(file,
               shown(pieces[slot]) + " and " + shown(piece) + " have the same id " + std::to_string(slot));
    pieces[slot] = piece;
}

/// An added token may repeat a piece of the vocabulary, under the id that the piece has there.
void check_one_id_each(const fs::path& file, const std::vector<std::string>& pieces) {
    std::unordered_map<std::string_view, std::size_t> ids;
    ids.reserve(pieces.size());
    for (std::size_t id = 0; id < pieces.size(); ++id) {
        if (pieces[id].empty()) continue;
        const auto [known, fresh] = ids.emplace(pieces[id], id);
        if (!fresh)
            refuse(file, "the token " + shown(pieces[id]) + " has the ids " + std::to_string(known->second) +
                             " and " + std::to_string(id) + ", expected one id");
    }
}

void read_added(const fs::path& file, const Json& row, const Json& id, std::size_t limit,
                TokenizerSpec& spec) {
    AddedToken token;
    token.content = text_of(member(row, "content"));
    if (token.content.empty()) refuse(file, "an added token without \"content\"");
    token.single_word = flag(file, row, "single_word", false);
    token.lstrip = flag(file, row, "lstrip", false);
    token.rstrip = flag(file, row, "rstrip", false);
    token.normalized = flag(file, row, "normalized", !flag(file, row, "special", false));
    place(file, token.content, id, limit, spec.pieces);
    token.id = id.get<std::int32_t>();
    spec.added.push_back(std::move(token));
}

void read_normalizer(const fs::path& file, const Json& part, NormalizerOptions& options) {
    if (part.is_null()) {
        options = {
            .clean_text = false, .handle_chinese_chars = false, .strip_accents = false, .lowercase = false};
        return;
    }
    if (type_of(part) != "BertNormalizer")
        refuse(file, "its normalizer is " + type_of(part) + ", Cameo reads BertNormalizer",
               ErrorKind::Unsupported);
    options.clean_text = flag(file, part, "clean_text", true);
    options.handle_chinese_chars = flag(file, part, "handle_chinese_chars", true);
    options.lowercase = flag(file, part, "lowercase", true);
    options.strip_accents = flag(file, part, "strip_accents", options.lowercase);
}

/// Must be [CLS] text [SEP]; takes the names of the two from it.
void read_post_processor(const fs::path& file, const Json& part, TokenizerSpec& spec) {
    const auto type = type_of(part);
    if (type == "BertProcessing") {
        const auto name = [&](const char* key) {
            const auto& pair = member(part, key);
            return pair.is_array() && !pair.empty() ? text_of(pair[0]) : std::string();
        };
        spec.cls = name("cls");
        spec.sep = name("sep");
        return;
    }
    if (type == "TemplateProcessing") {
        const auto& single = member(part, "single");
        const auto special = [&](std::size_t k) {
            const auto& id = member(member(single[k], "SpecialToken"), "id");
            return id.is_string() ? id.get<std::string>() : std::string();
        };
        if (single.is_array() && single.size() == 3 && !member(single[1], "Sequence").is_null()) {
            spec.cls = special(0);
            spec.sep = special(2);
            if (!spec.cls.empty() && !spec.sep.empty()) return;
        }
        refuse(file, "its template for one text is another than [CLS] text [SEP]", ErrorKind::Unsupported);
    }
    refuse(file, "its post-processor is " + type + ", Cameo reads TemplateProcessing and BertProcessing",
           ErrorKind::Unsupported);
}

void read_tokenizer_json(const fs::path& file, TokenizerSpec& spec) {
    const auto json = parse(file);
    const auto& model = member(json, "model");
    if (!model.is_object()) refuse(file, "has no \"model\": not a tokenizer of Hugging Face's tokenizers");
    // Files written before 2021 do not name the type; only WordPiece has this member.
    const auto type =
        model.contains("type") || !model.contains("continuing_subword_prefix") ? type_of(model) : "WordPiece";
    if (type != "WordPiece")
        refuse(file, "its model is " + type + ", Cameo reads WordPiece", ErrorKind::Unsupported);
    const auto& vocabulary = member(model, "vocab");
    if (!vocabulary.is_object() || vocabulary.empty()) refuse(file, "its model has no vocabulary");
    const auto& added = member(json, "added_tokens");
    const auto added_count = added.is_array() ? added.size() : 0;
    if (vocabulary.size() > kMaxPieces || added_count > kMaxAddedTokens)
        refuse(file, "has " + std::to_string(vocabulary.size()) + " pieces and " +
                         std::to_string(added_count) + " added tokens, expected at most " +
                         std::to_string(kMaxPieces) + " and " + std::to_string(kMaxAddedTokens));
    const auto limit = vocabulary.size() + added_count + kMaxHoles;
    spec.pieces.reserve(vocabulary.size());
    for (const auto& [piece, id] : vocabulary.items()) {
        if (piece.empty()) continue; // can match nothing
        place(file, piece, id, limit, spec.pieces);
    }
    if (const auto unk = text_of(member(model, "unk_token")); !unk.empty()) spec.unk = unk;
    if (const auto& prefix = member(model, "continuing_subword_prefix"); prefix.is_string())
        spec.continuing_prefix = prefix.get<std::string>();
    if (const auto& longest = member(model, "max_input_chars_per_word"); longest.is_number_unsigned())
        spec.max_word_characters = longest.get<std::size_t>();
    if (type_of(member(json, "pre_tokenizer")) != "BertPreTokenizer")
        refuse(file,
               "its pre-tokenizer is " + type_of(member(json, "pre_tokenizer")) +
                   ", Cameo reads BertPreTokenizer",
               ErrorKind::Unsupported);
    read_normalizer(file, member(json, "normalizer"), spec.normalizer);
    read_post_processor(file, member(json, "post_processor"), spec);
    for (std::size_t k = 0; k < added_count; ++k)
        read_added(file, added[k], member(added[k], "id"), limit, spec);
    check_one_id_each(file, spec.pieces);
}

void read_vocabulary(const fs::path& file, TokenizerSpec& spec) {
    const auto text = read_whole(file);
    std::unordered_map<std::string_view, std::size_t> lines;
    for (std::size_t begin = 0, line = 1; begin < text.size(); ++line) {
        const auto end = std::min(text.find('\n', begin), text.size());
        std::string_view piece(text.data() + begin, end - begin);
        if (piece.ends_with('\r')) piece.remove_suffix(1);
        begin = end + 1;
        const auto at = "line " + std::to_string(line);
        if (piece.size() > kMaxPieceBytes)
            refuse(file, at + " has " + std::to_string(piece.size()) + " bytes, a piece at most " +
                             std::to_string(kMaxPieceBytes));
        if (piece.empty()) refuse(file, at + " is empty, expected a piece");
        if (!valid_utf8(piece)) refuse(file, at + " is not valid UTF-8");
        const auto [known, fresh] = lines.emplace(piece, line);
        if (!fresh)
            refuse(file, at + " has the piece " + shown(piece) + " that line " +
                             std::to_string(known->second) + " has already");
        if (line > kMaxPieces) refuse(file, "has more than " + std::to_string(kMaxPieces) + " pieces");
        spec.pieces.emplace_back(piece);
    }
    if (spec.pieces.empty()) refuse(file, "is empty, expected one piece a line");
}

/// What tokenizer_config.json says outright goes before what tokenizer.json says, as in BertTokenizerFast.
void read_config(const fs::path& file, bool with_json, TokenizerSpec& spec) {
    const auto json = parse(file);
    auto& options = spec.normalizer;
    const bool lowercase = flag(file, json, "do_lower_case", options.lowercase);
    const bool changed = lowercase != options.lowercase;
    options.lowercase = lowercase;
    options.strip_accents =
        flag(file, json, "strip_accents", with_json && !changed ? options.strip_accents : lowercase);
    options.handle_chinese_chars = flag(file, json, "tokenize_chinese_chars", options.handle_chinese_chars);

    const auto name = [&](const char* key, std::string& role) {
        if (const auto text = text_of(member(json, key)); !text.empty()) role = text;
    };
    name("pad_token", spec.pad);
    name("mask_token", spec.mask);
    if (with_json) return;
    name("cls_token", spec.cls);
    name("sep_token", spec.sep);
    name("unk_token", spec.unk);

    static constexpr std::array kKnown{"BertTokenizer",       "DistilBertTokenizer", "ElectraTokenizer",
                                       "MobileBertTokenizer", "PreTrainedTokenizer", "TokenizersBackend"};
    auto kind = text_of(member(json, "tokenizer_class"));
    if (kind.ends_with("Fast")) kind.resize(kind.size() - 4);
    if (!kind.empty() && std::find(kKnown.begin(), kKnown.end(), kind) == kKnown.end())
        refuse(file, "its tokenizer is " + kind + ", Cameo reads BERT's WordPiece", ErrorKind::Unsupported);

    const auto& added = member(json, "added_tokens_decoder");
    if (!added.is_object()) return;
    if (added.size() > kMaxAddedTokens)
        refuse(file, "has " + std::to_string(added.size()) + " added tokens, expected at most " +
                         std::to_string(kMaxAddedTokens));
    const auto limit = spec.pieces.size() + added.size() + kMaxHoles;
    for (const auto& [id, row] : added.items()) {
        if (id.empty() || id.size() > 9 || id.find_first_not_of("0123456789") != std::string::npos)
            refuse(file, "the added token " + shown(id) + " has no number for an id");
        read_added(file, row, Json(std::uint64_t{std::stoul(id)}), limit, spec);
    }
    check_one_id_each(file, spec.pieces);
}

/// A vocab.txt does not list the tokens that are recognised in the text: they are the special ones.
void add_special_tokens(TokenizerSpec& spec) {
    std::unordered_set<std::string> there;
    for (const auto& token : spec.added)
        there.insert(token.content);
    for (const auto& name : {spec.pad, spec.unk, spec.cls, spec.sep, spec.mask}) {
        const auto found = std::find(spec.pieces.begin(), spec.pieces.end(), name);
        if (found != spec.pieces.end() && there.insert(name).second)
            spec.added.push_back(
                {.content = name, .id = static_cast<std::int32_t>(found - spec.pieces.begin())});
    }
}

} // namespace

std::vector<fs::path> tokenizer_files_in(const fs::path& folder) {
    std::error_code ignored;
    std::vector<fs::path> files;
    for (const char* vocabulary : {"tokenizer.json", "vocab.txt"})
        if (files.empty() && fs::exists(folder / vocabulary, ignored)) files.push_back(folder / vocabulary);
    if (files.empty())
        throw Error(ErrorKind::NotFound,
                    folder.string() + ": has no tokenizer, expected tokenizer.json or vocab.txt");
    if (const auto config = folder / "tokenizer_config.json"; fs::exists(config, ignored))
        files.push_back(config);
    return files;
}

TokenizerSpec read_tokenizer_files(const fs::path& folder) {
    TokenizerSpec spec;
    const auto files = tokenizer_files_in(folder);
    spec.vocabulary_file = files[0];
    const bool with_json = files[0].filename() == "tokenizer.json";
    if (with_json)
        read_tokenizer_json(files[0], spec);
    else
        read_vocabulary(files[0], spec);
    if (files.size() > 1) read_config(files[1], with_json, spec);
    if (!with_json) add_special_tokens(spec);

    for (const auto* name : {&spec.unk, &spec.cls, &spec.sep})
        if (name->empty() || std::find(spec.pieces.begin(), spec.pieces.end(), *name) == spec.pieces.end())
            refuse(spec.vocabulary_file,
                   "the vocabulary has no " + (name->empty() ? "special token" : *name));
    return spec;
}

} // namespace cameo
