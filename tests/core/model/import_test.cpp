#include "core/base/folders.hpp"
#include "tests/core/model/model_fixtures.hpp"

#include <csignal>
#include <gmock/gmock.h>
#include <sys/resource.h>

namespace cameo {
namespace {

using testing::HasSubstr;

TEST(Import, SaysWhatAFolderIs) {
    const ModelHome home;
    const auto kind = [&](const char* fixture) { return home.import(fixture)->experts()[0].kind; };
    EXPECT_EQ(kind("bert-mlm"), ExpertKind::Lexical);
    EXPECT_EQ(kind("distilbert-mlm"), ExpertKind::Lexical);
    EXPECT_EQ(kind("st-dense"), ExpertKind::Global);
    EXPECT_EQ(kind("colbert"), ExpertKind::Local);
    std::vector<std::string> names;
    for (const auto& model : list_models())
        names.push_back(model.name + ":" + model.kind);
    EXPECT_THAT(names, testing::ElementsAre("bert-mlm:assembly", "colbert:assembly", "distilbert-mlm:assembly",
                                            "st-dense:assembly"));
}

TEST(Import, OutlivesItsSourceAndReplacesItsNamesake) {
    const ModelHome home;
    const auto given = home.copy("bert-mlm");
    EXPECT_EQ(import_model(given, "mine"), "mine");
    std::filesystem::remove_all(given);
    const auto version = open_model("mine")->version();
    EXPECT_EQ(import_model(model_data("colbert"), "mine"), "mine");
    EXPECT_NE(open_model("mine")->version(), version);
    EXPECT_EQ(list_models().size(), 1u);
}

// Imported weights were hard links: whoever wrote the source again wrote into the stored model, and who made it shorter
// killed the process that had it mapped.
TEST(Import, IsNotChangedThroughItsSource) {
    const ModelHome home;
    const auto given = home.copy("bert-mlm");
    const auto name = import_model(given, "mine");
    const auto weights = folders().models() / "mine/weights/model.safetensors";
    const std::string bytes = read_file(weights);
    std::filesystem::resize_file(given / "model.safetensors", 0);
    EXPECT_EQ(read_file(weights), bytes);
    EXPECT_EQ(std::filesystem::hard_link_count(weights), 1u);
}

TEST(Import, ADiskWithoutRoomIsSaidInOneSentence) {
    const ModelHome home;
    ::rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    ASSERT_GT(std::filesystem::file_size(model_data("bert-mlm") / "model.safetensors"), 10'000u);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    const ::rlimit small{10'000, before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
    const std::string sentence = error_of([] { import_model(model_data("bert-mlm"), "mine"); });
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    EXPECT_THAT(sentence, testing::AllOf(HasSubstr("bert-mlm/model.safetensors: cannot be copied to "),
                                         HasSubstr("(File too large)")));
    EXPECT_TRUE(std::filesystem::is_empty(folders().models()));
}

// The place of a linked file was reckoned from the file that it points to: the copy went out of the model's folder.
TEST(Import, FollowsLinksToFilesAndRefusesLinksToFolders) {
    namespace fs = std::filesystem;
    const ModelHome home;
    const auto given = home / "given/linked";
    fs::create_directories(given / "w");
    for (const char* file : {"config.json", "vocab.txt", "tokenizer_config.json", "model.safetensors"})
        fs::create_symlink(model_data("bert-mlm") / file, given / "w" / file);
    write_file(given / "model.json", R"({"format":1,"experts":[{"name":"x","kind":"lexical","weights":"w",
        "max_query_tokens":24,"max_document_tokens":24}]})");
    import_model(given);
    EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(folders().models() / "linked/w/vocab.txt")));
    fs::create_directory_symlink(given, given / "w/loop");
    EXPECT_THAT(error_of([&] { import_model(given); }), HasSubstr("w/loop: a link to a folder"));
}

TEST(Import, AFailureLeavesNothing) {
    const ModelHome home;
    const auto given = home.copy("bert-mlm");
    std::filesystem::remove(given / "vocab.txt");
    EXPECT_THROW(import_model(given, "mine"), Error);
    EXPECT_TRUE(list_models().empty());
    EXPECT_TRUE(std::filesystem::is_empty(folders().models()));
    EXPECT_THAT(error_of([&] { import_model(given, "../mine"); }), HasSubstr("cannot be a model's name"));
    EXPECT_THAT(error_of([&] { import_model(home / "nowhere"); }), HasSubstr("no such folder"));
}

TEST(Import, OpensByNameOrPathAndSaysWhatThereIs) {
    const ModelHome home;
    EXPECT_THAT(error_of([] { open_model("absent"); }), HasSubstr("there is none yet"));
    home.import("bert-mlm");
    EXPECT_THAT(error_of([] { open_model("absent"); }), HasSubstr("there is bert-mlm"));
    EXPECT_EQ(open_model((folders().models() / "bert-mlm").string())->name(), "bert-mlm");
    EXPECT_THAT(error_of([&] { open_model(model_data("colbert").string()); }), HasSubstr("no model.json here"));
}

TEST(Import, RefusesAChainThatWeDoNotHave) {
    const ModelHome home;
    const auto given = home.copy("st-dense");
    write_file(given / "modules.json", R"([{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},
        {"idx":1,"name":"1","path":"1_LSTM","type":"sentence_transformers.models.LSTM"}])");
    EXPECT_THAT(error_of([&] { import_model(given); }), HasSubstr("module LSTM (1_LSTM)"));
    write_file(given / "modules.json", R"([{"type":"x.Transformer","path":""},{"type":"x.Pooling","path":"../../etc"}])");
    EXPECT_THAT(error_of([&] { import_model(given); }), HasSubstr("leaves the folder"));
}

TEST(ShippedModels, AreListedAndOpenedUnlessAStoredOneHasTheirName) {
    const ModelHome home;
    import_model(model_data("bert-mlm"), "one");
    std::filesystem::create_directories(home / "assets/models");
    std::filesystem::rename(folders().models() / "one", home / "assets/models/one");
    const auto names = [] {
        std::vector<std::string> found;
        for (const auto& model : list_models())
            found.push_back(model.name + (model.shipped ? " shipped" : " stored"));
        return found;
    };
    home.import("colbert");
    EXPECT_THAT(names(), testing::ElementsAre("colbert stored", "one shipped"));
    EXPECT_EQ(open_model("one")->folder(), home / "assets/models/one");

    const auto own = own_folder(find_model("one"));
    EXPECT_EQ(own, folders().models() / "one");
    EXPECT_THAT(names(), testing::ElementsAre("colbert stored", "one stored"));
    EXPECT_EQ(find_model("one"), own);
    EXPECT_EQ(own_folder(own), own);
    EXPECT_EQ(open_model("one")->version(), Model::load(home / "assets/models/one")->version());
}

TEST(ShippedModels, SayHowToGetTheirWeights) {
    const auto untrained = folders().shipped_models() / "untrained";
    const ModelHome home;
    const ScopedVariable cache("CAMEO_CACHE", (home / "empty-cache").c_str());
    EXPECT_THAT(error_of([&] { open_model(untrained.string()); }), HasSubstr("`./cameo setup` fetches them"));
}

} // namespace
} // namespace cameo
