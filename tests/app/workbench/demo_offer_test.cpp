#include "app/workbench/demo_offer.hpp"

#include "tests/support/temporary_folder.hpp"

#include <fstream>
#include <gtest/gtest.h>

namespace cameo {
namespace {

void touch(const std::filesystem::path& file) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << "x";
}

// Welcome said "nothing, all is here" before it fetched the package lists, and nothing about time and room.
TEST(DemoOffer, SaysWhatIsFetched) {
    const TemporaryFolder folder;
    const Folders here{.data = folder.path() / "data", .cache = folder.path() / "cache"};
    const auto lists = folder.path() / "lists";
    touch(lists / "deb.debian.org_debian_dists_bookworm_main_binary-amd64_Packages.lz4");
    const DeviceInfo device{.threads = 2};
    const DemoOffer bare = demo_offer(here, lists, device);
    EXPECT_GT(bare.download_bytes, 10'000'000u);
    EXPECT_EQ(bare.folder, here.data.string());
    EXPECT_GT(bare.disk_bytes, 60'000'000u);
    EXPECT_LT(bare.disk_bytes, 110'000'000u);

    touch(here.cache / "apt" / "lists" / "x_Packages.lz4");
    touch(here.cache / "apt" / "lists" / "x_i18n_Translation-en.lz4");
    EXPECT_EQ(demo_offer(here, lists, device).download_bytes, 0u) << "fetched by an earlier try";
    std::filesystem::remove_all(here.cache);
    touch(lists / "x_i18n_Translation-en.lz4");
    EXPECT_EQ(demo_offer(here, lists, device).download_bytes, 0u) << "the machine has its own";
    std::filesystem::remove_all(lists);
    touch(here.collections() / "debian.sqlite");
    EXPECT_EQ(demo_offer(here, lists, device).download_bytes, 0u) << "the collection is there";
}

TEST(DemoOffer, SaysHowLongByTheThreadsThereAre) {
    const Folders here{.data = "/no/such/data", .cache = "/no/such/cache"};
    const auto offer = [&](int threads) { return demo_offer(here, "/no/such/lists", {.threads = threads}); };
    EXPECT_LT(offer(2).low_s, offer(2).high_s);
    EXPECT_GT(offer(2).low_s, 45);
    EXPECT_LT(offer(2).high_s, 180);
    EXPECT_LT(offer(8).low_s, offer(2).low_s);
    EXPECT_EQ(offer(64).high_s, offer(128).high_s) << "at some point more threads do not help";
    EXPECT_GT(offer(0).high_s, 0);
    EXPECT_EQ(demo_offer(here, "/no/such/lists", {.device = "cuda:0"}).high_s, 0) << "not known";
}

} // namespace
} // namespace cameo
