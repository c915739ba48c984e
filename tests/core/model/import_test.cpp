#include "core/base/folders.hpp"
#include "tests/core/model/model_fixtures.hpp"

#include <gmock/gmock.h>

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
    EXPECT_THAT(error_of([] { open_model("absent"); }), HasSubstr("cameo demo"));
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

TEST(Demo, SaysHowToGetItsWeights) {
    const ModelHome home;
    const ScopedVariable cache("CAMEO_CACHE", (home / "empty-cache").c_str());
    EXPECT_THAT(error_of([] { make_demo_model(); }), HasSubstr("`./cameo setup` or `cameo demo`"));
}

} // namespace
} // namespace cameo
