#include "core/train/meeting.hpp"

#include "core/base/error.hpp"

#include <fstream>
#include <random>

namespace cameo {

namespace {

/// A file that only those can see who look into the same folder.
class Token {
public:
    explicit Token(const std::filesystem::path& folder) {
        std::random_device random;
        m_name = ".together-" + std::to_string(random()) + "-" + std::to_string(random());
        m_path = folder / m_name;
        if (!std::ofstream(m_path))
            throw Error(ErrorKind::Environment, m_path.string() + ": cannot create the file");
    }
    ~Token() {
        std::error_code ignored;
        std::filesystem::remove(m_path, ignored);
    }
    Token(const Token&) = delete;
    Token& operator=(const Token&) = delete;
    const std::string& name() const { return m_name; }

private:
    std::string m_name;
    std::filesystem::path m_path;
};

} // namespace

void meet(const std::filesystem::path& folder, const Collection& collection, Processes& processes) {
    if (processes.size() == 1)
        return;
    const auto documents = std::to_string(collection.size());
    if (!processes.lead()) {
        const auto name = processes.hear();
        if (!std::filesystem::exists(folder / name))
            throw Error(ErrorKind::InvalidInput,
                        folder.string() + ": this is another folder than process 0's; all processes need the same, on one machine "
                                          "or on a file system that they share");
        processes.gather(documents);
        return;
    }
    const Token token(folder);
    processes.tell(token.name());
    const auto all = processes.gather(documents);
    for (std::size_t other = 1; other < all.size(); ++other)
        if (all[other] != documents)
            throw Error(ErrorKind::InvalidInput, "process " + std::to_string(other) + " has a collection of " + all[other] +
                                                     " documents and process 0 one of " + documents);
}

} // namespace cameo
