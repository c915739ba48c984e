#include "app/drop/file_head.hpp"
#include "app/drop/recognise.hpp"
#include "app/drop/recognise_folder.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace cameo {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

const fs::path kData = CAMEO_TEST_DATA;

struct Recognising : testing::Test {
    fs::path write(const fs::path& name, const std::string& bytes) {
        fs::create_directories((folder / name).parent_path());
        std::ofstream(folder / name, std::ios::binary) << bytes;
        return folder / name;
    }
    Thing look(const fs::path& name = {}) { return recognise(folder / name); }

    TemporaryFolder folder;
};

TEST(Recognise, KnowsTheFilesOfOurOwnTests) {
    const auto expect = [](const fs::path& path, ThingKind kind, const std::string& words) {
        const Thing thing = recognise(kData / path);
        EXPECT_EQ(thing.kind, kind) << path << ": " << thing.what;
        EXPECT_THAT(thing.what, HasSubstr(words)) << path;
        return thing;
    };
    expect("sessions/version-3.cameo", ThingKind::Session, "A session of Cameo's, ");
    expect("sessions/version-1.cameo", ThingKind::Session, "A session");
    expect("sessions/training-version-2.db", ThingKind::Nothing, "recipe.json that belongs beside it is missing");
    expect("eval/run.txt", ThingKind::RunFile, "A TREC run file of the system random: ");
    expect("eval/qrels.txt", ThingKind::Judgments, "as TREC has them: ");
    expect("model/bert-mlm", ThingKind::Model, "a lexical expert");
    expect("model/colbert", ThingKind::Model, "a local expert");
    expect("model/st-dense", ThingKind::Model, "a global expert");
    expect("model/distilbert-mlm", ThingKind::Model, "a lexical expert");
    expect("sbmoe/tiny", ThingKind::Model, "an SB-MoE model with its gate");
    EXPECT_EQ(expect("model/bert-mlm/model.safetensors", ThingKind::Model, "a lexical expert").path, kData / "model/bert-mlm") << "a file of it is all of it";
    expect("training/came_steps_start.safetensors", ThingKind::Nothing, "Weights without what belongs to them");
    expect("training/came_steps.json", ThingKind::Nothing, "no recipe");
    expect("model/README.md", ThingKind::Nothing, "knows neither name nor lines");
    expect("search/trace-version-3.bin", ThingKind::Nothing, "Weights without");
    expect("eval", ThingKind::Nothing, "A folder that is neither a model");
    expect("no such thing", ThingKind::Nothing, "There is no such file or folder.");
    for (const char* shipped : {"came", "sbmoe", "untrained"})
        EXPECT_EQ(recognise(kData.parent_path().parent_path() / "assets/models" / shipped).kind, ThingKind::Model) << shipped;
}

TEST_F(Recognising, CollectionsAreCountedByTheBeginningsOfTheirFiles) {
    write("tiny/corpus.jsonl", "{\"_id\":\"1\",\"text\":\"one\"}\n{\"_id\":\"2\",\"text\":\"two\"}\n");
    write("tiny/queries.jsonl", "{\"_id\":\"q\",\"text\":\"which\"}\n");
    write("tiny/qrels/test.tsv", "query-id\tcorpus-id\tscore\nq\t1\t1\nq\t2\t1\n");
    const Thing tiny = look("tiny");
    EXPECT_EQ(tiny.kind, ThingKind::Collection);
    EXPECT_EQ(tiny.what, "A BEIR folder: 2 documents, 1 query, 2 judgments.");
    EXPECT_EQ(look("tiny/corpus.jsonl").path, folder / "tiny") << "a file of it is all of it";
    EXPECT_EQ(recognise((folder / "tiny").string() + "/").path, folder / "tiny");

    std::string large;
    for (int line = 0; line < 30000; ++line) large += "{\"_id\":\"" + std::to_string(line) + "\",\"text\":\"some words of a document\"}\n";
    write("large/corpus.jsonl", large);
    EXPECT_THAT(look("large").what, testing::AnyOf(StartsWith("A BEIR folder: about 29,000 documents"), StartsWith("A BEIR folder: about 30,000 documents"), StartsWith("A BEIR folder: about 31,000 documents")));
    EXPECT_THAT(look("large").what, EndsWith("no queries, no judgments."));

    write("marco/collection.tsv", "1\tone\n2\ttwo\n3\tthree\n");
    write("marco/queries.dev.tsv", "7\twhich\n");
    EXPECT_EQ(look("marco").what, "A folder of MS MARCO's files: 3 documents, 1 query, no judgments.");
    write("trec/disk1/one", "<DOC>\n<DOCNO>1</DOCNO>\n<TEXT>words</TEXT>\n</DOC>\n");
    EXPECT_THAT(look("trec").what, StartsWith("A folder of TREC's files: documents in a file"));
}

TEST_F(Recognising, LinesTellRunFilesFromJudgments) {
    EXPECT_EQ(look(write("a", "q1 Q0 d1 1 0.5 mine\nq1 Q0 d2 2 0.25 mine\n")).what, "A TREC run file of the system mine: 2 lines.");
    EXPECT_EQ(look(write("b", "q1 0 d1 1\n")).what, "A file of judgments, as TREC has them: 1 line.");
    EXPECT_EQ(look(write("c.tsv", "query-id\tcorpus-id\tscore\nq1\td1\t1\n")).kind, ThingKind::Judgments);
    EXPECT_THAT(look(write("d.tsv", "query-id\tcorpus-id\tscore\nq1\td1\t1\n")).what, StartsWith("A file of judgments, as BEIR has them"));
    EXPECT_EQ(look(write("e", "q1 Q0 d1 first 0.5 mine\n")).kind, ThingKind::Nothing) << "a rank is a number";
    EXPECT_EQ(look(write("f", "q1 0 d1 1\nand some words\n")).kind, ThingKind::Nothing);
    EXPECT_EQ(look(write("g", "query-id\tcorpus-id\tscore\n")).kind, ThingKind::Nothing) << "a header alone";
    EXPECT_EQ(look(write("h", "")).what, "This file is empty.");
    EXPECT_EQ(look(write("i", "\n\n\n")).kind, ThingKind::Nothing);
}

TEST_F(Recognising, RecipesAndTrainings) {
    const Thing recipe = look(write("mine.json", R"({"model": "came-0", "collection": "debian", "steps": {"standardized": 100, "specialized": 50}})"));
    EXPECT_EQ(recipe.kind, ThingKind::Recipe);
    EXPECT_EQ(recipe.what, "A recipe: it trains came-0 on debian for 150 steps.");
    EXPECT_THAT(look(write("other.json", R"({"steeps": 1})")).what, AllOf(StartsWith("A JSON file, and no recipe: "), HasSubstr("steeps")));
    EXPECT_EQ(look(write("broken.json", "{")).kind, ThingKind::Nothing);

    write("training/recipe.json", R"({"model": "came-0", "collection": "debian"})");
    EXPECT_EQ(look("training").kind, ThingKind::Nothing) << "a recipe in a folder is no training yet";
    fs::copy_file(kData / "sessions/training-version-2.db", folder / "training/training.db");
    EXPECT_EQ(look("training").kind, ThingKind::Training);
    for (const char* file : {"recipe.json", "training.db"}) {
        const Thing thing = look(fs::path("training") / file);
        EXPECT_EQ(thing.kind, ThingKind::Training) << file;
        EXPECT_EQ(thing.path, folder / "training") << file;
    }
}

// A pipe that is opened waits until somebody writes into it: for ever.
TEST_F(Recognising, NeitherPipesNorDevicesNorLoopsHoldItUp) {
    ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
    EXPECT_EQ(look("pipe").what, "This is neither a file nor a folder.");
    EXPECT_EQ(recognise("/dev/zero").what, "This is neither a file nor a folder.");
    for (const char* name : {"corpus.jsonl", "config.json", "model.json", "recipe.json", "training.db"}) {
        const fs::path inner = folder / ("of " + std::string(name));
        fs::create_directory(inner);
        ASSERT_EQ(::mkfifo((inner / name).c_str(), 0600), 0);
        EXPECT_EQ(recognise(inner).kind, ThingKind::Nothing) << name;
    }
    fs::create_directory(folder / "model");
    fs::copy_file(kData / "model/bert-mlm/config.json", folder / "model/config.json");
    ASSERT_EQ(::mkfifo((folder / "model/tokenizer_config.json").c_str(), 0600), 0);
    EXPECT_THAT(look("model").what, HasSubstr("things in it that are no files"));
    fs::create_directory(folder / "loop");
    fs::create_directory_symlink(folder / "loop", folder / "loop/again");
    fs::create_symlink(folder / "nowhere", folder / "loop/broken");
    EXPECT_EQ(look("loop").kind, ThingKind::Nothing);
    EXPECT_EQ(look("loop/broken").what, "There is no such file or folder.");
}

TEST_F(Recognising, HugeAndHostileThingsCostNoMore) {
    // Claims to be a terabyte, and holds nothing.
    for (const char* name : {"huge.json", "huge.txt", "corpus.jsonl", "config.json"}) {
        write(name, "{");
        fs::resize_file(folder / name, 1ULL << 40);
    }
    const auto began = std::chrono::steady_clock::now();
    EXPECT_THAT(look("huge.json").what, HasSubstr("too large for a recipe"));
    EXPECT_EQ(look("huge.txt").kind, ThingKind::Nothing);
    EXPECT_EQ(look("config.json").kind, look("corpus.jsonl").kind);
    for (int file = 0; file < 3000; ++file) write("many/" + std::to_string(file), "");
    EXPECT_THAT(look("many").what, HasSubstr("more than 1000 files"));
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(20)); // a terabyte is read in minutes at best

    EXPECT_EQ(look(write("deep.json", std::string(100000, '['))).kind, ThingKind::Nothing);
    EXPECT_EQ(look(write("one line", std::string(1'000'000, 'x'))).kind, ThingKind::Nothing);
    EXPECT_EQ(look(write("zeros", std::string(1'000'000, '\0'))).what, "A file of which Cameo knows neither name nor beginning.");
    EXPECT_EQ(look(write("sqlite", std::string("SQLite format 3\0", 16))).what, "A database that Cameo has not written.") << "cut off behind its name";
    EXPECT_EQ(look(write("no gzip.gz", "\x1f\x8b garbage")).kind, ThingKind::Nothing);
    EXPECT_EQ(look(write("odd \xff\n name", "q1 0 d1 1\n")).kind, ThingKind::Judgments) << "a name may hold anything";
    if (::geteuid() != 0) {
        const fs::path locked = write("locked", "q1 0 d1 1\n");
        fs::permissions(locked, fs::perms::none);
        EXPECT_THAT(recognise(locked).what, HasSubstr("locked"));
    }
}

TEST_F(Recognising, APackedFileIsLookedInto) {
    const fs::path plain = write("run", "q1 Q0 d1 1 0.5 mine\n");
    ASSERT_EQ(std::system(("gzip -k '" + plain.string() + "'").c_str()), 0);
    EXPECT_EQ(recognise(plain.string() + ".gz").what, "A TREC run file of the system mine: 1 line.");
}

TEST(FreeName, ReplacesNothing) {
    EXPECT_EQ(free_name("/data/cranfield", {}), "cranfield");
    EXPECT_EQ(free_name("/data/cranfield", std::vector<std::string>{"cranfield"}), "cranfield-2");
    EXPECT_EQ(free_name("/data/cranfield", std::vector<std::string>{"cranfield", "cranfield-2"}), "cranfield-3");
    EXPECT_EQ(free_name("/data/My models (new)!", {}), "My-models--new--");
    EXPECT_EQ(free_name("/data/..hidden", {}), "hidden");
    EXPECT_EQ(free_name("/data/\xc3\xa9\xc3\xa9", {}), "unnamed");
    EXPECT_EQ(free_name("/data/" + std::string(300, 'x'), {}).size(), 80U);
}

TEST(CountedWords, GuessesHaveTwoDigits) {
    EXPECT_EQ(counted_words(1, false, "query", "queries"), "1 query");
    EXPECT_EQ(counted_words(1234567, false, "line", "lines"), "1,234,567 lines");
    EXPECT_EQ(counted_words(1234567, true, "line", "lines"), "about 1,200,000 lines");
    EXPECT_EQ(size_words(1500), "1.5 kB");
    EXPECT_EQ(size_words(3'100'000), "3.1 MB");
    EXPECT_EQ(size_words(999'900), "1.0 MB");
}

} // namespace
} // namespace cameo
