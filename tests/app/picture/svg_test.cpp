#include "app/picture/svg.hpp"

#include "app/picture/picture_frame.hpp"
#include "app/picture/svg_out.hpp"
#include "tests/app/picture/parsed_xml.hpp"
#include "views/draw.hpp"
#include "views/icons.hpp"
#include "views/widgets/turned_text.hpp"

#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <imgui_impl_null.h>
#include <imgui_internal.h>

namespace cameo {
namespace {

using testing::HasSubstr;

constexpr ImU32 kOrange = IM_COL32(0xFF, 0x80, 0x00, 0xFF);

/// A picture of the part of the screen from (100, 50) to (300, 150), and what is drawn into one list on it.
class Canvas {
public:
    explicit Canvas(bool vectors = true) : m_context(ImGui::CreateContext()) {
        ImGui::GetIO().IniFilename = nullptr;
        ImGui_ImplNull_Init();
        const Fonts fonts = load_fonts(*ImGui::GetIO().Fonts);
        ImGui_ImplNull_NewFrame();
        apply_theme({}, 1, fonts);
        style_for_picture(vectors);
        ImGui::NewFrame();
    }
    ~Canvas() {
        ImGui::EndFrame();
        ImGui_ImplNull_Shutdown();
        ImGui::DestroyContext(m_context);
    }

    std::string svg(const std::function<void(ImDrawList&)>& draw) {
        ImDrawList list(ImGui::GetDrawListSharedData());
        list._ResetForNewFrame();
        list._SetPixelDensity(1);
        list.PushTexture(ImGui::GetIO().Fonts->TexRef);
        list.PushClipRect({0, 0}, {1920, 1080});
        draw(list);
        const std::vector<const ImDrawList*> lists{&list};
        return svg_text(picture, lists, *ImGui::GetIO().Fonts, words);
    }
    std::vector<ParsedElement> drawn(const std::function<void(ImDrawList&)>& draw) { return parsed_xml(svg(draw)); }

    Rectangle picture{{100, 50}, {300, 150}};
    PictureWords words{.title = "Ledger", .description = "where from", .provenance = {{"model", "came"}, {"query", "a < b & \"c\""}}};

private:
    ImGuiContext* m_context;
};

TEST(Svg, SaysWhatItIs) {
    Canvas canvas;
    const auto all = canvas.drawn([](ImDrawList&) {});
    ASSERT_FALSE(all.empty());
    EXPECT_EQ(all[0].tag, "svg");
    EXPECT_EQ(all[0].attributes.at("width"), "200");
    EXPECT_EQ(all[0].attributes.at("height"), "100");
    EXPECT_EQ(all[0].attributes.at("viewBox"), "0 0 200 100");
    EXPECT_EQ(texts(all, "title"), "Ledger\n");
    EXPECT_EQ(texts(all, "desc"), "where from\n");
    EXPECT_EQ(texts(all, "item"), "came\na < b & \"c\"\n");
    EXPECT_EQ(elements(all, "item")[1].attributes.at("name"), "query");
}

TEST(Svg, ARectangleIsOne) {
    Canvas canvas;
    const auto all = canvas.drawn([](ImDrawList& list) { list.AddRectFilled({110, 70}, {150, 100}, kOrange); });
    const auto rectangles = elements(all, "rect");
    ASSERT_EQ(rectangles.size(), 1u);
    EXPECT_THAT(rectangles[0].attributes,
                testing::ContainerEq(std::map<std::string, std::string>{{"x", "10"}, {"y", "20"}, {"width", "40"}, {"height", "30"}, {"fill", "#ff8000"}}));
    EXPECT_TRUE(elements(all, "path").empty());
}

TEST(Svg, AStrokeAndACurveAreOneShapeEach) {
    Canvas canvas;
    const auto all = canvas.drawn([](ImDrawList& list) {
        const ImVec2 way[]{{110, 60}, {140, 60}, {140, 90}};
        list.AddPolyline(way, 3, kOrange, 2);
        list.AddCircle({200, 100}, 20, IM_COL32_BLACK, 0, 1);
    });
    const auto paths = elements(all, "path");
    ASSERT_EQ(paths.size(), 2u);
    EXPECT_EQ(std::ranges::count(paths[0].attributes.at("d"), 'M'), 1);
    EXPECT_EQ(std::ranges::count(paths[1].attributes.at("d"), 'M'), 2) << "a ring: its outer and its inner edge";
}

TEST(Svg, SoftEdgesForScreensAreLeftOut) {
    Canvas canvas(false);
    const auto all = canvas.drawn([](ImDrawList& list) {
        const ImVec2 corners[]{{110, 60}, {160, 60}, {135, 100}};
        list.AddConvexPolyFilled(corners, 3, kOrange);
    });
    const auto paths = elements(all, "path");
    ASSERT_EQ(paths.size(), 1u);
    EXPECT_EQ(std::ranges::count(paths[0].attributes.at("d"), 'M'), 1);
    EXPECT_FALSE(paths[0].attributes.contains("fill-opacity"));
}

TEST(Svg, TranslucentShapesStayOnTopOfEachOther) {
    Canvas canvas;
    const auto two = [&](ImU32 color) {
        return canvas.drawn([color](ImDrawList& list) {
            list.AddRectFilled({110, 60}, {150, 100}, color);
            list.AddRectFilled({130, 80}, {170, 120}, color);
        });
    };
    const auto veils = elements(two(IM_COL32(0, 0, 0, 128)), "rect");
    ASSERT_EQ(veils.size(), 2u);
    EXPECT_EQ(veils[0].attributes.at("fill-opacity"), "0.5");
    EXPECT_EQ(elements(two(kOrange), "path").size(), 1u) << "what covers can be one";
}

TEST(Svg, ShadedCellsTakeTheirMean) {
    Canvas canvas;
    const auto all = canvas.drawn([](ImDrawList& list) {
        const ImVec2 white = ImGui::GetFontTexUvWhitePixel();
        list.PrimReserve(3, 3);
        list.PrimVtx({110, 60}, white, IM_COL32(0, 30, 90, 255));
        list.PrimVtx({150, 60}, white, IM_COL32(30, 30, 0, 255));
        list.PrimVtx({110, 90}, white, IM_COL32(60, 30, 0, 255));
    });
    ASSERT_EQ(elements(all, "path").size(), 1u);
    EXPECT_EQ(elements(all, "path")[0].attributes.at("fill"), "#1e1e1e");
}

TEST(Svg, TextIsText) {
    Canvas canvas;
    const auto all = canvas.drawn([](ImDrawList& list) {
        draw_text(list, {110, 80}, TextStyle::Body, kOrange, "play <music> & “more”");
        draw_text(list, {110, 120}, TextStyle::Mono, kOrange, "0.96 × 1.67");
    });
    EXPECT_EQ(texts(all, "text"), "play <music> & “more”\n0.96 × 1.67\n");
    const auto lines = elements(all, "text");
    EXPECT_EQ(lines[0].attributes.at("y"), "30");
    EXPECT_THAT(lines[0].attributes.at("font-family"), testing::AllOf(HasSubstr("Inter"), HasSubstr("sans-serif")));
    EXPECT_THAT(lines[1].attributes.at("font-family"), HasSubstr("monospace"));
    EXPECT_EQ(lines[0].attributes.at("fill"), "#ff8000");
    const auto words = elements(all, "tspan");
    ASSERT_EQ(words.size(), 7u);
    EXPECT_EQ(words[0].attributes.at("x"), "10");
    const float second = 110 + text_width(TextStyle::Body, "play ") - 100;
    EXPECT_NEAR(std::stof(words[1].attributes.at("x")), second, 0.02);
    EXPECT_NEAR(std::stof(words[1].attributes.at("textLength")), text_width(TextStyle::Body, "<music>"), 0.02);
    // Inter's em is the 1/1.21 of its height.
    EXPECT_NEAR(std::stof(lines[0].attributes.at("font-size")), 16 / 1.21, 0.1);
}

TEST(Svg, TurnedTextIsTurned) {
    Canvas canvas;
    const auto all = canvas.drawn([](ImDrawList& list) {
        const TurnedText turned(list, {150, 100}, -1.5707963f);
        draw_text(list, {150, 100}, TextStyle::Small, kOrange, "upwards now");
    });
    ASSERT_EQ(texts(all, "text"), "upwards now\n");
    EXPECT_THAT(elements(all, "text")[0].attributes.at("transform"), HasSubstr("rotate(-90"));
}

TEST(Svg, IconsAreOutlines) {
    Canvas canvas;
    if (!theme().fonts.icons) GTEST_SKIP() << "the icon font is not installed";
    const auto all = canvas.drawn([](ImDrawList& list) { draw_icon(list, {150, 100}, icon::kSearch, kOrange, 16); });
    EXPECT_TRUE(elements(all, "text").empty());
    ASSERT_EQ(elements(all, "path").size(), 1u);
    EXPECT_THAT(elements(all, "path")[0].attributes.at("transform"), HasSubstr("translate("));
}

TEST(Svg, IsCutWhereTheWindowCuts) {
    Canvas canvas;
    const auto all = canvas.drawn([](ImDrawList& list) {
        list.AddRectFilled({0, 0}, {90, 40}, kOrange);    // not in the picture
        list.AddRectFilled({290, 60}, {310, 70}, kOrange); // over its edge
        list.PushClipRect({120, 60}, {160, 100});
        list.AddRectFilled({130, 70}, {140, 80}, IM_COL32_BLACK); // whole
        draw_text(list, {146, 90}, TextStyle::Body, kOrange, "beyond");
        draw_text(list, {150, 140}, TextStyle::Body, kOrange, "nowhere");
        list.PopClipRect();
    });
    EXPECT_EQ(elements(all, "clipPath").size(), 2u);
    EXPECT_EQ(elements(all, "g").size(), 2u);
    EXPECT_EQ(elements(all, "rect").size(), 2u + 2u) << "two of clips, two drawn";
    EXPECT_THAT(texts(all, "text"), HasSubstr("be")) << "the letters that are left out cannot be seen";
    EXPECT_THAT(texts(all, "text"), testing::Not(HasSubstr("nowhere")));
    const auto clip = elements(all, "rect")[3].attributes;
    EXPECT_EQ(clip.at("x"), "20");
    EXPECT_EQ(clip.at("width"), "40");
}

// Dear ImGui cuts some letters itself, with their rectangles in the atlas.
TEST(Svg, TextThatWasCutInItsFrameIsWholeAndHidden) {
    Canvas canvas;
    const auto all = canvas.drawn([](ImDrawList& list) {
        ImGui::PushFont(theme().fonts.regular, 16);
        const ImVec4 frame{110, 60, 160, 70};
        list.AddText(ImGui::GetFont(), 16, {112, 60}, kOrange, "Alignment view", nullptr, 0, &frame);
        ImGui::PopFont();
    });
    EXPECT_THAT(texts(all, "text"), testing::StartsWith("Align"));
    EXPECT_LE(elements(all, "text").size(), 2u);
    EXPECT_FALSE(elements(all, "clipPath").empty());
}

TEST(SvgFigure, SaysNoMoreThanIsSeen) {
    EXPECT_EQ(svg_figure(10), "10");
    EXPECT_EQ(svg_figure(0.505f), "0.5");
    EXPECT_EQ(svg_figure(-0.001f), "0");
    EXPECT_EQ(svg_figure(1234.56f), "1234.56");
    EXPECT_EQ(svg_figure(INFINITY), "0");
}

TEST(XmlText, EscapesAndHoldsNothingThatXmlCannot) {
    EXPECT_EQ(xml_text("a<b>&\"c\" é 漢 😀"), "a&lt;b&gt;&amp;&quot;c&quot; é 漢 😀");
    EXPECT_EQ(xml_text(std::string_view("\0\x1b[1m\n", 6)), "\uFFFD\uFFFD[1m\n");
    EXPECT_EQ(xml_text("\xC3("), "\uFFFD(");
    EXPECT_EQ(xml_text("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD") << "a surrogate alone: no byte of it begins a character";
    EXPECT_EQ(xml_text("\xC0\xAF"), "\uFFFD\uFFFD") << "an overlong slash";
    EXPECT_EQ(xml_text("\xE2\x82"), "\uFFFD\uFFFD") << "cut in the middle";
}

} // namespace
} // namespace cameo
