#pragma once

#include "tests/support/fake_search.hpp"

#include <memory>
#include <random>
#include <string>
#include <vector>

namespace cameo {

/// Three experts over random documents of ten words; a query has a few words of the document that answers it.
struct JudgedBench {
    std::shared_ptr<FakeModel> model;
    std::shared_ptr<FakeCollection> collection = std::make_shared<FakeCollection>();
    std::shared_ptr<SearchEngine> engine;
    std::shared_ptr<FakeBm25> bm25;
    Progress progress;

    explicit JudgedBench(int documents = 300, int queries = 40, int best_grade = 1) {
        std::vector<std::string> words;
        for (int word = 0; word < 400; ++word)
            words.push_back("w" + std::to_string(word));
        model = std::make_shared<FakeModel>(words);
        std::mt19937 random(5);
        for (int document = 0; document < documents; ++document) {
            std::string text;
            for (int word = 0; word < 10; ++word)
                text += (word > 0 ? " " : "") + words[random() % words.size()];
            collection->documents.push_back(
                {"d" + std::to_string(document), "", text, {{"section", document % 3 == 0 ? "games" : "sound"}}});
        }
        for (int query = 0; query < queries; ++query) {
            const auto& answer = collection->documents[random() % collection->documents.size()];
            const std::string id = "q" + std::to_string(query);
            // Two words, or four: easy and less so.
            std::size_t end = 0;
            for (int word = 0; word < (query % 2 == 0 ? 2 : 4); ++word)
                end = answer.text.find(' ', end + 1);
            std::string text = answer.text.substr(0, end);
            for (int noise = 0; query % 3 == 2 && noise < 8; ++noise) // words that lead elsewhere
                text += " " + words[random() % words.size()];
            collection->all_queries.push_back({id, text, query % 2 == 0 ? "even" : "odd"});
            collection->judged[id][answer.id] = 1;
            if (query % 5 == 0) collection->judged[id]["d" + std::to_string(query)] = 1; // a second one, by chance anywhere
        }
        collection->judged["q0"]["d0"] = best_grade;
        collection->judged["q1"]["d1"] = 0;
        collection->all_queries.push_back({"unjudged", "w1", ""});
        engine = std::make_shared<SearchEngine>(model, collection, std::make_shared<FakeIndex>(*model, *collection));
        bm25 = std::make_shared<FakeBm25>(*collection);
    }
};

} // namespace cameo
