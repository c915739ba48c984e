#include "core/base/error.hpp"
#include "core/index/section_file.hpp"
#include "core/index/token_codec.hpp"
#include "tests/core/index/random_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

namespace cameo {
namespace {

std::vector<float> unit_rows(std::mt19937& random, std::size_t count, std::size_t width) {
    std::vector<float> rows;
    for (std::size_t row = 0; row < count; ++row) {
        const auto one = random_unit(random, width);
        rows.insert(rows.end(), one.begin(), one.end());
    }
    return rows;
}

// One centroid and four residuals along the axes, so that everything can be followed by hand.
TEST(TokenCodec, KnowsAHandWorkedExample) {
    Progress progress;
    // The centroid is their mean, (10, 10); the residuals have the lengths 3, 3, 4, 4 and four directions, which the 256 know.
    const std::vector<float> rows{13, 10, 7, 10, 10, 14, 10, 6};
    const auto codec = TokenCodec::train(rows, 2, {.bits = 2, .centroids = 1}, progress);
    EXPECT_EQ(codec->centroids(), 1u);
    ASSERT_EQ(codec->residual_bytes(), 2u);
    std::vector<std::uint16_t> codes(4);
    std::vector<std::uint8_t> residuals(8);
    codec->encode(rows, codes, residuals);
    EXPECT_THAT(codes, testing::Each(0));
    EXPECT_EQ(residuals[0], 191); // 3 / 4 of 255, rounded
    EXPECT_EQ(residuals[2], 191);
    EXPECT_EQ(residuals[4], 255);
    EXPECT_EQ(residuals[6], 255);
    std::vector<Half> kept(8);
    codec->decode(codes, residuals, kept);
    std::vector<float> values(8);
    to_float(kept, values);
    // k-means leaves directions that lie there several times a thousandth apart.
    EXPECT_THAT(values, testing::Pointwise(testing::FloatNear(0.02f), rows));
    // At the centroid itself there is no direction.
    codec->encode(std::vector<float>{10, 10}, std::span(codes).first(1), std::span(residuals).first(2));
    EXPECT_EQ(residuals[0], 0);
    codec->decode(std::span(codes).first(1), std::span(residuals).first(2), std::span(kept).first(2));
    to_float(kept, values);
    EXPECT_EQ(values[0], 10);
    EXPECT_EQ(values[1], 10);
}

// Of normally distributed values four levels for each lose 0.1175 of the variance (Max 1960, table I), and 2.5 bits a value, which
// the direction and the length have together here, cannot lose less than 2^-5 of it (Shannon 1959).
TEST(TokenCodec, LosesLessThanIntervalsAndNoLessThanTheoryAllows) {
    Progress progress;
    std::mt19937 random(3);
    std::normal_distribution<float> normal;
    std::vector<float> rows(20'000 * 16);
    for (auto& value : rows)
        value = normal(random);
    const auto codec = TokenCodec::train(rows, 16, {.bits = 2, .centroids = 1}, progress);
    EXPECT_LT(codec->reconstruction_error() / 16, 0.1175);
    EXPECT_GT(codec->reconstruction_error() / 16, 0.03125);
}

class TokenCodecBits : public testing::TestWithParam<std::int32_t> {};

TEST_P(TokenCodecBits, PacksEveryWidth) {
    Progress progress;
    std::mt19937 random(4);
    for (const std::size_t width : {1u, 3u, 8u, 33u, 128u}) {
        const auto rows = unit_rows(random, 600, width);
        const auto codec = TokenCodec::train(rows, static_cast<std::int32_t>(width), {.bits = GetParam(), .centroids = 20}, progress);
        EXPECT_EQ(codec->residual_bytes(), 1 + (width * static_cast<std::size_t>(GetParam()) + 7) / 8);
        std::vector<std::uint16_t> codes(600);
        std::vector<std::uint8_t> residuals(600 * codec->residual_bytes());
        codec->encode(rows, codes, residuals);
        std::vector<Half> kept(rows.size());
        codec->decode(codes, residuals, kept);
        std::vector<float> values(rows.size());
        to_float(kept, values);
        // Plain: the nearest centroid.
        std::vector<float> centroids(codec->centroid_rows().size());
        to_float(codec->centroid_rows(), centroids);
        double squares = 0;
        for (std::size_t row = 0; row < 600; ++row) {
            double best = 1e9, own = 1e9, length = 0;
            for (std::size_t centroid = 0; centroid < codec->centroids(); ++centroid) {
                double distance = 0;
                for (std::size_t h = 0; h < width; ++h) {
                    const double off = double{rows[row * width + h]} - centroids[centroid * width + h];
                    distance += off * off;
                }
                best = std::min(best, distance);
                if (centroid == codes[row]) own = distance;
            }
            EXPECT_NEAR(own, best, 1e-5);
            for (std::size_t h = 0; h < width; ++h) {
                length += double{values[row * width + h]} * values[row * width + h];
                const double off = double{rows[row * width + h]} - values[row * width + h];
                squares += off * off;
            }
            EXPECT_NEAR(length, 1, 2e-3);
        }
        EXPECT_NEAR(codec->reconstruction_error(rows), squares / 600, 1e-6);
        EXPECT_NEAR(codec->reconstruction_error(), squares / 600, 1e-6); // all of the sample is held out
    }
}
INSTANTIATE_TEST_SUITE_P(Bits, TokenCodecBits, testing::Values(1, 2, 4));

TEST(TokenCodec, MoreBitsLoseLess) {
    Progress progress;
    std::mt19937 random(5);
    const auto rows = unit_rows(random, 2000, 64);
    std::vector<double> errors;
    for (const std::int32_t bits : {1, 2, 4})
        errors.push_back(TokenCodec::train(rows, 64, {.bits = bits, .centroids = 64}, progress)->reconstruction_error());
    EXPECT_LT(errors[1], 0.5 * errors[0]);
    EXPECT_LT(errors[2], 0.25 * errors[1]);
}

TEST(TokenCodec, KeepsLengthsThatAreNotOne) {
    Progress progress;
    std::mt19937 random(6);
    auto rows = unit_rows(random, 500, 16);
    for (auto& value : rows)
        value *= 3;
    const auto codec = TokenCodec::train(rows, 16, {.bits = 4, .centroids = 8}, progress);
    EXPECT_LT(codec->reconstruction_error(), 0.2);
}

// Beyond 4,096 centroids the nearest is looked for in lists of them: hardly ever another one, and never a far one.
TEST(TokenCodec, FindsNearCentroidsAmongMany) {
    Progress progress;
    std::mt19937 random(7);
    const auto rows = unit_rows(random, 12'000, 8);
    const auto codec = TokenCodec::train(rows, 8, {.bits = 0, .centroids = 5'000, .iterations = 2}, progress);
    ASSERT_EQ(codec->centroids(), 5'000u);
    std::vector<float> centroids(codec->centroid_rows().size());
    to_float(codec->centroid_rows(), centroids);
    std::vector<std::uint16_t> codes(500);
    codec->encode(std::span(rows).first(500 * 8), codes, {});
    int others = 0;
    for (std::size_t row = 0; row < 500; ++row) {
        const auto distance = [&](std::size_t centroid) {
            double sum = 0;
            for (std::size_t h = 0; h < 8; ++h)
                sum += std::pow(double{rows[row * 8 + h]} - centroids[centroid * 8 + h], 2);
            return sum;
        };
        double best = 1e9;
        for (std::size_t centroid = 0; centroid < 5'000; ++centroid)
            best = std::min(best, distance(centroid));
        others += distance(codes[row]) > best + 1e-6;
    }
    EXPECT_LT(others, 25);
}

TEST(TokenCodec, IsTheSameFromTheDiskAndFromTheSameSample) {
    TemporaryFolder folder;
    Progress progress;
    std::mt19937 random(8);
    const auto rows = unit_rows(random, 1000, 24);
    const auto codec = TokenCodec::train(rows, 24, {.bits = 2, .centroids = 50, .origin = "model 7"}, progress);
    EXPECT_EQ(TokenCodec::train(rows, 24, {.bits = 2, .centroids = 50}, progress)->fingerprint(), codec->fingerprint());
    EXPECT_NE(TokenCodec::train(rows, 24, {.bits = 1, .centroids = 50}, progress)->fingerprint(), codec->fingerprint());
    codec->save(folder / "codec");
    const auto loaded = TokenCodec::load(folder / "codec");
    EXPECT_EQ(loaded->fingerprint(), codec->fingerprint());
    EXPECT_EQ(loaded->origin(), "model 7");
    EXPECT_EQ(loaded->reconstruction_error(), codec->reconstruction_error());
    EXPECT_EQ(loaded->reconstruction_error(rows), codec->reconstruction_error(rows));
}

TEST(TokenCodec, RefusesDamageAndImpossibleBits) {
    TemporaryFolder folder;
    Progress progress;
    std::mt19937 random(9);
    const auto rows = unit_rows(random, 50, 4);
    EXPECT_THAT([&] { TokenCodec::train(rows, 4, {.bits = 3}, progress); },
                testing::ThrowsMessage<Error>("3 bits for each value of a token vector: expected 0, 1, 2 or 4"));
    TokenCodec::train(rows, 4, {.bits = 2, .centroids = 2}, progress)->save(folder / "codec");
    std::string whole;
    {
        std::ifstream file(folder / "codec", std::ios::binary);
        whole.assign(std::istreambuf_iterator<char>(file), {});
    }
    for (std::size_t at = 0; at < whole.size(); ++at) {
        auto changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ 0x41);
        std::ofstream(folder / "b", std::ios::binary) << changed;
        try {
            TokenCodec::load(folder / "b"); // a byte between sections may change
        } catch (const Error& problem) {
            EXPECT_THAT(problem.what(), testing::HasSubstr("/b: "));
        }
    }
    const std::vector<std::uint64_t> shape{4, 2, 1};
    const std::vector<double> error{0};
    const std::vector<Half> centroids(8);
    const std::vector<float> directions(255 * 4), longest{1}; // 256 are needed
    const std::string origin = "1";
    SectionWriter writer(section_kind("CODC"), 2);
    writer.add(shape);
    writer.add(error);
    writer.add(centroids);
    writer.add(directions);
    writer.add(longest);
    writer.add(origin);
    writer.write(folder / "short");
    EXPECT_THAT([&] { TokenCodec::load(folder / "short"); }, testing::ThrowsMessage<Error>(testing::HasSubstr("short: damaged: its sections contradict each other")));
}

TEST(TokenCodec, TrainingIsCancelled) {
    std::mt19937 random(10);
    const auto rows = unit_rows(random, 20'000, 64);
    std::stop_source stop;
    Progress progress(stop.get_token());
    std::jthread canceller([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        stop.request_stop();
    });
    EXPECT_THROW(TokenCodec::train(rows, 64, {.bits = 2, .centroids = 1024}, progress), Cancelled);
}

} // namespace
} // namespace cameo
