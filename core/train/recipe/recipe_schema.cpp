#include "core/train/recipe/recipe.hpp"

namespace cameo {

namespace {

constexpr bool kLive = true;
constexpr double kMostSteps = 1e9; ///< what is planned for each lookup of a training must fit into memory

const std::vector<RecipeField> kSchema{
    {"name", &Recipe::name, 0, 0, {}, "What the training is called; a recipe file's own name if nothing is said."},
    {"model", &Recipe::model, 0, 0, {}, "The model it begins with: a stored model's name, or a folder."},
    {"collection", &Recipe::collection, 0, 0, {}, "The collection whose train and dev queries are used."},
    {"seed", &Recipe::seed, 0, kUnbounded, {}, "Decides every random draw."},

    {"steps.standardized", &Recipe::standardized_steps, 0, kMostSteps, {}, "Steps in which all experts are trained alike."},
    {"steps.specialized", &Recipe::specialized_steps, 0, kMostSteps, {}, "Steps after them in which the experts compete for each query."},

    {"batch.queries", &Recipe::queries, 1, 1e6, {}, "Queries a step; each also serves as negative for the others."},
    {"batch.negatives", &Recipe::negatives, 0, 1000, {}, "Documents beside the right one that are drawn for each query."},
    {"batch.accumulate", &Recipe::accumulate, 1, 1e4, {}, "Parts a step is computed in, to save memory."},
    {"batch.chunk", &Recipe::chunk, 0, 1e6, {}, "CAME: texts whose gradient is computed at a time, to save memory while all serve as negatives; 0: all."},
    {"batch.query_tokens", &Recipe::query_tokens, 4, 512, {}, "Queries are cut to this many tokens in training."},
    {"batch.document_tokens", &Recipe::document_tokens, 4, 512, {}, "Documents are cut to this many tokens in training."},

    {"negatives.from", &Recipe::negatives_from, 0, 0, {"bm25", "mined", "both", "teacher"}, "Who proposes wrong documents: BM25, the model itself, both, or the teacher's list."},
    {"negatives.depth", &Recipe::negatives_depth, 1, 1e5, {}, "They are drawn from this many of the best results."},
    {"negatives.mine_every", &Recipe::mine_every, 0, kUnbounded, {}, "Steps after which the model's own results are looked up again; 0: never."},
    {"negatives.mine_lag", &Recipe::mine_lag, 0, kUnbounded, {}, "Steps that go on while they are looked up in the background."},
    {"negatives.false_margin", &Recipe::false_negative_margin, 0, 10, {}, "A mined document that scores above this share of the right one's score may be right too, and is left out."},

    {"optimizer.layers_rate", &Recipe::layers_rate, 0, 1, {}, "Learning rate of the experts' own layers.", kLive},
    {"optimizer.heads_rate", &Recipe::heads_rate, 0, 1, {}, "Learning rate of the experts' heads, and of SB-MoE's experts.", kLive},
    {"optimizer.encoder_rate", &Recipe::encoder_rate, 0, 1, {}, "Learning rate of what is shared and not frozen; 0 keeps it as it is.", kLive},
    {"optimizer.gate_rate", &Recipe::gate_rate, 0, 1, {}, "Learning rate of the gate and its noise.", kLive},
    {"optimizer.weight_decay", &Recipe::weight_decay, 0, 1, {}, "Share of the rate by which layers shrink each step.", kLive},
    {"optimizer.warmup", &Recipe::warmup_steps, 0, kUnbounded, {}, "Steps in which the rates rise to their values."},
    {"optimizer.schedule", &Recipe::schedule, 0, 0, {"constant", "linear", "cosine"}, "How the rates go on after that."},
    {"optimizer.clip", &Recipe::clip, 0, kUnbounded, {}, "Largest norm of all gradients together; 0: any.", kLive},
    {"optimizer.precision", &Recipe::precision, 0, 0, {"fp32", "mixed"}, "What products are computed in; mixed: bf16 where the device is fast at it, with weights in fp32."},
    {"optimizer.frozen_layers", &Recipe::frozen_layers, -1, 100, {}, "Shared layers from below that are not trained, with the embeddings; -1: all of them, whatever its rate."},

    {"loss.temperature", &Recipe::temperature, 1e-4, 1000, {}, "SB-MoE: products are divided by it before the softmax.", kLive},
    {"loss.global_scale", &Recipe::global_scale, 1e-3, 1000, {}, "CAME: factor of the global expert's cosines; the others are brought to the same spread."},
    {"loss.fusion", &Recipe::fusion_loss, 0, 1000, {}, "CAME: weight of the loss of the experts' sum, beside their own.", kLive},
    {"loss.flops_query", &Recipe::flops_query, 0, 10, {}, "How hard many terms a query are punished.", kLive},
    {"loss.flops_document", &Recipe::flops_document, 0, 10, {}, "How hard many terms a document are punished.", kLive},
    {"loss.flops_ramp", &Recipe::flops_ramp, 0, kUnbounded, {}, "Steps over which that punishment rises."},
    {"loss.most_terms", &Recipe::most_terms, 0, 1e6, {}, "Terms of a text that are trained at all; 0: every one."},
    {"loss.margin_mse", &Recipe::margin_mse, 0, 1e4, {}, "Weight of the squared distance to the teacher's margins between the right document and others.", kLive},
    {"loss.distillation", &Recipe::distillation, 0, 1e4, {}, "Weight of the divergence from the teacher's distribution over the documents it has scored.", kLive},

    {"teacher.run", &Recipe::teacher, 0, 0, {}, "A run file with a teacher's scores of documents for the training queries."},
    {"teacher.temperature", &Recipe::teacher_temperature, 1e-4, 1e4, {}, "The teacher's scores are divided by it."},

    {"judged.file", &Recipe::judged, 0, 0, {}, "JSON lines of queries that a person has judged documents for, to be trained on as well."},
    {"judged.times", &Recipe::judged_times, 1, 1e4, {}, "How often each of them is asked while a query of the train split is asked once."},
    {"judged.alone", &Recipe::judged_alone, 0, 0, {}, "Trains on them alone, without the collection's train split."},

    {"competition.gain", &Recipe::competition, 0, 0, {"reciprocal", "negative_log", "negative"}, "What a rank is worth: 1/r, -ln r or -r.", kLive},
    {"competition.temperature", &Recipe::competition_temperature, 0, kUnbounded, {}, "0: the best expert takes all; \"infinity\": all alike.", kLive},
    {"competition.depth", &Recipe::competition_depth, 2, 1e6, {}, "The right document is ranked among this many cached ones of each expert."},

    {"gate.noise", &Recipe::noise, 0, 0, {}, "Adds noise to the gate in training.", kLive},
    {"gate.importance", &Recipe::importance, 0, 1000, {}, "Weight of the squared variation of how much each expert is used.", kLive},
    {"gate.load", &Recipe::load, 0, 1000, {}, "Weight of the squared variation of how often each expert would be chosen.", kLive},
    {"gate.switch", &Recipe::switch_balance, 0, 1000, {}, "Weight of the Switch Transformer's balance.", kLive},
    {"gate.z_loss", &Recipe::z_loss, 0, 1000, {}, "Weight that keeps the gate's logits small.", kLive},
    {"gate.agreement", &Recipe::agreement, 0, 1000, {}, "Weight that sends a query and its right document to the same expert.", kLive},
    {"gate.bias_rate", &Recipe::bias_rate, 0, 1, {}, "Step of the bias that balances without a loss.", kLive},

    {"validation.every", &Recipe::validate_every, 1, kUnbounded, {}, "Steps between two validations on the dev queries."},
    {"validation.queries", &Recipe::validation_queries, 1, kUnbounded, {}, "How many dev queries are used."},
    {"validation.patience", &Recipe::patience, 0, 1e6, {}, "Validations without a better one before it stops; 0: never."},
    {"validation.measure", &Recipe::measure, 0, 0, {"MRR@10", "nDCG@10", "Recall@100", "MAP"}, "What \"better\" means."},
    {"validation.of", &Recipe::validation_of, 0, 0, {"fusion", "weighted"}, "Whose measure that is: of the model's own fusion, or of the experts' scores added up with weights fitted on the dev queries each time."},

    {"checkpoint.every", &Recipe::checkpoint_every, 1, kUnbounded, {}, "Steps between two checkpoints."},
    {"checkpoint.kept", &Recipe::checkpoints_kept, 1, 1e6, {}, "The latest that are kept; the best one stays as well."},
    {"trouble.on_divergence", &Recipe::on_divergence, 0, 0, {"step_back", "stop"}, "What to do when the loss is no number or leaps."},
    {"trouble.spike_factor", &Recipe::spike_factor, 0, kUnbounded, {}, "A loss or a gradient this many times its running mean is a leap; 0: none is."},
};

} // namespace

std::span<const RecipeField> recipe_schema() { return kSchema; }

} // namespace cameo
