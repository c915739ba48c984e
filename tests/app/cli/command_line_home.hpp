#pragma once

#include "tests/app/cli/answer.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace cameo {

inline Answer cameo(const std::vector<std::string>& arguments, const std::string& input = "") { return answer_to(arguments, input); }

/// A home of its own with a collection and a model of the three fixtures of tests/data/model.
class CommandLineHome : public testing::Test {
protected:
    void SetUp() override {
        using nlohmann::json;
        const std::filesystem::path beir = m_folder / "songs";
        std::filesystem::create_directories(beir / "qrels");
        const char* texts[] = {"play music in the terminal", "a fast player of music", "the terminal", "small tiny player",
                               "music music music", "a terminal of terminals", "players in the terminal", "tiny music"};
        std::ofstream corpus(beir / "corpus.jsonl");
        for (int document = 0; document < 8; ++document)
            corpus << json{{"_id", "d" + std::to_string(document)}, {"title", ""}, {"text", texts[document]}} << '\n';
        std::ofstream(beir / "queries.jsonl") << json{{"_id", "q1"}, {"text", "play music"}} << '\n'
                                              << json{{"_id", "q2"}, {"text", "tiny player"}} << '\n';
        std::ofstream(beir / "qrels" / "test.tsv") << "query-id\tcorpus-id\tscore\nq1\td0\t1\nq1\td4\t1\nq2\td3\t1\n";

        const std::string weights = CAMEO_TEST_DATA "/model/";
        std::filesystem::create_directories(m_folder / "three");
        std::ofstream(m_folder / "three" / "model.json") << json{
            {"format", 1},
            {"name", "three"},
            {"kind", "assembly"},
            {"default_fusion", "zscore"},
            {"experts",
             {{{"name", "lexical"}, {"kind", "lexical"}, {"weights", weights + "bert-mlm"}, {"max_document_tokens", 32}},
              {{"name", "local"}, {"kind", "local"}, {"weights", weights + "bert-mlm"}, {"max_document_tokens", 32}},
              {{"name", "global"}, {"kind", "global"}, {"weights", weights + "bert-mlm"}, {"max_document_tokens", 32}}}}};
        m_model = (m_folder / "three").string();
    }

    std::vector<std::string> with(std::vector<std::string> arguments) const {
        arguments.insert(arguments.end(), {"--model", m_model, "--collection", "songs"});
        return arguments;
    }
    void build() {
        ASSERT_EQ(cameo({"collection", "import", (m_folder / "songs").string()}).code, 0);
        const Answer answer = cameo(with({"index"}));
        ASSERT_EQ(answer.code, 0) << answer.err;
    }

    TemporaryFolder m_folder;
    ScopedVariable m_home{"CAMEO_HOME", (m_folder / "home").c_str()};
    std::string m_model;
};

} // namespace cameo
