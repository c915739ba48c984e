// Processes through c10d, LibTorch's own library for them: gloo for everything, NCCL for sums between GPUs.

#include "core/base/error.hpp"
#include "core/train/listening_socket.hpp"
#include "core/train/nccl_group.hpp"
#include "core/train/processes.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>
#include <algorithm>
#include <c10/util/Logging.h>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <thread>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

namespace cameo {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kGlance{20};        ///< between two looks at the store
constexpr milliseconds kBeat{250};         ///< between two signs of life there
constexpr milliseconds kSilence{2000};     ///< without one, and a process is taken to be lost
constexpr milliseconds kFarewell{30'000};  ///< for who is alive and busy to read why all ends
constexpr int kErrors = 2;                 ///< and nothing less, in LibTorch's own log
constexpr std::int64_t kAtOnce = 16 << 20; ///< numbers that go over in one piece: what a sum needs beside the tensors

// Keys of the store, each with a rank.
constexpr const char *kHere = "here/", *kRoute = "route/", *kLead = "lead", *kGpu = "gpu/", *kAll = "all", *kBeats = "beats/", *kEnded = "ended/", *kVerdict = "verdict", *kRead = "read/";

std::string seconds(milliseconds time) { return std::to_string((time.count() + 500) / 1000) + " s"; }

/// What others write there is read back as a value.
class Signs {
public:
    explicit Signs(c10d::Store& store) : m_store(store) {}
    bool there(const std::string& key) { return m_store.check({key}); }
    std::string value(const std::string& key) { return m_store.get_to_str(key); }
    /// Whether a process gave no sign of life for too long, since it was asked about first.
    bool silent(std::int64_t rank) {
        const auto key = kBeats + std::to_string(rank);
        const auto beat = there(key) ? value(key) : "";
        const auto [last, fresh] = m_last.try_emplace(rank, beat, Clock::now());
        if (last->second.first != beat)
            last->second = {beat, Clock::now()};
        return Clock::now() - last->second.second > kSilence;
    }

private:
    c10d::Store& m_store;
    std::map<std::int64_t, std::pair<std::string, Clock::time_point>> m_last;
};

/// What LibTorch says, without where in its code and on which stack.
std::string first_line(const std::string& what) { return what.substr(0, what.find('\n')); }

[[noreturn]] void fail(const std::string& why) { throw Error(ErrorKind::Environment, why); }

class C10dProcesses final : public Processes {
public:
    C10dProcesses(ProcessPlace place, milliseconds patience, Progress& progress);

    std::int64_t rank() const override { return m_place.rank; }
    std::int64_t size() const override { return m_place.size; }
    milliseconds patience() const override { return m_patience; }
    void tell(const std::string& text) override;
    std::string hear() override;
    std::vector<std::string> gather(const std::string& own) override;
    void sum(std::span<const at::Tensor> tensors) override;
    void copy(std::span<const at::Tensor> tensors) override;
    void part() noexcept override;
    void give_up(const std::string& why) noexcept override;

private:
    std::string process(std::int64_t rank) const;
    std::string meet(const Route& route, Progress& progress);
    void start_nccl(Progress& progress);
    void wait_for(c10d::Work& sum);
    void broadcast(std::string& text);
    void close();
    /// Hands the tensors to `work` as flat pieces on that device, and takes the pieces' values back.
    void in_pieces(std::span<const at::Tensor> tensors, const at::Device& device, const std::function<void(std::vector<at::Tensor>&)>& work);
    template <class Work>
    void guarded(const Work& work);
    [[noreturn]] void lost(milliseconds waited, const std::string& what);
    std::string roll_call(Signs& signs);
    std::string hear_verdict(milliseconds waited);
    void spread(const std::string& verdict, Signs& signs);
    void give_signs(std::stop_token stop);

    const ProcessPlace m_place;
    const milliseconds m_patience;
    c10::intrusive_ptr<c10d::Store> m_store;
    c10::intrusive_ptr<c10d::ProcessGroupGloo> m_group;
    c10::intrusive_ptr<c10d::Backend> m_nccl; ///< none where not all have a GPU of their own
    std::optional<std::string> m_over; ///< why nothing can be done with the others any more
    std::condition_variable_any m_pause;
    std::jthread m_signs; ///< last: ends before what it uses
};

C10dProcesses::C10dProcesses(ProcessPlace place, milliseconds patience, Progress& progress)
    : m_place(std::move(place)), m_patience(patience) {
    progress.begin("waiting for the other processes", Unit::Steps);
    if (!std::getenv("TORCH_CPP_LOG_LEVEL")) // what c10d would warn of, with its stack, ends in a sentence of ours
        FLAGS_caffe2_log_level = kErrors;
    // Gloo writes into connections whose other end may just have gone. That is an error to be told, and no end without a word.
    std::signal(SIGPIPE, SIG_IGN);
    const bool serves = lead() && !m_place.agent_store;
    c10d::TCPStoreOptions options;
    options.port = m_place.port;
    options.isServer = serves;
    options.waitWorkers = false;
    options.timeout = m_patience;
    Route route;
    if (serves)
        options.masterListenFd = listening_socket(m_place.address, m_place.port);
    else
        route = wait_for_listener(m_place.address, m_place.port, m_patience, progress);
    try {
        m_store = c10::make_intrusive<c10d::PrefixStore>("cameo/" + m_place.attempt,
                                                         c10::make_intrusive<c10d::TCPStore>(m_place.address, options));
        const auto address = meet(route, progress);
        const auto group = c10d::ProcessGroupGloo::Options::create(m_patience);
        group->devices.push_back(c10d::ProcessGroupGloo::createDeviceForHostname(address));
        m_group = c10::make_intrusive<c10d::ProcessGroupGloo>(m_store, int(m_place.rank), int(m_place.size), group);
        m_signs = std::jthread([this](std::stop_token stop) { give_signs(stop); });
        start_nccl(progress);
    } catch (const Error&) {
        throw;
    } catch (const std::exception& error) {
        fail(process(m_place.rank) + " does not reach the others through " + m_place.address + ", port " +
             std::to_string(m_place.port) + ": " + first_line(error.what()));
    }
}

std::string C10dProcesses::process(std::int64_t rank) const {
    return "process " + std::to_string(rank) + " of " + std::to_string(m_place.size);
}

/// @return the address that the others reach this process by, which it may not know itself: of process 0 the one that they have
/// connected to, of others the one that they have come from. What stays on one machine is not to be seen from others.
std::string C10dProcesses::meet(const Route& route, Progress& progress) {
    const auto own = kHere + std::to_string(m_place.rank);
    if (m_store->add(own, 1) > 1)
        fail("there is another process with RANK=" + std::to_string(m_place.rank) + ": each has one of its own");
    Signs signs(*m_store);
    const auto deadline = Clock::now() + m_patience;
    const auto wait_until_there = [&](const std::string& key, const std::string& why) {
        while (!signs.there(key)) {
            progress.check_cancelled();
            if (Clock::now() > deadline)
                fail(why + " within " + seconds(m_patience));
            std::this_thread::sleep_for(kGlance);
        }
    };
    if (lead()) {
        std::string address;
        for (std::int64_t other = 1; other < m_place.size; ++other) {
            wait_until_there(kRoute + std::to_string(other), process(other) + " did not come");
            if (const auto there = signs.value(kRoute + std::to_string(other)); address.empty() || is_loopback(address))
                address = there;
        }
        m_store->set(kLead, address);
        m_store->set(kAll, std::to_string(m_place.size));
        return address;
    } else {
        m_store->set(kRoute + std::to_string(m_place.rank), route.there);
        wait_until_there(kAll, process(0) + " did not find all the others");
        if (signs.value(kAll) != std::to_string(m_place.size))
            fail("WORLD_SIZE is " + std::to_string(m_place.size) + " here and " + signs.value(kAll) + " for process 0");
        return is_loopback(route.here) ? signs.value(kLead) : route.here;
    }
}

void C10dProcesses::start_nccl(Progress& progress) {
    Signs signs(*m_store);
    m_store->set(kGpu + std::to_string(m_place.rank), gpu_with_nccl());
    std::set<std::string> gpus;
    for (std::int64_t other = 0; other < m_place.size; ++other) {
        const auto key = kGpu + std::to_string(other);
        for (; !signs.there(key); std::this_thread::sleep_for(kGlance)) {
            progress.check_cancelled();
            if (signs.silent(other))
                fail(process(other) + " was lost");
        }
        if (const auto gpu = signs.value(key); gpu.empty() || !gpus.insert(gpu).second)
            return;
    }
    m_nccl = make_nccl_group(c10::make_intrusive<c10d::PrefixStore>("nccl", m_store), int(m_place.rank), int(m_place.size), m_patience);
}

void C10dProcesses::close() {
    if (m_nccl)
        m_nccl->abort(); // a sum that does not end would be waited for
    m_nccl.reset();
    m_group.reset();
}

/// However long this process computes, the others see that it is alive.
void C10dProcesses::give_signs(std::stop_token stop) {
    std::mutex unused;
    std::unique_lock lock(unused);
    try {
        std::int64_t beat = 0;
        do
            m_store->set(kBeats + std::to_string(m_place.rank), std::to_string(++beat));
        while (!m_pause.wait_for(lock, stop, kBeat, [] { return false; }) && !stop.stop_requested());
    } catch (const std::exception&) {
        // The store has gone with process 0, which is seen without it.
    }
}

template <class Work>
void C10dProcesses::guarded(const Work& work) {
    if (m_over)
        fail(*m_over);
    const auto began = Clock::now();
    try {
        work();
    } catch (const std::exception& error) {
        lost(std::chrono::duration_cast<milliseconds>(Clock::now() - began), error.what());
    }
}

void C10dProcesses::broadcast(std::string& text) {
    const auto send = [&](at::Tensor tensor) {
        std::vector<at::Tensor> tensors{std::move(tensor)};
        m_group->broadcast(tensors)->wait();
    };
    auto length = at::zeros({1}, at::kLong);
    length.mutable_data_ptr<std::int64_t>()[0] = std::int64_t(text.size());
    send(length);
    text.resize(std::size_t(length.const_data_ptr<std::int64_t>()[0]));
    if (text.empty())
        return;
    auto bytes = at::empty({std::int64_t(text.size())}, at::kByte);
    std::memcpy(bytes.mutable_data_ptr<std::uint8_t>(), text.data(), text.size());
    send(bytes);
    std::memcpy(text.data(), bytes.const_data_ptr<std::uint8_t>(), text.size());
}

void C10dProcesses::tell(const std::string& text) {
    check(lead(), "Processes: only process 0 tells");
    guarded([&] {
        std::string own = text;
        broadcast(own);
    });
}

std::string C10dProcesses::hear() {
    check(!lead(), "Processes: process 0 tells");
    std::string text;
    while (text.empty())
        guarded([&] { broadcast(text); });
    return text;
}

std::vector<std::string> C10dProcesses::gather(const std::string& own) {
    std::vector<std::string> all;
    guarded([&] {
        const auto length = at::empty({1}, at::kLong);
        length.mutable_data_ptr<std::int64_t>()[0] = std::int64_t(own.size());
        std::vector<std::vector<at::Tensor>> lengths(1);
        for (std::int64_t other = 0; other < m_place.size; ++other)
            lengths[0].push_back(at::empty({1}, at::kLong));
        std::vector<at::Tensor> given{length};
        m_group->allgather(lengths, given)->wait();
        const auto length_of = [&](std::int64_t rank) { return lengths[0][std::size_t(rank)].const_data_ptr<std::int64_t>()[0]; };
        std::int64_t longest = 1;
        for (std::int64_t other = 0; other < m_place.size; ++other)
            longest = std::max(longest, length_of(other));
        given = {at::zeros({longest}, at::kByte)};
        std::memcpy(given[0].mutable_data_ptr<std::uint8_t>(), own.data(), own.size());
        std::vector<std::vector<at::Tensor>> texts;
        if (lead()) {
            texts.emplace_back();
            for (std::int64_t other = 0; other < m_place.size; ++other)
                texts[0].push_back(at::empty({longest}, at::kByte));
        }
        m_group->gather(texts, given)->wait();
        if (lead())
            for (std::int64_t other = 0; other < m_place.size; ++other)
                all.emplace_back(reinterpret_cast<const char*>(texts[0][std::size_t(other)].const_data_ptr<std::uint8_t>()),
                                 std::size_t(length_of(other)));
    });
    return all;
}

void C10dProcesses::in_pieces(std::span<const at::Tensor> tensors, const at::Device& device,
                              const std::function<void(std::vector<at::Tensor>&)>& work) {
    const at::NoGradGuard no_gradients;
    for (std::size_t first = 0; first < tensors.size();) {
        std::vector<at::Tensor> flat;
        std::int64_t numbers = 0;
        std::size_t end = first;
        for (; end < tensors.size() && (end == first || numbers + tensors[end].numel() <= kAtOnce); ++end) {
            check(tensors[end].scalar_type() == at::kFloat, "Processes: not float32");
            flat.push_back(tensors[end].detach().reshape({-1}).to(device));
            numbers += tensors[end].numel();
        }
        std::vector<at::Tensor> piece{at::cat(flat)};
        work(piece);
        for (std::int64_t at = 0; first < end; ++first) {
            const auto& own = tensors[first];
            own.detach().copy_(piece[0].narrow(0, at, own.numel()).view(own.sizes()));
            at += own.numel();
        }
    }
}

void C10dProcesses::sum(std::span<const at::Tensor> tensors) {
    guarded([&] {
        if (m_nccl)
            in_pieces(tensors, tensors.front().device(), [&](auto& piece) { wait_for(*m_nccl->allreduce(piece)); });
        else
            in_pieces(tensors, at::kCPU, [&](auto& piece) { m_group->allreduce(piece)->wait(); });
    });
}

/// NCCL itself does not notice that another process is gone.
void C10dProcesses::wait_for(c10d::Work& sum) {
    Signs signs(*m_store);
    const auto deadline = Clock::now() + m_patience;
    for (auto look = Clock::now() + kBeat; !sum.isCompleted(); std::this_thread::sleep_for(std::chrono::microseconds(50))) {
        if (Clock::now() < look)
            continue;
        look = Clock::now() + kBeat;
        for (std::int64_t other = 0; other < m_place.size; ++other)
            if (signs.silent(other) || Clock::now() > deadline)
                throw std::runtime_error("no sum from " + process(other));
    }
    sum.wait();
}

void C10dProcesses::copy(std::span<const at::Tensor> tensors) {
    guarded([&] { in_pieces(tensors, at::kCPU, [&](auto& piece) { m_group->broadcast(piece)->wait(); }); });
}

void C10dProcesses::lost(milliseconds waited, const std::string& what) {
    // Without the connections those notice it as well who wait for this one and not for the lost one.
    close();
    try {
        Signs signs(*m_store);
        m_over = lead() ? roll_call(signs) : hear_verdict(waited);
        if (lead())
            spread(*m_over, signs);
    } catch (const std::exception&) {
        m_over = process(0) + " was lost"; // and the store with it
    }
    if (m_over->empty())
        m_over = "the processes lost each other: " + first_line(what);
    fail(*m_over);
}

/// @return who is lost, or who had a reason to end
std::string C10dProcesses::roll_call(Signs& signs) {
    std::vector<std::int64_t> lost;
    // Everybody is looked at until enough time has passed for a sign of life.
    for (const auto end = Clock::now() + kSilence + kBeat; Clock::now() < end; std::this_thread::sleep_for(kGlance)) {
        lost.clear();
        for (std::int64_t other = 1; other < m_place.size; ++other) {
            const auto key = kEnded + std::to_string(other);
            if (!signs.there(key)) {
                if (signs.silent(other))
                    lost.push_back(other);
            } else if (const auto why = signs.value(key); !why.empty()) {
                return process(other) + " ended: " + why;
            }
        }
    }
    std::string names;
    for (const auto other : lost)
        names += (names.empty() ? "" : ", ") + std::to_string(other);
    return lost.empty()      ? ""
           : lost.size() > 1 ? "processes " + names + " of " + std::to_string(m_place.size) + " were lost"
                             : process(lost[0]) + " was lost";
}

/// What process 0 found out. @throws when it is gone
std::string C10dProcesses::hear_verdict(milliseconds waited) {
    m_store->set(kEnded + std::to_string(m_place.rank), std::string());
    if (waited >= m_patience) // process 0 may be the silent one, and so would be its store
        return "no word from the other processes within " + seconds(m_patience);
    Signs signs(*m_store);
    while (!signs.there(kVerdict)) {
        if (signs.silent(0))
            return process(0) + " was lost";
        std::this_thread::sleep_for(kGlance);
    }
    const auto verdict = signs.value(kVerdict);
    m_store->set(kRead + std::to_string(m_place.rank), std::string());
    return verdict;
}

/// To those who are alive; not before they have read it does the store go.
void C10dProcesses::spread(const std::string& verdict, Signs& signs) {
    m_store->set(kVerdict, verdict);
    const auto deadline = Clock::now() + kFarewell;
    for (std::int64_t other = 1; other < m_place.size; ++other)
        while (!signs.there(kRead + std::to_string(other)) && !signs.silent(other) && Clock::now() < deadline)
            std::this_thread::sleep_for(kGlance);
}

void C10dProcesses::part() noexcept { m_over = "the processes are done with each other"; }

void C10dProcesses::give_up(const std::string& why) noexcept {
    try {
        if (m_over)
            return;
        m_over = why;
        if (!lead())
            m_store->set(kEnded + std::to_string(m_place.rank), why);
        close();
        Signs signs(*m_store);
        if (lead())
            spread(process(0) + " ended: " + why, signs);
    } catch (const std::exception&) {
        // There is nobody left to be told.
    }
}

} // namespace

std::unique_ptr<Processes> join(const ProcessPlace& place, milliseconds patience, Progress& progress) {
    if (place.size == 1)
        return one_process();
    return std::make_unique<C10dProcesses>(place, patience, progress);
}

} // namespace cameo
