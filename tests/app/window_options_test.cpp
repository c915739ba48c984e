#include "app/window_options.hpp"

#include "core/base/error.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cameo {
namespace {

using Arguments = std::vector<std::string>;

TEST(WindowOptions, TellTheWindowFromVerbs) {
    EXPECT_TRUE(asks_for_window(Arguments{}));
    EXPECT_TRUE(asks_for_window(Arguments{"--light"}));
    EXPECT_TRUE(asks_for_window(Arguments{"finding.cameo"}));
    EXPECT_FALSE(asks_for_window(Arguments{"query", "--model", "demo"}));
    EXPECT_FALSE(asks_for_window(Arguments{"--help"}));
    EXPECT_FALSE(asks_for_window(Arguments{"--version"}));
}

TEST(WindowOptions, TakeAFileThatIsThereForASession) {
    const TemporaryFolder folder;
    const std::string kept = folder / "kept.bak", none = folder / "none.bak";
    std::ofstream(kept) << "anything";
    EXPECT_TRUE(asks_for_window(Arguments{kept}));
    EXPECT_EQ(parse_window_options(Arguments{kept}).session, kept);
    EXPECT_FALSE(asks_for_window(Arguments{none}));
    EXPECT_THROW(parse_window_options(Arguments{"--light", none}), Error);
    EXPECT_FALSE(asks_for_window(Arguments{folder.path().string()}));
}

TEST(WindowOptions, ReadWhatIsSaid) {
    const auto options = parse_window_options(
        Arguments{"--size", "1280x720", "--scale", "2", "--light", "--query", "play music", "--screenshot", "a.png", "--model", "sbmoe", "--collection", "cacm",
                  "--action", "judged.measure", "--action", "view.Gate", "--figure", "Query bench=out/a=b.svg", "--figure", "Map=m.pdf", "x.cameo"});
    EXPECT_EQ(options.width, 1280);
    EXPECT_EQ(options.height, 720);
    EXPECT_EQ(options.scale, 2.0f);
    EXPECT_TRUE(options.light);
    EXPECT_EQ(options.query, "play music");
    EXPECT_EQ(options.screenshot, "a.png");
    EXPECT_EQ(options.session, "x.cameo");
    EXPECT_EQ(options.model, "sbmoe");
    EXPECT_EQ(options.collection, "cacm");
    ASSERT_EQ(options.figures.size(), 2u);
    EXPECT_EQ(options.figures[0].view, "Query bench");
    EXPECT_EQ(options.figures[0].file, "out/a=b.svg");
    EXPECT_EQ(options.figures[1].file, "m.pdf");
    EXPECT_EQ(options.actions, (Arguments{"judged.measure", "view.Gate"}));
}

TEST(WindowOptions, RefuseWhatMakesNoSense) {
    for (const Arguments& arguments :
         {Arguments{"--size", "big"}, Arguments{"--size", "10x10"}, Arguments{"--size", "1280x"}, Arguments{"--scale", "9"},
          Arguments{"--scale", "nan"}, Arguments{"--query"}, Arguments{"--figure", "Map"}, Arguments{"--figure", "=m.png"}, Arguments{"--figure", "Map=m.jpg"}, Arguments{"--colour"}})
        EXPECT_THROW(parse_window_options(arguments), Error) << arguments.front();
}

} // namespace
} // namespace cameo
