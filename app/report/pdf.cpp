#include "app/report/pdf.hpp"

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/base/random_id.hpp"
#include "core/data/process.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

namespace cameo {

namespace {

namespace fs = std::filesystem;

constexpr const char* kPrinters[] = {"chromium", "chromium-browser", "google-chrome", "weasyprint"};

/// In the folders of PATH.
fs::path found(const char* program) {
    const char* const path = std::getenv("PATH");
    std::string_view rest = path ? path : "";
    while (!rest.empty()) {
        const auto end = std::min(rest.find(':'), rest.size());
        const fs::path file = fs::path(rest.substr(0, end)) / program;
        if (end > 0 && ::access(file.c_str(), X_OK) == 0) return file;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return {};
}

/// A folder that goes when this does.
class ScratchFolder {
public:
    ScratchFolder() : m_path(fs::temp_directory_path() / ("cameo-print-" + random_id())) { fs::create_directory(m_path); }
    ~ScratchFolder() {
        std::error_code failed;
        fs::remove_all(m_path, failed);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    const fs::path& path() const { return m_path; }

private:
    fs::path m_path;
};

std::vector<std::string> command_of(const fs::path& printer, const fs::path& page, const fs::path& pdf, const fs::path& scratch) {
    if (printer.filename() == "weasyprint") return {printer.string(), page.string(), pdf.string()};
    std::vector<std::string> words{printer.string(), "--headless", "--disable-gpu", "--no-pdf-header-footer", "--user-data-dir=" + (scratch / "profile").string(), "--print-to-pdf=" + pdf.string(), "file://" + page.string()};
    if (::geteuid() == 0) words.insert(words.begin() + 1, "--no-sandbox"); // which it cannot have there
    return words;
}

} // namespace

fs::path page_printer() {
    for (const char* program : kPrinters)
        if (fs::path file = found(program); !file.empty()) return file;
    return {};
}

void save_page(const std::string& html, const fs::path& file, Progress& progress) {
    if (file.extension() == ".pdf") {
        progress.begin("printing", Unit::Steps);
        return print_pdf(html, file, progress);
    }
    AtomicFile out(file);
    out.write(html);
    out.commit();
}

void print_pdf(const std::string& html, const fs::path& pdf, Progress& progress) {
    const fs::path printer = page_printer();
    if (printer.empty())
        throw Error(ErrorKind::Environment, pdf.string() + ": nothing on this machine prints pages; install chromium or weasyprint, or save it as .html and print it from a browser");
    const ScratchFolder scratch;
    const fs::path page = scratch.path() / "report.html", printed = scratch.path() / "report.pdf";
    {
        AtomicFile out(page);
        out.write(html);
        out.commit();
    }
    run_to_success(command_of(printer, page, printed, scratch.path()), progress);
    std::ifstream in(printed, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    if (!bytes.starts_with("%PDF")) throw Error(ErrorKind::Environment, pdf.string() + ": " + printer.string() + " has printed nothing");
    AtomicFile out(pdf);
    out.write(bytes);
    out.commit();
}

} // namespace cameo
