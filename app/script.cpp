#include "app/script.hpp"

#include "core/base/error.hpp"

#include <cstdio>
#include <memory>

namespace cameo {

void Script::settle(double seconds, std::filesystem::path picture) {
    auto until = std::make_shared<Clock::time_point>();
    add({.what = "coming to rest",
         .begin = [until, seconds] {
             *until = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
         },
         .done = [until] { return Clock::now() >= *until; },
         .picture = std::move(picture),
         .limit_s = seconds + 60});
}

void Script::fail(const std::string& sentence) {
    std::fprintf(stderr, "cameo: %s\n", sentence.c_str());
    m_failed = true;
    m_steps.clear();
}

bool Script::advance() {
    if (m_picture_due || m_steps.empty()) return m_picture_due;
    try {
        Step& step = m_steps.front();
        if (!m_running) {
            m_running = true;
            m_began = Clock::now();
            if (step.begin) step.begin();
            return true; // a frame has to pass before anything can be seen of it
        }
        if (step.done && !step.done()) {
            if (std::chrono::duration<double>(Clock::now() - m_began).count() > step.limit_s)
                fail("gave up after " + std::to_string(static_cast<int>(step.limit_s)) + " s: " + step.what);
            return !m_steps.empty();
        }
        m_running = false;
        if (!step.picture.empty()) {
            m_picture_due = true;
            return true;
        }
        m_steps.pop_front();
    } catch (const Error& error) {
        fail(error.what());
    }
    return !m_steps.empty();
}

void Script::take_picture(const Pixels& pixels) {
    m_picture_due = false;
    const auto file = m_steps.front().picture;
    m_steps.pop_front();
    try {
        write_png(file, pixels);
        std::printf("picture: %s\n", file.c_str());
        std::fflush(stdout);
    } catch (const Error& error) {
        fail(error.what());
    }
}

} // namespace cameo
