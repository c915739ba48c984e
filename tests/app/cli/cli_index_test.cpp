// cameo index, on this machine and in Milvus.
#include "tests/app/cli/command_line_home.hpp"
#include "tests/support/milvus_server.hpp"

#include <cstdlib>

namespace cameo {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST_F(CommandLineHome, WithoutAnIndexNamesTheCommand) {
    ASSERT_EQ(cameo({"collection", "import", (m_folder / "songs").string()}).code, 0);
    const Answer answer = cameo(with({"query", "music"}));
    EXPECT_EQ(answer.code, 1);
    EXPECT_THAT(answer.err, HasSubstr("cameo index --model"));
}

TEST_F(CommandLineHome, AnIndexThatCannotBeReadNamesTheCommand) {
    build();
    const auto folder = m_folder / "home/data/indexes/three--songs";
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().filename().string().starts_with("shard-")) std::filesystem::remove(entry.path());
    const Answer answer = cameo(with({"query", "music"}));
    EXPECT_EQ(answer.code, 1);
    EXPECT_THAT(answer.err, HasSubstr("`cameo index --model " + m_model + " --collection songs` makes the index again"));
    EXPECT_EQ(cameo(with({"index"})).code, 0);
    EXPECT_EQ(cameo(with({"query", "music"})).code, 0);
}

TEST_F(CommandLineHome, IndexesIntoMilvusAndSearchesThere) {
    if (!MilvusServer::there()) GTEST_SKIP() << "there is no Milvus Lite here: ./cameo setup milvus_server brings it in";
    build();
    const json here = cameo(with({"query", "play music", "--json"})).parsed();
    MilvusServer server;
    const Answer indexed = cameo(with({"index", "--engine", server.address()}));
    ASSERT_EQ(indexed.code, 0) << indexed.err;
    EXPECT_THAT(indexed.out, HasSubstr("Milvus Lite 3.2.2, SPARSE_INVERTED_INDEX"));
    EXPECT_EQ(cameo(with({"index", "--json"})).parsed()["resumed_at"], 8); // where it is already
    EXPECT_THAT(cameo(with({"index", "--shard", "1/2"})).err, HasSubstr("this one is on " + server.address())); // which has no parts, and stays there
    const json there = cameo(with({"query", "play music", "--json"})).parsed();
    EXPECT_EQ(there["fused"], here["fused"]);
    EXPECT_EQ(cameo(with({"explain", "--doc", "d0", "--missing", "1", "play music"})).code, 0);
    EXPECT_EQ(cameo(with({"eval", "--json"})).parsed()["queries"], 2);
    server.kill();
    const Answer lost = cameo(with({"query", "play music"}));
    EXPECT_EQ(lost.code, 1);
    EXPECT_THAT(lost.err, AllOf(HasSubstr(server.address() + ": the server does not answer"), Not(HasSubstr("makes the index again"))));
}

TEST_F(CommandLineHome, IndexesInParts) {
    ASSERT_EQ(cameo({"collection", "import", (m_folder / "songs").string()}).code, 0);
    std::int64_t documents = 0;
    for (const char* part : {"2/2", "1/2"}) {
        const Answer answer = cameo(with({"index", "--shard", part}));
        ASSERT_EQ(answer.code, 0) << answer.err;
        EXPECT_THAT(answer.out, HasSubstr(std::string("part ") + part[0] + " of 2; `cameo index --model " + m_model + " --collection songs` makes one index of all"));
        documents += cameo(with({"index", "--json", "--shard", part})).parsed()["resumed_at"].get<std::int64_t>();
    }
    EXPECT_EQ(documents, 8);
    EXPECT_EQ(cameo(with({"index", "--json"})).parsed()["resumed_at"], 8);
    for (const char* part : {"0/2", "3/2", "1", "1/2/3", "a/b", "1/2 "}) {
        const Answer answer = cameo(with({"index", "--shard", part}));
        EXPECT_EQ(answer.code, 2);
        EXPECT_THAT(answer.err, HasSubstr("expected I/N with I from 1 to N, such as 2/4"));
    }
    const Answer there = cameo(with({"index", "--engine", "milvus://127.0.0.1:1", "--shard", "1/2"}));
    EXPECT_EQ(there.code, 1);
    EXPECT_THAT(there.err, HasSubstr("parts are of an index on this machine"));
}

TEST_F(CommandLineHome, UnderTorchrunEachProcessTakesItsPart) {
    ASSERT_EQ(cameo({"collection", "import", (m_folder / "songs").string()}).code, 0);
    struct Variables {
        explicit Variables(const char* rank) {
            for (const auto& [name, value] : {std::pair{"WORLD_SIZE", "2"}, {"RANK", rank}, {"LOCAL_RANK", rank}, {"MASTER_ADDR", "127.0.0.1"}, {"MASTER_PORT", "29500"}})
                ::setenv(name, value, 1);
        }
        ~Variables() {
            for (const char* name : {"WORLD_SIZE", "RANK", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT"})
                ::unsetenv(name);
        }
    };
    {
        const Variables second("1");
        EXPECT_EQ(cameo(with({"index", "--json"})).parsed()["documents"], 8); // one shard, which the last part has
    }
    EXPECT_EQ(cameo(with({"query", "music"})).code, 0); // a draft of what is encoded
    const Variables first("0");
    EXPECT_EQ(cameo(with({"index", "--json"})).parsed()["experts"].size(), 3u); // the index of all
}

TEST_F(CommandLineHome, RefusesAnEngineThatIsNone) {
    for (const char* engine : {"elastic://host", "milvus://host:99999", "milvus://root:hunter2@host"}) {
        const Answer answer = cameo(with({"index", "--engine", engine}));
        EXPECT_EQ(answer.code, 2);
        EXPECT_THAT(answer.err, AllOf(HasSubstr("milvus"), Not(HasSubstr("hunter2"))));
    }
    EXPECT_EQ(cameo(with({"index", "--engine", "embedded", "--dense", "ivf"})).code, 2);
}

} // namespace
} // namespace cameo
