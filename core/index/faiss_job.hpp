#pragma once

#include "core/jobs/progress.hpp"

#include <functional>
#include <string>

namespace cameo {

/// What FAISS says of a failure, without its own function, file and line, which it puts before that.
std::string faiss_words(const std::string& message);

/// Runs FAISS code that takes long: one such job at a time, because FAISS asks one process-wide object
/// whether to stop; another job waits, and stops waiting when it is cancelled. Exceptions of FAISS become
/// Cancelled when a stop was asked for, and else Error(Environment) beginning with `what`.
void run_faiss_job(const std::string& what, Progress& progress, const std::function<void()>& job);

/// Runs a search with FAISS. It is not stopped by the cancelling of a job that runs beside it.
void run_faiss_search(const std::function<void()>& search);

/// As long as it lives, FAISS takes no other threads to what the calling thread asks of it.
class OneThreadEach {
public:
    OneThreadEach();
    ~OneThreadEach();
    OneThreadEach(const OneThreadEach&) = delete;
    OneThreadEach& operator=(const OneThreadEach&) = delete;

private:
    int m_before;
};

} // namespace cameo
