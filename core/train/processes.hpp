#pragma once

#include "core/jobs/progress.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace at {
class Tensor;
}

namespace cameo {

/// The processes of one training, as one of them sees them. Process 0 leads: it alone decides, and tells the others. All of
/// them sum, gather and copy in the same order. One thread at a time.
///
/// When one is lost, ends with an error or is silent for longer than patience(), every function throws, on each of the
/// others and with the same sentence as far as it is known there, an Error(Environment) that says which one and why.
class Processes {
public:
    virtual ~Processes() = default;

    virtual std::int64_t rank() const = 0; ///< from 0
    virtual std::int64_t size() const = 0;
    virtual std::chrono::milliseconds patience() const = 0;
    bool lead() const { return rank() == 0; }

    /// Process 0 tells, the others hear. What is empty only says that there is nothing new yet: it is not heard.
    virtual void tell(const std::string& text) = 0;
    virtual std::string hear() = 0;
    /// @return on process 0 what all gave, by rank; nothing elsewhere
    virtual std::vector<std::string> gather(const std::string& own) = 0;
    /// Adds up float32 tensors in place; as many of the same shapes on each. All get the same bits, and the same summands
    /// give the same bits again: which is added to which depends on shapes and number of processes alone.
    virtual void sum(std::span<const at::Tensor> tensors) = 0;
    /// Process 0's float32 values into the others' tensors.
    virtual void copy(std::span<const at::Tensor> tensors) = 0;

    /// All are done with each other: the rest of each is its own.
    virtual void part() noexcept = 0;
    /// Tells the others why this one ends before its time, so that they do not have to guess. Nothing can be done with them
    /// afterwards, and after part() there is nothing to tell.
    virtual void give_up(const std::string& why) noexcept = 0;
};

/// One process by itself: sums are what they are.
std::unique_ptr<Processes> one_process();

/// Which process of how many this one is.
struct ProcessPlace {
    std::int64_t rank = 0, size = 1;
    std::int64_t local_rank = 0;      ///< among those of its machine: which GPU it takes
    std::string address;              ///< of process 0's machine
    std::uint16_t port = 0;
    bool agent_store = false;         ///< torchrun itself listens there
    std::string attempt = "0";        ///< how often torchrun has started all of them again

    /// From torchrun's variables: WORLD_SIZE, RANK, LOCAL_RANK, MASTER_ADDR, MASTER_PORT. Without WORLD_SIZE it is one process.
    /// @throws Error(InvalidInput) naming the variable that is missing or wrong.
    static ProcessPlace in_environment();
};

constexpr std::chrono::seconds kPatience{600};

/// Waits for all the others to come; one process is one_process(). Between GPUs that are all different sums go through NCCL
/// where it is to be had, everything else through gloo.
/// @param patience how long to wait for another, now and in every function
/// @throws Error(Environment) in one sentence: who did not come, who is there twice, a port that is taken; Cancelled.
std::unique_ptr<Processes> join(const ProcessPlace& place, std::chrono::milliseconds patience, Progress& progress);

/// Lets the others know that process 0 is still at work while it does what they have no part in: it tells them nothing, now
/// and again, except while somebody holds talk().
class KeepAlive {
public:
    explicit KeepAlive(Processes& processes);
    /// To be held from the first word about something to the last sum of it.
    [[nodiscard]] std::unique_lock<std::mutex> talk() { return std::unique_lock(m_talk); }
    /// For who has nothing to tell for long. @throws Error when a process was found to be lost meanwhile
    void check();

private:
    Processes& m_processes;
    std::mutex m_talk;
    std::condition_variable_any m_pause;
    std::atomic<bool> m_lost{false};
    std::jthread m_thread; ///< last: ends before what it uses
};

/// Runs this process's part in something; when that throws, the others are told why.
template <class Part>
auto together(Processes& processes, const Part& part) {
    try {
        return part();
    } catch (const Cancelled&) {
        processes.give_up("it was stopped by hand");
        throw;
    } catch (const std::exception& error) {
        processes.give_up(error.what());
        throw;
    }
}

} // namespace cameo
