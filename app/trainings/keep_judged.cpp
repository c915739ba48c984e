#include "app/trainings/keep_judged.hpp"

#include "core/base/atomic_file.hpp"
#include "core/base/checksum.hpp"
#include "core/base/error.hpp"
#include "core/base/folders.hpp"

namespace cameo {

std::filesystem::path keep_judged(const std::vector<JudgedQuery>& judged, const std::string& collection) {
    const std::string text = judged_text(judged);
    const auto folder = folders().data / "judged";
    const auto file = folder / (collection + "-" + to_hex(checksum64(std::as_bytes(std::span(text)))) + ".jsonl");
    if (std::filesystem::exists(file)) return file;
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed) throw Error(ErrorKind::Environment, folder.string() + ": cannot be made: " + failed.message());
    AtomicFile written(file);
    written.write(text);
    written.commit();
    return file;
}

} // namespace cameo
