#include "core/milvus/shard_sender.hpp"

#include <algorithm>

namespace cameo {

namespace {

constexpr std::uint64_t kRequestBytes = 16 << 20; ///< about: below what every server takes

/// Shards that are promised to the record before they are sent, so that it need not be written for each shard.
constexpr std::int64_t kAhead = 32;

} // namespace

ShardSender::ShardSender(std::shared_ptr<MilvusClient> client, const MilvusLayout& layout, const std::filesystem::path& folder, LoadRecord& record, std::size_t streams)
    : m_client(std::move(client)), m_layout(layout), m_folder(folder), m_record(record) {
    for (std::size_t stream = 0; stream < streams; ++stream) m_streams.emplace_back([this] { work(); });
}

ShardSender::~ShardSender() {
    {
        const std::lock_guard lock(m_mutex); // a stream that looks just now would not hear of it
        m_stop.request_stop();
    }
    m_changed.notify_all();
    for (auto& stream : m_streams) stream.join();
    try {
        if (!m_done.empty()) write_record(); // whatever ended this, what was confirmed need not be sent again
    } catch (const std::exception&) {
        // Those batches will be sent again, in place of themselves.
    }
}

void ShardSender::wait_until(const std::function<bool()>& there, std::unique_lock<std::mutex>& lock, Progress& progress) {
    while (!there()) {
        progress.check_cancelled();
        m_changed.wait_for(lock, std::chrono::milliseconds(50));
    }
    if (m_failure) std::rethrow_exception(m_failure);
}

void ShardSender::send(std::shared_ptr<const Shard> shard, bool replace, Progress& progress) {
    std::unique_lock lock(m_mutex);
    wait_until([&] { return m_failure || m_waiting.size() < m_streams.size(); }, lock, progress);
    const auto end = shard->info().first + shard->info().documents;
    if (end > m_record.begun) {
        m_record.begun = end + kAhead * shard->info().documents;
        write_record();
    }
    m_waiting.push_back({std::move(shard), replace});
    m_changed.notify_all();
}

void ShardSender::finish(Progress& progress) {
    std::unique_lock lock(m_mutex);
    wait_until([&] { return m_failure || (m_waiting.empty() && m_under_way == 0); }, lock, progress);
    write_record();
}

void ShardSender::work() {
    Progress progress(m_stop.get_token());
    std::unique_lock lock(m_mutex);
    while (true) {
        m_changed.wait(lock, [&] { return m_stop.stop_requested() || (!m_waiting.empty() && !m_failure); });
        if (m_stop.stop_requested()) return;
        const Parcel parcel = std::move(m_waiting.front());
        m_waiting.pop_front();
        ++m_under_way;
        lock.unlock();
        std::exception_ptr failure;
        try {
            send_rows(parcel, progress);
        } catch (...) {
            failure = std::current_exception();
        }
        lock.lock();
        --m_under_way;
        try {
            if (!failure) confirm(*parcel.shard);
        } catch (...) {
            failure = std::current_exception();
        }
        if (failure && !m_failure) m_failure = failure;
        m_changed.notify_all();
    }
}

void ShardSender::send_rows(const Parcel& parcel, Progress& progress) {
    const auto& shard = *parcel.shard;
    const auto documents = shard.info().documents;
    const std::uint64_t bytes_each = shard.bytes() / static_cast<std::uint64_t>(documents) * 4 / 3 + 1;
    const auto at_once = static_cast<std::int64_t>(std::clamp<std::uint64_t>(kRequestBytes / bytes_each, 1, 1'000));
    const std::string& collection = m_record.collection; // never changes
    for (std::int64_t begin = 0; begin < documents; begin += at_once)
        m_client->insert(collection, rows_of(m_layout, shard, begin, std::min(documents, begin + at_once)), parcel.replace, progress);
}

void ShardSender::confirm(const Shard& shard) {
    m_record.add(shard);
    m_done.push_back(shard.path());
    if (std::chrono::steady_clock::now() - m_written > std::chrono::seconds(1)) write_record();
}

void ShardSender::write_record() {
    m_record.write(m_folder);
    for (const auto& file : m_done) std::filesystem::remove(file);
    m_done.clear();
    m_written = std::chrono::steady_clock::now();
}

} // namespace cameo
