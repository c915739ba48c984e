#include "core/model/assembly/manifest.hpp"
#include "core/base/folders.hpp"
#include "tests/core/model/model_fixtures.hpp"

#include <gmock/gmock.h>

namespace cameo {
namespace {

using testing::HasSubstr;

class ManifestFile : public testing::Test {
protected:
    Manifest read(const std::string& text) {
        write_file(m_folder / "model.json", text);
        return read_manifest(m_folder / "model.json");
    }
    std::string refusal(const std::string& expert) {
        return error_of([&] { read(R"({"format":1,"name":"m","experts":[)" + expert + "]}"); });
    }
    TemporaryFolder m_folder;
};

TEST_F(ManifestFile, ComesBackAsWritten) {
    const std::string expert = R"({"name":"x","kind":"local","weights":"w","projection":"linear.weight",
        "max_query_tokens":16,"max_document_tokens":180,"query_marker":"[Q] ","document_marker":"[D] ",
        "query_prefix":"query: ","query_mask_padding":true,"attend_to_mask_padding":true,"skip":["punctuation"],
        "query_special_tokens":false,"document_special_tokens":false,"similarity":"mean","normalise":false,
        "dense":["2_Dense"],"description":"d","document_prefix":"p","query_terms":0})";
    const Manifest first =
        read(R"({"format":1,"name":"m","kind":"assembly","default_fusion":"rrf","experts":[)" + expert + "]}");
    const std::string text = to_json(first);
    EXPECT_EQ(to_json(read(text)), text);
    const ExpertSpec& spec = first.experts[0];
    EXPECT_TRUE(spec.mean_similarity && spec.query_mask_padding && !spec.query_special_tokens && !spec.normalise);
    EXPECT_EQ(spec.max_document_tokens, 180);
    EXPECT_EQ(first.default_fusion, "rrf");
}

TEST_F(ManifestFile, TheShippedAssemblyIsSound) {
    const Manifest untrained = read_manifest(folders().shipped_models() / "untrained" / "model.json");
    ASSERT_EQ(untrained.experts.size(), 3u);
    EXPECT_FALSE(untrained.experts[0].reads_like(untrained.experts[1]));
    EXPECT_TRUE(untrained.experts[1].reads_like(untrained.experts[2])) << "MiniLM is to run once for both";
}

TEST_F(ManifestFile, SaysWhatIsWrong) {
    EXPECT_THAT(refusal(R"({"name":"x","kind":"wise","weights":"w"})"), HasSubstr("expected one of lexical, local, global"));
    EXPECT_THAT(refusal(R"({"name":"x","kind":"local"})"), HasSubstr("names no weights"));
    EXPECT_THAT(refusal(R"({"kind":"local","weights":"w"})"), HasSubstr("has no name"));
    EXPECT_THAT(refusal(R"({"name":"x","kind":"local","weights":"w","colour":1})"), HasSubstr("field colour of expert 1 is unknown"));
    EXPECT_THAT(refusal(R"({"name":"x","kind":"local","weights":"w","normalise":1})"), HasSubstr("expected true or false"));
    EXPECT_THAT(refusal(R"({"name":"x","kind":"local","weights":"w","max_query_tokens":2})"), HasSubstr("at least 4"));
    EXPECT_THAT(refusal(R"({"name":"x","kind":"local","weights":"w"},{"name":"x","kind":"local","weights":"w"})"),
                HasSubstr("two experts are named x"));
    EXPECT_THAT(error_of([&] { read(R"({"format":9})"); }), HasSubstr("its format is 9"));
    EXPECT_THAT(error_of([&] { read(R"({"format":1,"experts":[]})"); }), HasSubstr("1 to 32 experts"));
    EXPECT_THAT(error_of([&] { read("{"); }), HasSubstr("not JSON"));
}

// Any word was taken: the model was imported, and then every query failed without naming the file.
TEST_F(ManifestFile, AFusionThatSearchDoesNotHaveIsRefused) {
    EXPECT_THAT(error_of([&] {
                    read(R"({"format":1,"default_fusion":"borda","experts":[{"name":"x","kind":"local","weights":"w"}]})");
                }),
                HasSubstr("model.json: field default_fusion is \"borda\", expected sum, minmax"));
}

// The name became a part of paths as it stood: "../../x" put an index outside the folder of indexes.
TEST_F(ManifestFile, ANameThatLeavesItsFolderIsRefused) {
    const auto named = [&](const std::string& name) {
        return error_of([&] {
            read(R"({"format":1,"name":")" + name + R"(","experts":[{"name":"x","kind":"local","weights":"w"}]})");
        });
    };
    EXPECT_EQ(named("mine-2.1_b"), "");
    EXPECT_EQ(named(""), "") << "then the folder's name is the model's";
    for (const char* bad : {"../../x", "/abs", "a/b", "..", ".hidden", "-x", "a b"})
        EXPECT_THAT(named(bad), HasSubstr("model.json: field name: \"" + std::string(bad) + "\" cannot be a model's name"));
}

} // namespace
} // namespace cameo
