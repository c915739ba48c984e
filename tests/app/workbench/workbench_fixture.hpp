#pragma once

#include "app/workbench/controller.hpp"
#include "tests/app/fake_sources.hpp"

#include <chrono>
#include <gtest/gtest.h>
#include <thread>

namespace cameo {

/// The workbench over fake sources, and what a frame would be drawn from.
class WorkbenchFixture : public testing::Test {
protected:
    template <class Predicate>
    void wait_until(Predicate reached) {
        using namespace std::chrono_literals;
        const auto give_up = std::chrono::steady_clock::now() + 20s;
        while (std::chrono::steady_clock::now() < give_up) {
            jobs.drain();
            now = {};
            bench.fill(now);
            if (reached()) return;
            std::this_thread::sleep_for(1ms);
        }
        FAIL() << "it did not come to that";
    }
    void open() {
        bench.start("", "");
        wait_until([&] { return now.workbench.phase == Phase::Ready; });
    }

    FakeSources fakes;
    JobManager jobs;
    NoticeBoard notices;
    WorkbenchController bench{jobs, notices, fakes.sources()};
    Snapshot now;
};

} // namespace cameo
