#include "core/base/error.hpp"
#include "core/index/bm25.hpp"
#include "tests/support/memory_collection.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cmath>
#include <fstream>

namespace cameo {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

Document document(const std::string& id, const std::string& title, const std::string& text) {
    Document out;
    out.id = id;
    out.title = title;
    out.text = text;
    return out;
}

MemoryCollection sample(const std::string& version = "1") {
    return MemoryCollection({document("a", "music player", "plays music"),
                             document("b", "", "the player of chess"), document("c", "", "")},
                            version);
}

// N = 3; lengths 4, 2, 0, mean 2; music in 1 document twice, player in 2.
TEST(Bm25, ScoresByHand) {
    Progress progress;
    const auto bm25 = Bm25::build(sample(), {}, progress);
    EXPECT_EQ(bm25->documents(), 3);
    const double idf_music = std::log(1 + 2.5 / 1.5), idf_player = std::log(1 + 1.5 / 2.5);
    const double norm_a = 1.2 * (0.25 + 0.75 * 4 / 2), norm_b = 1.2 * (0.25 + 0.75 * 2 / 2);
    const auto hits = bm25->search("The music PLAYERS", 10);
    ASSERT_EQ(hits.size(), 2u);
    EXPECT_EQ(hits[0].document, 0);
    EXPECT_NEAR(hits[0].score, idf_music * 2 / (2 + norm_a) + idf_player * 1 / (1 + norm_a), 1e-6);
    EXPECT_EQ(hits[1].document, 1);
    EXPECT_NEAR(hits[1].score, idf_player * 1 / (1 + norm_b), 1e-6);
    EXPECT_NEAR(bm25->search("music music", 1)[0].score, 2 * idf_music * 2 / (2 + norm_a), 1e-6);
    EXPECT_TRUE(bm25->search("the of", 10).empty());
    EXPECT_TRUE(bm25->search("unheard", 10).empty());
    EXPECT_EQ(bm25->search("player", 1).size(), 1u);
    EXPECT_EQ(bm25->search(std::string(100'000, 'x') + " chess", 5).size(), 1u);
}

// Removed documents are as if they had never been: no score knows of them.
TEST(Bm25, RemovedDocumentsCountInNoStatistic) {
    Progress progress;
    auto documents = MemoryCollection::random_documents(300);
    MemoryCollection removed(documents);
    removed.remove({0, 7, 8, 299});
    for (const std::ptrdiff_t place : {299, 8, 7, 0})
        documents.erase(documents.begin() + place);
    const MemoryCollection shorter(documents);
    const auto with = Bm25::build(removed, {}, progress), without = Bm25::build(shorter, {}, progress);
    for (const char* query : {"w3 w17", "w1 w2 w40", "w120"}) {
        const auto found = with->search(query, 1000), right = without->search(query, 1000);
        ASSERT_EQ(found.size(), right.size());
        for (std::size_t at = 0; at < found.size(); ++at) {
            EXPECT_EQ(found[at].score, right[at].score);
            EXPECT_EQ(removed.document(found[at].document).id, shorter.document(right[at].document).id);
        }
    }
}

TEST(Bm25, AnEmptyCollectionFindsNothing) {
    Progress progress;
    EXPECT_TRUE(Bm25::build(MemoryCollection({}), {}, progress)->search("music", 10).empty());
    EXPECT_TRUE(
        Bm25::build(MemoryCollection({document("a", "", "the")}), {}, progress)->search("the", 10).empty());
}

TEST(Bm25, RefusesParametersOutsideOfTheirRange) {
    Progress progress;
    EXPECT_THROW(Bm25::build(sample(), {.k1 = -1}, progress), Error);
    EXPECT_THROW(Bm25::build(sample(), {.b = 1.5}, progress), Error);
    EXPECT_THROW(Bm25::build(sample(), {.k1 = NAN}, progress), Error);
}

// tests/data/index/make_bm25.py made documents, queries and the scores of bm25s.
TEST(Bm25, ScoresAreThoseOfBm25s) {
    const auto json = nlohmann::json::parse(read(fs::path(CAMEO_TEST_DATA) / "index" / "bm25.json"));
    std::vector<Document> documents;
    for (const auto& text : json["documents"])
        documents.push_back(document(std::to_string(documents.size()), "", text));
    Progress progress;
    const auto bm25 = Bm25::build(MemoryCollection(documents), {}, progress);
    std::size_t compared = 0;
    for (const auto& query : json["queries"]) {
        std::vector<double> scores(documents.size());
        for (const auto& hit : bm25->search(query["text"].get<std::string>(), documents.size()))
            scores[static_cast<std::size_t>(hit.document)] = hit.score;
        std::vector<double> expected(documents.size());
        for (const auto& [ordinal, score] : query["scores"].items())
            expected[std::stoul(ordinal)] = score;
        for (std::size_t k = 0; k < documents.size(); ++k, ++compared)
            ASSERT_NEAR(scores[k], expected[k], 5e-5) << query["text"] << " in document " << k;
    }
    EXPECT_GT(compared, 1000u);
}

TEST(Bm25, LoadsWhatItSaved) {
    const TemporaryFolder folder;
    const auto file = folder / "bm25";
    Progress progress;
    const auto collection = sample();
    const auto built = Bm25::load_or_build(file, collection, progress);
    const auto size = fs::file_size(file);
    const auto written = fs::last_write_time(file);
    const auto loaded = Bm25::load_or_build(file, collection, progress);
    EXPECT_EQ(fs::last_write_time(file), written);
    EXPECT_EQ(fs::file_size(file), size);
    for (const auto* query : {"music", "player chess", "nothing"})
        EXPECT_EQ(built->search(query, 10), loaded->search(query, 10));
}

// The file had one document less than the collection has places, and was never loaded.
TEST(Bm25, LoadsWhatItSavedAfterTheLastDocumentWasRemoved) {
    const TemporaryFolder folder;
    const auto file = folder / "bm25";
    Progress progress;
    auto collection = sample();
    collection.remove({1, 2});
    EXPECT_EQ(Bm25::load_or_build(file, collection, progress)->documents(), 3);
    const auto written = fs::last_write_time(file) - std::chrono::hours(1);
    fs::last_write_time(file, written);
    EXPECT_EQ(Bm25::load_or_build(file, collection, progress)->search("music", 10).size(), 1u);
    EXPECT_EQ(fs::last_write_time(file), written);
}

TEST(Bm25, BuildsAgainForAnotherVersion) {
    const TemporaryFolder folder;
    Progress progress;
    Bm25::load_or_build(folder / "bm25", sample("1"), progress);
    const MemoryCollection grown({document("a", "", "music"), document("b", "", "harpsichord")}, "2");
    EXPECT_EQ(Bm25::load_or_build(folder / "bm25", grown, progress)->search("harpsichord", 5).size(), 1u);
}

// The sentence was the name of a stage, which the next one replaced at once.
TEST(Bm25, DamagedFilesAreBuiltAgainAndNamed) {
    const TemporaryFolder folder;
    const auto file = folder / "bm25";
    Progress progress;
    const auto collection = sample();
    const auto expected = Bm25::load_or_build(file, collection, progress)->search("music player", 5);
    const auto whole = read(file);
    for (std::size_t k = 0; k < whole.size(); k += 13) {
        auto bytes = whole;
        bytes[k] = static_cast<char>(bytes[k] ^ 0x41);
        std::ofstream(file, std::ios::binary) << bytes;
        ASSERT_EQ(Bm25::load_or_build(file, collection, progress)->search("music player", 5), expected) << k;
    }
    std::ofstream(file, std::ios::binary) << whole.substr(0, whole.size() / 2);
    std::string remark;
    EXPECT_EQ(Bm25::load_or_build(file, collection, progress, &remark)->search("music player", 5), expected);
    EXPECT_TRUE(remark.starts_with(file.string()) && remark.ends_with("; BM25 is built again")) << remark;
}

TEST(Bm25, CancellingLeavesNothing) {
    const TemporaryFolder folder;
    std::stop_source stop;
    stop.request_stop();
    Progress progress(stop.get_token());
    EXPECT_THROW(Bm25::load_or_build(folder / "bm25", sample(), progress), Cancelled);
    EXPECT_TRUE(fs::is_empty(folder.path()));
}

// A training before the first index had nowhere to put it, said so, and built it again each time.
TEST(Bm25, MakesItsFolder) {
    const TemporaryFolder folder;
    Progress progress;
    std::string remark;
    Bm25::load_or_build(folder / "indexes/songs.bm25", sample(), progress, &remark);
    EXPECT_EQ(remark, "");
    EXPECT_TRUE(std::filesystem::exists(folder / "indexes/songs.bm25"));
}

// It was an error, and a whole evaluation failed for a cache.
TEST(Bm25, AFolderThatCannotBeWrittenIsARemark) {
    const TemporaryFolder folder;
    std::ofstream(folder / "file") << "not a folder";
    const auto file = folder / "file" / "bm25";
    Progress progress;
    std::string remark;
    const auto bm25 = Bm25::load_or_build(file, sample(), progress, &remark);
    EXPECT_EQ(bm25->search("music", 5).size(), 1u);
    EXPECT_NE(remark.find(file.string() + ": cannot create the file"), std::string::npos) << remark;
    EXPECT_EQ(Bm25::load_or_build(file, sample(), progress)->documents(), 3);
}

} // namespace
} // namespace cameo
