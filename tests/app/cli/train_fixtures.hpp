#pragma once

#include "core/train/record/recorder.hpp"
#include "sessions/training_watch.hpp"
#include "tests/app/cli/answer.hpp"
#include "tests/support/said.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <csignal>
#include <fstream>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <thread>

namespace cameo {

/// The program itself, as a process: what a person starts. (A fork of a test that has used LibTorch would wait for
/// threads that it does not have.)
class ProgramProcess {
public:
    ProgramProcess(const std::vector<std::string>& arguments, const std::filesystem::path& scratch) {
        static int number = 0;
        m_out = scratch / ("out" + std::to_string(++number));
        m_err = scratch / ("err" + std::to_string(number));
        posix_spawn_file_actions_t files;
        ::posix_spawn_file_actions_init(&files);
        ::posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_addopen(&files, 1, m_out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
        ::posix_spawn_file_actions_addopen(&files, 2, m_err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
        std::vector<std::string> words{CAMEO_PROGRAM};
        words.insert(words.end(), arguments.begin(), arguments.end());
        std::vector<char*> values;
        for (auto& word : words)
            values.push_back(word.data());
        values.push_back(nullptr);
        const int failed = ::posix_spawn(&m_pid, CAMEO_PROGRAM, &files, nullptr, values.data(), environ);
        ::posix_spawn_file_actions_destroy(&files);
        if (failed) throw std::runtime_error("the program cannot be started");
    }
    ~ProgramProcess() {
        if (!ended()) kill(SIGKILL);
        wait();
    }
    ProgramProcess(const ProgramProcess&) = delete;
    ProgramProcess& operator=(const ProgramProcess&) = delete;

    bool ended() {
        if (!m_ended) m_ended = ::waitpid(m_pid, &m_status, WNOHANG) == m_pid;
        return m_ended;
    }
    void kill(int signal) {
        if (!m_ended) ::kill(m_pid, signal);
    }
    /// No file of it may become larger from now on, as on a full disk. @pre SIGXFSZ was ignored when it was started
    void limit_files(rlim_t bytes) {
        const struct rlimit limit {bytes, bytes};
        ::prlimit(m_pid, RLIMIT_FSIZE, &limit, nullptr);
    }
    Answer wait() {
        if (!m_ended) ::waitpid(m_pid, &m_status, 0);
        m_ended = true;
        return {WIFEXITED(m_status) ? WEXITSTATUS(m_status) : -WTERMSIG(m_status), bytes_of(m_out), bytes_of(m_err)};
    }
    /// Waits for something, at most a minute. @return whether it came before the process ended
    bool wait_for(const std::function<bool()>& something) {
        using namespace std::chrono_literals;
        const auto late = std::chrono::steady_clock::now() + 60s;
        while (!something()) {
            if (ended() || std::chrono::steady_clock::now() > late) return something();
            std::this_thread::sleep_for(200us);
        }
        return true;
    }

private:
    std::filesystem::path m_out, m_err;
    ::pid_t m_pid = 0;
    int m_status = 0;
    bool m_ended = false;
};

/// A home with the collection "songs" in the words that the fixture's encoder knows, the CAME model "tiny" and the SB-MoE
/// models "reference" and "corrected", and recipes for them.
class TrainHome : public testing::Test {
protected:
    void SetUp() override {
        using nlohmann::json;
        std::mt19937 random(7);
        const auto word = [&] {
            static const char* const words[] = {"play", "music", "in", "the", "terminal", "a", "fast", "small", "of", "tiny", "player", "plays"};
            return std::string(words[random() % 12]);
        };
        const auto beir = m_scratch / "songs";
        std::filesystem::create_directories(beir / "qrels");
        std::ofstream corpus(beir / "corpus.jsonl"), queries(beir / "queries.jsonl"), right(beir / "qrels/train.tsv");
        right << "query-id\tcorpus-id\tscore\n";
        std::set<std::string> seen;
        while (seen.size() < 60) {
            std::string text = word();
            for (int more = 0; more < 5; ++more) text += " " + word();
            if (!seen.insert(text).second) continue;
            const auto number = std::to_string(seen.size() - 1);
            corpus << json{{"_id", "d" + number}, {"title", ""}, {"text", text}} << '\n';
            if (seen.size() > 40) continue;
            queries << json{{"_id", "q" + number}, {"text", text.substr(0, text.find(' ', text.size() / 2))}} << '\n';
            right << "q" << number << "\td" << number << "\t1\n";
        }
        corpus.close(), queries.close(), right.close();
        const std::string bert = CAMEO_TEST_DATA "/model/bert-mlm";
        ASSERT_EQ(here({"collection", "import", beir.string()}).code, 0);
        const auto made = here({"model", "create", "came", "--name", "tiny", "--from", bert, "--shared", "1", "--private", "1", "--local-width", "6",
                                "--query-tokens", "16", "--document-tokens", "24", "--active-terms", "5", "--collection", "songs"});
        ASSERT_EQ(made.code, 0) << made.err;
        for (const char* form : {"reference", "corrected"}) {
            const auto mixture = here({"model", "create", "sbmoe", "--name", form, "--form", form, "--from", bert, "--experts", "4",
                                       "--query-tokens", "16", "--document-tokens", "24"});
            ASSERT_EQ(mixture.code, 0) << mixture.err;
        }
        write("came.json", {{"model", "tiny"}, {"collection", "songs"}, {"steps", {{"standardized", 12}, {"specialized", 9}}},
                            {"batch", {{"queries", 6}, {"negatives", 2}, {"accumulate", 2}, {"document_tokens", 24}}},
                            {"negatives", {{"depth", 10}, {"from", "both"}, {"mine_every", 6}, {"mine_lag", 2}}},
                            {"optimizer", {{"warmup", 2}, {"layers_rate", 1e-3}, {"heads_rate", 1e-3}}},
                            {"loss", {{"fusion", 0.5}}}, {"validation", {{"every", 5}}}, {"checkpoint", {{"every", 3}}},
                            {"competition", {{"depth", 10}}}});
    }

    /// In this process.
    static Answer here(const std::vector<std::string>& arguments) { return answer_to(arguments); }
    /// As a process of its own, to its end.
    Answer cameo(const std::vector<std::string>& arguments) const { return ProgramProcess(arguments, m_scratch.path()).wait(); }
    ProgramProcess start(const std::vector<std::string>& arguments) const { return ProgramProcess(arguments, m_scratch.path()); }
    void write(const std::string& recipe, const nlohmann::json& json) const { std::ofstream(m_scratch / recipe) << json; }
    std::string recipe(const std::string& name = "came.json") const { return (m_scratch / name).string(); }
    std::filesystem::path folder(const std::string& training) const { return m_scratch / ("home/data/trainings/" + training); }

    static std::vector<std::string> names_in(const std::filesystem::path& folder) {
        std::vector<std::string> names;
        std::error_code none;
        // The error_code form of increment as well: files come and go while a training runs.
        for (std::filesystem::directory_iterator at(folder, none), end; !none && at != end; at.increment(none))
            names.push_back(at->path().filename().string());
        std::ranges::sort(names);
        return names;
    }
    static bool has(const std::filesystem::path& folder, const std::function<bool(const std::string&)>& such) {
        return std::ranges::any_of(names_in(folder), such);
    }
    /// By name, hidden ones too.
    static std::map<std::string, std::string> files_in(const std::filesystem::path& folder) {
        std::map<std::string, std::string> files;
        for (const auto& name : names_in(folder))
            files[name] = bytes_of(folder / name);
        return files;
    }
    /// Of the last checkpoint, the name of its folder included.
    static std::map<std::string, std::string> last_checkpoint(const std::filesystem::path& training) {
        const auto names = names_in(training / "checkpoints");
        auto files = files_in(training / "checkpoints" / names.back());
        files["step"] = names.back();
        return files;
    }
    /// All that is not the clock's or the memory's, to the bit.
    static std::map<std::string, std::vector<std::pair<std::int64_t, std::uint64_t>>> repeatable(const std::filesystem::path& training) {
        const TrainingWatch watch(training / "training.db");
        std::map<std::string, std::vector<std::pair<std::int64_t, std::uint64_t>>> all;
        for (const auto& name : watch.metric_names())
            if (name != "seconds" && name != "tokens_per_second" && !name.starts_with("memory"))
                for (const auto& point : watch.metric(name))
                    all[name].emplace_back(point.step, std::bit_cast<std::uint64_t>(point.value));
        return all;
    }
    static void expect_same(const std::filesystem::path& one, const std::filesystem::path& other) {
        const auto a = last_checkpoint(one), b = last_checkpoint(other);
        ASSERT_EQ(a.size(), b.size());
        for (const auto& [name, bytes] : a)
            EXPECT_TRUE(b.contains(name) && b.at(name) == bytes) << name;
        for (const auto& [name, bytes] : files_in(one / "model"))
            EXPECT_EQ(bytes_of(other / "model" / name), bytes) << name;
        const auto numbers = repeatable(one);
        EXPECT_GT(numbers.size(), 20u);
        EXPECT_TRUE(numbers == repeatable(other));
        EXPECT_EQ(TrainingWatch(one / "training.db").competition(0, 1 << 20), TrainingWatch(other / "training.db").competition(0, 1 << 20));
    }
    static std::vector<std::string> texts_of(const std::filesystem::path& training, EventKind kind) {
        std::vector<std::string> texts;
        for (const auto& event : TrainingWatch(training / "training.db").events())
            if (event.kind == name(kind)) texts.push_back(event.text);
        return texts;
    }

    /// In the place of the collection's BM25 a pipe, which a process opens when it prepares a training, and waits.
    std::filesystem::path pipe_for_bm25() const {
        const auto pipe = m_scratch / "home/data/indexes/songs.bm25";
        std::filesystem::create_directories(pipe.parent_path());
        std::filesystem::remove(pipe);
        EXPECT_EQ(::mkfifo(pipe.c_str(), 0644), 0);
        return pipe;
    }
    /// Waits until a process is there, a minute at most, and stops it (SIGSTOP). Going on it makes a BM25 of its own.
    static bool stop_at(const std::filesystem::path& pipe, const std::function<void()>& stop) {
        using namespace std::chrono_literals;
        const auto late = std::chrono::steady_clock::now() + 60s;
        while (std::chrono::steady_clock::now() < late) {
            const int descriptor = ::open(pipe.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
            if (descriptor < 0) {
                std::this_thread::sleep_for(1ms);
                continue;
            }
            stop();
            ::close(descriptor);
            return true;
        }
        return false;
    }

    TemporaryFolder m_scratch;
    ScopedVariable m_home{"CAMEO_HOME", (m_scratch / "home").c_str()};
    // The same bits wherever the tests run.
    ScopedVariable m_device{"CAMEO_DEVICE", "cpu"};
    ScopedVariable m_precision{"CAMEO_PRECISION", "fp32"};
    ScopedVariable m_waiting{"OMP_WAIT_POLICY", "passive"};
};

} // namespace cameo
