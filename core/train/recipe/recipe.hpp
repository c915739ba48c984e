#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace cameo {

/// Everything that decides a training, and nothing else: the same recipe, model and collection give the same bits on
/// the same processor. In JSON its keys are nested by their dots: {"batch": {"queries": 16}}.
struct Recipe {
    std::string name;                  ///< of the training; empty: the recipe file's
    std::string model;                 ///< where it begins: a stored model's name, or a folder
    std::string collection = "debian";
    std::int64_t seed = 1;

    std::int64_t standardized_steps = 250; ///< CAME stage 1; for SB-MoE all steps
    std::int64_t specialized_steps = 0;    ///< CAME stage 2

    std::int64_t queries = 16;        ///< a step's queries, over all its parts and processes
    std::int64_t negatives = 1;       ///< documents beside the positive for each query
    std::int64_t accumulate = 1;      ///< parts that a step's gradient is added up over
    std::int64_t chunk = 0;           ///< texts that keep what their gradient needs at a time; 0: all of a part
    std::int64_t query_tokens = 32, document_tokens = 64; ///< texts are cut to this in training only

    std::string negatives_from = "bm25"; ///< bm25, mined, both, teacher
    std::int64_t negatives_depth = 100;  ///< negatives are drawn from that many of the best
    std::int64_t mine_every = 0;         ///< steps between two minings from the model's own results; 0: never
    std::int64_t mine_lag = 25;          ///< steps that go on meanwhile, with the negatives of before
    double false_negative_margin = 0.95; ///< a mined document scored above this share of the positive's score is left out

    double layers_rate = 1e-4, heads_rate = 5e-4, encoder_rate = 0, gate_rate = 1e-4;
    double weight_decay = 0.01;
    std::int64_t warmup_steps = 30;
    std::string schedule = "constant"; ///< constant, linear, cosine
    double clip = 5;
    std::string precision = "fp32"; ///< of products: fp32, mixed; weights and sums stay in fp32
    std::int64_t frozen_layers = -1; ///< of the shared ones, from below, embeddings included; -1: all of them

    double temperature = 1;    ///< in-batch losses of SB-MoE: scores are divided by it
    double global_scale = 20;  ///< CAME: the global expert's cosines are multiplied by it; the others are scaled to its spread
    double fusion_loss = 0;    ///< CAME: weight of the same loss over the sum of the experts' scores
    double flops_query = 0.003, flops_document = 0.001;
    std::int64_t flops_ramp = 150;
    std::int64_t most_terms = 256;

    std::string competition = "reciprocal"; ///< reciprocal, negative_log, negative
    double competition_temperature = 0.5;
    std::int64_t competition_depth = 1000; ///< the positive is ranked among that many cached documents of each expert

    bool noise = true;
    double importance = 0, load = 0, switch_balance = 0, z_loss = 0, agreement = 0, bias_rate = 0;

    std::string teacher;            ///< a run file with scores of documents for the training queries; empty: none
    double teacher_temperature = 1; ///< its scores are divided by it
    double margin_mse = 0, distillation = 0; ///< weights of learning from the teacher

    std::string judged;             ///< a file of queries that a person has judged documents for (judged.hpp); empty: none
    std::int64_t judged_times = 10; ///< how often each is asked while one of the train split is asked once
    bool judged_alone = false;      ///< without the train split

    std::int64_t validate_every = 50, validation_queries = 250;
    std::int64_t patience = 0; ///< validations without a better one before it stops; 0: never
    std::string measure = "MRR@10";
    std::string validation_of = "fusion"; ///< fusion: the model's own; weighted: with weights fitted on the dev queries
    std::int64_t checkpoint_every = 50;
    std::int64_t checkpoints_kept = 2; ///< of the latest; the best one stays as well
    std::string on_divergence = "step_back"; ///< step_back, stop
    double spike_factor = 10;                ///< a loss above this many times its running mean is a spike; 0: none is

    bool operator==(const Recipe&) const = default;
};

inline constexpr double kUnbounded = std::numeric_limits<double>::infinity();

/// One key of a recipe: what a form shows and what a file is checked against.
struct RecipeField {
    std::string_view key; ///< "optimizer.layers_rate"
    std::variant<std::string Recipe::*, std::int64_t Recipe::*, double Recipe::*, bool Recipe::*> member;
    double low = 0, high = 0;               ///< of numbers, both included; kUnbounded: as high as one likes
    std::vector<std::string_view> choices;  ///< of texts; empty: any
    std::string_view help;                  ///< one plain sentence
    bool live = false;                      ///< may be changed while a training runs
};

/// All keys, in the order in which a person is shown them.
std::span<const RecipeField> recipe_schema();

/// What a field may be, in words: "0 to 1", "at least 0", "one of bm25, mined, both", "true or false", "a text".
std::string range_of(const RecipeField& field);

/// Nothing where all are the same.   @param live_too whether those that may change while a training runs count
const RecipeField* first_difference(const Recipe& one, const Recipe& other, bool live_too);

/// @throws Error naming file and key: unknown (with the nearest that there is), of another type, out of its range.
Recipe read_recipe(const std::filesystem::path& file);
Recipe recipe_from_json(std::string_view text, const std::string& source);
/// "key=value" as of --set, on top of what the recipe says. Same errors.
void set_field(Recipe& recipe, std::string_view assignment);
/// The same for a training that runs: fields that are not live are refused, naming those that are.
void set_live_field(Recipe& recipe, std::string_view assignment);
/// All keys with their values, so that a training's folder says what defaults were in force.
std::string to_json(const Recipe& recipe);

} // namespace cameo
