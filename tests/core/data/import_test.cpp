// Whole folders through import_collection, as `cameo collection import` and the window do it.

#include "core/base/error.hpp"
#include "core/data/import.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

namespace cameo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Import : public testing::Test {
protected:
    void write(const std::filesystem::path& name, std::string_view text) {
        const auto path = m_source / name;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << text;
    }
    ImportReport import(std::string name = "") {
        Progress progress;
        return import_collection(m_source.path(), std::move(name), progress);
    }
    std::string error() {
        try {
            import("x");
        } catch (const Error& failed) {
            return failed.what();
        }
        return "no error";
    }

    TemporaryFolder m_home, m_source;
    ScopedVariable m_variable{"CAMEO_HOME", m_home.path().c_str()};
};

TEST_F(Import, BeirFolder) {
    write("corpus.jsonl",
          "{\"_id\":\"1\",\"title\":\"T\",\"text\":\"one\"}\n{\"_id\":\"2\",\"text\":\"\"}\n");
    write("queries.jsonl", "{\"_id\":\"q1\",\"text\":\"first\"}\n{\"_id\":\"q2\",\"text\":\"second\"}\n");
    write("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\t1\t2\nq1\t9\t1\nq7\t1\t1\n");
    write("qrels/dev.tsv", "query-id\tcorpus-id\tscore\nq2\t2\t1\n");
    const auto report = import();
    EXPECT_EQ(report.name, m_source.path().filename().string()) << "the folder's own name";
    EXPECT_EQ(report.documents, 2);
    EXPECT_EQ(report.queries, 2);
    EXPECT_EQ(report.judgments, 3);
    EXPECT_THAT(
        report.remarks,
        ElementsAre("1 document has no text; kept",
                    "test.tsv: 1 judgment names a query that the collection does not have; left out",
                    "1 judgment names a document that the collection does not have; measures count them as "
                    "never found"));
    const auto collection = open_collection(report.name);
    EXPECT_THAT(collection->splits(), ElementsAre("dev", "test"));
    EXPECT_EQ(collection->qrels("test"), (Qrels{{"q1", {{"1", 2}, {"9", 1}}}}));
    EXPECT_THAT(collection->provenance(), testing::Contains(testing::Key("imported")));
    const auto list = list_collections();
    ASSERT_EQ(list.size(), 1u);
    EXPECT_EQ(list[0].documents, 2);
    EXPECT_EQ(list[0].queries, 2);
}

TEST_F(Import, MsMarcoFolderWithOverlappingQuerySets) {
    write("collection.tsv", "0\tpassage zero\n1\tpassage one\n");
    write("queries.dev.tsv", "7\tseven\n8\teight\n");
    write("queries.dev.small.tsv", "7\tseven\n");
    write("qrels.dev.tsv", "7\t0\t1\t1\n8\t0\t0\t1\n");
    write("qrels.dev.small.tsv", "7\t0\t1\t1\n");
    const auto report = import("marco");
    EXPECT_EQ(report.queries, 2);
    const auto collection = open_collection("marco");
    EXPECT_THAT(collection->splits(), ElementsAre("dev", "dev.small"));
    EXPECT_EQ(collection->queries("dev.small").size(), 1u);

    write("queries.dev.small.tsv", "7\tanother text\n");
    EXPECT_THAT(error(), HasSubstr("line 1: found the id \"7\" again"));
    write("queries.dev.small.tsv", "9\tnine\n9\tnine\n");
    EXPECT_THAT(error(), HasSubstr("line 2: found the id \"9\" again"));
}

// Only names that begin with "queries" and "qrels" were taken, so MS MARCO's document ranking and TREC's deep
// learning track came in without queries and judgments, and nobody was told.
TEST_F(Import, MsMarcoDocumentsAndDeepLearningTrack) {
    write("msmarco-docs.tsv", "D1\thttp://a\tTitle\tbody\nD2\thttp://b\tOther\tbody\n");
    write("msmarco-doctrain-queries.tsv", "1\tfirst\n");
    write("msmarco-doctrain-qrels.tsv", "1 0 D1 1\n");
    write("msmarco-test2019-queries.tsv", "2\tsecond\n");
    write("2019qrels-docs.txt", "2 0 D2 3\n");
    const auto report = import("msmarco");
    EXPECT_EQ(report.queries, 2);
    EXPECT_EQ(report.judgments, 2);
    EXPECT_THAT(report.remarks, IsEmpty());
    EXPECT_THAT(open_collection("msmarco")->splits(), ElementsAre("2019-docs", "msmarco-doctrain"));
}

TEST_F(Import, SaysThatThereAreNoQueriesOrNoJudgments) {
    write("corpus.jsonl", "{\"_id\":\"1\",\"text\":\"one\"}\n");
    EXPECT_THAT(import("x").remarks,
                ElementsAre(HasSubstr("no queries were found"), HasSubstr("no judgments were found")));
    write("queries.jsonl", "{\"_id\":\"q\",\"text\":\"first\"}\n");
    EXPECT_THAT(import("x").remarks, ElementsAre(HasSubstr("no judgments were found")));
}

TEST_F(Import, TrecFolder) {
    write("disk/part1", "<DOC>\n<DOCNO>FT-1</DOCNO>\n<TEXT>text</TEXT>\n</DOC>\n");
    write("disk/part2", "\n<DOC>\n<DOCNO>FT-2</DOCNO>\n<TEXT>more</TEXT>\n</DOC>\n");
    write("README", "not a document");
    write("topics.301-302", "<top>\n<num> Number: 301\n<title> crime\n</top>\n");
    write("qrels.txt", "301 0 FT-2 1\n301 0 FT-1 0\n");
    const auto report = import("trec");
    EXPECT_EQ(report.documents, 2);
    EXPECT_THAT(report.remarks, IsEmpty());
    const auto collection = open_collection("trec");
    EXPECT_EQ(collection->document(1).content(), "more");
    EXPECT_THAT(collection->splits(), ElementsAre("test"));

    write("topics.301-302", "301\tcrime in tabs\n");
    import("trec");
    EXPECT_EQ(open_collection("trec")->queries("test").front().text, "crime in tabs");
}

TEST_F(Import, RefusesWithFileAndLineAndKeepsWhatWasThere) {
    write("corpus.jsonl", "{\"_id\":\"1\",\"text\":\"one\"}\n");
    import("x");
    const auto version = open_collection("x")->version();

    write("corpus.jsonl", "{\"_id\":\"1\",\"text\":\"one\"}\nnot json\n");
    EXPECT_THAT(error(), HasSubstr("corpus.jsonl, line 2: found \"not json\", which is not JSON"));
    write("corpus.jsonl", "{\"_id\":\"1\",\"text\":\"one\"}\n\n{\"_id\":\"1\",\"text\":\"two\"}\n");
    EXPECT_THAT(error(),
                HasSubstr("corpus.jsonl, line 3: found the id \"1\" again, expected an id of its own"));
    write("corpus.jsonl", "\n");
    EXPECT_THAT(error(), HasSubstr("corpus.jsonl: found no documents, expected at least one"));
    write("corpus.jsonl", "{\"_id\":\"1\",\"text\":\"\xe9\"}\n");
    EXPECT_THAT(error(), HasSubstr("line 1: found byte 0xE9"));
    write("corpus.jsonl", "{\"_id\":\"1\",\"text\":\"one\"}\n");
    write("queries.jsonl", "{\"_id\":\"q\",\"text\":\"one\"}\n{\"_id\":\"q\",\"text\":\"one\"}\n");
    EXPECT_THAT(error(), HasSubstr("queries.jsonl, line 2: found the id \"q\" again"));
    write("queries.jsonl", "{\"_id\":\"q\",\"text\":\"one\"}\n");
    write("qrels/test.tsv", "q\t1\t1\nq\t1\t1\n");
    EXPECT_THAT(error(), HasSubstr("test.tsv, line 2: found document \"1\" a second time"));
    EXPECT_EQ(open_collection("x")->version(), version);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(m_home / "data" / "collections"), {}), 1);
}

TEST_F(Import, RefusesFoldersAndNames) {
    EXPECT_THAT(error(), HasSubstr("no documents found; expected corpus.jsonl (BEIR)"));
    write("corpus.jsonl", "{\"_id\":\"1\",\"text\":\"one\"}\n");
    for (const auto* name : {"../up", ".hidden", "a/b", "new\nline"})
        EXPECT_THROW(import(name), Error) << name;
    Progress progress;
    EXPECT_THROW(import_collection(m_source / "missing", "x", progress), Error);
    EXPECT_THROW(import_collection(m_source / "corpus.jsonl", "x", progress), Error);
    import("known");
    try {
        open_collection("unknown");
        FAIL();
    } catch (const Error& failed) {
        EXPECT_EQ(failed.kind(), ErrorKind::NotFound);
        EXPECT_STREQ(failed.what(), "there is no collection \"unknown\"; expected one of: known");
    }
}

TEST_F(Import, ListsADamagedCollectionWithItsProblem) {
    write("corpus.jsonl", "{\"_id\":\"1\",\"text\":\"one\"}\n");
    import("good");
    std::ofstream(m_home / "data" / "collections" / "bad.sqlite") << "nothing";
    const auto list = list_collections();
    ASSERT_EQ(list.size(), 2u);
    EXPECT_THAT(list[0].problem, HasSubstr("is not a collection"));
    EXPECT_EQ(list[1].problem, "");
}

TEST_F(Import, CancelStopsAndLeavesNothing) {
    std::string corpus;
    for (int number = 0; number < 1000; ++number)
        corpus += "{\"_id\":\"" + std::to_string(number) + "\",\"text\":\"one\"}\n";
    write("corpus.jsonl", corpus);
    std::stop_source stop;
    struct StopsLater final : Progress {
        StopsLater(std::stop_source& source) : Progress(source.get_token()), stop(source) {}
        void begin(std::string stage, Unit unit, std::optional<std::int64_t> total,
                   std::int64_t already) override {
            Progress::begin(stage, unit, total, already);
            stop.request_stop();
        }
        std::stop_source& stop;
    } progress(stop);
    EXPECT_THROW(import_collection(m_source.path(), "x", progress), Cancelled);
    EXPECT_TRUE(std::filesystem::is_empty(m_home / "data" / "collections"));
}

TEST_F(Import, AFullDiskIsOneSentence) {
    std::string corpus;
    for (int number = 0; number < 3000; ++number)
        corpus += "{\"_id\":\"" + std::to_string(number) + "\",\"text\":\"" + std::string(500, 'x') + "\"}\n";
    write("corpus.jsonl", corpus);
    // A limit on the size of files stands for the full disk: writes fail in the same place.
    const pid_t child = ::fork();
    if (child == 0) {
        ::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{300'000, 300'000};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        const auto said = error();
        const bool good =
            said.find("x.sqlite: ") != std::string::npos && said.find("disk") != std::string::npos;
        ::_exit(good && std::filesystem::is_empty(m_home / "data" / "collections") ? 0 : 1);
    }
    int status = 1;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
}

TEST_F(Import, AFolderWithoutPermissionIsOneSentence) {
    write("corpus.jsonl", "{\"_id\":\"1\",\"text\":\"one\"}\n");
    ::chmod(m_home.path().c_str(), 0500);
    ::chmod(m_source.path().c_str(), 0755);
    const pid_t child = ::fork();
    if (child == 0) {
        // Root may write everywhere, so the child is nobody.
        if (::geteuid() == 0 && ::setuid(65534) != 0) ::_exit(2);
        const auto said = error();
        ::_exit(said.find("cannot make the folder: ") != std::string::npos ? 0 : 1);
    }
    int status = 1;
    ::waitpid(child, &status, 0);
    ::chmod(m_home.path().c_str(), 0700);
    EXPECT_EQ(status, 0);
}

} // namespace
} // namespace cameo
