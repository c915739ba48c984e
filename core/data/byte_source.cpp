#include "core/data/byte_source.hpp"

#include "core/base/error.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

namespace cameo {

namespace {

constexpr std::size_t kChunk = 256 * 1024;

class PlainFile final : public ByteSource {
public:
    explicit PlainFile(const std::filesystem::path& file) : m_path(file) {
        std::error_code failed;
        if (std::filesystem::is_directory(file, failed))
            throw Error(ErrorKind::InvalidInput, file.string() + ": is a folder; expected a file");
        m_descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
        if (m_descriptor < 0) fail();
    }
    ~PlainFile() override { ::close(m_descriptor); }

    std::size_t read(std::span<char> bytes) override {
        for (;;) {
            const auto got = ::read(m_descriptor, bytes.data(), bytes.size());
            if (got >= 0) {
                m_position += got;
                return static_cast<std::size_t>(got);
            }
            if (errno != EINTR) fail();
        }
    }
    std::int64_t file_position() const override { return m_position; }
    const std::filesystem::path& path() const { return m_path; }

    void rewind() {
        if (::lseek(m_descriptor, 0, SEEK_SET) != 0) fail();
        m_position = 0;
    }

private:
    [[noreturn]] void fail() const {
        const int code = errno;
        throw Error(code == ENOENT ? ErrorKind::NotFound : ErrorKind::Environment,
                    m_path.string() + ": cannot be read: " + std::strerror(code));
    }

    std::filesystem::path m_path;
    int m_descriptor = -1;
    std::int64_t m_position = 0;
};

/// What both unpackers share: a window of packed bytes.
class Unpacker : public ByteSource {
public:
    explicit Unpacker(std::unique_ptr<PlainFile> file) : m_file(std::move(file)), m_packed(kChunk) {}
    std::int64_t file_position() const override { return m_file->file_position(); }

protected:
    /// The packed bytes that are left, read on when there are none; empty at the end of the file.
    std::span<char> packed() {
        if (m_begin == m_end) {
            m_begin = 0;
            m_end = m_file->read(m_packed);
        }
        return std::span(m_packed).subspan(m_begin, m_end - m_begin);
    }
    void consume(std::size_t count) { m_begin += count; }

    [[noreturn]] void damaged(const char* what) const {
        throw Error(ErrorKind::InvalidInput, m_file->path().string() + ": " + what + " at byte " +
                                                 std::to_string(m_file->file_position()) + " or before");
    }

private:
    std::unique_ptr<PlainFile> m_file;
    std::vector<char> m_packed;
    std::size_t m_begin = 0, m_end = 0;
};

class GzipFile final : public Unpacker {
public:
    explicit GzipFile(std::unique_ptr<PlainFile> file) : Unpacker(std::move(file)) {
        check(inflateInit2(&m_stream, 15 + 16) == Z_OK,
              "zlib cannot be initialised"); // 16: expect a gzip header
    }
    ~GzipFile() override { inflateEnd(&m_stream); }

    std::size_t read(std::span<char> bytes) override {
        m_stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
        m_stream.avail_out = static_cast<uInt>(bytes.size());
        while (m_stream.avail_out == bytes.size()) {
            const auto input = packed();
            if (input.empty()) {
                if (!m_at_member_end) damaged("the gzip archive is cut off");
                break;
            }
            // An archive may be several members one after the other (pigz, bgzip).
            if (m_at_member_end && inflateReset(&m_stream) != Z_OK) damaged("the gzip archive is damaged");
            m_at_member_end = false;
            m_stream.next_in = reinterpret_cast<Bytef*>(input.data());
            m_stream.avail_in = static_cast<uInt>(input.size());
            const int result = inflate(&m_stream, Z_NO_FLUSH);
            consume(input.size() - m_stream.avail_in);
            if (result == Z_STREAM_END)
                m_at_member_end = true;
            else if (result != Z_OK)
                damaged("the gzip archive is damaged");
        }
        return bytes.size() - m_stream.avail_out;
    }

private:
    z_stream m_stream{};
    bool m_at_member_end = false;
};

class ZstdFile final : public Unpacker {
public:
    explicit ZstdFile(std::unique_ptr<PlainFile> file)
        : Unpacker(std::move(file)), m_context(ZSTD_createDCtx()) {
        check(m_context != nullptr, "zstd cannot be initialised");
    }
    ~ZstdFile() override { ZSTD_freeDCtx(m_context); }

    std::size_t read(std::span<char> bytes) override {
        ZSTD_outBuffer output{bytes.data(), bytes.size(), 0};
        while (output.pos == 0) {
            const auto window = packed();
            if (window.empty() && m_at_frame_end) break;
            // At the end of the file the context may still hold unpacked bytes for which there was no room.
            ZSTD_inBuffer input{window.data(), window.size(), 0};
            const auto result = ZSTD_decompressStream(m_context, &output, &input);
            consume(input.pos);
            if (ZSTD_isError(result)) damaged("the zstd archive is damaged");
            m_at_frame_end = result == 0;
            if (window.empty() && output.pos == 0) damaged("the zstd archive is cut off");
        }
        return output.pos;
    }

private:
    ZSTD_DCtx* m_context;
    bool m_at_frame_end = false;
};

} // namespace

std::unique_ptr<ByteSource> ByteSource::open(const std::filesystem::path& file) {
    auto plain = std::make_unique<PlainFile>(file);
    std::array<char, 4> magic{};
    std::size_t size = 0;
    while (size < magic.size()) {
        const auto got = plain->read(std::span(magic).subspan(size));
        if (got == 0) break;
        size += got;
    }
    plain->rewind();
    const std::string_view first(magic.data(), size);
    if (first.starts_with("\x1f\x8b")) return std::make_unique<GzipFile>(std::move(plain));
    if (first == "\x28\xb5\x2f\xfd") return std::make_unique<ZstdFile>(std::move(plain));
    return plain;
}

} // namespace cameo
