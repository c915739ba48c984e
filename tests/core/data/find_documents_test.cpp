#include "core/data/find_documents.hpp"

#include "core/jobs/progress.hpp"
#include "tests/support/memory_collection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cameo {
namespace {

using testing::ElementsAre;

std::vector<std::string> ids(const DocumentMatches& matches) {
    std::vector<std::string> found;
    for (const DocumentMatch& match : matches.found) found.push_back(match.id);
    return found;
}

TEST(FindDocuments, TheIdItselfComesFirstThenItsBeginningThenTitles) {
    const MemoryCollection collection({{.id = "music-tools", .title = "", .text = "none of it is read"},
                                       {.id = "xine", .title = "A player for VLC streams", .text = ""},
                                       {.id = "libvlc5", .title = "", .text = "vlc"},
                                       {.id = "vlc-bin", .title = "", .text = ""},
                                       {.id = "vlc", .title = "Player", .text = ""},
                                       {.id = "other", .title = "", .text = "vlc in the text"}});
    Progress progress;
    EXPECT_THAT(ids(find_documents(collection, " Vlc ", 10, progress)), ElementsAre("vlc", "vlc-bin", "libvlc5", "xine"));
    EXPECT_THAT(ids(find_documents(collection, "player for", 10, progress)), ElementsAre("xine"));
    const DocumentMatches cut = find_documents(collection, "vlc", 2, progress);
    EXPECT_THAT(ids(cut), ElementsAre("vlc", "vlc-bin"));
    EXPECT_TRUE(cut.more);
    EXPECT_FALSE(find_documents(collection, "vlc", 4, progress).more);
    EXPECT_TRUE(find_documents(collection, "  ", 10, progress).found.empty());
    EXPECT_TRUE(find_documents(collection, "nobody", 10, progress).found.empty());
}

TEST(FindDocuments, Stops) {
    const MemoryCollection collection({{.id = "a", .title = "", .text = ""}});
    std::stop_source stop;
    stop.request_stop();
    Progress stopped(stop.get_token());
    EXPECT_THROW(find_documents(collection, "a", 10, stopped), Cancelled);
}

} // namespace
} // namespace cameo
