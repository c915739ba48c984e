#include "app/shell/layouts.hpp"
#include "tests/app/app_stage.hpp"
#include "tests/app/picture/parsed_xml.hpp"
#include "views/theme.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <imgui_internal.h>
#include <imgui_te_context.h>

namespace cameo {
namespace {

using testing::HasSubstr;

std::string read(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::string hex(Rgb color) {
    char text[8];
    std::snprintf(text, sizeof text, "#%06x", color.value);
    return text;
}

int width_of(const std::string& png) { return static_cast<unsigned char>(png[18]) << 8 | static_cast<unsigned char>(png[19]); }
int height_of(const std::string& png) { return static_cast<unsigned char>(png[22]) << 8 | static_cast<unsigned char>(png[23]); }

/// A window that saves where it proposes to, into a folder of its own; the file dialog is the desktop's.
struct PictureStage {
    TemporaryFolder folder;
    FakeSources fakes;
    std::filesystem::path last;
    AppStage stage{fakes.sources(), {}, 1280, 720, [this](const FileQuestion& question, Progress&) {
                       last = folder / question.first.filename();
                       return std::optional(last);
                   }};
    App& app = stage.app();

    bool saved(const std::string& sentence) {
        return stage.wait_until([&] {
            return std::ranges::any_of(app.now().notices, [&](const Notice& notice) { return notice.sentence.find(sentence) != notice.sentence.npos; });
        });
    }
    /// By the menu in its corner, as a person does.
    std::string save(const std::string& title, const char* item) {
        app.shell().maximise({});
        app.shell().show_view(title);
        stage.frames(5);
        const ImGuiWindow* window = ImGui::FindWindowByName(title.c_str());
        const ImVec2 end{window->Pos.x + window->Size.x, window->Pos.y + window->Size.y};
        stage.drive([&](ImGuiTestContext& ctx) {
            ctx.MouseMoveToPos({end.x - 30, end.y - 10});
            ctx.MouseClick();
            ctx.Yield(5); // the menu takes its size
            ctx.SetRef("//$FOCUSED");
            ctx.ItemClick(item);
        });
        const bool done = saved("Saved "); // a worker has set `last` before
        EXPECT_TRUE(done) << title << ": " << (app.now().notices.empty() ? "nothing was said" : app.now().notices.back().sentence);
        for (const Notice& notice : std::vector<Notice>(app.notices().notices())) app.notices().dismiss(notice.id);
        stage.frames(3);
        return read(last);
    }
};

constexpr const char* kSvg = "Save as SVG \u2026";
constexpr const char* kPng = "Save as PNG (2\u00D7) \u2026";

TEST(Pictures, OfEveryViewByItsMenu) {
    PictureStage scene;
    ASSERT_TRUE(scene.stage.open({"play music"}));
    scene.app.act(MeasureJudged{"test"});
    scene.stage.frames(30);
    ASSERT_EQ(scene.app.settings().appearance, Appearance::Dark);
    const Selection before = scene.app.now().selection;
    for (const auto& view : scene.app.shell().views()) {
        const std::string& title = view->title();
        const std::string svg = scene.save(title, kSvg), png = scene.save(title, kPng);
        const auto all = parsed_xml(svg);
        const int width = std::stoi(all[0].attributes.at("width")), height = std::stoi(all[0].attributes.at("height"));
        const ImVec2 size = ImGui::FindWindowByName(title.c_str())->Size;
        EXPECT_EQ(width, static_cast<int>(size.x)) << title;
        EXPECT_GT(height, static_cast<int>(size.y)) << title << ": the line below it";
        EXPECT_EQ(width_of(png), 2 * width) << title;
        EXPECT_EQ(height_of(png), 2 * height) << title;
        EXPECT_THAT(texts(all, "title"), HasSubstr(title));
        for (const char* part : {"model fake", "collection fakes", "\u201Cplay music\u201D", "cameo "})
            EXPECT_THAT(texts(all, "text") + texts(all, "desc"), HasSubstr(part)) << title;
        EXPECT_NE(png.find("play music"), png.npos) << title;
        // Light, with its ground, though the window is dark.
        EXPECT_EQ(elements(all, "rect").front().attributes.at("fill"), hex(palette(Appearance::Light).panel)) << title;
        for (const auto& text : elements(all, "text")) EXPECT_NE(text.attributes.at("fill"), hex(palette(Appearance::Dark).text)) << text.text;
    }
    EXPECT_EQ(theme().appearance, Appearance::Dark);
    EXPECT_EQ(scene.app.settings().appearance, Appearance::Dark);
    EXPECT_EQ(scene.app.now().selection, before);
    EXPECT_TRUE(ImGui::GetStyle().AntiAliasedFill);
    EXPECT_EQ(ImGui::GetMainViewport()->FramebufferScale.x, 1);
}

TEST(Pictures, HoldTheWordsThatAreShown) {
    PictureStage scene;
    ASSERT_TRUE(scene.stage.open({"play music"}));
    const std::string bench = texts(parsed_xml(scene.save(view_title::kQueryBench, kSvg)), "text");
    const auto& trace = *scene.app.now().trace;
    for (const ExpertTrace& expert : trace.experts) {
        std::string name = expert.name;
        name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
        EXPECT_THAT(bench, HasSubstr(name));
    }
    const auto& best = trace.documents[static_cast<std::size_t>(trace.fused.front().document)];
    EXPECT_THAT(bench, HasSubstr(best.title.empty() ? best.id : best.title));
}

// The row under the mouse stayed lit, and its tooltip would have been in the picture.
TEST(Pictures, ShowNothingUnderTheMouse) {
    PictureStage scene;
    ASSERT_TRUE(scene.stage.open({"play music"}));
    const std::string away = scene.save(view_title::kQueryBench, kSvg);
    const ImVec2 at = position(view_title::kQueryBench);
    scene.stage.drive([&](ImGuiTestContext& ctx) { ctx.MouseMoveToPos({at.x + 120, at.y + 100}); });
    const std::string file = (scene.folder / "over.svg").string();
    scene.app.take_picture({view_title::kQueryBench, PictureFormat::Svg, file});
    ASSERT_TRUE(scene.saved("Saved " + file));
    const auto without_result = [](std::string svg) { return svg.substr(svg.find("</metadata>")); };
    EXPECT_EQ(without_result(read(file)), without_result(away));
}

TEST(Pictures, OfTheViewInUseByTheCommandTable) {
    PictureStage scene;
    ASSERT_TRUE(scene.stage.open({"play music"}));
    scene.app.shell().show_view(view_title::kLedger);
    scene.stage.frames(5);
    scene.stage.drive([&](ImGuiTestContext& ctx) {
        ctx.KeyPress(kCtrl | ImGuiKey_P); // the palette has the focus then
        ctx.KeyChars("picture of this view as svg");
        ctx.KeyPress(ImGuiKey_Enter);
    });
    ASSERT_TRUE(scene.saved("Saved"));
    EXPECT_EQ(scene.last.filename(), "ledger.svg");
    EXPECT_EQ(texts(parsed_xml(read(scene.last)), "title"), "Ledger\n");
}

TEST(Pictures, OnAPageWithItsFigures) {
    PictureStage scene;
    ASSERT_TRUE(scene.stage.open({"play music"}));
    const std::string page = scene.save(view_title::kQueryBench, "Save as web page or PDF \u2026");
    EXPECT_EQ(scene.last.filename(), "query-bench.html");
    const auto& trace = *scene.app.now().trace;
    const auto& best = trace.documents[static_cast<std::size_t>(trace.fused.front().document)];
    EXPECT_THAT(page, HasSubstr("<svg role=\"img\" aria-label=\"The view Query bench\""));
    EXPECT_THAT(page, HasSubstr("<td class=\"words\">" + best.id + "</td>"));
    EXPECT_THAT(page, HasSubstr("<dt>Query</dt><dd>play music</dd>"));
    EXPECT_EQ(theme().appearance, Appearance::Dark);
}

TEST(Pictures, OfAViewBehindAnotherBringItToTheFront) {
    PictureStage scene;
    ASSERT_TRUE(scene.stage.open({"play music"}));
    ASSERT_FALSE(scene.app.shell().is_drawn(view_title::kAlignment));
    const auto file = scene.folder / "a.svg";
    scene.app.take_picture({view_title::kAlignment, PictureFormat::Svg, file});
    scene.app.take_picture({view_title::kLedger, PictureFormat::Svg, scene.folder / "l.svg"});
    ASSERT_TRUE(scene.saved("Saved " + (scene.folder / "l.svg").string()));
    EXPECT_EQ(texts(parsed_xml(read(file)), "title"), "Alignment\n");
    EXPECT_EQ(texts(parsed_xml(read(scene.folder / "l.svg")), "title"), "Ledger\n");
}

TEST(Pictures, ThatCannotBeWrittenSaySo) {
    PictureStage scene;
    ASSERT_TRUE(scene.stage.open({"play music"}));
    std::ofstream(scene.folder / "file") << "no folder";
    for (const PictureFormat format : {PictureFormat::Svg, PictureFormat::Png, PictureFormat::Page}) {
        const auto file = scene.folder / "file" / std::string("ledger.").append(extension(format));
        scene.app.take_picture({view_title::kLedger, format, file});
        ASSERT_TRUE(scene.saved(file.string()));
        EXPECT_EQ(scene.app.now().notices.back().level, Notice::Level::Error);
        EXPECT_THAT(scene.app.now().notices.back().sentence, testing::Not(HasSubstr("\n")));
    }
    scene.app.take_picture({"Nothing", PictureFormat::Svg, scene.folder / "n.svg"});
    EXPECT_TRUE(scene.saved("Nothing: it is not on the screen"));
    EXPECT_FALSE(std::filesystem::exists(scene.folder / "n.svg"));
}

} // namespace
} // namespace cameo
