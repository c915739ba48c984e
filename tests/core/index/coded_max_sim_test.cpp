#include "core/index/coded_max_sim.hpp"
#include "core/index/max_sim.hpp"
#include "tests/core/index/random_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace cameo {
namespace {

class CodedMaxSimTest : public testing::Test {
protected:
    /// [count, width], `length` times a random direction, or a bit longer or shorter.
    std::vector<float> rows(std::size_t count, std::size_t width, float shortest, float longest) {
        std::uniform_real_distribution<float> length(shortest, longest);
        std::vector<float> made;
        for (std::size_t row = 0; row < count; ++row) {
            const float times = length(m_random);
            for (const float value : random_unit(m_random, width))
                made.push_back(times * value);
        }
        return made;
    }
    void make(std::int32_t width, std::int32_t bits, float shortest, float longest) {
        m_width = width;
        m_shortest = shortest;
        m_longest = longest;
        m_codec = TokenCodec::train(rows(2'000, static_cast<std::size_t>(width), shortest, longest), width, {.bits = bits, .centroids = 32}, m_progress);
    }
    struct Coded {
        std::vector<std::uint16_t> codes;
        std::vector<std::uint8_t> residuals;
        operator CodedTokens() const { return {codes, residuals}; }
    };
    Coded document(std::size_t tokens) {
        Coded made{std::vector<std::uint16_t>(tokens), std::vector<std::uint8_t>(tokens * m_codec->residual_bytes())};
        m_codec->encode(rows(tokens, static_cast<std::size_t>(m_width), m_shortest, m_longest), made.codes, made.residuals);
        return made;
    }
    void ask(std::size_t tokens) {
        m_query = rows(tokens, static_cast<std::size_t>(m_width), 1, 1);
        m_similarities.resize(m_codec->centroids() * tokens);
        MaxSimQuery(m_query, m_width).similarities(m_codec->centroid_rows(), m_similarities);
        m_similarities.resize(m_similarities.size() + CodedMaxSim::kLanes, 1e9f); // never a score
    }
    float exact(const Coded& document) {
        std::vector<Half> decoded(document.codes.size() * static_cast<std::size_t>(m_width));
        m_codec->decode(document.codes, document.residuals, decoded);
        return MaxSimQuery(m_query, m_width).score(decoded);
    }

    std::mt19937 m_random{11};
    Progress m_progress;
    std::int32_t m_width = 0;
    float m_shortest = 0, m_longest = 0;
    std::shared_ptr<const TokenCodec> m_codec;
    std::vector<float> m_query, m_similarities;
};

// Vectors that are not of unit length are decoded as they are, so that nothing but the steps of a byte lies between the two.
TEST_F(CodedMaxSimTest, IsTheExactScoreUpToItsSteps) {
    for (const std::int32_t bits : {1, 2, 4})
        for (const std::int32_t width : {8, 24, 30, 128}) {
            make(width, bits, 0.5f, 1.5f);
            for (const std::size_t tokens : {1u, 16u, 32u, 33u, 70u}) {
                ask(tokens);
                const CodedMaxSim coded(*m_codec, m_query, m_similarities);
                for (const std::size_t length : {1u, 2u, 40u}) {
                    const auto text = document(length);
                    EXPECT_NEAR(coded.score(text) / static_cast<float>(tokens), exact(text) / static_cast<float>(tokens), 0.01f)
                        << bits << " bits, width " << width << ", " << tokens << " tokens";
                }
            }
        }
}

// Of unit length: what is decoded is brought to it, and what is looked up is not.
TEST_F(CodedMaxSimTest, OrdersDocumentsAsExactScoresDo) {
    make(64, 2, 1, 1);
    ask(20);
    const CodedMaxSim coded(*m_codec, m_query, m_similarities);
    std::vector<std::pair<float, float>> scores;
    for (int at = 0; at < 400; ++at) {
        const auto text = document(10 + static_cast<std::size_t>(at) % 30);
        scores.emplace_back(exact(text), coded.score(text));
        EXPECT_NEAR(scores.back().second / scores.back().first, 1, 0.1); // random residuals are the hardest
    }
    std::ranges::sort(scores, std::greater());
    std::vector<float> about;
    for (const auto& [right, found] : scores)
        about.push_back(found);
    const float bar = *std::ranges::max_element(about.begin() + 80, about.end()); // of four times as many, none of the best twenty is lost
    EXPECT_GT(*std::ranges::min_element(about.begin(), about.begin() + 20), bar * 0.98f);
    std::vector<float> sorted = about;
    std::ranges::sort(sorted, std::greater());
    for (int best = 0; best < 20; ++best)
        EXPECT_GE(about[static_cast<std::size_t>(best)], sorted[79]);
}

TEST_F(CodedMaxSimTest, IsTheSameByEveryProcessor) {
    make(128, 2, 1, 1);
    ask(45);
    const CodedMaxSim portable(*m_codec, m_query, m_similarities, Simd::Portable);
    for (const Simd simd : available_simd()) {
        const CodedMaxSim coded(*m_codec, m_query, m_similarities, simd);
        for (int at = 0; at < 20; ++at) {
            const auto text = document(30);
            EXPECT_NEAR(coded.score(text), portable.score(text), 1e-4f);
        }
    }
}

TEST_F(CodedMaxSimTest, LeavesOutTokensOfCentroidsThatThereAreNot) {
    make(16, 2, 1, 1);
    ask(3);
    const CodedMaxSim coded(*m_codec, m_query, m_similarities);
    auto text = document(6);
    const auto whole = text;
    for (std::size_t token = 3; token < 6; ++token)
        text.codes[token] = 60'000; // of a damaged shard
    const std::vector<std::uint16_t> codes(whole.codes.begin(), whole.codes.begin() + 3);
    const std::vector<std::uint8_t> residuals(whole.residuals.begin(), whole.residuals.begin() + static_cast<std::ptrdiff_t>(3 * m_codec->residual_bytes()));
    EXPECT_EQ(coded.score(text), coded.score({codes, residuals}));
    text.codes.assign(6, 60'000);
    EXPECT_EQ(coded.score(text), 0);
    EXPECT_EQ(coded.score({}), 0);
}

} // namespace
} // namespace cameo
