#include "core/base/error.hpp"
#include "core/base/folders.hpp"
#include "core/data/change_collection.hpp"
#include "core/data/collection_schema.hpp"
#include "core/data/collection_writer.hpp"
#include "tests/support/temporary_folder.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <random>

namespace cameo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ChangeCollection : public testing::Test {
protected:
    ChangeCollection() {
        ::setenv("CAMEO_HOME", m_home.path().c_str(), 1);
        const auto writer = CollectionWriter::create(collection_file("c"));
        for (const char* id : {"a", "b", "c", "d"})
            writer->add(Document{.id = id, .title = std::string("title ") + id, .text = "text", .fields = {{"section", "s"}}});
        writer->add(Query{"q", "words", ""});
        writer->add_judgment("test", "q", "b", 1);
        writer->commit();
    }
    ~ChangeCollection() override { ::unsetenv("CAMEO_HOME"); }

    std::filesystem::path file(const std::string& name, const std::string& lines) {
        std::ofstream(m_home / name) << lines;
        return m_home / name;
    }
    CollectionChange remove(std::vector<std::string> ids) { return remove_documents("c", ids, m_progress); }
    static std::vector<std::string> ids(const Collection& collection) {
        std::vector<std::string> found;
        collection.for_each_document(0, [&](DocumentOrdinal ordinal, const Document& document) {
            found.push_back(std::to_string(ordinal) + document.id);
            return true;
        });
        return found;
    }

    TemporaryFolder m_home;
    Progress m_progress;
};

TEST_F(ChangeCollection, AddsReplacesAndKeeps) {
    const auto before = open_collection("c");
    const auto change = add_documents("c",
                                      file("more.jsonl", R"({"_id": "b", "title": "another", "text": "text"}
{"_id": "a", "title": "title a", "text": "text", "metadata": {"section": "s"}}
{"_id": "e", "title": "", "text": "new"}
)"),
                                      m_progress);
    EXPECT_EQ(change.added, 1);
    EXPECT_EQ(change.replaced, 1);
    EXPECT_EQ(change.unchanged, 1);
    EXPECT_EQ(change.documents, 5);
    const auto after = open_collection("c");
    EXPECT_THAT(ids(*after), ElementsAre("0a", "2c", "3d", "4b", "5e"));
    EXPECT_EQ(after->size(), 6);
    EXPECT_EQ(after->documents(), 5);
    EXPECT_THAT(after->removed().ordinals(), ElementsAre(1));
    EXPECT_EQ(after->find("b"), 4);
    EXPECT_EQ(after->document(4).title, "another");
    EXPECT_EQ(after->document(1).id, "");
    EXPECT_NE(after->version(), before->version());
    EXPECT_TRUE(after->grew_from(before->version()));
    EXPECT_FALSE(before->grew_from(after->version()));
    EXPECT_THAT(ids(*before), ElementsAre("0a", "1b", "2c", "3d")); // who reads the old state goes on with it
    EXPECT_EQ(list_collections()[0].documents, 5);

    // The same again changes nothing, not even the file.
    const auto written = std::filesystem::last_write_time(after->path());
    EXPECT_EQ(add_documents("c", m_home / "more.jsonl", m_progress).unchanged, 3);
    EXPECT_EQ(std::filesystem::last_write_time(after->path()), written);
}

TEST_F(ChangeCollection, Removes) {
    const auto before = open_collection("c");
    const auto change = remove({"b", "nobody", "d", "b"});
    EXPECT_EQ(change.removed, 2);
    EXPECT_THAT(change.unknown, ElementsAre("nobody", "b"));
    EXPECT_EQ(change.documents, 2);
    const auto after = open_collection("c");
    EXPECT_THAT(ids(*after), ElementsAre("0a", "2c"));
    EXPECT_FALSE(after->find("b"));
    EXPECT_FALSE(after->find(removed_id(1)));
    EXPECT_TRUE(after->grew_from(before->version()));
    EXPECT_EQ(after->qrels("test").at("q").at("b"), 1); // judged, and never found
    // Of what was removed nothing is left in the file.
    std::ifstream bytes(after->path(), std::ios::binary);
    const std::string whole(std::istreambuf_iterator<char>(bytes), {});
    EXPECT_THAT(whole, HasSubstr("title c"));
    EXPECT_THAT(whole, testing::Not(HasSubstr("title b")));

    // An id may come back, in a new place; the states between are all known.
    add_documents("c", file("back.tsv", "b\tagain\n"), m_progress);
    const auto back = open_collection("c");
    EXPECT_THAT(ids(*back), ElementsAre("0a", "2c", "4b"));
    EXPECT_TRUE(back->grew_from(before->version()));
    EXPECT_TRUE(back->grew_from(after->version()));

    EXPECT_THAT([&] { remove({"a", "b", "c"}); }, testing::ThrowsMessage<Error>("collection c would have no document left; nothing was removed"));
    EXPECT_EQ(open_collection("c")->documents(), 3);
}

TEST_F(ChangeCollection, ChangesCollectionsOfTheFirstVersion) {
    std::string version;
    {
        version = open_collection("c")->version();
        SQLite::Database old(collection_file("c").string(), SQLite::OPEN_READWRITE);
        old.exec("DROP TABLE removed; DROP TABLE versions; DELETE FROM meta WHERE key = 'removed'; PRAGMA user_version = 1");
    }
    EXPECT_EQ(open_collection("c")->documents(), 4);
    EXPECT_EQ(remove({"a"}).removed, 1);
    EXPECT_EQ(open_collection("c")->documents(), 3);
    EXPECT_TRUE(open_collection("c")->grew_from(version));
}

TEST_F(ChangeCollection, IsWholeAfterAKillAtAnyMoment) {
    std::string lines;
    for (int number = 0; number < 300; ++number)
        lines += "new" + std::to_string(number) + "\ttext of document " + std::to_string(number) + "\n";
    const auto more = file("more.tsv", lines);
    std::vector<std::string> added;
    for (int number = 0; number < 300; ++number)
        added.push_back("new" + std::to_string(number));
    std::mt19937 random(7);
    int killed = 0;
    for (int round = 0; round < 50; ++round) {
        const bool adds = open_collection("c")->documents() == 4;
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            if (adds)
                add_documents("c", more, m_progress);
            else
                remove_documents("c", added, m_progress);
            ::_exit(0);
        }
        ::usleep(static_cast<useconds_t>(random() % 20'000));
        ::kill(child, SIGKILL);
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        killed += WIFSIGNALED(status) ? 1 : 0;
        const auto now = open_collection("c");
        EXPECT_THAT(now->documents(), testing::AnyOf(4, 304));
        EXPECT_EQ(static_cast<std::int64_t>(ids(*now).size()), now->documents());
    }
    EXPECT_GT(killed, 5);
    remove_documents("c", added, m_progress);
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(collection_file("c").parent_path()))
        files += entry.is_regular_file() ? 1 : 0;
    EXPECT_EQ(files, 1u); // what the killed ones left is gone
}

TEST_F(ChangeCollection, BadInputChangesNothing) {
    const auto version = open_collection("c")->version();
    EXPECT_THAT([&] { add_documents("c", file("bad.jsonl", "{\"_id\": \"x\", \"text\": \"fine\"}\n{\"_id\": 7"), m_progress); },
                testing::ThrowsMessage<Error>(HasSubstr("bad.jsonl, line 2: ")));
    EXPECT_THAT([&] { add_documents("c", m_home / "none", m_progress); }, testing::ThrowsMessage<Error>(HasSubstr("there is no such file or folder")));
    EXPECT_THAT([&] { add_documents("c", file("notes.txt", "hello"), m_progress); }, testing::ThrowsMessage<Error>(HasSubstr("no file of documents; expected a name")));
    EXPECT_THAT([&] { add_documents("nothing", m_home / "none", m_progress); }, testing::ThrowsMessage<Error>(HasSubstr("there is no collection \"nothing\"")));
    std::stop_source stop;
    stop.request_stop();
    Progress cancelled(stop.get_token());
    EXPECT_THROW(remove_documents("c", std::vector<std::string>{"a"}, cancelled), Cancelled);
    EXPECT_EQ(open_collection("c")->version(), version);
}

} // namespace
} // namespace cameo
