#pragma once

#include "core/train/moe_net.hpp"
#include "tests/core/model/model_fixtures.hpp"
#include "tests/support/memory_collection.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

namespace cameo {

/// A collection of eight small texts, six queries for it, and SB-MoE models over a tiny random BERT to train on them.
class MoeFixture {
public:
    static inline const std::vector<std::string> kDocuments{
        "play music in the terminal", "a fast, small player!", "the terminal plays the music of the terminal",
        "music music music music music music music music music music music music music music music music music music music music",
        "tiny", "the fast player in a small terminal.", "music of the small player, in the terminal", "a tiny terminal"};

    MoeFixture() {
        at::set_num_threads(1); // for so few numbers, threads only wait for each other
        const std::vector<std::pair<std::string, std::vector<std::int32_t>>> given{
            {"music terminal", {0}}, {"fast player", {1, 5}}, {"terminal music!", {2}}, {"music", {3, 6}}, {"small terminal", {5, 7}}, {"the player", {0, 6}}};
        for (const auto& [text, right] : given)
            queries.push_back({"q" + std::to_string(queries.size()), text, "", right});
        std::vector<Document> documents;
        for (const auto& text : kDocuments)
            documents.push_back({.id = "d" + std::to_string(documents.size()), .text = text});
        collection = std::make_shared<MemoryCollection>(std::move(documents));
    }

    /// model.json around the state dict of tests/data/sbmoe. @param block, expert: fields, such as R"("chosen":1)"
    std::filesystem::path model(const std::string& block, const std::string& expert = R"("normalise":true)") const {
        const auto data = std::filesystem::path(CAMEO_TEST_DATA) / "sbmoe/tiny";
        const auto folder = home / ("made" + std::to_string(++m_made));
        write_file(folder / "model.json", R"({"format":1,"name":"tiny","kind":"sbmoe","changes":")" +
                                              (data / "tiny_experts4-sbmoe_top1.pt").string() + R"(",)" + block +
                                              R"(,"experts":[{"name":"gate","kind":"global","weights":")" + data.string() +
                                              R"(","max_query_tokens":24,"max_document_tokens":24,)" + expert + "}]}");
        return folder;
    }
    std::filesystem::path corrected(const std::string& more = R"("chosen":1)") const {
        return model(R"("form":"corrected","gate_scale":4.5,"normalise_output":true,)" + more);
    }
    std::filesystem::path reference() const { return model(R"("form":"reference","chosen":1)", R"("normalise":false)"); }

    std::unique_ptr<Trainee> net(const std::filesystem::path& folder, const Recipe& recipe) const {
        return make_moe_net(folder, collection, queries, recipe);
    }

    /// A recipe whose terms are all off, for a frozen encoder.
    static Recipe recipe() {
        Recipe recipe;
        recipe.queries = 4, recipe.query_tokens = 8, recipe.document_tokens = 16;
        recipe.temperature = 0.2;
        recipe.heads_rate = recipe.gate_rate = 3e-3;
        recipe.noise = false;
        return recipe;
    }

    /// Four queries, five documents; document 0 is right for queries 0 and 5, and query 5 has another right one.
    static StepPart part(std::int64_t step = 0) {
        StepPart part;
        part.step = step;
        part.batch = {.queries = {0, 1, 5, 4}, .documents = {0, 5, 7, 6, 3}, .positive = {0, 1, 0, 2},
                      .counts = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 0, 1, 1, 1}};
        return part;
    }

    ModelHome home;
    std::vector<TrainingQuery> queries;
    std::shared_ptr<const Collection> collection;

private:
    mutable int m_made = 0;
};

inline double metric(const PartResult& result, const std::string& name) {
    for (const auto& each : result.metrics)
        if (each.name == name) return each.value;
    ADD_FAILURE() << "no metric " << name;
    return 0;
}

inline const ParameterGroup& group_named(const std::vector<ParameterGroup>& groups, const std::string& name) {
    for (const auto& group : groups)
        if (group.name == name) return group;
    throw InternalError("no group " + name);
}

} // namespace cameo
