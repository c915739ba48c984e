#include "core/index/make_codecs.hpp"

#include "core/index/prepare_build.hpp"
#include "tests/support/hashed_model.hpp"
#include "tests/support/memory_collection.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

namespace cameo {
namespace {

// The sample was as large as k-means likes it, whatever the build was told to take.
TEST(MakeCodecs, TheSampleTakesAQuarterOfTheMemory) {
    const MemoryCollection collection(MemoryCollection::random_documents(3'000));
    const auto encoded_with = [&](std::uint64_t memory) {
        const HashedModel model;
        const TemporaryFolder folder;
        auto manifest = describe_index(model, collection, {.local_bits = 2}, {});
        Progress progress;
        const auto codecs = make_codecs(model, collection, folder.path(), manifest, memory, progress);
        EXPECT_EQ(codecs.all()[1]->bits(), 2);
        return model.encoded_texts.load();
    };
    const std::uint64_t row = sizeof(float) * static_cast<std::uint64_t>(stored_experts(HashedModel())[1].width);
    EXPECT_EQ(encoded_with(0), 256 + 3'000); // 256 tell how long documents are
    EXPECT_LT(encoded_with(4 * 10'000 * row), 1'500);
    EXPECT_EQ(encoded_with(1), 256);
}

} // namespace
} // namespace cameo
