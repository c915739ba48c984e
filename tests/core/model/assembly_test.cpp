#include "core/model/default_fusion_field.hpp"
#include "tests/core/model/model_fixtures.hpp"

#include <atomic>
#include <gmock/gmock.h>
#include <thread>

namespace cameo {
namespace {

std::string expert(const std::string& name, const std::string& fixture, const std::string& more) {
    return R"({"name":")" + name + R"(","weights":")" + model_data(fixture).string() +
           R"(","max_query_tokens":24,"max_document_tokens":24,)" + more + "}";
}

// Three experts, the last two on one encoder.
std::shared_ptr<const Model> three(const ModelHome& home, const std::string& more_local = "") {
    const auto folder = home / "three";
    write_file(folder / "model.json",
               R"({"format":1,"name":"three","kind":"assembly","default_fusion":"zscore","experts":[)" +
                   expert("lexical", "bert-mlm", R"("kind":"lexical")") + "," +
                   expert("local", "st-dense", R"("kind":"local")" + more_local) + "," +
                   expert("global", "st-dense", R"("kind":"global","pooling":"mean")") + "]}");
    return Model::load(folder);
}

std::vector<std::string> some_texts(int count) {
    const char* words[] = {"play", "music", "the", "terminal", "fast", "small", "player", "in", ",", "tiny"};
    std::vector<std::string> texts;
    unsigned random = 7;
    for (int i = 0; i < count; ++i) {
        std::string text;
        for (unsigned length = (random = random * 1664525 + 1013904223) >> 27; length > 0; --length)
            text += std::string(words[(random = random * 1664525 + 1013904223) >> 8 & 7]) + " ";
        texts.push_back(text);
    }
    return texts;
}

void expect_same(const Representation& a, const Representation& b) {
    EXPECT_EQ(a.sparse.terms, b.sparse.terms);
    EXPECT_EQ(a.sparse.weights, b.sparse.weights);
    EXPECT_EQ(a.tokens.rows, b.tokens.rows);
    EXPECT_EQ(a.tokens.tokens, b.tokens.tokens);
    EXPECT_EQ(a.pooled, b.pooled);
}

TEST(Assembly, ATextsBitsDoNotDependOnItsBatch) {
    const ModelHome home;
    const auto model = three(home);
    const auto texts = some_texts(60);
    Progress progress;
    const auto together = model->encode(texts, Role::Document, progress);
    for (std::size_t text = 0; text < texts.size(); text += 7) {
        const auto alone = model->encode(std::span(&texts[text], 1), Role::Document, progress);
        for (std::size_t expert_idx = 0; expert_idx < 3; ++expert_idx) {
            expect_same(alone[0][expert_idx], together[text][expert_idx]);
            expect_same(model->encode(std::span(&texts[text], 1), Role::Document, expert_idx, progress)[0],
                        together[text][expert_idx]);
        }
    }
}

// With a slash at the end of its path a model without a name of its own was named "".
TEST(Assembly, IsNamedAfterItsFolderHoweverThatIsWritten) {
    const ModelHome home;
    write_file(home / "nameless/model.json", R"({"format":1,"kind":"assembly","experts":[)" +
                                                 expert("global", "st-dense", R"("kind":"global")") + "]}");
    for (const char* path : {"nameless", "nameless/", "nameless/.", "nameless//", "nameless/../nameless"})
        EXPECT_EQ(Model::load((home / "").string() + path)->name(), "nameless") << path;
}

TEST(Assembly, FillsTheMemberOfEachKind) {
    const ModelHome home;
    const auto model = three(home);
    EXPECT_EQ(model->default_fusion(), "zscore");
    const std::vector<std::string> texts{"play music", ""};
    Progress progress;
    for (const auto& text : model->encode(texts, Role::Query, progress)) {
        EXPECT_FALSE(text[0].sparse.terms.empty());
        EXPECT_TRUE(text[0].tokens.rows.empty() && text[0].pooled.empty());
        EXPECT_EQ(text[1].tokens.width, 20);
        EXPECT_EQ(text[1].tokens.rows.size(), 20 * text[1].tokens.count());
        EXPECT_EQ(text[2].pooled.size(), 20u);
    }
    EXPECT_TRUE(model->encode(std::span<const std::string>{}, Role::Query, progress).empty());
}

TEST(Assembly, SpecialRowsAndSpans) {
    const ModelHome home;
    const auto model = three(home, R"(,"query_special_tokens":false)");
    const std::vector<std::string> texts{"play music"};
    Progress progress;
    const auto query = model->encode(texts, Role::Query, 1, progress)[0].tokens;
    const auto document = model->encode(texts, Role::Document, 1, progress)[0].tokens;
    ASSERT_EQ(query.count(), 2u);
    ASSERT_EQ(document.count(), 4u);
    EXPECT_EQ(query.spans[1], (TextSpan{5, 10}));
    EXPECT_EQ(model->tokenizer(1).token(query.tokens[1]), "music");
    // Dropped after encoding: the rows that stay are the same.
    EXPECT_TRUE(std::equal(query.rows.begin(), query.rows.end(), document.rows.begin() + 20));
}

TEST(Assembly, MeanSimilarityAndHeaviestTerms) {
    const ModelHome home;
    const std::vector<std::string> texts{"play music in the terminal"};
    Progress progress;
    const auto sum = three(home)->encode(texts, Role::Query, 1, progress)[0].tokens;
    const auto mean = three(home, R"(,"similarity":"mean")")->encode(texts, Role::Query, 1, progress)[0].tokens;
    for (std::size_t i = 0; i < sum.rows.size(); ++i)
        EXPECT_FLOAT_EQ(mean.rows[i] * float(sum.count()), sum.rows[i]);

    write_file(home / "few/model.json", R"({"format":1,"name":"few","kind":"assembly","experts":[)" +
                                            expert("lexical", "bert-mlm", R"("kind":"lexical","query_terms":3)") + "]}");
    const auto all = three(home)->encode(texts, Role::Query, 0, progress)[0].sparse;
    const auto few = Model::load(home / "few")->encode(texts, Role::Query, 0, progress)[0].sparse;
    ASSERT_EQ(few.terms.size(), 3u);
    EXPECT_TRUE(std::is_sorted(few.terms.begin(), few.terms.end()));
    auto heaviest = all.weights;
    std::sort(heaviest.rbegin(), heaviest.rend());
    auto kept = few.weights;
    std::sort(kept.rbegin(), kept.rend());
    EXPECT_TRUE(std::equal(kept.begin(), kept.end(), heaviest.begin()));
}

TEST(Assembly, CancelStopsWithoutAnswer) {
    const ModelHome home;
    const auto model = three(home);
    std::stop_source stop;
    stop.request_stop();
    Progress progress(stop.get_token());
    const auto texts = some_texts(100);
    EXPECT_THROW(model->encode(texts, Role::Document, progress), Cancelled);
    Progress fresh;
    EXPECT_EQ(model->encode(texts, Role::Document, fresh).size(), texts.size());
}

TEST(Assembly, SeveralThreadsMayEncode) {
    const ModelHome home;
    const auto model = three(home);
    const auto texts = some_texts(40);
    Progress progress;
    const auto expected = model->encode(texts, Role::Document, progress);
    std::vector<std::jthread> threads;
    std::atomic<int> wrong{0};
    for (int thread = 0; thread < 3; ++thread)
        threads.emplace_back([&, thread] {
            for (int round = 0; round < 5; ++round) {
                const std::size_t count = thread == 0 ? texts.size() : 1; // one bulk job, two that ask
                const auto found = model->encode(std::span(texts).first(count), Role::Document, progress);
                for (std::size_t text = 0; text < count; ++text)
                    wrong += found[text][2].pooled != expected[text][2].pooled;
            }
        });
    threads.clear();
    EXPECT_EQ(wrong, 0);
}

TEST(Assembly, VersionFollowsWeightsAndMeaningOnly) {
    const ModelHome home;
    const auto model = three(home);
    EXPECT_EQ(model->version().size(), 16u);
    EXPECT_EQ(three(home)->version(), model->version());
    EXPECT_NE(three(home, R"(,"normalise":false)")->version(), model->version());
    EXPECT_EQ(model->folder(), home / "three");
    write_file(home / "three/fusion.json", "{}"); // what lies beside is no part of it
    set_default_fusion(home / "three", "adaptive");
    EXPECT_EQ(Model::load(home / "three")->default_fusion(), "adaptive");
    EXPECT_EQ(Model::load(home / "three")->version(), three(home, R"(,"normalise":false)")->version());
    const auto moved = import_model(home / "three", "other-name"); // absolute weights, another name
    EXPECT_EQ(open_model(moved)->version(), three(home, R"(,"normalise":false)")->version());
}

// The version left out Dense modules, the tokenizer and config.json: another model had the same version, and an index
// made with the first was searched with the second.
TEST(Assembly, VersionFollowsEveryFileThatChangesTheNumbers) {
    const ModelHome home;
    const auto given = home.copy("st-dense");
    const auto version = [&] { return open_model(import_model(given, "changing"))->version(); };
    const auto changes_with = [&](const std::filesystem::path& file, const std::string& from, const std::string& to) {
        const std::string before = read_file(given / file), old_version = version();
        std::string after = before;
        const auto at = after.find(from);
        EXPECT_NE(at, std::string::npos) << file << " lacks " << from;
        write_file(given / file, after.replace(at, from.size(), to));
        const std::string new_version = version();
        write_file(given / file, before);
        EXPECT_EQ(version(), old_version);
        return new_version != old_version;
    };
    const std::string dense = read_file(given / "2_Dense/model.safetensors");
    EXPECT_TRUE(changes_with("2_Dense/model.safetensors", dense.substr(dense.size() - 4), std::string(4, '\1')));
    EXPECT_TRUE(changes_with("2_Dense/config.json", "Tanh", "ReLU"));
    EXPECT_TRUE(changes_with("config.json", R"("num_attention_heads": 2)", R"("num_attention_heads": 4)"));
    EXPECT_TRUE(changes_with("config.json", R"("hidden_act": "gelu")", R"("hidden_act": "relu")"));
    EXPECT_TRUE(changes_with("config.json", R"("layer_norm_eps": 1e-12)", R"("layer_norm_eps": 1e-5)"));
    EXPECT_FALSE(changes_with("config.json", R"("transformers_version": ")", R"("transformers_version": "9.)"));
    EXPECT_TRUE(changes_with("vocab.txt", "play", "plaz"));
    EXPECT_TRUE(changes_with("tokenizer_config.json", R"("do_lower_case": true)", R"("do_lower_case": false)"));
}

TEST(Assembly, ReportsEveryTensor) {
    const ModelHome home;
    const auto model = home.import("bert-mlm");
    std::size_t used = 0;
    for (const auto& entry : model->load_report().tensors)
        used += !entry.used_as.empty();
    EXPECT_EQ(used, model->load_report().tensors.size());
    EXPECT_EQ(used, 5u + 2u * 16u + 5u); // embeddings, two layers, the masked-LM head with a tied decoder
}

} // namespace
} // namespace cameo
