#include "core/model/weights/weights_file.hpp"
#include "tests/core/model/model_fixtures.hpp"

#include <gmock/gmock.h>

namespace cameo {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;

class TorchFile : public testing::Test {
protected:
    std::string refusal(const std::string& bytes) {
        write_file(m_folder / "x.bin", bytes);
        return error_of([&] { WeightsFile::open(m_folder / "x.bin"); });
    }
    std::string refusal_of_pickle(const std::string& pickle) { return refusal(stored_zip({{"x/data.pkl", pickle}})); }
    TemporaryFolder m_folder;
};

TEST_F(TorchFile, ReadsWhatTorchSaveWrote) {
    const auto file = WeightsFile::open(model_data("distilbert-mlm") / "pytorch_model.bin");
    const auto* words = file->find("distilbert.embeddings.word_embeddings.weight");
    ASSERT_NE(words, nullptr);
    EXPECT_THAT(words->shape, ElementsAre(24, 16));
    EXPECT_EQ(words->type, DType::F32);
    // Saved transposed: the reader has to follow its strides.
    const auto* up = file->find("distilbert.transformer.layer.0.ffn.lin1.weight");
    ASSERT_NE(up, nullptr);
    EXPECT_THAT(up->shape, ElementsAre(24, 16));
    EXPECT_NE(up->owned, nullptr);
}

TEST_F(TorchFile, NamesAFunctionThatAPickleWouldCall) {
    EXPECT_THAT(refusal_of_pickle("\x80\x02"
                                  "cposix\nsystem\nX\x04\0\0\0echo\x85R."),
                HasSubstr("posix.system"));
    EXPECT_THAT(refusal_of_pickle(std::string("\x80\x04\x8c\x08"
                                              "builtins\x8c\x04"
                                              "eval\x93\x8c\x01"
                                              "1\x85R.",
                                              25)),
                HasSubstr("builtins.eval"));
}

TEST_F(TorchFile, RefusesOpcodesAndDamage) {
    EXPECT_THAT(refusal_of_pickle("\x80\x02i"), HasSubstr("opcode 0x69")); // INST
    EXPECT_THAT(refusal_of_pickle("\x80\x02}"), HasSubstr("bytes are announced"));
    EXPECT_THAT(refusal_of_pickle("\x80\x02R."), HasSubstr("empty stack"));
    EXPECT_THAT(refusal_of_pickle("\x80\x02h\x07."), HasSubstr("never made"));
    EXPECT_THAT(refusal_of_pickle("\x80\x02X\xff\xff\xff\x7f"), HasSubstr("announced"));
    EXPECT_THAT(refusal(stored_zip({{"x/other", "1"}})), HasSubstr("no data.pkl"));
    EXPECT_THAT(refusal("PK\x03\x04 and then nothing of a zip archive"), HasSubstr("no directory"));
    EXPECT_THAT(refusal(std::string("\x80\x02\x8a\x0a", 4)), HasSubstr("old form"));
}

TEST_F(TorchFile, SurvivesDeepAndCyclicContainers) {
    // A tuple in a tuple in a tuple …: nothing recurses into it without bound.
    EXPECT_THAT(refusal_of_pickle(")" + std::string(200'000, '\x85') + "."), HasSubstr("nested too deeply"));
    // A list that contains itself: ] q0 h0 a .
    EXPECT_THAT(refusal_of_pickle(std::string("\x80\x02]q\0h\0a.", 9)), HasSubstr("nested too deeply"));
}

// A file of 200 MB of one-byte values took 32 GB of memory.
TEST_F(TorchFile, BoundsWhatAPickleCanMake) {
    const std::string start = "\x80\x02";
    EXPECT_THAT(refusal_of_pickle(start + std::string(2'000'001, 'N')),
                HasSubstr("damaged pickle at byte 2000003: it makes more than 2000000 values"));
    EXPECT_THAT(refusal_of_pickle(start + "N" + std::string(2'000'001, '\x94')), HasSubstr("it remembers more than 2000000"));
    EXPECT_THAT(refusal_of_pickle(start + "ctorch\n" + std::string(5'000, 'x') + "Storage\n"),
                HasSubstr("a global whose name has 5012 bytes"));
    // One storage with a name of 2,000 bytes, one tensor of 100 axes.
    const auto storage = [](const std::string& name) {
        std::string pickle = "(X\x07\0\0\0storagectorch\nFloatStorage\nX"s;
        for (const int shift : {0, 8, 16, 24})
            pickle += char(name.size() >> shift & 255);
        return pickle + name + "X\x03\0\0\0cpuK\x01tQ"s;
    };
    EXPECT_THAT(refusal_of_pickle(start + storage(std::string(2'000, '0'))), HasSubstr("a storage whose name has 2000 bytes"));
    std::string axes = "(";
    for (int axis = 0; axis < 100; ++axis)
        axes += "K\x01";
    axes += "t";
    EXPECT_THAT(refusal_of_pickle(start + "ctorch._utils\n_rebuild_tensor_v2\n(" + storage("0") +
                                  "K\0"s + axes + axes + "tR."),
                HasSubstr("a tensor of 100 axes"));
}

TEST_F(TorchFile, EveryTruncationAndFlipIsAnErrorOrSound) {
    const std::string whole = read_file(model_data("distilbert-mlm") / "pytorch_model.bin");
    for (std::size_t size = 0; size < whole.size(); size += 1597)
        EXPECT_NE(refusal(whole.substr(0, size)), "") << size;
    // Flipped bytes of the directory and the pickle: an Error or a file, nothing else (address sanitizer watches).
    std::uint32_t random = 1;
    for (int turn = 0; turn < 200; ++turn) {
        std::string damaged = whole;
        for (int flip = 0; flip < 3; ++flip) {
            random = random * 1664525 + 1013904223;
            const std::size_t at = random >> 8;
            damaged[turn % 2 ? at % 3000 : damaged.size() - 1 - at % 4000] = char(random >> 24);
        }
        refusal(damaged);
    }
}

} // namespace
} // namespace cameo
