#include "app/file_dialog.hpp"

#include <array>
#include <cstdlib>
#include <portable-file-dialogs.h>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace cameo {

namespace {

constexpr int kLookEveryMs = 50;

/// pfd would start a program for each of these to find out, on the window's thread.
bool has_dialog_program() {
    constexpr std::array kPrograms{"zenity", "kdialog", "matedialog", "qarma"};
    const char* path = std::getenv("PATH");
    std::string_view rest = path ? path : "";
    while (!rest.empty()) {
        const auto end = std::min(rest.find(':'), rest.size());
        const std::filesystem::path folder(rest.substr(0, end));
        for (const char* program : kPrograms)
            if (::access((folder / program).c_str(), X_OK) == 0) return true;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return false;
}

template <class Dialog>
void wait_for(Dialog& dialog, Progress& progress) {
    try {
        while (!dialog.ready(kLookEveryMs)) progress.check_cancelled();
    } catch (const Cancelled&) {
        dialog.kill(); // its destructor would wait for an answer
        throw;
    }
}

std::optional<std::filesystem::path> ask(const FileQuestion& question, Progress& progress) {
    const std::string kind = question.first.has_extension() ? question.first.extension().string() : ".cameo";
    const std::vector<std::string> kinds{kind == ".cameo" ? "Sessions" : "*" + kind, "*" + kind, "All files", "*"};
    if (question.saves) {
        pfd::save_file dialog(question.title, question.first.string(), kinds);
        wait_for(dialog, progress);
        const std::string answer = dialog.result();
        return answer.empty() ? std::nullopt : std::optional<std::filesystem::path>(answer);
    }
    pfd::open_file dialog(question.title, question.first.string(), kinds);
    wait_for(dialog, progress);
    const auto answers = dialog.result();
    return answers.empty() ? std::nullopt : std::optional<std::filesystem::path>(answers.front());
}

} // namespace

AskFile desktop_file_dialog() { return has_dialog_program() ? AskFile(ask) : AskFile(); }

} // namespace cameo
