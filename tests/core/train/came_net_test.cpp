#include "core/train/came_net.hpp"

#include "core/base/error.hpp"
#include "core/model/assembly/manifest.hpp"
#include "tests/core/train/tiny_training.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <cmath>
#include <gmock/gmock.h>
#include <limits>

namespace cameo {
namespace {

struct Gradients {
    double loss = 0;
    NamedTensors parameters, gradients;
    std::vector<Metric> metrics;
    std::vector<CompetitionRecord> competition;
};

/// One backward pass of a freshly loaded net.
Gradients gradients(const TinyTraining& tiny, const Recipe& recipe, bool specialized = false) {
    const auto net = make_came_net(tiny.model(), tiny.collection(), tiny.queries(), recipe);
    const std::vector<TrainingBatch> first{tiny.batch(0)};
    net->prepare(first, recipe);
    Gradients all;
    const auto groups = net->groups(recipe);
    auto result = net->backward({1000, 0, tiny.batch(1), specialized, 1}, recipe);
    all.loss = result.loss;
    all.metrics = result.metrics;
    all.competition = result.competition;
    for (const auto& group : groups)
        for (const auto& [name, parameter] : group.parameters) {
            all.parameters.emplace_back(name, parameter);
            all.gradients.emplace_back(name, parameter.grad().defined() ? parameter.grad().clone() : at::zeros_like(parameter));
        }
    return all;
}

void expect_near(const NamedTensors& a, const NamedTensors& b, double tolerance) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        ASSERT_EQ(a[i].first, b[i].first);
        EXPECT_LE((a[i].second - b[i].second).abs().max().item<double>(), tolerance) << a[i].first;
    }
}

/// The loss's slope along a direction in all parameters at once is the gradient's product with it.
void expect_slope(const TinyTraining& tiny, const Recipe& recipe, bool specialized) {
    const auto net = make_came_net(tiny.model(), tiny.collection(), tiny.queries(), recipe);
    const std::vector<TrainingBatch> first{tiny.batch(0)};
    net->prepare(first, recipe);
    const StepPart part{1000, 0, tiny.batch(1), specialized, 1};
    for (const auto& group : net->groups(recipe)) {
        NamedTensors directions;
        net->backward(part, recipe);
        double expected = 0, length = 0;
        for (const auto& [name, parameter] : group.parameters) {
            ASSERT_TRUE(parameter.grad().defined()) << name;
            directions.emplace_back(name, parameter.grad().clone());
            length += parameter.grad().square().sum().item<double>();
        }
        ASSERT_GT(length, 0) << group.name;
        const double step = 2e-3 / std::sqrt(length);
        expected = length;
        const auto moved = [&](double by) {
            const at::NoGradGuard no_gradients;
            for (std::size_t i = 0; i < directions.size(); ++i)
                at::Tensor(group.parameters[i].second).add_(directions[i].second, by);
        };
        moved(step);
        const double above = net->backward(part, recipe).loss;
        moved(-2 * step);
        const double below = net->backward(part, recipe).loss;
        moved(step);
        EXPECT_NEAR((above - below) / (2 * step) / expected, 1, 0.03) << group.name;
        for (const auto& each : net->groups(recipe))
            for (const auto& [name, parameter] : each.parameters) at::Tensor(parameter).mutable_grad() = at::Tensor();
    }
}

TEST(CameNet, ItsGradientIsTheSlopeOfItsLoss) {
    const TinyTraining tiny;
    Recipe recipe = TinyTraining::recipe();
    recipe.flops_query = recipe.flops_document = 0.01;
    expect_slope(tiny, recipe, false);
    recipe.fusion_loss = 0.5;
    expect_slope(tiny, recipe, false);
    recipe.encoder_rate = 1e-4;
    recipe.frozen_layers = 0; // everything is trained, word embeddings included
    expect_slope(tiny, recipe, false);
}

TEST(CameNet, AnInfiniteTemperatureIsTheStandardizedStageToTheBit) {
    const TinyTraining tiny;
    Recipe recipe = TinyTraining::recipe();
    recipe.competition_temperature = std::numeric_limits<double>::infinity();
    const auto standardized = gradients(tiny, recipe), specialized = gradients(tiny, recipe, true);
    EXPECT_EQ(standardized.loss, specialized.loss);
    expect_near(standardized.gradients, specialized.gradients, 0);
}

TEST(CameNet, CompetitionLeavesTheLoserLess) {
    const TinyTraining tiny;
    Recipe recipe = TinyTraining::recipe();
    recipe.competition_temperature = 0;
    const auto all = gradients(tiny, recipe, true);
    ASSERT_EQ(all.competition.size(), 6u);
    for (const auto& record : all.competition) {
        const double best = *std::ranges::min_element(record.ranks);
        double sum = 0;
        for (std::size_t e = 0; e < 3; ++e) {
            sum += record.weights[e];
            EXPECT_EQ(record.weights[e] > 0, record.ranks[e] == best); // winner takes all
        }
        EXPECT_NEAR(sum, 3, 1e-6);
    }
}

// Another right document of a query used to push its positive down among a batch's candidates.
TEST(CameNet, RanksThePositiveAmongDocumentsThatCount) {
    const TinyTraining tiny;
    const auto recipe = TinyTraining::recipe();
    const auto net = make_came_net(tiny.model(), tiny.collection(), tiny.queries(), recipe);
    net->groups(recipe); // asks for gradients
    auto batch = tiny.batch(0);
    std::ranges::fill(batch.counts, 0);
    const auto result = net->backward({0, 0, batch, true, 1}, recipe);
    ASSERT_EQ(result.competition.size(), batch.queries.size());
    for (const auto& record : result.competition)
        EXPECT_EQ(record.ranks, (std::vector<double>{1, 1, 1}));
}

TEST(CameNet, GradientCachingGivesTheGradientOfTheWhole) {
    const TinyTraining tiny;
    Recipe recipe = TinyTraining::recipe();
    recipe.fusion_loss = 1;
    const auto whole = gradients(tiny, recipe);
    for (const std::int64_t chunk : {1, 4, 7}) { // within the queries, across their end
        recipe.chunk = chunk;
        const auto cached = gradients(tiny, recipe);
        EXPECT_NEAR(cached.loss, whole.loss, 1e-4);
        expect_near(cached.gradients, whole.gradients, 2e-4);
    }
}

TEST(CameNet, FrozenLayersGiveWhatTheyWouldGiveUnkept) {
    const TinyTraining tiny;
    Recipe frozen = TinyTraining::recipe(), trained = frozen;
    trained.encoder_rate = 1e-5;
    trained.frozen_layers = 0;
    const auto kept = gradients(tiny, frozen), live = gradients(tiny, trained);
    EXPECT_NEAR(kept.loss, live.loss, 1e-4);
    for (const auto& [name, gradient] : kept.gradients) {
        const auto same = std::ranges::find(live.gradients, name, &NamedTensors::value_type::first);
        ASSERT_NE(same, live.gradients.end()) << name;
        EXPECT_LE((gradient - same->second).abs().max().item<double>(), 1e-3) << name;
    }
}

TEST(CameNet, BringsItsExpertsToOneSpread) {
    const TinyTraining tiny;
    const auto recipe = TinyTraining::recipe();
    const auto net = make_came_net(tiny.model(), tiny.collection(), tiny.queries(), recipe);
    const std::vector<TrainingBatch> batches{tiny.batch(0), tiny.batch(1)};
    net->prepare(batches, recipe);
    const auto folder = tiny.folder("written");
    net->write_model(folder, "written");
    const auto manifest = read_manifest(folder / "model.json");
    EXPECT_EQ(manifest.default_fusion, "sum");
    EXPECT_EQ(manifest.experts[2].scale, recipe.global_scale);
    // The spread of negatives' scores under the model that was written.
    const auto model = Model::load(folder);
    Progress progress;
    std::vector<double> spreads;
    for (std::size_t e = 0; e < 3; ++e) {
        double squares = 0, count = 0;
        for (const auto& batch : batches) {
            std::vector<std::string> queries, documents;
            for (const auto q : batch.queries) queries.push_back(tiny.queries()[q].text);
            for (const auto d : batch.documents) documents.push_back(tiny.collection()->document(d).content());
            const auto qs = model->encode(queries, Role::Query, e, progress), ds = model->encode(documents, Role::Document, e, progress);
            for (std::size_t q = 0; q < qs.size(); ++q) {
                std::vector<double> scores;
                for (std::size_t d = 0; d < ds.size(); ++d) {
                    if (std::int64_t(d) == batch.positive[q] || !batch.counts[q * ds.size() + d]) continue;
                    double score = 0;
                    if (e == 0)
                        for (std::size_t i = 0; i < qs[q].sparse.terms.size(); ++i)
                            for (std::size_t j = 0; j < ds[d].sparse.terms.size(); ++j)
                                score += qs[q].sparse.terms[i] == ds[d].sparse.terms[j] ? qs[q].sparse.weights[i] * ds[d].sparse.weights[j] : 0;
                    if (e == 1)
                        for (std::size_t i = 0; i < qs[q].tokens.count(); ++i) {
                            double best = -1e9;
                            for (std::size_t j = 0; j < ds[d].tokens.count(); ++j) {
                                double product = 0;
                                for (int c = 0; c < 6; ++c) product += qs[q].tokens.rows[i * 6 + std::size_t(c)] * ds[d].tokens.rows[j * 6 + std::size_t(c)];
                                best = std::max(best, product);
                            }
                            score += best;
                        }
                    if (e == 2)
                        for (std::size_t c = 0; c < qs[q].pooled.size(); ++c) score += qs[q].pooled[c] * ds[d].pooled[c];
                    scores.push_back(score);
                }
                double mean = 0;
                for (const double s : scores) mean += s / double(scores.size());
                for (const double s : scores) squares += (s - mean) * (s - mean);
                count += double(scores.size());
            }
        }
        spreads.push_back(std::sqrt(squares / count));
    }
    EXPECT_NEAR(spreads[0], spreads[2], 1e-3 * spreads[2]);
    EXPECT_NEAR(spreads[1], spreads[2], 1e-3 * spreads[2]);
    // A model that has its scales keeps them.
    const auto again = make_came_net(folder, tiny.collection(), tiny.queries(), recipe);
    Recipe other = recipe;
    other.global_scale = 5;
    again->prepare(batches, other);
    const auto second = tiny.folder("second");
    again->write_model(second, "second");
    EXPECT_EQ(read_manifest(second / "model.json").experts[2].scale, 20);
}

/// The scale that preparing gives the only expert of a model.
double scale_alone(const TinyTraining& tiny, const std::string& expert) {
    Progress progress;
    create_came({.name = "alone-" + expert, .from = model_data("bert-mlm").string(), .experts = {expert}, .shared = 1, .own = 1,
                 .local_width = 6, .query_tokens = 16, .document_tokens = 24, .active_terms = 5},
                tiny.texts(), progress);
    const auto recipe = TinyTraining::recipe();
    const auto net = make_came_net(folders().models() / ("alone-" + expert), tiny.collection(), tiny.queries(), recipe);
    const std::vector<TrainingBatch> batches{tiny.batch(0)};
    net->prepare(batches, recipe);
    const auto folder = tiny.folder("written-" + expert);
    net->write_model(folder, "written");
    return read_manifest(folder / "model.json").experts[0].scale;
}

// Twenty times its impacts, which are logits already, took a lexical expert alone from 0.61 to 0.33.
TEST(CameNet, ScalesCosinesButNotTheImpactsOfALexicalExpertAlone) {
    const TinyTraining tiny;
    EXPECT_EQ(scale_alone(tiny, "lexical"), 1);
    EXPECT_EQ(scale_alone(tiny, "local"), TinyTraining::recipe().global_scale);
    EXPECT_EQ(scale_alone(tiny, "global"), TinyTraining::recipe().global_scale);
}

TEST(CameNet, IsTheSameToTheBitAfterTheWayThroughAFile) {
    const TinyTraining tiny;
    Recipe recipe = TinyTraining::recipe();
    recipe.encoder_rate = 1e-4;
    recipe.frozen_layers = 0;
    const auto net = make_came_net(tiny.model(), tiny.collection(), tiny.queries(), recipe);
    const std::vector<TrainingBatch> batches{tiny.batch(0)};
    net->prepare(batches, recipe);
    AdamW optimizer(net->groups(recipe));
    for (std::int64_t step = 0; step < 3; ++step) {
        net->backward({step, 0, tiny.batch(step), false, 1}, recipe);
        optimizer.step(1);
        optimizer.forget_gradients();
    }
    const auto folder = tiny.folder("written");
    net->write_model(folder, "written");
    const auto again = make_came_net(folder, tiny.collection(), tiny.queries(), recipe);
    EXPECT_EQ(net->backward({3, 0, tiny.batch(3), false, 1}, recipe).loss, again->backward({3, 0, tiny.batch(3), false, 1}, recipe).loss);
    const auto a = net->groups(recipe), b = again->groups(recipe);
    for (std::size_t g = 0; g < a.size(); ++g) expect_near(a[g].parameters, b[g].parameters, 0);
}

TEST(CameNet, RefusesWhatItDoesNotTrain) {
    const TinyTraining tiny;
    auto manifest = read_manifest(tiny.model() / "model.json");
    manifest.experts[2].pooling = Pooling::Max;
    write_file(tiny.model() / "model.json", to_json(manifest));
    EXPECT_THAT(error_of([&] { make_came_net(tiny.model(), tiny.collection(), tiny.queries(), TinyTraining::recipe()); }),
                testing::HasSubstr("expert global pools otherwise than by mean or CLS, which is not trained here"));
}

} // namespace
} // namespace cameo
