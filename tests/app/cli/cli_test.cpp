#include "sessions/session.hpp"
#include "tests/app/cli/command_line_home.hpp"
#include "tests/app/cli/piped_input.hpp"

#include <csignal>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

namespace cameo {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

TEST(CommandLine, HelpAndVersionAreResults) {
    for (const char* word : {"--help", "-h", "help"}) {
        const Answer answer = cameo({word});
        EXPECT_EQ(answer.code, 0);
        for (const char* verb :
             {"doctor", "demo", "model", "collection", "index", "encode", "query", "explain", "eval", "gate", "fuse", "train", "diagnose", "experiments", "glossary"})
            EXPECT_THAT(answer.out, HasSubstr(verb));
        EXPECT_THAT(answer.err, IsEmpty());
    }
    EXPECT_THAT(cameo({"help", "eval"}).out, HasSubstr("--save-runs"));
    EXPECT_THAT(cameo({"query", "--help"}).out, HasSubstr("--fusion"));
    EXPECT_THAT(cameo({"--version"}).out, HasSubstr("cameo "));
}

TEST(CommandLine, SaysWhatWordsMean) {
    const Answer one = cameo({"glossary", "maxsim"});
    EXPECT_EQ(one.code, 0);
    EXPECT_THAT(one.out, AllOf(StartsWith("MaxSim\n  For each piece of the query"), HasSubstr("see: local, alignment"), Not(HasSubstr("\n\n"))));
    EXPECT_EQ(cameo({"glossary", "experts", "--json"}).parsed()[0]["term"], "expert") << "however it is written";
    EXPECT_GT(cameo({"glossary", "--json"}).parsed().size(), 100U);
    EXPECT_GT(cameo({"glossary", "Transformer", "--json"}).parsed().size(), 1U) << "whatever is explained by it";
    EXPECT_THAT(cameo({"glossary", "--markdown"}).out, StartsWith("# Glossary\n"));
    const Answer none = cameo({"glossary", "zebra"});
    EXPECT_EQ(none.code, 1);
    EXPECT_THAT(none.err, HasSubstr("no term is called 'zebra'"));
    EXPECT_EQ(cameo({"glossary", "--json", "--markdown"}).code, 2);
}

TEST(CommandLine, APathInPlaceOfAVerbIsToldWhatToDoWith) {
    const TemporaryFolder folder;
    const std::string data = CAMEO_TEST_DATA;
    EXPECT_THAT(cameo({data + "/model/bert-mlm"}).err, AllOf(HasSubstr("a lexical expert"), HasSubstr("Use `cameo model import " + data + "/model/bert-mlm`.")));
    EXPECT_THAT(cameo({data + "/eval/run.txt"}).err, HasSubstr("Use `cameo eval --run "));
    EXPECT_THAT(cameo({folder.path().string()}).err, HasSubstr("This folder is empty."));
    EXPECT_EQ(cameo({folder.path().string()}).code, 2);
    EXPECT_THAT(cameo({"no-such-verb"}).err, HasSubstr("there is no verb 'no-such-verb'"));
}

TEST(CommandLine, MisuseIsTwoAndSaysWhat) {
    const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
        {{}, "subcommand"},
        {{"frobnicate"}, "no verb 'frobnicate'"},
        {{"query"}, "TEXT"},
        {{"query", "music", "--frobnicate"}, "--frobnicate"},
        {{"query", "music", "--fusion", "borda"}, "no fusion 'borda'"},
        {{"query", "music", "-k", "0"}, "0"},
        {{"query", "music", "-k", "many"}, "many"},
        {{"explain", "music"}, "--doc"},
        {{"encode"}, "--expert"},
        {{"encode", "--expert", "local", "--role", "passage"}, "passage"},
        {{"model"}, "subcommand"},
        {{"model", "create", "sbmoe", "--form", "best"}, "best"},
        {{"model", "create", "sbmoe", "--pooling", "min"}, "min"},
        {{"collection", "import"}, "PATH"},
        {{"collection", "import", "folder", "--all"}, "debian"},
        {{"collection", "import", "debian", "--name", "mine"}, "always named debian"},
        {{"collection", "import", "debian", "--documents", "-3"}, "-3"},
        {{"collection", "import", "debian-training", "--name", "mine"}, "always named debian-training"},
        {{"collection", "import", "debian-training", "--documents", "30"}, "`debian-training` always has all"},
        {{"eval", "--depth", "0"}, "0"},
        {{"gate", "--sample", "0"}, "0"},
    };
    for (const auto& [arguments, word] : cases) {
        const Answer answer = cameo(arguments);
        EXPECT_EQ(answer.code, 2) << testing::PrintToString(arguments);
        EXPECT_THAT(answer.err, HasSubstr(word));
        EXPECT_THAT(answer.out, IsEmpty());
    }
}

TEST_F(CommandLineHome, AnEmptyHomeSaysWhatToDo) {
    const json listed = cameo({"model", "list", "--json"}).parsed();
    for (const json& model : listed["models"]) EXPECT_EQ(model["shipped"], true);
    EXPECT_EQ(cameo({"collection", "list", "--json"}).parsed(), (json{{"collections", json::array()}}));
    const Answer answer = cameo({"query", "music"});
    EXPECT_EQ(answer.code, 1);
    EXPECT_THAT(answer.err, HasSubstr("cameo demo"));
    EXPECT_THAT(answer.out, IsEmpty());
}

TEST_F(CommandLineHome, MakesAMixtureOfExpertsToBeTrained) {
    const std::vector<std::string> words{"model", "create", "sbmoe", "--from", CAMEO_TEST_DATA "/model/bert-mlm", "--name", "mix",
                                         "--experts", "3", "--form", "reference", "--chosen", "2", "--document-tokens", "32", "--json"};
    const Answer answer = cameo(words);
    ASSERT_EQ(answer.code, 0) << answer.err;
    EXPECT_EQ(answer.parsed()["kind"], "sbmoe");
    EXPECT_EQ(answer.parsed()["experts"].size(), 4u);
    EXPECT_THAT(cameo({"model", "list", "--json"}).parsed()["models"], testing::Contains(json{{"name", "mix"}, {"kind", "sbmoe"}, {"shipped", false}}));
    auto taken = words;
    taken[6] = "untrained";
    EXPECT_THAT(cameo(taken).err, HasSubstr("a model that ships with Cameo is named untrained"));
    auto wrong = words;
    wrong[6] = "wrong", wrong[8] = "99";
    EXPECT_EQ(cameo(wrong).code, 1);
    EXPECT_THAT(cameo(wrong).err, HasSubstr("99 experts, expected 1 to 31"));
}

// It was gone without a word, and the trainings that name it in their recipes had another one.
TEST_F(CommandLineHome, KeepsAStoredModelFromOneOfItsName) {
    const std::string bert = CAMEO_TEST_DATA "/model/bert-mlm";
    const std::vector<std::string> words{"model", "create", "sbmoe", "--from", bert, "--name", "bert-mlm", "--document-tokens", "32"};
    ASSERT_EQ(cameo(words).code, 0);
    const auto kind = [] { return cameo({"model", "info", "bert-mlm", "--json"}).parsed()["kind"]; };
    for (const auto& again : {words, {"model", "create", "came", "--name", "bert-mlm"}, {"model", "import", bert}}) {
        const Answer answer = cameo(again);
        EXPECT_EQ(answer.code, 1);
        EXPECT_THAT(answer.err, HasSubstr("models/bert-mlm: there is a model of this name; --name gives"));
    }
    EXPECT_EQ(kind(), "sbmoe");
    EXPECT_EQ(cameo({"model", "import", bert, "--replace"}).code, 0);
    EXPECT_EQ(kind(), "assembly");
    EXPECT_THAT(cameo({"model", "import", bert, "--name", "untrained", "--replace"}).err, HasSubstr("a model that ships with Cameo is named untrained"));
}

// "out/" was refused as a model without a name.
TEST_F(CommandLineHome, ExportsToAFolderWithASlashBehindIt) {
    ASSERT_EQ(cameo({"model", "create", "sbmoe", "--from", CAMEO_TEST_DATA "/model/bert-mlm", "--name", "mix", "--document-tokens", "32"}).code, 0);
    const Answer answer = cameo({"model", "export", "mix", (m_folder / "out/").string()});
    EXPECT_EQ(answer.code, 0) << answer.err;
    EXPECT_THAT(answer.out, StartsWith((m_folder / "out").string() + ": "));
    EXPECT_EQ(cameo({"model", "info", (m_folder / "out").string(), "--json"}).parsed()["name"], "out");
}

TEST_F(CommandLineHome, DoctorFindsTheMachine) {
    const json found = cameo({"doctor", "--json"}).parsed();
    EXPECT_GE(found["threads"].get<int>(), 1);
    EXPECT_EQ(found["folders"]["data"], (m_folder / "home").string() + "/data");
    EXPECT_EQ(found["demo"], false);
    EXPECT_THAT(cameo({"doctor"}).out, HasSubstr("precision"));
}

TEST_F(CommandLineHome, ImportsAndDescribesACollection) {
    const Answer import = cameo({"collection", "import", (m_folder / "songs").string(), "--json"});
    ASSERT_EQ(import.code, 0) << import.err;
    EXPECT_EQ(import.parsed()["documents"], 8);
    EXPECT_EQ(cameo({"collection", "list", "--json"}).parsed(),
              (json{{"collections", {{{"name", "songs"}, {"documents", 8}, {"queries", 2}}}}}));
    const json info = cameo({"collection", "info", "songs", "--json"}).parsed();
    EXPECT_EQ(info["splits"], (json{{{"name", "test"}, {"queries", 2}, {"judgments", 3}}}));
    EXPECT_EQ(cameo({"collection", "info", "nobody"}).code, 1);
    EXPECT_EQ(cameo({"collection", "import", (m_folder / "nowhere").string()}).code, 1);
}

TEST_F(CommandLineHome, DescribesAModel) {
    const json info = cameo({"model", "info", m_model, "--json"}).parsed();
    EXPECT_EQ(info["name"], "three");
    EXPECT_EQ(info["kind"], "assembly");
    EXPECT_EQ(info["experts"].size(), 3u);
    EXPECT_EQ(info["experts"][1]["kind"], "local");
    EXPECT_THAT(cameo({"model", "info", m_model}).out, HasSubstr("default fusion zscore"));
}

TEST_F(CommandLineHome, IndexesQueriesAndExplains) {
    build();
    EXPECT_EQ(cameo(with({"index", "--json"})).parsed()["resumed_at"], 8); // nothing left to do

    const json query = cameo(with({"query", "play music", "-k", "3", "--json"})).parsed();
    EXPECT_EQ(query["query"], "play music");
    EXPECT_EQ(query["model"], "three");
    EXPECT_EQ(query["collection"], "songs");
    EXPECT_EQ(query["fusion"]["method"], "zscore"); // the model's own
    ASSERT_EQ(query["fused"].size(), 3u);
    ASSERT_EQ(query["experts"].size(), 3u);
    double sum = 0;
    for (const auto& [expert, part] : query["fused"][0]["parts"].items())
        sum += part["used"].get<double>();
    EXPECT_NEAR(sum, query["fused"][0]["score"].get<double>(), 1e-12);

    const std::string best = query["fused"][0]["doc"];
    const json ledger = cameo(with({"explain", "play", "music", "--doc", best, "--json"})).parsed();
    EXPECT_EQ(ledger["score"], query["fused"][0]["score"]);
    EXPECT_EQ(ledger["rank"], 1);
    for (const auto& expert : ledger["experts"]) {
        double leaves = expert.value("dot", 0.0);
        for (const auto& term : expert.value("terms", json::array()))
            leaves += term["product"].get<double>();
        for (const auto& token : expert.value("tokens", json::array()))
            leaves += token["similarity"].get<double>();
        EXPECT_NEAR(leaves + expert["residual"].get<double>(), expert["raw"].get<double>(), 1e-9) << expert["name"];
        EXPECT_NEAR(leaves, expert["raw"].get<double>(), 2e-3) << expert["name"]; // half-precision rows at most
    }
    EXPECT_THAT(cameo(with({"explain", "play music", "--doc", best})).out, HasSubstr("residual"));
    EXPECT_EQ(cameo(with({"explain", "play music", "--doc", "nobody"})).code, 1);

    // One document minus another: the difference of what explain says of each.
    const std::string next = query["fused"][1]["doc"];
    const json second = cameo(with({"explain", "play", "music", "--doc", next, "--json"})).parsed();
    const json difference =
        cameo(with({"explain", "play", "music", "--doc", best, "--against", next, "--json"})).parsed();
    EXPECT_NEAR(difference["difference"].get<double>(), ledger["score"].get<double>() - second["score"].get<double>(), 1e-12);
    for (std::size_t expert_idx = 0; expert_idx < ledger["experts"].size(); ++expert_idx) {
        const json& part = difference["experts"][expert_idx];
        double leaves = part["rest"];
        for (const json& leaf : part["leaves"])
            leaves += leaf["difference"].get<double>();
        EXPECT_NEAR(leaves, part["used"].get<double>(), 1e-9);
    }
    EXPECT_THAT(cameo(with({"explain", "play music", "--doc", best, "--against", next})).out, HasSubstr(" minus "));

    // Why a document is not shown.
    const json words = cameo(with({"explain", "play", "music", "--doc", best, "--words", "--json"})).parsed();
    ASSERT_EQ(words["words"].size(), 2u);
    EXPECT_EQ(words["words"][1]["word"], "music");
    EXPECT_EQ(words["experts"].size(), words["words"][0]["experts"].size());
    EXPECT_THAT(cameo(with({"explain", "play music", "--doc", best, "--words"})).out, HasSubstr("without"));
    const json missing = cameo(with({"explain", "play", "music", "--doc", next, "--missing", "1", "--json"})).parsed();
    EXPECT_EQ(missing["stage"], "fusion");
    EXPECT_EQ(missing["rank"], 2);
    EXPECT_EQ(missing["experts"].size(), ledger["experts"].size());
    EXPECT_THAT(cameo(with({"explain", "play music", "--doc", best, "--missing", "5"})).out, HasSubstr("It is not missing"));
    EXPECT_EQ(cameo(with({"explain", "play music", "--doc", "nobody", "--missing", "5"})).code, 1);
    EXPECT_EQ(cameo(with({"explain", "play music", "--doc", best, "--missing", "0"})).code, 2);

    // Words weighed by hand.
    const json weighed = cameo(with({"query", "play music", "--term", "music=0", "--term", "terminal=3", "--json"})).parsed();
    EXPECT_EQ(weighed["term_weights"], (json{{"music", 0.0}, {"terminal", 3.0}}));
    EXPECT_THAT(cameo(with({"query", "play music", "--term", "music"})).err, HasSubstr("music=2.5"));
    EXPECT_EQ(cameo(with({"query", "play music", "--term", "music=x"})).code, 1);
    EXPECT_THAT(cameo(with({"query", "play music", "--term", "play music=1"})).err, HasSubstr("not one term"));

    const Answer table = cameo(with({"query", "play music", "--fusion", "rrf"}));
    EXPECT_THAT(table.out, HasSubstr("relevant"));
    EXPECT_THAT(table.err, HasSubstr("fusion rrf"));
    EXPECT_EQ(cameo(with({"query", " "})).code, 1);
    EXPECT_EQ(cameo(with({"query", "music", "--fusion", "sum:1,2"})).code, 1); // three experts, two weights
}

// CLI11 takes "[a, b]" for a list where an option takes several words: the query lost its brackets and commas.
TEST_F(CommandLineHome, AQueryIsTakenAsItIsWritten) {
    build();
    const auto text = [&](std::vector<std::string> words, const char* verb = "query") {
        words.insert(words.begin(), {verb, "--json"});
        return cameo(with(std::move(words))).parsed()["query"];
    };
    EXPECT_EQ(text({"[MASK] [a, b]"}), "[MASK] [a, b]");
    EXPECT_EQ(text({"[music, player]"}), "[music, player]");
    EXPECT_EQ(text({"[MASK]", "[tiny,", "music]", "[a,b]", "eval"}), "[MASK] [tiny, music] [a,b] eval");
    EXPECT_EQ(text({"music", "-k", "2", "player", "-"}), "music player -");
    const Answer explained = cameo(with({"explain", "--doc", "d0", "[play, music]", "[a,b]", "--json"}));
    EXPECT_EQ(explained.code, 0) << explained.err;
    EXPECT_EQ(cameo(with({"query", "music", "player", "--nonsense"})).code, 2);
    EXPECT_EQ(cameo(with({"explain", "music", "--doc", "d0", "-x"})).code, 2);
}

TEST_F(CommandLineHome, EvaluatesAndWritesRunFiles) {
    build();
    const std::string runs = (m_folder / "runs").string();
    const Answer answer = cameo(with({"eval", "--json", "--save-runs", runs}));
    ASSERT_EQ(answer.code, 0) << answer.err;
    const json evaluation = answer.parsed();
    EXPECT_EQ(evaluation["queries"], 2);
    ASSERT_EQ(evaluation["systems"].size(), 9u);
    EXPECT_EQ(evaluation["systems"][8]["name"], "bm25");
    EXPECT_EQ(evaluation["systems"][8]["measures"]["MRR@10"], 1.0);
    EXPECT_TRUE(std::filesystem::exists(runs + "/fusion-zscore.run"));

    // What was written evaluates as what was measured.
    const json again =
        cameo(with({"eval", "--json", "--fusion", "sum", "--run", runs + "/fusion-zscore.run"})).parsed();
    ASSERT_EQ(again["systems"].size(), 6u);
    EXPECT_EQ(again["systems"][5]["name"], "fusion:zscore");
    EXPECT_EQ(again["systems"][5]["measures"], evaluation["systems"][5]["measures"]);

    EXPECT_THAT(cameo(with({"eval"})).out, HasSubstr("Holm"));
    const Answer diagnosed = cameo(with({"diagnose", "--json"}));
    EXPECT_TRUE(diagnosed.parsed().is_array()) << diagnosed.err;
    const std::vector<std::string> severities{"note", "warning", "serious"};
    for (std::size_t least = 0; least < severities.size(); ++least) {
        bool is_there = false;
        for (const json& finding : diagnosed.parsed())
            is_there = is_there || std::ranges::find(severities, finding["severity"].get<std::string>()) - severities.begin() >= std::ptrdiff_t(least);
        const Answer failed = cameo(with({"diagnose", "--json", "--fail-on", severities[least]}));
        EXPECT_EQ(failed.code, is_there ? 1 : 0) << failed.err;
        EXPECT_EQ(failed.out, diagnosed.out) << "they are told all the same";
        EXPECT_EQ(failed.err.find(severities[least]) != std::string::npos, is_there);
    }
    EXPECT_EQ(cameo(with({"diagnose", "--fail-on", "anything"})).code, 2) << "misuse";
    EXPECT_EQ(cameo(with({"diagnose", "--split", "dev"})).code, 1);
    EXPECT_EQ(cameo(with({"diagnose", "--fusion", "best"})).code, 2) << "misuse";
    EXPECT_EQ(cameo(with({"eval", "--split", "dev"})).code, 1);
    EXPECT_EQ(cameo(with({"eval", "--run", runs + "/none.run"})).code, 1);
}

// "internal error: filesystem error: cannot create directories: Not a directory [...]"
TEST_F(CommandLineHome, WhatTheDiskDoesNotAllowIsNoInternalError) {
    std::ofstream(m_folder / "recipe.json") << "{}";
    std::ofstream(m_folder / "file") << "x";
    const Answer answer = cameo({"train", (m_folder / "recipe.json").string(), "--estimate", "--folder", (m_folder / "file/under").string()});
    EXPECT_EQ(answer.code, 1);
    EXPECT_EQ(answer.err, "cameo: " + (m_folder / "file/under").string() + ": Not a directory\n");
}

// What is no UTF-8 in a path was an error of the JSON library, after all the work was done.
TEST_F(CommandLineHome, APathNeedNotBeUtf8) {
    std::filesystem::create_directories(m_folder / "home/data/trainings/gr\xfcn");
    std::ofstream(m_folder / "home/data/trainings/gr\xfcn/recipe.json") << "{}";
    const Answer list = cameo({"train", "--list", "--json"});
    EXPECT_EQ(list.code, 0) << list.err;
    EXPECT_EQ(list.parsed()["trainings"][0]["name"], "gr\uFFFDn");

    std::ofstream(m_folder / "songs/queries.jsonl", std::ios::app) << json{{"_id", "q3"}, {"text", "the terminal"}} << '\n'
                                                                   << json{{"_id", "q4"}, {"text", "players"}} << '\n';
    std::ofstream(m_folder / "songs/qrels/test.tsv", std::ios::app) << "q3\td2\t1\nq4\td6\t1\n";
    build();
    std::filesystem::rename(m_model, m_folder / "gr\xfcn");
    m_model = (m_folder / "gr\xfcn").string();
    const Answer fused = cameo(with({"fuse", "--split", "test", "--folds", "2", "--json"}));
    EXPECT_EQ(fused.code, 0) << fused.err;
    EXPECT_THAT(fused.parsed()["file"].get<std::string>(), testing::EndsWith("/gr\uFFFDn/fusion.json"));
}

// Whatever kept a run from being written was found after the evaluation, which was thrown away unprinted.
TEST_F(CommandLineHome, SaysBeforeEvaluatingThatRunsCannotBeSaved) {
    build();
    std::ofstream(m_folder / "file") << "x";
    const Answer folder = cameo(with({"eval", "--save-runs", (m_folder / "file" / "runs").string()}));
    EXPECT_EQ(folder.code, 1);
    EXPECT_THAT(folder.err, HasSubstr("cannot be made"));

    std::ofstream(m_folder / "songs" / "corpus.jsonl", std::ios::app) << json{{"_id", "d 8"}, {"text", "tiny"}} << '\n';
    build();
    const Answer id = cameo(with({"eval", "--save-runs", (m_folder / "runs").string()}));
    EXPECT_EQ(id.code, 1);
    EXPECT_THAT(id.err, HasSubstr("the document id 'd 8' of collection songs cannot stand in a run file"));
    EXPECT_TRUE(std::filesystem::is_empty(m_folder / "runs"));
}

// What can still go wrong then, such as a full disk, comes after the measures are printed.
TEST_F(CommandLineHome, PrintsTheEvaluationBeforeItSavesRuns) {
    build();
    std::filesystem::create_directories(m_folder / "runs" / "lexical.run"); // no file can be renamed onto it
    const Answer answer = cameo(with({"eval", "--save-runs", (m_folder / "runs").string()}));
    EXPECT_EQ(answer.code, 1);
    EXPECT_THAT(answer.out, HasSubstr("Holm"));
    EXPECT_THAT(answer.err, HasSubstr("lexical.run"));
}

TEST_F(CommandLineHome, ShowsAGate) {
    build();
    const Answer without = cameo(with({"gate"}));
    EXPECT_EQ(without.code, 1);
    EXPECT_EQ(without.err, "cameo: model three has no gate: it is of kind assembly, and only models of kind sbmoe have one\n");
    EXPECT_THAT(without.out, IsEmpty());

    ASSERT_EQ(cameo({"model", "import", CAMEO_TEST_DATA "/sbmoe/tiny", "--name", "gated"}).code, 0);
    m_model = "gated";
    const Answer sample = cameo(with({"gate", "--json"}));
    ASSERT_EQ(sample.code, 0) << sample.err;
    EXPECT_THAT(sample.err, HasSubstr("there is no index of gated and songs"));
    EXPECT_EQ(sample.parsed()["documents"]["from"], "sample");
    ASSERT_EQ(cameo(with({"index"})).code, 0);
    const Answer indexed = cameo(with({"gate", "--json"}));
    ASSERT_EQ(indexed.code, 0) << indexed.err;
    const json report = indexed.parsed();
    EXPECT_EQ(report["model"], "gated");
    EXPECT_EQ(report["split"], "test");
    EXPECT_EQ(report["queries"]["inputs"], 2);
    EXPECT_EQ(report["documents"]["inputs"], 8);
    EXPECT_EQ(report["documents"]["from"], "index");
    EXPECT_EQ(report["agreement"]["pairs"], 3);
    EXPECT_EQ(report["categories"]["inputs"], 0);
    EXPECT_TRUE(report["categories"]["information"].is_null());
    const Answer table = cameo(with({"gate"}));
    EXPECT_EQ(table.code, 0) << table.err;
    EXPECT_THAT(table.out, HasSubstr("effective experts"));
    EXPECT_THAT(cameo(with({"gate", "--split", "dev"})).err, HasSubstr("no queries in split 'dev'"));
}

// A block of one expert, which `model create sbmoe --experts 1` makes, was an internal error.
TEST_F(CommandLineHome, ADenseBlockHasNoRoutingToShow) {
    build();
    ASSERT_EQ(cameo({"model", "create", "sbmoe", "--from", CAMEO_TEST_DATA "/model/bert-mlm", "--name", "dense", "--experts", "1", "--document-tokens", "32"}).code, 0);
    m_model = "dense";
    ASSERT_EQ(cameo(with({"index"})).code, 0);
    const Answer gate = cameo(with({"gate"}));
    EXPECT_EQ(gate.code, 1);
    EXPECT_EQ(gate.err, "cameo: model dense has one expert: its gate has nothing to choose from\n");
    const Answer diagnosed = cameo(with({"diagnose", "--json"}));
    EXPECT_EQ(diagnosed.code, 0) << diagnosed.err;
    EXPECT_TRUE(diagnosed.parsed().is_array());
}

TEST_F(CommandLineHome, EncodesLineByLine) {
    const auto encode = [&](const char* expert, const std::string& input) {
        return cameo({"encode", "--model", m_model, "--expert", expert, "--role", "query", "--json"}, input);
    };
    const Answer global = encode("global", "{\"text\":\"play music\"}\n{\"text\":\"tiny\"}\n");
    ASSERT_EQ(global.code, 0) << global.err;
    std::istringstream lines(global.out);
    int count = 0;
    for (std::string line; std::getline(lines, line); ++count)
        EXPECT_EQ(json::parse(line)["vector"].size(), 20u);
    EXPECT_EQ(count, 2);

    const json local = encode("local", "{\"text\":\"play music\"}\n").parsed();
    EXPECT_EQ(local["tokens"].size(), local["vectors"].size());
    EXPECT_FALSE(encode("lexical", "{\"text\":\"play music\"}\n").parsed()["terms"].empty());

    EXPECT_THAT(encode("lexical", "").out, IsEmpty());
    const Answer damaged = encode("global", "{\"text\":\"tiny\"}\nnot json\n");
    EXPECT_EQ(damaged.code, 1);
    EXPECT_THAT(damaged.err, HasSubstr("line 2"));
    EXPECT_THAT(encode("nobody", "").err, HasSubstr("it has lexical, local, global"));
}

// It read 64 lines, or all there were, before the first answer: a program that writes a line and waits for its answer
// waited for ever, and Ctrl-C did not end the reading.
TEST_F(CommandLineHome, EncodeAnswersALineBeforeTheNextOneComes) {
    int answers[2];
    ASSERT_EQ(::pipe(answers), 0);
    PipedInput input;
    int code = -1;
    std::ostringstream err;
    std::jthread verb([&] {
        std::ofstream out("/dev/fd/" + std::to_string(answers[1]));
        const std::vector<std::string> arguments = {"encode", "--model", m_model, "--expert", "global"};
        code = run_command_line(arguments, std::cin, out, err);
    });
    const auto answer = [&] {
        std::string line;
        for (char letter = 0; letter != '\n' && ::read(answers[0], &letter, 1) == 1;)
            line += letter;
        return line;
    };
    input.write("{\"text\":\"play music\"}\n");
    EXPECT_EQ(json::parse(answer())["vector"].size(), 20u);
    input.write("{\"text\":\"tiny\"}\n{\"text\":\"music\"}\n{\"text\":");
    EXPECT_EQ(json::parse(answer())["vector"].size(), 20u);
    EXPECT_EQ(json::parse(answer())["vector"].size(), 20u);
    ::raise(SIGINT);
    verb.join();
    EXPECT_EQ(code, 1);
    EXPECT_THAT(err.str(), HasSubstr("stopped"));
    ::close(answers[0]);
    ::close(answers[1]);
}

} // namespace
} // namespace cameo
