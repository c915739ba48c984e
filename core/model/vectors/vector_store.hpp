#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace cameo {

/// What an encoder gets of a text: 128 bits of the SHA-256 of its ids and of how many of them are attended to.
struct TextKey {
    std::uint64_t high = 0, low = 0;
    bool operator==(const TextKey&) const = default;
};
TextKey text_key(std::span<const std::int32_t> ids, std::size_t attended);

/// A file of vectors by the texts they were made of, all of one maker and one width, that only grows:
///   a header of 40 bytes: "CAMEOVEC", version u32, width u32, the maker's 16 letters, checksum u64 of these
///   records of 24 + 4 H bytes: key, checksum u64 of key and vector, vector [H] float32; all little-endian
/// Several processes may read and append at once: appends are made under the file's lock, and what others have appended is
/// found. A damaged record counts as not there, half a record at the end is cut off by who appends next, a file of another
/// version or maker is replaced. It holds nothing that cannot be made again, so writing never fails: where it does not work,
/// this is told once and nothing more is kept. Thread-safe.
class VectorStore {
public:
    /// @param maker 16 letters   @param most_bytes of the file: nothing is added beyond
    /// @param tell gets one sentence where writing does not work, at most once
    /// @throws Error(Environment) when the file can be neither made nor read.
    VectorStore(std::filesystem::path file, std::string maker, std::size_t width, std::uintmax_t most_bytes,
                std::function<void(const std::string&)> tell);
    ~VectorStore(); ///< flushes
    VectorStore(const VectorStore&) = delete;
    VectorStore& operator=(const VectorStore&) = delete;

    /// @param rows [keys, H], written where a key is found   @return of each key whether it was
    std::vector<bool> find(std::span<const TextKey> keys, std::span<float> rows);
    /// Those that are there already are left out.   @param rows [keys, H]
    void add(std::span<const TextKey> keys, std::span<const float> rows);
    /// To the file what add() has gathered, so that other processes find it.
    void flush();

    std::size_t width() const { return m_width; }

private:
    struct KeyHash {
        std::size_t operator()(const TextKey& key) const { return std::size_t(key.low); }
    };
    void open();
    bool read_header(std::uintmax_t size) const;
    void read_new();
    bool read_record(std::uint64_t record, const TextKey& key, std::span<float> row) const;
    bool lock(int tries) const;
    void append();
    void give_up(const std::string& why);

    std::size_t record_bytes() const;

    const std::filesystem::path m_file;
    const std::string m_maker;
    const std::size_t m_width;
    const std::uintmax_t m_most_bytes;
    const std::function<void(const std::string&)> m_tell;
    std::mutex m_mutex;
    int m_descriptor = -1;
    bool m_writes = true;
    std::uint64_t m_records = 0; ///< of the file that are known
    std::unordered_map<TextKey, std::uint64_t, KeyHash> m_places; ///< record by key
    std::unordered_map<TextKey, std::size_t, KeyHash> m_gathered; ///< row of m_rows by key
    std::vector<TextKey> m_keys;
    std::vector<float> m_rows;
};

} // namespace cameo
