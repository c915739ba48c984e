#include "views/palette.hpp"

#include <gtest/gtest.h>

#include <set>
#include <utility>

namespace cameo {
namespace {

class PaletteTest : public testing::TestWithParam<std::pair<Appearance, bool>> {
protected:
    const Palette& table = palette(GetParam().first, GetParam().second);
};
INSTANTIATE_TEST_SUITE_P(All, PaletteTest,
                         testing::Values(std::pair(Appearance::Dark, false), std::pair(Appearance::Light, false), std::pair(Appearance::Dark, true), std::pair(Appearance::Light, true)));

TEST(Contrast, AgreesWithKnownPairs) {
    EXPECT_DOUBLE_EQ(contrast_ratio({0xFFFFFF}, {0x000000}), 21.0);
    EXPECT_DOUBLE_EQ(contrast_ratio({0x777777}, {0x777777}), 1.0);
    EXPECT_NEAR(contrast_ratio({0x777777}, {0xFFFFFF}), 4.48, 0.005); // the grey that just fails
    EXPECT_DOUBLE_EQ(contrast_ratio({0x123456}, {0xABCDEF}), contrast_ratio({0xABCDEF}, {0x123456}));
}

TEST(Blend, GoesFromGroundToOver) {
    EXPECT_EQ(blend({0x102030}, {0xFFFFFF}, 0), (Rgb{0x102030}));
    EXPECT_EQ(blend({0x102030}, {0xF0E0D0}, 1), (Rgb{0xF0E0D0}));
    EXPECT_EQ(blend({0x000000}, {0xFF8040}, 0.5), (Rgb{0x804020}));
}

TEST_P(PaletteTest, TextCanBeReadOnEveryGround) {
    for (const Rgb ground : {table.background, table.panel, table.raised})
        for (const Rgb ink : {table.text, table.dim, table.relevant, table.error})
            EXPECT_GE(contrast_ratio(ink, ground), 4.5) << std::hex << ink.value << " on " << ground.value;
    // The label of the one filled button.
    const Rgb paper = GetParam().first == Appearance::Dark ? table.background : table.panel;
    EXPECT_GE(contrast_ratio(paper, table.accent), 4.5);
}

TEST_P(PaletteTest, TextCanBeReadOnEvidenceAndSelection) {
    for (const Rgb hue : table.experts) {
        EXPECT_GE(contrast_ratio(table.text, blend(table.panel, hue, 0.34)), 4.5) << std::hex << hue.value; // chips
        EXPECT_GE(contrast_ratio(table.text, blend(table.panel, hue, 0.50)), 3.0) << std::hex << hue.value; // strongest fill
    }
    EXPECT_GE(contrast_ratio(table.text, blend(table.panel, table.accent, 0.35)), 4.5); // selected text
}

TEST_P(PaletteTest, MarksStandOut) {
    for (const Rgb ground : {table.panel, table.raised}) {
        EXPECT_GE(contrast_ratio(table.accent, ground), 3.0);
        for (const Rgb hue : table.experts)
            EXPECT_GE(contrast_ratio(hue, ground), 3.0) << std::hex << hue.value << " on " << ground.value;
        for (const Rgb hue : table.groups)
            EXPECT_GE(contrast_ratio(hue, ground), 3.0) << std::hex << hue.value << " on " << ground.value;
    }
}

TEST(HighContrast, IsReadFromTheLastRow) {
    for (const Appearance appearance : {Appearance::Dark, Appearance::Light}) {
        const Palette& table = palette(appearance, true);
        for (const Rgb ground : {table.background, table.panel, table.raised})
            for (const Rgb ink : {table.text, table.dim, table.relevant, table.error}) EXPECT_GE(contrast_ratio(ink, ground), 7) << std::hex << ink.value << " on " << ground.value;
        for (const Rgb ground : {table.panel, table.raised}) {
            for (const Rgb hue : table.experts) EXPECT_GE(contrast_ratio(hue, ground), 4.5) << std::hex << hue.value << " on " << ground.value;
            for (const Rgb hue : table.groups) EXPECT_GE(contrast_ratio(hue, ground), 4.5) << std::hex << hue.value << " on " << ground.value;
            EXPECT_GE(contrast_ratio(table.line, table.panel), 3) << "grounds are told apart by a line";
        }
    }
}

TEST_P(PaletteTest, GroupsNeverWearTheHueOfAnOwner) {
    std::set<std::uint32_t> groups;
    for (const Rgb group : table.groups) {
        EXPECT_TRUE(groups.insert(group.value).second);
        EXPECT_NE(group, table.relevant);
        for (std::size_t owned = 0; owned < 3; ++owned)
            EXPECT_NE(group, table.experts[owned]);
    }
}

TEST_P(PaletteTest, GreenIsSpentOnRelevantOnly) {
    for (const Rgb hue : table.experts)
        EXPECT_NE(hue, table.relevant);
    EXPECT_NE(table.accent, table.relevant);
}

TEST(ExpertStyles, KeepTheHueOfAKindWhateverStandsBeside) {
    const ExpertKind two[] = {ExpertKind::Global, ExpertKind::Lexical};
    const auto styles = expert_styles(two);
    EXPECT_EQ(styles[0].hue, 2U);
    EXPECT_EQ(styles[1].hue, 0U);
}

TEST(ExpertStyles, NeverRepeatHueAndShapeTogetherAmongSixteen) {
    const std::vector<ExpertKind> kinds(16, ExpertKind::Global);
    std::set<std::pair<std::size_t, int>> seen;
    for (const ExpertStyle style : expert_styles(kinds))
        EXPECT_TRUE(seen.emplace(style.hue, static_cast<int>(style.shape)).second);
}

} // namespace
} // namespace cameo
