#include "tests/fuzz/attempt.hpp"

#include "core/base/error.hpp"
#include "tests/fuzz/fuzz_run.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>

namespace cameo {

namespace {

constexpr std::size_t kLongestSentence = 1000; ///< what a notice can show

void check_sentence(const Error& error, const std::filesystem::path& file) {
    const std::string sentence = error.what();
    const auto wrong = [&](const std::string& what) { throw Finding("an error that " + what + ": " + sentence.substr(0, 2000)); };
    if (sentence.find(file.string()) == std::string::npos) wrong("does not name the file");
    if (sentence.size() > kLongestSentence) wrong("is " + std::to_string(sentence.size()) + " bytes long");
    if (std::ranges::any_of(sentence, [](unsigned char letter) { return letter < ' ' || letter == 127; })) wrong("has control characters");
    try {
        (void)nlohmann::json(sentence).dump();
    } catch (const nlohmann::json::exception&) {
        wrong("is no UTF-8");
    }
}

} // namespace

bool attempt(const std::filesystem::path& file, const std::function<void()>& work) {
    try {
        work();
        return true;
    } catch (const Error& error) {
        check_sentence(error, file);
    } catch (const Finding&) {
        throw;
    } catch (const std::exception& exception) {
        throw Finding(std::string("an exception that is no Error: ") + std::string(exception.what()).substr(0, 2000));
    }
    return false;
}

} // namespace cameo
