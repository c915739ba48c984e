#include "core/base/error.hpp"
#include "core/data/collection_schema.hpp"
#include "core/data/collection_writer.hpp"
#include "core/data/import.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <set>
#include <thread>

namespace cameo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

template <typename Work>
std::string error_of(Work&& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

Document numbered(int number) {
    return {.id = "d" + std::to_string(number),
            .title = number % 3 ? "title " + std::to_string(number) : "",
            .text = std::string(static_cast<std::size_t>(number % 50), 'x') + " é",
            .fields = number % 2 ? std::map<std::string, std::string>{{"section", "s"}}
                                 : std::map<std::string, std::string>{}};
}

bool same(const Document& a, const Document& b) {
    return a.id == b.id && a.title == b.title && a.text == b.text && a.fields == b.fields;
}

/// Every byte of the file turned over in steps, where `from` tells which.
void flip(const std::filesystem::path& file, std::streamoff place) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(place);
    const char byte = static_cast<char>(~stream.get());
    stream.seekp(place);
    stream.put(byte);
}

class CollectionFile : public testing::Test {
protected:
    std::filesystem::path write(int documents) {
        const auto writer = CollectionWriter::create(m_file);
        for (int number = 0; number < documents; ++number)
            EXPECT_TRUE(writer->add(numbered(number)));
        EXPECT_TRUE(writer->add(Query{"q1", "first", "lexical"}));
        EXPECT_TRUE(writer->add(Query{"q0", "second", ""}));
        EXPECT_TRUE(writer->add(Query{"q2", "third", ""}));
        EXPECT_EQ(writer->add_judgment("test", "q1", "d1", 2), CollectionWriter::Judged::Added);
        EXPECT_EQ(writer->add_judgment("test", "q0", "d0", 1), CollectionWriter::Judged::Added);
        EXPECT_EQ(writer->add_judgment("dev", "q0", "nowhere", 0), CollectionWriter::Judged::Added);
        writer->set_provenance("from", "a test");
        writer->commit();
        return m_file;
    }

    TemporaryFolder m_folder;
    Progress m_progress;
    std::filesystem::path m_file = m_folder / "collections" / "small & 100% ?.sqlite";
};

TEST_F(CollectionFile, GivesBackWhatWasWritten) {
    const auto collection = Collection::open(write(1000));
    EXPECT_EQ(collection->name(), "small & 100% ?");
    ASSERT_EQ(collection->size(), 1000);
    for (const int number : {0, 1, 255, 256, 999})
        EXPECT_TRUE(same(collection->document(number), numbered(number)));
    EXPECT_EQ(collection->find("d512"), 512);
    EXPECT_EQ(collection->find("d1000"), std::nullopt);
    EXPECT_THAT(collection->splits(), ElementsAre("dev", "test"));
    const auto judged = collection->queries("test");
    ASSERT_EQ(judged.size(), 2u);
    EXPECT_EQ(judged[0].id, "q1") << "stored order, not the order of ids";
    EXPECT_EQ(judged[0].category, "lexical");
    EXPECT_EQ(judged[1].text, "second");
    EXPECT_EQ(collection->queries("").size(), 3u);
    EXPECT_THAT(collection->queries("none"), IsEmpty());
    EXPECT_EQ(collection->qrels("test"), (Qrels{{"q0", {{"d0", 1}}}, {"q1", {{"d1", 2}}}}));
    EXPECT_EQ(collection->provenance().at("from"), "a test");
}

TEST_F(CollectionFile, StreamsFromAnywhereAndStops) {
    const auto collection = Collection::open(write(1000));
    std::int64_t next = 200;
    collection->for_each_document(200, [&](DocumentOrdinal ordinal, const Document& document) {
        EXPECT_EQ(ordinal, next);
        EXPECT_TRUE(same(document, numbered(static_cast<int>(ordinal))));
        // Reading inside the walk must not wait for the walk's own connection.
        EXPECT_EQ(collection->find(document.id), ordinal);
        return ++next < 700;
    });
    EXPECT_EQ(next, 700);
    collection->for_each_document(1000, [](DocumentOrdinal, const Document&) -> bool { throw 1; });
}

TEST_F(CollectionFile, ManyThreadsReadAtOnce) {
    const auto collection = Collection::open(write(2000));
    std::atomic<int> wrong = 0;
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 24; ++thread)
        threads.emplace_back([&, thread] {
            for (int step = 0; step < 200; ++step) {
                const int number = (thread * 83 + step * 7) % 2000;
                wrong += !same(collection->document(number), numbered(number));
                wrong += collection->find("d" + std::to_string(number)) != number;
            }
        });
    threads.clear();
    EXPECT_EQ(wrong, 0);
}

TEST_F(CollectionFile, RefusesARepeatedIdAndGoesOn) {
    const auto writer = CollectionWriter::create(m_file);
    EXPECT_TRUE(writer->add(numbered(1)));
    EXPECT_FALSE(writer->add(numbered(1)));
    EXPECT_TRUE(writer->add(numbered(2)));
    EXPECT_TRUE(writer->add(Query{"q", "text", ""}));
    EXPECT_FALSE(writer->add(Query{"q", "other", ""}));
    EXPECT_EQ(writer->find_query("q")->text, "text");
    EXPECT_EQ(writer->add_judgment("test", "nobody", "d1", 1), CollectionWriter::Judged::UnknownQuery);
    EXPECT_EQ(writer->add_judgment("test", "q", "d1", 1), CollectionWriter::Judged::Added);
    EXPECT_EQ(writer->add_judgment("test", "q", "d1", 2), CollectionWriter::Judged::Twice);
    EXPECT_EQ(writer->add_judgment("test", "q", "d9", 2), CollectionWriter::Judged::Added);
    EXPECT_EQ(writer->judgments_without_document(), 1);
    writer->commit();
    const auto collection = Collection::open(m_file);
    EXPECT_EQ(collection->size(), 2);
    EXPECT_EQ(collection->document(1).id, "d2") << "a refused document takes no ordinal";
}

TEST_F(CollectionFile, LeavesNothingWithoutCommit) {
    CollectionWriter::create(m_file)->add(numbered(1));
    EXPECT_TRUE(std::filesystem::is_empty(m_file.parent_path()));

    write(10);
    const auto before = Collection::open(m_file)->version();
    CollectionWriter::grow(m_file, m_progress)->add(numbered(10));
    EXPECT_EQ(Collection::open(m_file)->version(), before);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(m_file.parent_path()), {}), 1);
}

TEST_F(CollectionFile, RemovesWhatAKilledImportLeftButNotWhatOneIsWriting) {
    const auto writing = CollectionWriter::create(m_file);
    writing->add(numbered(1));
    const auto left = m_file.string() + ".tmp-abcdef";
    std::ofstream(left) << "half";
    CollectionWriter::create(m_file);
    EXPECT_FALSE(std::filesystem::exists(left));
    writing->commit();
    EXPECT_EQ(Collection::open(m_file)->size(), 1);
}

// The lock was given up before the file was flushed and renamed: another import that began just then removed it
// as a leftover, and the first one failed at its last step.
TEST_F(CollectionFile, ImportsThatBeginTakeNothingFromOneThatEnds) {
    std::filesystem::create_directories(m_file.parent_path());
    std::jthread others([&](std::stop_token ended) {
        while (!ended.stop_requested())
            CollectionWriter::create(m_file);
    });
    for (int round = 0; round < 20; ++round) {
        const auto writer = CollectionWriter::create(m_file);
        writer->add(numbered(round));
        writer->commit();
        EXPECT_EQ(Collection::open(m_file)->document(0).id, numbered(round).id);
    }
}

TEST_F(CollectionFile, GrowthKeepsOrdinalsAndKnowsItsEarlierVersion) {
    write(10);
    const auto small = Collection::open(m_file);
    const auto writer = CollectionWriter::grow(m_file, m_progress);
    EXPECT_FALSE(writer->add(numbered(3)));
    for (int number = 10; number < 500; ++number)
        EXPECT_TRUE(writer->add(numbered(number)));
    EXPECT_EQ(writer->queries(), 3);
    EXPECT_TRUE(writer->add(Query{"q3", "fourth", ""}));
    EXPECT_EQ(writer->add_judgment("train", "q3", "d400", 1), CollectionWriter::Judged::Added);
    writer->commit();

    const auto large = Collection::open(m_file);
    ASSERT_EQ(large->size(), 500);
    for (const int number : {0, 9, 10, 499})
        EXPECT_TRUE(same(large->document(number), numbered(number)));
    EXPECT_NE(large->version(), small->version());
    EXPECT_TRUE(large->grew_from(small->version()));
    EXPECT_TRUE(large->grew_from(large->version()));
    EXPECT_FALSE(small->grew_from(large->version()));
    EXPECT_FALSE(large->grew_from("0123"));
    EXPECT_EQ(large->qrels("test"), small->qrels("test"));
    EXPECT_EQ(large->queries("train").size(), 1u);
    // Whoever has the small one open goes on reading it.
    EXPECT_EQ(small->size(), 10);
    EXPECT_TRUE(same(small->document(9), numbered(9)));

    write(500);
    EXPECT_EQ(Collection::open(m_file)->version(), large->version()) << "grown or imported at once: the same";
}

// The whole file was copied before anything was said, and nobody could stop it.
TEST_F(CollectionFile, TheCopyThatGrowsTellsItsBytesAndStops) {
    write(100);
    CollectionWriter::grow(m_file, m_progress);
    EXPECT_EQ(m_progress.done(), static_cast<std::int64_t>(std::filesystem::file_size(m_file)));
    std::stop_source stop;
    stop.request_stop();
    Progress cancelled(stop.get_token());
    EXPECT_THROW(CollectionWriter::grow(m_file, cancelled), Cancelled);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(m_file.parent_path()), {}), 1);
}

// Whoever ended last put his older copy over what the other had changed, and nobody was told.
TEST_F(CollectionFile, OneAtATimeChangesIt) {
    write(10);
    const auto first = CollectionWriter::grow(m_file, m_progress);
    EXPECT_THAT(error_of([&] { CollectionWriter::grow(m_file, m_progress); }), HasSubstr("is being changed by another process; try again when that is done"));
    first->remove("d7");
    first->commit();
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(m_file.parent_path()), {}), 1);

    const auto second = CollectionWriter::grow(m_file, m_progress);
    EXPECT_FALSE(second->find("d7"));
    second->add(numbered(10));
    write(3); // an import asks nobody
    EXPECT_THAT(error_of([&] { second->commit(); }), HasSubstr("was replaced while it was being changed; nothing was changed"));
    EXPECT_EQ(Collection::open(m_file)->size(), 3);
}

TEST_F(CollectionFile, VersionFollowsIdsAndTexts) {
    std::vector<std::string> versions;
    for (const Document& document :
         {Document{"a", "t", "x"}, Document{"b", "t", "x"}, Document{"a", "u", "x"}, Document{"a", "t", "y"},
          Document{"a", "", "tx"}, Document{"a", "tx", ""}}) {
        CollectionFingerprint fingerprint;
        fingerprint.add(document);
        versions.push_back(fingerprint.version());
    }
    EXPECT_EQ(std::set(versions.begin(), versions.end()).size(), versions.size());
}

TEST_F(CollectionFile, RefusesWhatIsNoCollection) {
    EXPECT_THAT(error_of([&] { Collection::open(m_folder / "none.sqlite"); }),
                HasSubstr("there is no such collection"));
    EXPECT_THAT(error_of([&] { Collection::open(m_folder.path()); }), HasSubstr("is not a file"));
    const auto text = m_folder / "text.sqlite";
    std::ofstream(text) << "hello";
    EXPECT_THAT(error_of([&] { Collection::open(text); }),
                HasSubstr("text.sqlite: is not a collection of Cameo"));
    const auto other = m_folder / "other.sqlite";
    SQLite::Database(other.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec("CREATE TABLE t(x)");
    EXPECT_THAT(error_of([&] { Collection::open(other); }), HasSubstr("is not a collection of Cameo"));
}

TEST_F(CollectionFile, RefusesANewerFormatAndLeavesItAlone) {
    write(10);
    SQLite::Database(m_file.string(), SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 99");
    const auto before = std::filesystem::last_write_time(m_file);
    EXPECT_THAT(error_of([&] { Collection::open(m_file); }),
                HasSubstr("from a newer version of Cameo: it has format 99, this program knows up to 2"));
    EXPECT_THAT(error_of([&] { CollectionWriter::grow(m_file, m_progress); }), HasSubstr("newer version"));
    EXPECT_EQ(std::filesystem::last_write_time(m_file), before);
}

TEST_F(CollectionFile, DamageIsOneSentenceAndNeverWrongText) {
    write(300);
    std::vector<Document> good;
    for (int number = 0; number < 300; ++number)
        good.push_back(numbered(number));
    const auto size = static_cast<std::streamoff>(std::filesystem::file_size(m_file));
    int noticed = 0;
    for (std::streamoff place = 0; place < size; place += 97) {
        flip(m_file, place);
        const auto error = error_of([&] {
            const auto collection = Collection::open(m_file);
            collection->for_each_document(0, [&](DocumentOrdinal ordinal, const Document& document) {
                EXPECT_TRUE(same(document, good[static_cast<std::size_t>(ordinal)])) << place;
                return true;
            });
            collection->queries("test");
            collection->qrels("test");
            collection->provenance();
        });
        if (error != "no error") {
            ++noticed;
            EXPECT_THAT(error, testing::AnyOf(HasSubstr(m_file.string() + ": is "), HasSubstr("a collection of Cameo has plain tables only")));
        }
        flip(m_file, place);
    }
    EXPECT_GT(noticed, 50);

    std::filesystem::resize_file(m_file, static_cast<std::uintmax_t>(size / 2));
    EXPECT_THAT(error_of([&] { Collection::open(m_file); }), HasSubstr("is cut off: it has"));
}

} // namespace
} // namespace cameo
