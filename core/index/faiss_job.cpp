#include "core/index/faiss_job.hpp"

#include "core/base/error.hpp"

#include <faiss/impl/AuxIndexStructures.h>
#include <faiss/impl/FaissException.h>
#include <omp.h>

#include <condition_variable>
#include <memory>
#include <mutex>

namespace cameo {

namespace {

thread_local bool t_searching = false;

// FAISS reads its callback without a lock. So one is installed once, for as long as the process lives, and
// what it asks is exchanged behind it.
class AskJob final : public faiss::InterruptCallback {
public:
    bool want_interrupt() override {
        if (t_searching) return false;
        const std::lock_guard guard(m_mutex);
        return m_stop.stop_requested();
    }
    void ask(std::stop_token stop) {
        const std::lock_guard guard(m_mutex);
        m_stop = std::move(stop);
    }

private:
    std::mutex m_mutex;
    std::stop_token m_stop;
};

AskJob& installed() {
    static AskJob& callback = [&]() -> AskJob& {
        auto made = std::make_unique<AskJob>();
        AskJob& kept = *made;
        faiss::InterruptCallback::instance = std::move(made);
        return kept;
    }();
    return callback;
}

/// One job at a time: FAISS has one callback for the whole process.
class Turn {
public:
    /// @throws Cancelled while waiting.
    explicit Turn(Progress& progress) {
        std::unique_lock lock(s_mutex);
        if (!s_free.wait(lock, progress.stop_token(), [] { return !s_taken; })) throw Cancelled{};
        s_taken = true;
    }
    ~Turn() {
        {
            const std::lock_guard lock(s_mutex);
            s_taken = false;
        }
        s_free.notify_one();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

private:
    static inline std::mutex s_mutex;
    static inline std::condition_variable_any s_free;
    static inline bool s_taken = false;
};

} // namespace

std::string faiss_words(const std::string& message) {
    const std::string said(message.c_str()); // to its end: FAISS leaves a 0 behind it
    const auto words = said.rfind(": ");
    return words == said.npos ? said : said.substr(words + 2);
}

void run_faiss_job(const std::string& what, Progress& progress, const std::function<void()>& job) {
    const Turn turn(progress); // whoever waits for another job can still be stopped
    struct Asking {
        explicit Asking(std::stop_token stop) { installed().ask(std::move(stop)); }
        ~Asking() { installed().ask({}); }
    } asking(progress.stop_token());
    try {
        job();
    } catch (const faiss::FaissException& problem) {
        progress.check_cancelled();
        throw Error(ErrorKind::Environment, what + ": " + faiss_words(problem.msg));
    }
}

void run_faiss_search(const std::function<void()>& search) {
    installed();
    struct Searching {
        Searching() { t_searching = true; }
        ~Searching() { t_searching = false; }
    } searching;
    try {
        search();
    } catch (const faiss::FaissException& problem) {
        throw InternalError("global search: " + problem.msg);
    }
}

OneThreadEach::OneThreadEach() : m_before(omp_get_max_threads()) {
    omp_set_num_threads(1);
}

OneThreadEach::~OneThreadEach() {
    omp_set_num_threads(m_before);
}

} // namespace cameo
