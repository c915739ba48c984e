#include "tests/app/cli/train_fixtures.hpp"

#include <iostream>

namespace cameo {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

bool is_unfinished(const std::string& name) { return name.starts_with('.'); }

/// A training that is killed at random moments, so that kills fall into whatever it does.
class TrainKill : public TrainHome {
protected:
    /// Waits until the process is at a kind of work for the `times`-th time.
    /// @return false: it has ended before
    bool reach(ProgramProcess& process, int kind, int times) {
        const auto at = folder("killed");
        const std::array<std::function<bool()>, 4> signs{
            [=] { return has(at / "checkpoints", is_unfinished); },
            [=] { return has(at, [](const auto& name) { return name.starts_with(".validating"); }); },
            [=] { return has(at / "mined", [&](const auto& round) { return !std::filesystem::exists(at / "mined" / round / "lists.sections"); }); },
            [=, before = std::uintmax_t{0}]() mutable {
                std::error_code none;
                const auto size = std::filesystem::file_size(at / "training.db-wal", none);
                return !none && std::exchange(before, size) != size;
            }};
        const auto& sign = signs[std::size_t(kind)];
        for (int time = 0; time < times; ++time) {
            if (time > 0 && !process.wait_for([&] { return !sign(); })) return false;
            if (!process.wait_for(sign)) return false;
        }
        return !process.ended();
    }
};

TEST_F(TrainKill, GoesOnWithTheSameBits) {
    constexpr int kKills = 20;
    const char* const given = std::getenv("CAMEO_TEST_SEED");
    const auto seed = given ? std::uint32_t(std::strtoul(given, nullptr, 10)) : std::random_device{}();
    SCOPED_TRACE("CAMEO_TEST_SEED=" + std::to_string(seed));
    std::cout << "CAMEO_TEST_SEED=" << seed << '\n';
    std::mt19937 random(seed);

    const auto began = std::chrono::steady_clock::now();
    const std::vector<std::string> what{"train", recipe(), "--set", "name=killed", "--set", "steps.standardized=24", "--set", "steps.specialized=18"};
    const auto whole = cameo(what);
    ASSERT_EQ(whole.code, 0) << whole.err;
    const auto long_us = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began).count();
    const auto uninterrupted = m_scratch / "uninterrupted/killed";
    std::filesystem::create_directories(uninterrupted.parent_path());
    std::filesystem::rename(folder("killed"), uninterrupted);

    const char* const kinds[] = {"writing a checkpoint", "validating", "mining", "recording", "anywhere"};
    std::map<std::string, int> killed;
    for (int kills = 0; kills < kKills;) {
        ProgramProcess process(what, m_scratch.path());
        const int kind = kills % 5;
        const bool there = kind < 4 ? reach(process, kind, 1 + int(random() % 3)) : true;
        std::this_thread::sleep_for(std::chrono::microseconds(random() % (kind < 4 ? 5000 : std::uint64_t(long_us))));
        if (there && !process.ended()) {
            process.kill(SIGKILL);
            if (const auto answer = process.wait(); answer.code == -SIGKILL) {
                ++kills, ++killed[kinds[kind]];
                continue;
            }
        }
        const auto answer = process.wait(); // it was faster: the next kills are another training's
        ASSERT_EQ(answer.code, 0) << answer.err;
        expect_same(folder("killed"), uninterrupted);
        std::filesystem::remove_all(folder("killed"));
    }
    for (const auto& [kind, times] : killed) std::cout << "killed " << times << " times " << kind << '\n';
    const auto last = cameo(what);
    ASSERT_EQ(last.code, 0) << last.err;
    expect_same(folder("killed"), uninterrupted);
    EXPECT_EQ(names_in(folder("killed")), names_in(uninterrupted));
    for (const char* part : {"checkpoints", "mined"})
        EXPECT_EQ(names_in(folder("killed") / part), names_in(uninterrupted / part)) << part;
}

} // namespace
} // namespace cameo
