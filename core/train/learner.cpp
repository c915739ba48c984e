#include "core/train/learner.hpp"

#include "core/base/error.hpp"
#include "core/train/make_trainee.hpp"
#include "core/train/process_messages.hpp"
#include "core/train/schedule.hpp"
#include "core/train/training_splits.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <algorithm>
#include <map>

namespace cameo {

namespace {

constexpr std::int64_t kBatchesToScale = 8; ///< that experts' scales are measured on

} // namespace

Learner::Learner(Recipe recipe, const TrainingData& data, std::filesystem::path folder, Processes& processes, Progress& progress)
    : m_recipe(std::move(recipe)), m_data(data), m_folder(std::move(folder)), m_processes(processes),
      m_rounds(mining_rounds(m_recipe)), m_checkpoints(m_folder / "checkpoints") {
    const Collection& collection = *m_data.collection;
    auto splits = training_splits(m_recipe, collection);
    m_train = std::move(splits.train);
    m_dev = std::move(splits.dev);
    if (!m_recipe.teacher.empty()) {
        progress.begin("reading the teacher's scores", Unit::Steps);
        m_teacher.emplace(m_recipe.teacher, collection, m_train);
    }
    m_given_negatives = bm25_negatives(*m_data.bm25, m_train, m_recipe.negatives_depth, progress);
    if (m_recipe.negatives_from == "teacher") // but for queries that it has not scored
        m_given_negatives =
            merge_negatives("mined", m_given_negatives, m_teacher->negatives(m_train, m_recipe.negatives_depth));
    m_negatives = m_given_negatives;
    m_sampler.emplace(m_train, std::uint64_t(m_recipe.seed), m_recipe.queries / m_recipe.accumulate, m_recipe.negatives);
}

void Learner::begin(bool prepares) {
    m_state.recipe = m_recipe;
    m_trainee = make_trainee(m_data.model, m_data.collection, m_train, m_recipe, m_data.memory);
    std::vector<TrainingBatch> batches;
    for (std::int64_t step = 0; prepares && step < kBatchesToScale; ++step)
        batches.push_back(batch(step));
    if (prepares)
        m_trainee->prepare(batches, m_recipe);
    m_optimizer.emplace(m_trainee->groups(m_recipe));
}

void Learner::load(std::int64_t step) {
    m_state = m_checkpoints.read_state(step);
    m_negatives = m_given_negatives; // what was mined later is not known yet
    m_optimizer.reset();
    m_trainee.reset(); // a device may not hold two
    // What learns at all is as given: a rate that a command has brought to 0, or from it, changes that no more.
    m_trainee = make_trainee(m_checkpoints.at(step), m_data.collection, m_train, m_recipe, m_data.memory);
    m_optimizer.emplace(m_trainee->groups(m_state.recipe));
    m_checkpoints.restore(step, *m_trainee, *m_optimizer);
}

void Learner::use(const Mined& mined) {
    m_trainee->use(mined.bank);
    m_negatives = merge_negatives(m_recipe.negatives_from, m_given_negatives, mined.negatives);
}

void Learner::use(const Recipe& changed) {
    m_trainee->check_recipe(changed);
    const bool encoder_learns = std::ranges::any_of(m_optimizer->groups(), [](const auto& group) { return group.name == "encoder" || group.name == "shared"; });
    if (changed.encoder_rate != m_state.recipe.encoder_rate && !encoder_learns)
        throw Error(ErrorKind::InvalidInput, "optimizer.encoder_rate: the encoder is frozen in this training, as its recipe's "
                                             "optimizer.encoder_rate and optimizer.frozen_layers have it");
    m_state.recipe = changed;
    for (const auto& fresh : m_trainee->groups(changed))
        for (auto& group : m_optimizer->groups())
            if (group.name == fresh.name) {
                group.rate = fresh.rate;
                group.decay = fresh.decay;
            }
}

std::filesystem::path Learner::mined_folder(std::int64_t start) const {
    return m_folder / "mined" / m_checkpoints.at(start).filename();
}

Mined Learner::mine(const MiningRound& round, Progress& progress) const {
    const BatchSampler sampler(m_train, std::uint64_t(m_recipe.seed), m_recipe.queries, m_recipe.negatives);
    const auto start = m_checkpoints.at(round.start);
    // As many as were left out up to then, so that a training that goes on from there looks up the same. Those that are left out
    // later shift batches to queries that the round does not know: they keep the given negatives until the next one.
    const auto skipped = std::filesystem::exists(start) ? m_checkpoints.read_state(round.start).skipped : 0;
    return cameo::mine(start, m_data.collection, m_train, sampler.queries_between(round.apply + skipped, round.until + skipped),
                       recipe_of(round, m_recipe), mined_folder(round.start), progress);
}

Mined Learner::read_mined(std::int64_t start) const {
    Progress unseen;
    auto mined = cameo::read_mined(mined_folder(start), m_data.collection, m_train, unseen);
    if (!mined)
        throw Error(ErrorKind::Environment, mined_folder(start).string() +
                                                ": what process 0 has mined is not there; all processes need the same folder");
    return std::move(*mined);
}

std::string Learner::data_sum() const {
    auto sum = training_data_sum(*m_data.collection, m_train);
    if (m_teacher)
        sum.append(1, '-').append(m_teacher->checksum());
    return sum;
}

TrainingBatch Learner::batch(std::int64_t part) const {
    auto batch = m_sampler->batch(part, m_negatives);
    if (m_teacher)
        m_teacher->score(batch);
    return batch;
}

std::int64_t Learner::epoch_end() const {
    const auto count = std::int64_t(m_train.size()), queries = m_recipe.queries;
    const auto seen = (m_state.step + m_state.skipped) * queries;
    const auto epochs = std::max<std::int64_t>(1, (seen + count - 1) / count);
    return (epochs * count + queries - 1) / queries - m_state.skipped;
}

StepResult Learner::gradients(bool stop) {
    const Recipe& recipe = m_state.recipe;
    const std::int64_t step = m_state.step;
    const double share = 1 / double(recipe.accumulate);
    PartReport own{{}, stop};
    for (std::int64_t part = m_processes.rank(); part < recipe.accumulate; part += m_processes.size())
        own.parts.push_back({part, m_trainee->backward({step, part, batch((step + m_state.skipped) * recipe.accumulate + part),
                                                        step >= recipe.standardized_steps, share},
                                                       recipe)});
    if (m_processes.size() > 1) {
        add_up_gradients();
        PartReport all;
        for (const auto& text : m_processes.gather(to_text(own))) {
            auto each = report_from(text);
            all.stop = all.stop || each.stop;
            std::ranges::move(each.parts, std::back_inserter(all.parts));
        }
        own = std::move(all);
        std::ranges::sort(own.parts, {}, &PartReport::Part::number);
    }
    StepResult result;
    result.stop = own.stop;
    std::map<std::string, double> sums;
    for (auto& [number, part] : own.parts) {
        result.loss += part.loss * share;
        result.tokens += double(part.tokens);
        for (const auto& metric : part.metrics)
            sums[metric.name] += metric.value * share;
        std::ranges::move(part.competition, std::back_inserter(result.competition));
    }
    result.metrics.push_back({"loss", result.loss});
    for (const auto& [name, value] : sums)
        result.metrics.push_back({name, value});
    return result;
}

void Learner::add_up_gradients() {
    std::vector<at::Tensor> sums = m_trainee->statistics(), parameters;
    for (const auto& group : m_optimizer->groups())
        for (const auto& [name, parameter] : group.parameters)
            parameters.push_back(parameter);
    // Parameters that nobody's parts have reached stay without gradient, as they would in one process.
    auto reached = at::zeros({std::int64_t(parameters.size())}, at::kFloat);
    auto* has_gradient = reached.mutable_data_ptr<float>();
    for (std::size_t at = 0; at < parameters.size(); ++at) {
        has_gradient[at] = parameters[at].grad().defined();
        if (!parameters[at].grad().defined())
            parameters[at].mutable_grad() = at::zeros_like(parameters[at].detach());
        sums.push_back(parameters[at].grad());
    }
    sums.push_back(reached);
    m_processes.sum(sums);
    for (std::size_t at = 0; at < parameters.size(); ++at)
        if (has_gradient[at] == 0)
            parameters[at].mutable_grad() = at::Tensor();
}

double Learner::rate_factor() const { return cameo::rate_factor(m_state.recipe, m_state.step, total()); }

void Learner::update(double norm) {
    m_optimizer->clip(m_state.recipe.clip, norm);
    m_optimizer->step(rate_factor());
    m_optimizer->forget_gradients();
    m_trainee->after_step(m_state.recipe);
    ++m_state.step;
}

void Learner::settle() {
    std::vector<at::Tensor> all;
    for (const auto& group : m_optimizer->groups())
        for (const auto& [name, parameter] : group.parameters)
            all.push_back(parameter);
    for (const auto& named : {m_optimizer->state(), m_trainee->buffers()})
        for (const auto& [name, tensor] : named)
            all.push_back(tensor);
    m_processes.copy(all);
}

} // namespace cameo
