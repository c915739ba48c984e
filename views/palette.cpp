#include "views/palette.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace cameo {
namespace {

// Dim ink of the light table is a little darker than white alone would need: it also stands on `raised`. The green of
// "relevant" keeps away from the bluish green of the global expert. Hues 4 to 8 continue Okabe–Ito, shaded likewise.
constexpr Palette kDark{
    .background = {0x14171C},
    .panel = {0x1A1E25},
    .raised = {0x232932},
    .line = {0x2E3642},
    .text = {0xE6E9EE},
    .dim = {0x939EAC},
    .accent = {0x7AA2F7},
    .relevant = {0x93CF4E},
    .error = {0xFF8A80},
    .experts = {{{0xE69F00}, {0x56B4E9}, {0x2FBF8F}, {0xCC79A7}, {0xE2702A}, {0xF0E442}, {0x9AA4B2}, {0xA98CF0}}},
    .groups = {{{0xE08A98}, {0x8E8BE0}, {0xD8C98E}, {0xB673A8}, {0x6CC5C0}, {0xA9AE62}, {0xB98D6B}, {0x8B97A6}}},
};

constexpr Palette kLight{
    .background = {0xF4F5F7},
    .panel = {0xFFFFFF},
    .raised = {0xE7EAEE},
    .line = {0xD9DDE3},
    .text = {0x1C2128},
    .dim = {0x565F6D},
    .accent = {0x2B5FD9},
    .relevant = {0x3B7300},
    .error = {0xB3261E},
    .experts = {{{0xB87700}, {0x0072B2}, {0x00795A}, {0xA8457F}, {0xB34700}, {0x857800}, {0x5B6572}, {0x6A4BC4}}},
    .groups = {{{0xB8405A}, {0x5A4FB8}, {0x86702A}, {0x84306E}, {0x1F7F86}, {0x5F681A}, {0x8A5630}, {0x5B6572}}},
};

constexpr Palette kDarkest{
    .background = {0x000000},
    .panel = {0x0B0D11},
    .raised = {0x1B2027},
    .line = {0x566273},
    .text = {0xFFFFFF},
    .dim = {0xC3CCD8},
    .accent = {0x9DBDFF},
    .relevant = {0xB4EC6C},
    .error = {0xFFB0A8},
    .experts = {{{0xFFB52E}, {0x6CC4FF}, {0x3FDBA6}, {0xE79BC6}, {0xFF8A4A}, {0xF7EC5A}, {0xBAC4D2}, {0xC2ABFF}}},
    .groups = {{{0xF5A0AE}, {0xAAA7F5}, {0xE8DBA4}, {0xD592C8}, {0x84DAD5}, {0xC3C97A}, {0xD7AA86}, {0xA9B6C7}}},
};

constexpr Palette kLightest{
    .background = {0xFFFFFF},
    .panel = {0xFFFFFF},
    .raised = {0xE9ECF0},
    .line = {0x8490A0},
    .text = {0x000000},
    .dim = {0x38404B},
    .accent = {0x1A47B8},
    .relevant = {0x2A5600},
    .error = {0x8E1912},
    .experts = {{{0x8A5A00}, {0x005C92}, {0x006148}, {0x8C2F66}, {0x943800}, {0x665C00}, {0x454E59}, {0x5437AE}}},
    .groups = {{{0x9C2B45}, {0x463CA0}, {0x6B5815}, {0x6C205A}, {0x0E6268}, {0x4A520E}, {0x6F421F}, {0x474F5B}}},
};

double linear(std::uint32_t channel) {
    const double value = channel / 255.0;
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

double luminance(Rgb color) {
    return 0.2126 * linear(color.value >> 16 & 0xFF) + 0.7152 * linear(color.value >> 8 & 0xFF) +
           0.0722 * linear(color.value & 0xFF);
}

constexpr std::size_t owned_hue(ExpertKind kind) {
    switch (kind) {
    case ExpertKind::Lexical: return 0;
    case ExpertKind::Local: return 1;
    case ExpertKind::Global: break;
    }
    return 2;
}

} // namespace

const Palette& palette(Appearance appearance, bool high_contrast) {
    if (high_contrast) return appearance == Appearance::Dark ? kDarkest : kLightest;
    return appearance == Appearance::Dark ? kDark : kLight;
}

double contrast_ratio(Rgb one, Rgb other) {
    const auto [low, high] = std::minmax({luminance(one), luminance(other)});
    return (high + 0.05) / (low + 0.05);
}

Rgb blend(Rgb ground, Rgb over, double alpha) {
    std::uint32_t mixed = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
        const double below = ground.value >> shift & 0xFF, above = over.value >> shift & 0xFF;
        mixed |= static_cast<std::uint32_t>(std::lround(below + (above - below) * alpha)) << shift;
    }
    return {mixed};
}

std::vector<ExpertStyle> expert_styles(std::span<const ExpertKind> kinds) {
    std::vector<ExpertStyle> styles(kinds.size());
    std::array<bool, 3> taken{};
    std::size_t next_hue = 3, next_shape = 3;
    for (std::size_t expert_idx = 0; expert_idx < kinds.size(); ++expert_idx) {
        const std::size_t own = owned_hue(kinds[expert_idx]);
        if (!std::exchange(taken[own], true)) {
            styles[expert_idx] = {own, static_cast<MarkShape>(own)};
            continue;
        }
        styles[expert_idx] = {next_hue, static_cast<MarkShape>(next_shape)};
        next_hue = next_hue + 1 < kExpertHues ? next_hue + 1 : 0;
        // One step more than the hue takes to come round, so that hue and shape never repeat together soon.
        next_shape = (next_shape + 1) % 8;
        if (next_hue == 0)
            next_shape = (next_shape + 1) % 8;
    }
    return styles;
}

} // namespace cameo
