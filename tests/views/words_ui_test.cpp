#include "tests/views/scene.hpp"
#include "views/words_view.hpp"

#include <gtest/gtest.h>

namespace cameo {
namespace {

struct WordsScene : Scene<WordsView> {
    WordsScene() { size = {560, 700}; }

    /// As the program would show it.
    void weigh() {
        auto made = std::make_shared<QueryImportance>();
        made->document = now.selection.document;
        made->rank = 1;
        for (const auto& expert : now.trace->experts) {
            made->experts.push_back(expert.name);
            made->kinds.push_back(expert.kind);
            made->raw.push_back(9);
        }
        for (const QueryWord& word : query_words(now.trace->query))
            made->words.push_back({.word = word.text, .lost = {2.5, -0.5, 0.25}, .kept = {0.4, 1, 0.9}, .rank = static_cast<std::int32_t>(made->words.size()) + 1});
        now.importance = {.phase = Phase::Ready, .of = now.trace->id, .fusion = now.trace->fusion, .document = now.selection.document, .importance = made};
    }
};

TEST(WordsView, AWordIsLeftOutMaskedAndPutBack) {
    WordsScene scene; // "play music in the terminal"
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->ItemClick("**/$$1/Leave out");
        IM_CHECK(scene.last<TryWords>() != nullptr);
        IM_CHECK_STR_EQ(text_of(scene.last<TryWords>()->words).c_str(), "play in the terminal");
        ctx->ItemClick("**/$$4/Mask");
        IM_CHECK_STR_EQ(text_of(scene.last<TryWords>()->words).c_str(), "play music in the [MASK]");
        IM_CHECK(!ctx->ItemExists("**/Back to the query"));
    }));
    auto changed = std::make_shared<Trace>(*scene.now.trace);
    changed->id = "changed";
    changed->parent = scene.now.trace->id;
    changed->query = "play in the [MASK]";
    scene.now.original = scene.now.trace;
    scene.now.trace = changed;
    scene.now.words = query_words(scene.now.original->query, changed->query);
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemClick("**/$$1/Leave out"); // it is out: back in
        IM_CHECK_STR_EQ(text_of(scene.last<TryWords>()->words).c_str(), "play music in the [MASK]");
        ctx->ItemClick("**/$$4/Leave out"); // from masked to out
        IM_CHECK_STR_EQ(text_of(scene.last<TryWords>()->words).c_str(), "play in the");
        ctx->ItemClick("**/Back to the query");
        IM_CHECK_STR_EQ(text_of(scene.last<TryWords>()->words).c_str(), "play music in the terminal");
    }));
}

TEST(WordsView, TheLastWordStays) {
    WordsScene scene;
    auto one = std::make_shared<Trace>(*scene.now.trace);
    one->query = "music";
    scene.now.trace = one;
    scene.now.words = query_words(one->query);
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->ItemClick("**/$$0/Leave out");
        IM_CHECK(scene.last<TryWords>() == nullptr);
        IM_CHECK(!ctx->ItemExists("**/Weigh each word"));
    }));
}

TEST(WordsView, WeighsWhenAskedAndThenKeepsUp) {
    WordsScene scene;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->ItemClick("**/Weigh each word");
        IM_CHECK(scene.last<WeighWords>() != nullptr);
        scene.commands.clear();
        scene.weigh();
        ctx->Yield(2);
        IM_CHECK(ctx->ItemExists("**/$$1/Importance"));
        ctx->ItemClick("**/Keep up");
        IM_CHECK(scene.last<WeighWords>() == nullptr); // what is on screen is weighed
        scene.now.selection.document = "moc";
        ctx->Yield(3);
        IM_CHECK(scene.last<WeighWords>() != nullptr);
        scene.commands.clear();
        ctx->Yield(3);
        IM_CHECK(scene.last<WeighWords>() == nullptr); // once
    }));
}

TEST(WordsView, ItsNumbersAreThoseOfExplain) {
    WordsScene scene;
    scene.weigh();
    const auto table = scene.view.table(scene.now);
    ASSERT_TRUE(table);
    ASSERT_EQ(table->rows.size(), 5u);
    EXPECT_EQ(std::get<std::string>(table->rows[1][0]), "music");
    EXPECT_EQ(std::get<std::int64_t>(table->rows[1][2]), 2);
    EXPECT_EQ(std::get<double>(table->rows[1][3]), 2.5);
    scene.now.importance.document = "another"; // of another document: no figures
    EXPECT_TRUE(std::holds_alternative<std::monostate>(scene.view.table(scene.now)->rows[1][2]));
}

TEST(WordsView, DrawsEveryState) {
    WordsScene scene;
    scene.weigh();
    for (const Phase phase : {Phase::Empty, Phase::Loading, Phase::Failed, Phase::Ready}) {
        scene.now.importance.phase = phase;
        scene.now.importance.error = "the model is not open";
        if (phase != Phase::Ready) scene.now.importance.importance.reset();
        for (const ImVec2 size : {ImVec2{560, 700}, ImVec2{180, 120}}) {
            scene.size = size;
            EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) { ctx->Yield(2); }));
        }
    }
    auto many = std::make_shared<Trace>(*scene.now.trace);
    many->query.clear();
    for (int word = 0; word < 10'000; ++word) many->query += "سلام-" + std::to_string(word) + " ";
    scene.now.trace = many;
    scene.now.words = query_words(many->query);
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) { ctx->Yield(2); }));
    scene.now.trace = nullptr;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) { ctx->Yield(2); }));
}

} // namespace
} // namespace cameo
