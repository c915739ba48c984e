#pragma once

#include "core/model/representation.hpp"
#include "views/snapshot.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace cameo {

/// An opaque sRGB colour, 0xRRGGBB.
struct Rgb {
    std::uint32_t value = 0;
    bool operator==(const Rgb&) const = default;
};

/// One hue an expert: three with a fixed owner, the rest for models with more experts.
inline constexpr std::size_t kExpertHues = 8;
/// Sections, categories and whatever else is not an expert.
inline constexpr std::size_t kGroupHues = 8;

/// The whole table of one appearance: every colour on the screen is one of these, or one of these over another.
struct Palette {
    Rgb background, panel, raised, line; ///< grounds, and the hairline between them
    Rgb text, dim;                       ///< ink: 4.5:1 at least on the first three
    Rgb accent;                          ///< selection and links between views
    Rgb relevant;                        ///< judged relevant, and nothing else
    Rgb error;                           ///< always beside a word and an icon
    std::array<Rgb, kExpertHues> experts; ///< marks: 3:1 at least on panel and raised. 0 lexical, 1 local, 2 global
    std::array<Rgb, kGroupHues> groups;   ///< marks likewise, never a hue of the three above
};

/// @param high_contrast its text is 7:1 on every ground, its marks 4.5:1
const Palette& palette(Appearance appearance, bool high_contrast = false);

/// Contrast of two colours, 1 … 21, as WCAG 2.1 defines it (relative luminance, sRGB).
double contrast_ratio(Rgb one, Rgb other);
/// `over` at `alpha` on `ground`.
Rgb blend(Rgb ground, Rgb over, double alpha);

/// Shapes stand beside the hue, so that colour never tells alone.
enum class MarkShape { Circle, Diamond, Square, Triangle, Hexagon, Cross, Ring, Bar };

/// How one expert is drawn, everywhere and always; or a category.
struct ExpertStyle {
    std::size_t hue = 0; ///< index into Palette::experts, from kExpertHues on into Palette::groups
    MarkShape shape = MarkShape::Circle;
};

/// Hues of a model's experts: the first lexical, local and global expert own theirs whatever stands beside them; all
/// others take the free ones in order. From the ninth expert on hues repeat and the shapes still differ.
std::vector<ExpertStyle> expert_styles(std::span<const ExpertKind> kinds);

} // namespace cameo
