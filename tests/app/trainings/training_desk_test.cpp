#include "app/trainings/training_desk.hpp"

#include "app/trainings/trainer_log.hpp"
#include "app/trainings/training_marks.hpp"
#include "core/base/folder_lock.hpp"
#include "core/base/folders.hpp"
#include "sessions/training_file.hpp"
#include "sessions/training_watch.hpp"
#include "tests/support/temporary_folder.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>
#include <thread>

namespace cameo {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace fs = std::filesystem;

const ProbeSet kSet{.systems = {"lexical", "fusion"}, .queries = {{"q", "play music", "mixed", 0}}, .documents = {{"mpv", ""}, {"moc", ""}}};
ProbeRecord probe(std::int32_t rank) { return {.ranks = {rank, rank}, .top = {0, 1, 0, 1}, .probabilities = {}, .weights = {}, .document_weights = {}}; }

/// The desk over a library in which a test writes what a trainer would.
class Desk : public testing::Test {
protected:
    fs::path folder(const std::string& name) const { return folders().data / "trainings" / name; }
    fs::path begun(const std::string& name, fs::path at = {}) {
        if (at.empty()) at = folder(name);
        fs::create_directories(at);
        std::ofstream(at / "recipe.json") << R"({"model": "came-0", "steps": {"standardized": 30}})";
        TrainingFile file(at / "training.db");
        file.watch(kSet);
        file.record({0, EventKind::Started, "40 queries to train on"});
        file.record(0, std::vector<Metric>{{"dev.fusion.MRR@10", 0.4}}, {});
        file.record(0, std::vector{probe(2)});
        for (std::int64_t step = 1; step <= 3; ++step) file.record(step, std::vector<Metric>{{"loss", 3.0 - 0.1 * double(step)}}, {});
        return at;
    }

    /// Turns until it is so, as a window's frames would.
    bool wait_for(const std::function<bool()>& reached) {
        const auto until = std::chrono::steady_clock::now() + 20s;
        while (!reached()) {
            if (std::chrono::steady_clock::now() > until) return false;
            m_desk->look(std::chrono::steady_clock::now(), true);
            m_jobs->drain();
            std::this_thread::sleep_for(2ms);
        }
        return true;
    }
    Trainings now() {
        Trainings trainings;
        m_desk->fill(trainings);
        return trainings;
    }
    bool shows(const std::string& name) {
        return wait_for([&] { return !now().shown.empty() && now().shown[0].name == name && now().shown[0].record && now().diagnosis.phase == Phase::Ready; });
    }
    TrainingState state(const fs::path& at) {
        for (const TrainingLine& line : *now().list)
            if (line.summary.folder == at) return line.summary.state;
        return TrainingState::Unreadable;
    }

    TemporaryFolder m_scratch;
    ScopedVariable m_variable{"CAMEO_HOME", (m_scratch / "home").c_str()};
    NoticeBoard m_notices;
    std::unique_ptr<JobManager> m_jobs = std::make_unique<JobManager>();
    std::optional<TrainingDesk> m_desk{std::in_place, *m_jobs, m_notices, TrainerProcess{.program = "/bin/false"}};

    void TearDown() override { m_jobs.reset(); }
};

TEST_F(Desk, LooksAtTheOneThatWasAliveLast) {
    EXPECT_EQ(now().phase, Phase::Empty);
    EXPECT_EQ(now().probes_phase, Phase::Empty);
    begun("old"), begun("new");
    fs::last_write_time(folder("new") / "training.db", fs::file_time_type::clock::now() + 1h);
    ASSERT_TRUE(shows("new"));
    EXPECT_EQ(now().list->size(), 2u);
    EXPECT_EQ(now().shown[0].record->curve("loss")->size(), 3u);
    EXPECT_EQ(now().probes_phase, Phase::Ready);
    ASSERT_TRUE(now().probe_set);
    EXPECT_EQ(*now().probe_set, kSet);
    ASSERT_EQ(now().moments.size(), 1u);
    EXPECT_EQ(now().moments[0]->records[0], probe(2));
}

TEST_F(Desk, FollowsOneThatRuns) {
    const auto at = begun("one");
    const FolderLock lock(at, "");
    ASSERT_TRUE(shows("one"));
    EXPECT_EQ(state(at), TrainingState::Running);
    TrainingFile file(at / "training.db");
    file.record(4, std::vector<Metric>{{"loss", 2.5}}, {});
    file.record(4, std::vector{probe(1)});
    file.record({4, EventKind::Best, "the fusion's MRR@10 is 0.5"});
    ASSERT_TRUE(wait_for([&] { return now().moments.size() == 2; }));
    EXPECT_EQ(now().shown[0].record->curve("loss")->back().value, 2.5);
    EXPECT_EQ(now().shown[0].record->last_event(), 2);
    // It goes back: what came after is gone here as well.
    file.rewind(1);
    file.record({1, EventKind::StepBack, "it diverged"});
    ASSERT_TRUE(wait_for([&] { return now().shown[0].record->curve("loss")->size() == 1 && now().moments.size() == 1; }));
}

TEST_F(Desk, LeavesCommandsAndSaysWhatBecameOfThem) {
    const auto at = begun("one");
    const FolderLock lock(at, "");
    ASSERT_TRUE(shows("one"));
    m_desk->steer({at, CommandKind::Set, "optimizer.clip=2"});
    ASSERT_TRUE(wait_for([&] { return !now().shown[0].record->commands().empty(); }));
    EXPECT_EQ(now().shown[0].record->commands()[0].state, CommandState::Pending);
    EXPECT_EQ(now().shown[0].recipe.clip, 5) << "nobody has taken it up";
    TrainingFile file(at / "training.db");
    file.answer(file.pending().at(0), 3, "");
    ASSERT_TRUE(wait_for([&] { return now().shown[0].recipe.clip == 2; }));
    EXPECT_EQ(now().shown[0].begun.clip, 5);
    fs::remove(at / "training.db");
    m_desk->steer({at, CommandKind::Pause, {}});
    ASSERT_TRUE(wait_for([&] { return !m_notices.notices().empty(); }));
    EXPECT_THAT(m_notices.notices()[0].sentence, HasSubstr("training.db"));
}

TEST_F(Desk, SaysWhatHasEndedAndKeepsWhatItHasRead) {
    const auto at = begun("one");
    auto lock = std::make_unique<FolderLock>(at, "");
    ASSERT_TRUE(shows("one"));
    lock.reset(); // killed
    ASSERT_TRUE(wait_for([&] { return state(at) == TrainingState::Died; }));
    ASSERT_EQ(m_notices.notices().size(), 1u);
    EXPECT_EQ(m_notices.notices()[0].sentence, "Training one has ended: its process ended after step 3 without saying why.");
    // Its record goes, then its disk: what was read is still there, and the reason with it.
    fs::remove(at / "training.db");
    m_desk->look_again();
    ASSERT_TRUE(wait_for([&] { return !now().shown[0].error.empty(); }));
    EXPECT_THAT(now().shown[0].error, HasSubstr("training.db: is gone"));
    EXPECT_EQ(now().moments.size(), 1u);
    fs::remove_all(at);
    m_desk->look_again();
    ASSERT_TRUE(wait_for([&] { return now().shown[0].error.find("recipe.json") != std::string::npos; }));
    EXPECT_EQ(now().shown[0].record->curve("loss")->size(), 3u);
}

TEST_F(Desk, DrawsUpToEightOverEachOther) {
    for (int number = 0; number < 10; ++number) begun("t" + std::to_string(number));
    ASSERT_TRUE(wait_for([&] { return now().list && !now().shown.empty(); }));
    const auto first = now().shown[0].folder;
    for (const TrainingLine& line : *now().list) m_desk->overlay(line.summary.folder, true);
    EXPECT_EQ(now().shown.size(), kMostShown);
    std::set<std::size_t> colors;
    for (const ShownTraining& shown : now().shown) colors.insert(shown.color);
    EXPECT_EQ(colors.size(), kMostShown) << "each has its own";
    const auto third = now().shown[2];
    m_desk->show(third.folder); // one that is drawn already comes first and keeps its colour
    EXPECT_EQ(now().shown.size(), kMostShown);
    EXPECT_EQ(now().shown[0].color, third.color);
    m_desk->overlay(first, false);
    EXPECT_EQ(now().shown.size(), kMostShown - 1);
    for (const ShownTraining& shown : now().shown) m_desk->overlay(shown.folder, false);
    EXPECT_EQ(now().shown.size(), 1u) << "one is always looked at";
}

TEST_F(Desk, OpensFoldersFromElsewhere) {
    begun("own");
    const auto at = begun("", m_scratch / "copied/from afar");
    m_desk->open_elsewhere(at / "."); // as somebody may type it
    ASSERT_TRUE(shows("from afar"));
    ASSERT_TRUE(wait_for([&] { return now().list && now().list->size() == 2; }));
    EXPECT_TRUE(std::ranges::any_of(*now().list, [](const TrainingLine& line) { return line.elsewhere && line.summary.name == "from afar"; }));
    EXPECT_THAT(m_desk->elsewhere(), ElementsAre(at));
    m_desk->close_elsewhere(at);
    ASSERT_TRUE(wait_for([&] { return now().list->size() == 1 && now().shown.size() == 1 && now().shown[0].name == "own"; }));
}

// Somebody copies the folder over again and again while another machine trains there: now whole, now half of it.
TEST_F(Desk, FollowsACopyThatGrows) {
    const auto away = begun("", m_scratch / "far away"), copy = m_scratch / "copies/far away";
    std::ofstream(away / "lock") << "4711 bigmachine\n";
    fs::create_directories(copy);
    const auto copy_file = [&](const char* name, double share) {
        std::ifstream in(away / name, std::ios::binary);
        std::string bytes((std::istreambuf_iterator<char>(in)), {});
        std::ofstream(copy / name, std::ios::binary) << bytes.substr(0, std::size_t(share * double(bytes.size()))); // over what is there
    };
    const auto copy_all = [&] {
        for (const char* name : {"recipe.json", "lock", "training.db"}) copy_file(name, 1);
    };
    const auto grow = [&](std::int64_t step) {
        TrainingFile file(away / "training.db");
        file.record(step, std::vector<Metric>{{"loss", 2.0}, {"dev.fusion.MRR@10", 0.5}}, {});
        file.record(step, std::vector{probe(1)});
        file.record({step, EventKind::Checkpoint, ""});
    };
    copy_all();
    m_desk->open_elsewhere(copy);
    ASSERT_TRUE(shows("far away"));
    ASSERT_TRUE(wait_for([&] { return now().list && !now().list->empty() && state(copy) == TrainingState::Elsewhere; }));
    EXPECT_EQ((*now().list)[0].summary.words, "it was begun on bigmachine: whether it still runs there cannot be seen from here");
    for (std::int64_t step = 4; step < 8; ++step) {
        grow(step);
        copy_file("training.db", 0.6);
        std::this_thread::sleep_for(600ms); // it is looked at like this
        m_desk->look(std::chrono::steady_clock::now(), true);
        EXPECT_GE(now().shown[0].record->curve("loss")->size(), std::size_t(step - 1)) << "what was read stays";
        copy_all();
        const auto copied = std::chrono::steady_clock::now();
        ASSERT_TRUE(wait_for([&] { return now().shown[0].record->last_step() == step && now().moments.size() == std::size_t(step - 2) && now().shown[0].error.empty(); })) << now().shown[0].error;
        EXPECT_LT(std::chrono::steady_clock::now() - copied, 5s);
    }
    {
        TrainingFile file(away / "training.db");
        file.record({7, EventKind::Finished, "all steps are done; the model is that of step 7"});
    }
    copy_all();
    ASSERT_TRUE(wait_for([&] { return state(copy) == TrainingState::Finished; }));
    EXPECT_EQ(m_notices.notices().back().sentence, "Training far away has finished: all steps are done; the model is that of step 7.");
}

TEST_F(Desk, ComesBackWhereItWas) {
    begun("one"), begun("two");
    m_desk->restore({folder("two").string(), folder("one").string()}, {});
    ASSERT_TRUE(shows("two"));
    EXPECT_THAT(m_desk->shown_folders(), ElementsAre(folder("two").string(), folder("one").string()));
}

// News of a training arrived after somebody had looked at another one and come back: there was no record to add them to, and
// the window crashed.
TEST_F(Desk, ComesBackWhileNewsAreRead) {
    begun("one"), begun("two");
    m_desk->restore({folder("one").string()}, {});
    ASSERT_TRUE(shows("one"));
    ASSERT_TRUE(wait_for([&] { return !m_jobs->busy(); }));
    m_desk->look_again();
    m_desk->look(std::chrono::steady_clock::now(), true); // whose answer comes with the next drain()
    m_desk->show(folder("two"));
    m_desk->show(folder("one"));
    ASSERT_TRUE(shows("one"));
    EXPECT_EQ(now().shown[0].record->curve("loss")->size(), 3u);
}

TEST_F(Desk, KeepsRemarksBesideATraining) {
    const auto at = begun("one");
    ASSERT_TRUE(shows("one"));
    m_desk->mark(at, {.tags = {"paper", "ü"}, .note = "The one with\ntwo lines.", .archived = true});
    ASSERT_TRUE(wait_for([&] { return (*now().list)[0].marks.archived; }));
    EXPECT_THAT((*now().list)[0].marks.tags, ElementsAre("paper", "ü"));
    EXPECT_EQ(read_marks(at).note, "The one with\ntwo lines.");
    write_marks(at, {});
    EXPECT_FALSE(fs::exists(at / "marks.json"));
    std::ofstream(at / "marks.json") << "[1, {";
    EXPECT_EQ(read_marks(at), TrainingMarks{}) << "a damaged remark is none";
}

TEST_F(Desk, PreparesATrainingAndSaysWhyItCannotBeStarted) {
    const auto at = begun("one");
    m_desk->drafts().begin({.recipe = {}, .training = at, .step = -1, .set = {"optimizer.clip=3"}}, "", "");
    ASSERT_TRUE(wait_for([&] { return now().draft.has_value(); }));
    EXPECT_EQ(now().draft->recipe.name, "one-2") << "the name of one is taken";
    EXPECT_EQ(now().draft->recipe.clip, 3);
    EXPECT_EQ(now().draft->before.clip, 5);
    EXPECT_EQ(now().draft->from, "training one");
    EXPECT_THAT(now().draft->refusal, HasSubstr("came-0")) << "there is no such model here";
    m_desk->drafts().edit("optimizer.clip=-1");
    EXPECT_THAT(now().draft->input_error, HasSubstr("optimizer.clip"));
    EXPECT_EQ(now().draft->recipe.clip, 3) << "as it was";
    m_desk->drafts().edit("name=one");
    ASSERT_TRUE(wait_for([&] { return now().draft->refusal.find("already") != std::string::npos; }));
    m_desk->start_draft();
    EXPECT_TRUE(now().draft.has_value()) << "what is refused is not started";
    m_desk->drafts().begin({.recipe = "/no such recipe.json", .training = {}, .step = -1, .set = {}}, "", "");
    ASSERT_TRUE(wait_for([&] { return !m_notices.notices().empty(); }));
    m_desk->drafts().drop();
    EXPECT_FALSE(now().draft.has_value());
}

TEST_F(Desk, TellsThatAProcessEndedBeforeItBegan) {
    const auto at = begun("one");
    fs::remove(at / "training.db");
    ASSERT_TRUE(wait_for([&] { return now().list && !now().shown.empty(); }));
    m_desk->resume(at); // by a program that ends at once
    ASSERT_TRUE(wait_for([&] { return fs::exists(at / kTrainerLog); }));
    fs::last_write_time(at / kTrainerLog, fs::file_time_type::clock::now() - 10s);
    ASSERT_TRUE(wait_for([&] { return state(at) == TrainingState::Died; }));
    EXPECT_THAT((*now().list)[0].summary.words, HasSubstr("before its first step"));
}

// Resume pressed twice started two processes: the list shows one only once it holds the folder's lock, and what the second
// one then said stood in the log as if the training had died of it.
TEST_F(Desk, StartsNoSecondProcessForATraining) {
    const auto at = begun("one"), program = m_scratch / "trainer";
    std::ofstream(program) << "#!/bin/sh\necho began >> \"$2/starts\"\nwhile [ -e \"$2/goes on\" ]; do sleep 0.02; done\n";
    fs::permissions(program, fs::perms::owner_all);
    std::ofstream(at / "goes on");
    m_desk.emplace(*m_jobs, m_notices, TrainerProcess{.program = program});
    const auto starts = [&] {
        std::ifstream in(at / "starts");
        return std::ranges::count(std::string(std::istreambuf_iterator<char>(in), {}), '\n');
    };
    ASSERT_TRUE(shows("one"));
    m_desk->resume(at);
    m_desk->resume(at); // while a job starts it
    ASSERT_TRUE(wait_for([&] { return starts() == 1 && !m_jobs->busy(); }));
    const auto says_so = [&] { return m_notices.notices().size() == 1 && m_notices.notices()[0].sentence == "Training one has a process already."; };
    EXPECT_TRUE(says_so());
    m_notices.dismiss(m_notices.notices().at(0).id);
    m_desk->resume(at); // the list does not have it yet
    EXPECT_TRUE(says_so());
    fs::remove(at / "goes on");
    ASSERT_TRUE(wait_for([&] { return !m_jobs->busy() && !m_desk->looks_in_s(std::chrono::steady_clock::now(), false); }));
    m_desk->resume(at); // it has ended
    ASSERT_TRUE(wait_for([&] { return starts() >= 2 && !m_jobs->busy(); }));
    EXPECT_EQ(starts(), 2);
}

TEST_F(Desk, SleepsWhereNothingRuns) {
    begun("one");
    ASSERT_TRUE(shows("one"));
    ASSERT_TRUE(wait_for([&] { return !m_jobs->busy(); }));
    EXPECT_FALSE(m_desk->looks_in_s(std::chrono::steady_clock::now(), false).has_value()) << "and nobody sees it";
    EXPECT_TRUE(m_desk->looks_in_s(std::chrono::steady_clock::now(), true).has_value()) << "others may start one";
    // Nor does a copy of another machine's keep it awake that nobody looks at.
    std::ofstream(folder("one") / "lock") << "4711 bigmachine\n";
    m_desk->look_again();
    ASSERT_TRUE(wait_for([&] { return state(folder("one")) == TrainingState::Elsewhere && !m_jobs->busy(); }));
    EXPECT_FALSE(m_desk->looks_in_s(std::chrono::steady_clock::now(), false).has_value());
    const FolderLock lock(folder("one"), "");
    m_desk->look_again();
    ASSERT_TRUE(wait_for([&] { return state(folder("one")) == TrainingState::Running && !m_jobs->busy(); }));
    EXPECT_TRUE(m_desk->looks_in_s(std::chrono::steady_clock::now(), false).has_value()) << "its end is to be told";
}

} // namespace
} // namespace cameo
