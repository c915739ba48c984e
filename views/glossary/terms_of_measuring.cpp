// Terms of measuring: judgments, measures, significance, what experts do for each other.

#include "views/glossary/glossary.hpp"

namespace cameo::terms {
namespace {

constexpr auto kMeasuring = GlossaryGroup::Measuring;

constexpr GlossaryTerm kTerms[] = {
    {"judgment", "What a person said of a document for a query: that it answers it, or that it does not.", "Query, document and grade; from the collection, or given here with the keys 0 to 9.", "", "judged",
     "grade|qrels|judged query", kMeasuring},
    {"judged query", "A query for which somebody has said which documents are right.", "One with at least one judgment in the split that is measured.", "", "judged queries", "judgment|split", kMeasuring},
    {"relevant", "Said of a document that answers the query.", "One with a grade above 0. What nobody has graded counts as not relevant.", "", "right document|right documents|judged right", "grade|judgment", kMeasuring},
    {"grade", "How well a document answers a query, as a number: 0 is not at all.", "A whole number; above 0 the document is relevant, and nDCG counts more for higher ones.", "", "graded", "relevant|nDCG@10", kMeasuring},
    {"qrels", "A file of judgments.", "TREC's: query, 0, document, grade; BEIR's: query-id, corpus-id, score.", "", "", "judgment", kMeasuring},
    {"run file", "A file of ranked lists, as search engines exchange them.", "TREC's: query, Q0, document, rank, score, name. (A training is never called a run.)", "", "", "judged query|baseline", kMeasuring},
    {"split", "A part of the queries that is kept apart for one purpose.", "train is learned from, dev chooses between steps and settings, test is measured in the end.", "", "test split|train split|=dev|dev queries|dev measure",
     "validation|judged query", kMeasuring},
    {"category", "A kind of query.", "As the collection has it, such as by how many words query and right document share.", "", "categories", "slice", kMeasuring},
    {"slice", "A part of the queries that you cut out yourself, by their words or one by one.", "A query counts in the first slice that fits.", "", "", "category", kMeasuring},
    {"section", "What part of the collection a document belongs to.", "A field of its documents, such as Debian's sections.", "", "", "category", kMeasuring},
    {"measure", "A number for how good a list is, or the lists of many queries.", "Computed as trec_eval does, over at most 1,000 documents of a list; equal scores are ordered by id, descending, in measures only.", "", "",
     "MRR@10|nDCG@10|Recall@100|MAP", kMeasuring},
    {"MRR@10", "How high the first right document stands: 1 for the first place, a half for the second, a third for the third, 0 behind the tenth. The mean over all queries.",
     "Mean reciprocal rank of the first relevant document among the first ten.", "mean of 1 \u00F7 rank", "=MRR", "reciprocal rank|nDCG@10", kMeasuring},
    {"nDCG@10", "How much of the best possible first page a list has: right documents count more the higher they stand, and the better they are.",
     "Discounted cumulative gain of the first ten, divided by that of the best order of all judged documents.", "\u03A3 grade \u00F7 log\u2082(rank + 1), over the ideal", "=nDCG", "grade|MRR@10", kMeasuring},
    {"Recall@100", "How many of the right documents are among the first hundred.", "Relevant documents among the first 100, divided by all relevant ones of the query; Recall@1000 likewise. The mean over all queries.",
     "found \u00F7 relevant", "Recall@1000|recall", "relevant", kMeasuring},
    {"MAP", "How well all right documents of a query stand, not only the first.", "Mean average precision: at each relevant document the share of relevant ones so far, divided by all relevant ones of the query; the mean over all queries.",
     "mean of \u03A3 precision at each relevant \u00F7 relevant", "=MAP|average precision", "Recall@100", kMeasuring},
    {"baseline", "Something simple to compare with.", "BM25 over the same documents.", "", "", "BM25", kMeasuring},
    {"interval", "Between which values the true figure lies, as far as so many queries can tell.",
     "95 %, percentile bootstrap: queries are drawn anew with repetition thousands of times, and the middle 95 % of the means is given.", "", "bootstrap|95 % between|95 % interval", "significant", kMeasuring},
    {"significant", "Said of a difference that chance alone seldom makes.", "p below 0.05 in a paired randomisation test, after Holm's correction.", "p = (c + 1) \u00F7 (n + 1)", "significance|significantly|5 % level|what chance does",
     "randomisation test|Holm", kMeasuring},
    {"randomisation test", "How often would such a difference come about if it did not matter which system is which?",
     "Paired, two-sided: the signs of the queries' differences are flipped at random 10,000 times; c is how often the mean is at least as far from 0.", "p = (c + 1) \u00F7 (n + 1)", "paired randomisation|paired randomisation test",
     "significant|Holm", kMeasuring},
    {"Holm", "Whoever asks many questions finds something by chance; this makes up for it.", "Holm's step-down correction: the smallest p times the number of tests, the next times one less, and so on.", "", "Holm-corrected|Holm's correction|corrected tests",
     "significant", kMeasuring},
    {"correlation", "Whether two things go up and down together: 1 always, 0 no more than by chance.", "Pearson's, of two experts' measures query by query. Nothing where one of them is the same for all queries.", "", "succeed together",
     "overlap", kMeasuring},
    {"overlap", "How much two experts' lists have in common.", "Jaccard: documents that both have among their first ten, over all that either has. RBO (rank-biased overlap, p = 0.9): of their first hundred, the top counting most; 1 for equal lists.",
     "", "=Jaccard|=RBO|same of the first 10", "correlation", kMeasuring},
    {"oracle", "What could be reached by somebody who knew, for every query, which expert to trust.", "Of each query the measure of its best expert. It is no system: the difference to the fusion is the headroom.", "",
     "headroom|best expert of every query|knows the answers", "measure|fusion", kMeasuring},
    {"saves", "Queries that are worse without this expert.", "Those whose measure falls when the fusion leaves the expert out; it ruins those whose measure rises. Only: no other expert serves them at all.", "",
     "saved by|ruins|ruined by|alone finds", "fusion", kMeasuring},
    {"leader", "The expert that is best for a kind of query, by more than chance.", "The one with the highest mean, where its difference to the next one is significant, Holm-corrected over the parts.", "", "leads", "significant|category", kMeasuring},
    {"word importance", "What a single word of a query does for a document.", "The document's score for the whole query minus that for the query without the word, under each expert.", "", "weigh each word|weighs each word",
     "[MASK]|score", kMeasuring},
};

} // namespace

std::span<const GlossaryTerm> of_measuring() { return kTerms; }

} // namespace cameo::terms
