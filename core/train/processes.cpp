#include "core/train/processes.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string_view>

namespace cameo {

namespace {

class OneProcess final : public Processes {
public:
    std::int64_t rank() const override { return 0; }
    std::int64_t size() const override { return 1; }
    std::chrono::milliseconds patience() const override { return kPatience; }
    void tell(const std::string&) override {}
    std::string hear() override { throw InternalError("one process has nobody to hear"); }
    std::vector<std::string> gather(const std::string& own) override { return {own}; }
    void sum(std::span<const at::Tensor>) override {}
    void copy(std::span<const at::Tensor>) override {}
    void part() noexcept override {}
    void give_up(const std::string&) noexcept override {}
};

[[noreturn]] void refuse_group(const std::string& why) { throw Error(ErrorKind::InvalidInput, why); }

std::string text_of(const char* variable) {
    const char* value = std::getenv(variable);
    return value ? value : "";
}

/// @param what the variable is, for who forgot it
std::int64_t number_of(const char* variable, std::int64_t low, std::int64_t high, const std::string& what) {
    const std::string text = text_of(variable);
    if (text.empty())
        refuse_group(std::string(variable) + " is missing: WORLD_SIZE is " + text_of("WORLD_SIZE") + ", so each process needs " + what);
    std::int64_t value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc() || end != text.data() + text.size() || value < low || value > high)
        refuse_group(std::string(variable) + " is " + text + ", expected a whole number from " + std::to_string(low) + " to " +
               std::to_string(high) + ": " + what);
    return value;
}

} // namespace

std::unique_ptr<Processes> one_process() { return std::make_unique<OneProcess>(); }

ProcessPlace ProcessPlace::in_environment() {
    ProcessPlace place;
    if (text_of("WORLD_SIZE").empty())
        return place;
    constexpr std::int64_t kMost = 4096;
    place.size = number_of("WORLD_SIZE", 1, kMost, "the number of processes");
    if (place.size == 1)
        return place;
    place.rank = number_of("RANK", 0, place.size - 1, "its own place among them all");
    place.local_rank = text_of("LOCAL_RANK").empty() ? place.rank
                                                     : number_of("LOCAL_RANK", 0, kMost, "its own place on its machine");
    place.address = text_of("MASTER_ADDR");
    if (place.address.empty())
        refuse_group("MASTER_ADDR is missing: WORLD_SIZE is " + std::to_string(place.size) +
               ", so each process needs the address of process 0's machine, 127.0.0.1 if that is the only one");
    place.port = std::uint16_t(number_of("MASTER_PORT", 1, 65535, "the port that process 0 listens on, one that is free"));
    place.agent_store = text_of("TORCHELASTIC_USE_AGENT_STORE") == "True";
    if (const auto attempt = text_of("TORCHELASTIC_RESTART_COUNT"); !attempt.empty())
        place.attempt = attempt;
    return place;
}

KeepAlive::KeepAlive(Processes& processes) : m_processes(processes) {
    if (processes.size() == 1 || !processes.lead())
        return;
    m_thread = std::jthread([this](std::stop_token stop) {
        constexpr std::chrono::milliseconds kOften{10'000};
        const auto pause = std::min(kOften, m_processes.patience() / 4);
        std::mutex unused;
        std::unique_lock lock(unused);
        while (!m_pause.wait_for(lock, stop, pause, [] { return false; }) && !stop.stop_requested()) {
            const auto own = talk();
            try {
                m_processes.tell("");
            } catch (const std::exception&) {
                m_lost = true; // the next one that tells is told why
                return;
            }
        }
    });
}

void KeepAlive::check() {
    if (!m_lost)
        return;
    const auto own = talk();
    m_processes.tell("");
}

} // namespace cameo
