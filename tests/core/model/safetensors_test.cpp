#include "core/model/weights/weights_file.hpp"
#include "tests/core/model/model_fixtures.hpp"

#include <gmock/gmock.h>

namespace cameo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Safetensors : public testing::Test {
protected:
    std::string refusal(const std::string& bytes) {
        write_file(m_folder / "x.safetensors", bytes);
        return error_of([&] { WeightsFile::open(m_folder / "x.safetensors"); });
    }
    std::shared_ptr<const WeightsFile> open(const std::string& bytes) {
        write_file(m_folder / "x.safetensors", bytes);
        return WeightsFile::open(m_folder / "x.safetensors");
    }
    TemporaryFolder m_folder;
};

TEST_F(Safetensors, ReadsEveryTypeAsFloats) {
    const auto file = open(safetensors(
        R"({"__metadata__":{"format":"pt"},"f":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
        R"("h":{"dtype":"F16","shape":[1,3],"data_offsets":[8,14]},"b":{"dtype":"BF16","shape":[1],"data_offsets":[14,16]},)"
        R"("i":{"dtype":"I64","shape":[],"data_offsets":[16,24]}})",
        // 1.5, -2 | 1, 2^-24 (the smallest subnormal), -inf | 1 | -3
        std::string("\0\0\xc0\x3f\0\0\0\xc0"
                    "\0\x3c\x01\0\0\xfc"
                    "\x80\x3f"
                    "\xfd\xff\xff\xff\xff\xff\xff\xff",
                    24)));
    ASSERT_EQ(file->tensors.size(), 4u);
    const auto floats = [&](const char* name) {
        const auto values = FloatData(*file->find(name), file->mapping);
        return std::vector<float>(values.values().begin(), values.values().end());
    };
    EXPECT_THAT(floats("f"), ElementsAre(1.5f, -2.0f));
    EXPECT_THAT(floats("h"), ElementsAre(1.0f, 0x1p-24f, -INFINITY));
    EXPECT_THAT(floats("b"), ElementsAre(1.0f));
    EXPECT_THAT(floats("i"), ElementsAre(-3.0f));
    EXPECT_THAT(file->find("h")->shape, ElementsAre(1, 3));
    EXPECT_EQ(file->find("nobody"), nullptr);
}

TEST_F(Safetensors, RefusesTruncatedAndOversizedHeaders) {
    EXPECT_THAT(refusal("1234"), HasSubstr("it has 4 bytes"));
    const std::string sound = safetensors(R"({"f":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", "12345678");
    EXPECT_THAT(refusal(sound.substr(0, 30)), HasSubstr("truncated?"));
    std::string huge = sound;
    huge[7] = '\x7f'; // 2^62 bytes and more
    EXPECT_THAT(refusal(huge), HasSubstr("more than the 100000000 that the format allows"));
    std::string large = sound;
    large[2] = '\x10'; // 1 MB, allowed but not there
    EXPECT_THAT(refusal(large), HasSubstr("only 62 follow"));
    EXPECT_EQ(refusal(sound), "");
}

TEST_F(Safetensors, RefusesTensorsThatDoNotFitTheFile) {
    const auto one = [&](const std::string& entry) { return refusal(safetensors("{\"f\":" + entry + "}", "12345678")); };
    EXPECT_THAT(one(R"({"dtype":"F32","shape":[2],"data_offsets":[4,12]})"), HasSubstr("the file has 8 bytes of data"));
    EXPECT_THAT(one(R"({"dtype":"F32","shape":[3],"data_offsets":[0,8]})"), HasSubstr("needs 12 bytes"));
    EXPECT_THAT(one(R"({"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]})"), HasSubstr("overflows"));
    EXPECT_THAT(one(R"({"dtype":"F32","shape":[-1],"data_offsets":[0,8]})"), HasSubstr("no natural number"));
    EXPECT_THAT(one(R"({"dtype":"F32","shape":[2],"data_offsets":[8,0]})"), HasSubstr("lies at bytes 8 to 0"));
    EXPECT_THAT(one(R"({"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]})"), HasSubstr("F8_E4M3"));
    EXPECT_THAT(one(R"({"dtype":"F32"})"), HasSubstr("lacks dtype, shape or two data_offsets"));
    EXPECT_THAT(refusal(safetensors(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
                                    R"("b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
                                    "12345678")),
                HasSubstr("overlap"));
    EXPECT_THAT(refusal(safetensors("[1]", "")), HasSubstr("not a JSON object"));
    EXPECT_THAT(refusal(safetensors("{nonsense", "")), HasSubstr("not JSON"));
}

} // namespace
} // namespace cameo
