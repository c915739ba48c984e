// What strangers' folders may be wrong about: each is one sentence that names file, place, found and expected.
#include "tests/core/model/model_fixtures.hpp"

#include <gmock/gmock.h>

namespace cameo {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class BadInput : public testing::Test {
protected:
    std::string refusal(const std::filesystem::path& folder) {
        return error_of([&] { import_model(folder, "bad"); });
    }
    void change(const std::filesystem::path& file, const std::string& from, const std::string& to) {
        std::string text = read_file(file);
        const auto at = text.find(from);
        ASSERT_NE(at, std::string::npos) << from;
        write_file(file, text.replace(at, from.size(), to));
    }
    ModelHome m_home;
};

TEST_F(BadInput, AnotherArchitectureIsRefusedByName) {
    const auto folder = m_home.copy("bert-mlm");
    change(folder / "config.json", R"("model_type": "bert")", R"("model_type": "roberta")");
    EXPECT_THAT(refusal(folder), AllOf(HasSubstr("config.json"), HasSubstr("the architecture roberta (BertForMaskedLM)")));
}

TEST_F(BadInput, AnotherActivationIsRefusedByName) {
    const auto folder = m_home.copy("bert-mlm");
    change(folder / "config.json", R"("hidden_act": "gelu")", R"("hidden_act": "silu")");
    EXPECT_THAT(refusal(folder), HasSubstr("its activation is silu"));
}

// The message printed the whole value, by recursion: 100,000 nested lists overflowed the stack.
TEST_F(BadInput, DeeplyNestedJson) {
    const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
    const auto folder = m_home.copy("bert-mlm");
    change(folder / "config.json", R"("hidden_act": "gelu")", R"("hidden_act": )" + deep);
    EXPECT_THAT(refusal(folder), HasSubstr("config.json: it is nested more than 64 deep"));
    change(folder / "config.json", deep, "[[1]]");
    EXPECT_THAT(refusal(folder), HasSubstr("config.json: field hidden_act is array, expected a text"));
    change(folder / "config.json", "[[1]]", "1e999");
    EXPECT_THAT(refusal(folder), HasSubstr("config.json: it is not JSON that can be read"));
    change(folder / "config.json", "1e999", R"("gelu")");
    write_file(folder / "model.safetensors", safetensors(R"({"f":)" + deep + "}", ""));
    EXPECT_THAT(refusal(folder), HasSubstr("model.safetensors: its header is nested more than 64 deep"));
}

TEST_F(BadInput, AWrongShapeIsGivenWithBothShapes) {
    const auto folder = m_home.copy("bert-mlm");
    change(folder / "config.json", R"("intermediate_size": 28)", R"("intermediate_size": 32)");
    EXPECT_THAT(refusal(folder), AllOf(HasSubstr("model.safetensors: tensor bert.encoder.layer.0.intermediate.dense.weight"),
                                       HasSubstr("has shape [28, 20], expected [32, 20]")));
}

TEST_F(BadInput, AMissingTensorIsNamedWithItsShape) {
    const auto folder = m_home.copy("bert-mlm");
    change(folder / "config.json", R"("num_hidden_layers": 2)", R"("num_hidden_layers": 3)");
    EXPECT_THAT(refusal(folder),
                AllOf(HasSubstr("tensor bert.encoder.layer.2.attention.self.query.weight of shape [20, 20] is missing")));
}

TEST_F(BadInput, MissingFilesAreNamed) {
    auto folder = m_home.copy("bert-mlm");
    std::filesystem::remove(folder / "vocab.txt");
    EXPECT_THAT(refusal(folder), HasSubstr("vocab.txt"));
    folder = m_home.copy("colbert");
    std::filesystem::remove(folder / "model.safetensors");
    EXPECT_THAT(refusal(folder), HasSubstr("looked for model.safetensors and pytorch_model.bin"));
    std::filesystem::remove(folder / "config.json");
    EXPECT_THAT(refusal(folder), HasSubstr("config.json"));
}

TEST_F(BadInput, AVocabularyLargerThanTheEmbeddings) {
    const auto folder = m_home.copy("bert-mlm");
    write_file(folder / "vocab.txt", read_file(folder / "vocab.txt") + "more\nand\nextra\n");
    EXPECT_THAT(refusal(folder), HasSubstr("its tokenizer has 26 tokens, its embeddings only 24"));
}

TEST_F(BadInput, AMarkerThatTheVocabularyLacks) {
    const auto folder = m_home.copy("colbert");
    change(folder / "artifact.metadata", "[unused0]", "[Q]");
    EXPECT_THAT(refusal(folder), HasSubstr("no token \"[Q]\""));
}

TEST_F(BadInput, TruncatedWeights) {
    const auto folder = m_home.copy("bert-mlm");
    std::filesystem::resize_file(folder / "model.safetensors", 10'000);
    EXPECT_THAT(refusal(folder), HasSubstr("but the file has"));
}

TEST_F(BadInput, APickleThatCallsAFunction) {
    const auto folder = m_home.copy("distilbert-mlm");
    write_file(folder / "pytorch_model.bin",
               stored_zip({{"archive/data.pkl", std::string("\x80\x02" "cposix\nsystem\n)R.")}}));
    EXPECT_THAT(refusal(folder), HasSubstr("posix.system"));
}

} // namespace
} // namespace cameo
