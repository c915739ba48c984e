// Builds a BM25 index of a BEIR folder and searches all of its queries; tests/bench/bm25.sh sets it beside
// bm25s.
#include "core/index/bm25_builder.hpp"
#include "core/index/bm25_postings.hpp"
#include "core/text/analyzer.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <iostream>
#include <map>

namespace {

using namespace cameo;

std::vector<std::string> texts(const std::string& file) {
    std::ifstream in(file);
    if (!in) throw std::runtime_error(file + ": cannot be read");
    std::vector<std::string> out;
    for (std::string line; std::getline(in, line);) {
        const auto json = nlohmann::json::parse(line);
        const auto title = json.value("title", ""), text = json.value("text", "");
        out.push_back(title.empty() ? text : text.empty() ? title : title + " " + text);
    }
    return out;
}

double processor_seconds() {
    timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Seconds of processor time of the fastest round: both sides are single-threaded and wait for nothing, and
/// the machine's other work does not count.
double fastest(int rounds, const auto& work) {
    double best = 1e300;
    for (int round = 0; round < rounds; ++round) {
        const double start = processor_seconds();
        work();
        best = std::min(best, processor_seconds() - start);
    }
    return best;
}

int run(const std::string& folder, std::size_t k, int rounds) {
    const auto documents = texts(folder + "/corpus.jsonl");
    const auto queries = texts(folder + "/queries.jsonl");
    Progress progress;
    Bm25Data data;
    const double build_s = fastest(rounds, [&] {
        Bm25Builder builder({});
        for (const auto& text : documents)
            builder.add(text);
        data = builder.finish(progress);
    });
    const auto postings = data.view();
    std::vector<std::vector<ScoredDocument>> hits(queries.size());
    std::vector<std::vector<Bm25QueryTerm>> terms(queries.size());
    const double search_s = fastest(rounds, [&] {
        for (std::size_t q = 0; q < queries.size(); ++q) {
            std::map<std::size_t, std::uint32_t> counts;
            analyze(queries[q], [&](std::string_view stem, TextSpan) {
                if (const auto term = postings.find(stem)) ++counts[*term];
            });
            terms[q].assign(counts.begin(), counts.end());
            hits[q] = bm25_search(postings, terms[q], k);
        }
    });
    const double retrieve_s = fastest(rounds, [&] {
        for (std::size_t q = 0; q < queries.size(); ++q)
            hits[q] = bm25_search(postings, terms[q], k);
    });
    nlohmann::json scores = nlohmann::json::array();
    for (const auto& list : hits) {
        nlohmann::json row = nlohmann::json::array();
        for (const auto& hit : list)
            row.push_back(hit.score);
        scores.push_back(row);
    }
    const auto bytes = data.posting_documents.size() * (sizeof(std::uint32_t) + sizeof(Impact)) +
                       data.blocks.size() * sizeof(Bm25Block) + data.vocabulary.size() +
                       data.term_begins.size() * 3 * sizeof(std::uint64_t);
    std::cout << nlohmann::json{{"name", "cameo"},
                                {"documents", documents.size()},
                                {"queries", queries.size()},
                                {"build_s", build_s},
                                {"search_s", search_s},
                                {"retrieve_s", retrieve_s},
                                {"bytes_per_document",
                                 static_cast<double>(bytes) / static_cast<double>(documents.size())},
                                {"scores", scores}}
              << "\n";
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::cerr << "usage: cameo_bm25_bench BEIR_FOLDER K ROUNDS\n";
        return 2;
    }
    try {
        return run(argv[1], std::stoul(argv[2]), std::stoi(argv[3]));
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
        return 1;
    }
}
