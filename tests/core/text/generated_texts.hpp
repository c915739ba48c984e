#pragma once

#include "core/text/utf8.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace cameo {

/// The texts of tests/data/text/make_wordpiece.py, by the same arithmetic; see there.
struct TextRules {
    std::vector<std::string> fragments;
    std::vector<std::pair<char32_t, char32_t>> blocks;
};

/// SplitMix64 (Steele, Lea, Flood 2014).
class SplitMix64 {
public:
    explicit SplitMix64(std::uint64_t seed) : m_state(seed) {}
    std::uint64_t below(std::uint64_t n) {
        m_state += 0x9E3779B97F4A7C15;
        auto z = m_state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (z ^ (z >> 31)) % n;
    }

private:
    std::uint64_t m_state;
};

inline bool is_scalar(char32_t value) {
    return value < 0xD800 || value >= 0xE000;
}

inline std::string generated_text(const TextRules& rules, std::uint64_t seed) {
    SplitMix64 random(seed);
    std::string out;
    for (auto parts = random.below(24); parts > 0; --parts) {
        const auto kind = random.below(10);
        if (kind < 5) {
            out += rules.fragments[random.below(rules.fragments.size())];
        } else if (kind < 7) {
            const auto [first, last] = rules.blocks[random.below(rules.blocks.size())];
            for (auto count = 1 + random.below(6); count > 0; --count)
                append_utf8(first + static_cast<char32_t>(random.below(last - first + 1)), out);
        } else if (kind == 7) {
            const auto letter = static_cast<char>(33 + random.below(94));
            out.append(1 + random.below(130), letter);
        } else if (kind == 8) {
            for (auto count = 1 + random.below(12); count > 0; --count)
                out.push_back(static_cast<char>(97 + random.below(26)));
        } else {
            const auto value = static_cast<char32_t>(random.below(0x110000));
            if (is_scalar(value)) append_utf8(value, out);
        }
        if (random.below(3) > 0) out.push_back(' ');
    }
    return out;
}

/// Every code point of a block between two letters.
inline std::string block_text(char32_t first, char32_t size) {
    std::string out;
    for (auto value = first; value < first + size; ++value) {
        if (!is_scalar(value)) continue;
        out.push_back('a');
        append_utf8(value, out);
        out += "b ";
    }
    return out;
}

} // namespace cameo
