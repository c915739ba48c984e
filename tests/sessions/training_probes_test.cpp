// What validations find for their queries, and what has come since somebody looked last.
#include "core/data/sqlite_file.hpp"
#include "sessions/training_file.hpp"
#include "sessions/training_watch.hpp"
#include "tests/support/said.hpp"
#include "tests/support/temporary_folder.hpp"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>

namespace cameo {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class TrainingProbes : public testing::Test {
protected:
    TemporaryFolder m_folder;
    std::filesystem::path m_file = m_folder / "one/training.db";
};

TEST_F(TrainingProbes, ProbesComeBack) {
    const ProbeSet set{.systems = {"gate", "expert 1", "fusion"},
                       .queries = {{"q1", "play music", "lexical", 1}, {"q é", "ünïcode", "", 0}},
                       .documents = {{"d0", "A title"}, {"d1", ""}}};
    const std::vector<ProbeRecord> first{{.ranks = {1, 2, 1}, .top = {0, 1, 1, 0, 0, 1}, .probabilities = {0.25f, 0.75f}, .weights = {0, 0.75f}, .document_weights = {1, 0}},
                                         {.ranks = {0, 7, 2}, .top = {1, 0, 1, 0, 1, 0}, .probabilities = {1, 0}, .weights = {1, 0}, .document_weights = {0, 1}}};
    auto second = first;
    second[1].ranks = {3, 3, 3};
    TrainingFile training(m_file);
    EXPECT_EQ(TrainingWatch(m_file).probe_set(), ProbeSet{});
    training.watch(set);
    training.record(0, first);
    training.record(50, first);
    training.record(50, second); // the validation of a step that is done again
    training.watch(set);         // as by a process that goes on
    const TrainingWatch watch(m_file);
    EXPECT_EQ(watch.probe_set(), set);
    EXPECT_EQ(watch.probes(0), first);
    EXPECT_EQ(watch.probes(50), second);
    EXPECT_THAT(watch.probes(25), IsEmpty());
    EXPECT_THAT(watch.news().probe_steps, ElementsAre(0, 50));
    training.rewind(49);
    EXPECT_THAT(TrainingWatch(m_file).news().probe_steps, ElementsAre(0));
    training.watch({.systems = {"fusion"}, .queries = {}, .documents = {}});
    EXPECT_THAT(TrainingWatch(m_file).news().probe_steps, IsEmpty()) << "they were another set's";
}

TEST_F(TrainingProbes, DamagedProbesAreOneSentence) {
    {
        TrainingFile training(m_file);
        training.watch({.systems = {"fusion"}, .queries = {{"q", "words", "", 0}}, .documents = {{"d0", ""}, {"d1", ""}}});
        training.record(3, std::vector<ProbeRecord>{{.ranks = {1}, .top = {0, 1}, .probabilities = {}, .weights = {}, .document_weights = {}}});
    }
    for (const char* damage : {"ranks = x'01'", "top = x'00000000'", "top = x'0000000009000000'", "weights = x'0000803F'"}) {
        const auto other = m_folder / "damaged.db";
        std::filesystem::copy_file(m_file, other, std::filesystem::copy_options::overwrite_existing);
        SQLite::Database(other.string(), SQLite::OPEN_READWRITE).exec(std::string("UPDATE probes SET ") + damage);
        EXPECT_THAT(error_of([&] { TrainingWatch(other).probes(3); }), HasSubstr("damaged.db: the probes of step 3 are damaged: they do not fit 1 queries, 1 systems and 2 documents")) << damage;
    }
}

TEST_F(TrainingProbes, NewsAreWhatHasComeSince) {
    TrainingFile training(m_file);
    training.record({0, EventKind::Started, "begins"});
    training.record(1, std::vector<Metric>{{"loss", 2.0}}, {});
    const TrainingWatch watch(m_file);
    auto news = watch.news();
    EXPECT_FALSE(news.anew);
    ASSERT_THAT(news.metrics, SizeIs(1));
    EXPECT_EQ(news.metrics[0].name, "loss");
    ASSERT_THAT(news.events, SizeIs(1));
    training.record(2, std::vector<Metric>{{"loss", 1.0}, {"rate", std::numeric_limits<double>::quiet_NaN()}}, {});
    const auto left = watch.leave(CommandKind::Pause);
    news = watch.news(1, 1);
    EXPECT_THAT(news.events, IsEmpty());
    ASSERT_THAT(news.metrics, SizeIs(2));
    EXPECT_THAT(news.metrics[0].points, ElementsAre(Field(&MetricPoint::step, 1), Field(&MetricPoint::step, 2))) << "more of the last step may have come";
    EXPECT_TRUE(std::isnan(news.metrics[1].points.at(0).value));
    ASSERT_THAT(news.commands, SizeIs(1));
    EXPECT_EQ(news.commands[0].id, left);
    training.rewind(1);
    training.record({1, EventKind::StepBack, "it diverged"});
    news = watch.news(1, 2);
    EXPECT_TRUE(news.anew);
    ASSERT_THAT(news.metrics, SizeIs(1));
    EXPECT_THAT(news.metrics[0].points, ElementsAre(Field(&MetricPoint::step, 1)));
}

TEST_F(TrainingProbes, OpensVersionTwo) {
    std::filesystem::create_directories(m_file.parent_path());
    std::filesystem::copy_file(std::filesystem::path(CAMEO_TEST_DATA) / "sessions/training-version-2.db", m_file);
    const TrainingWatch watch(m_file);
    const ProbeSet set{.systems = {"lexical", "fusion"}, .queries = {{"q7", "play music", "mixed", 1}}, .documents = {{"mpv", "A player"}, {"moc", ""}}};
    EXPECT_EQ(watch.probe_set(), set);
    EXPECT_THAT(watch.probes(2), ElementsAre(ProbeRecord{.ranks = {2, 1}, .top = {0, 1, 1, 0}, .probabilities = {0.5f, 0.5f}, .weights = {1, 0}, .document_weights = {0, 1}}));
    EXPECT_THAT(watch.metric("loss"), SizeIs(2));
}

} // namespace
} // namespace cameo
