#include "core/base/error.hpp"
#include "core/model/weights/safetensors_writer.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <sstream>

namespace cameo {
namespace {

std::string bytes_of(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

TEST(SafetensorsWriter, WhatItWritesIsReadBack) {
    const TemporaryFolder folder;
    const std::vector<float> matrix{1, -2, 3.5f, 0, 5, 6};
    const std::vector<std::int64_t> steps{7};
    const std::vector<TensorToWrite> tensors{
        {"b.weight", DType::F32, {2, 3}, std::as_bytes(std::span(matrix))},
        {"a.step", DType::I64, {1}, std::as_bytes(std::span(steps))},
        {"empty", DType::F16, {0, 4}, {}},
    };
    const auto path = folder.path() / "w.safetensors";
    write_safetensors(path, tensors, {{"made_by", "a test"}});
    const auto file = read_safetensors(path);
    ASSERT_EQ(file->tensors.size(), 3u);
    const auto* weight = file->find("b.weight");
    ASSERT_NE(weight, nullptr);
    EXPECT_THAT(weight->shape, testing::ElementsAre(2, 3));
    EXPECT_EQ(std::memcmp(weight->bytes.data(), matrix.data(), 24), 0);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(weight->bytes.data()) % 8, 0u);
    EXPECT_EQ(file->find("a.step")->type, DType::I64);
    EXPECT_EQ(file->find("empty")->count(), 0u);

    const auto again = folder.path() / "again.safetensors";
    write_safetensors(again, tensors, {{"made_by", "a test"}});
    EXPECT_EQ(bytes_of(path), bytes_of(again));
}

TEST(SafetensorsWriter, NothingIsAFileToo) {
    const TemporaryFolder folder;
    write_safetensors(folder.path() / "none.safetensors", {});
    EXPECT_TRUE(read_safetensors(folder.path() / "none.safetensors")->tensors.empty());
}

TEST(SafetensorsWriter, NamesAPlaceThatCannotBeWritten) {
    try {
        write_safetensors("/proc/no/such/w.safetensors", {});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Environment);
        EXPECT_THAT(error.what(), testing::HasSubstr("/proc/no/such"));
    }
}

} // namespace
} // namespace cameo
