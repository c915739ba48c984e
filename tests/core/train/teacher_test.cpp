#include "core/train/teacher.hpp"

#include "core/base/error.hpp"
#include "tests/core/model/model_fixtures.hpp"
#include "tests/support/memory_collection.hpp"
#include "tests/support/temporary_folder.hpp"

#include <cmath>
#include <gmock/gmock.h>

namespace cameo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ATeacher : public testing::Test {
protected:
    std::filesystem::path run(const std::string& lines) const {
        const auto file = m_folder / "teacher.run";
        write_file(file, lines);
        return file;
    }

    TemporaryFolder m_folder;
    MemoryCollection collection{MemoryCollection::random_documents(9)};
    std::vector<TrainingQuery> queries{{"a", "", "", {1, 2}}, {"b", "", "", {3}}, {"c", "", "", {4}}};
};

TEST_F(ATeacher, GivesNegativesAndScoresOfABatch) {
    const Teacher teacher(run("a Q0 d5 1 0.5 t\n"
                              "a Q0 d1 2 9 t\n"
                              "a Q0 d6 3 2.5 t\n"
                              "a Q0 d7 4 -1 t\n"
                              "a Q0 gone 5 7 t\n"
                              "b Q0 d3 1 1 t\n"
                              "z Q0 d3 1 1 t\n"),
                          collection, queries);
    EXPECT_THAT(teacher.negatives(queries, 2), ElementsAre(ElementsAre(6, 5), IsEmpty(), IsEmpty()));
    TrainingBatch batch;
    batch.queries = {2, 0};
    batch.documents = {4, 6, 1};
    teacher.score(batch);
    ASSERT_EQ(batch.teacher.size(), 6u);
    for (const std::size_t unknown : {0, 1, 2, 3}) EXPECT_TRUE(std::isnan(batch.teacher[unknown]));
    EXPECT_EQ(batch.teacher[4], 2.5f);
    EXPECT_EQ(batch.teacher[5], 9.0f);
}

TEST_F(ATeacher, HasAChecksumOfItsScores) {
    const auto sum = [&](const std::string& lines) { return Teacher(run(lines), collection, queries).checksum(); };
    EXPECT_EQ(sum("a Q0 d5 1 0.5 t\na Q0 d1 2 9 t\n"), sum("a Q0 d1 1 9 other\na Q0 d5 2 0.5 other\n"));
    EXPECT_NE(sum("a Q0 d5 1 0.5 t\n"), sum("a Q0 d5 1 0.25 t\n"));
    EXPECT_NE(sum("a Q0 d5 1 0.5 t\n"), sum("b Q0 d5 1 0.5 t\n"));
}

TEST_F(ATeacher, OfOtherQueriesIsRefused) {
    EXPECT_THAT(error_of([&] { Teacher(run("z Q0 d1 1 1 t\n"), collection, queries); }), HasSubstr("teacher.run: scores no document"));
    EXPECT_THAT(error_of([&] { Teacher(run("a Q0 d1 1 high t\n"), collection, queries); }), HasSubstr("the score"));
}

} // namespace
} // namespace cameo
