#pragma once

#include "core/milvus/layout.hpp"
#include "core/milvus/load_record.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace cameo {

/// Sends shards over several streams. What the server has confirmed is put into the record, the record is written at least once
/// a second and at the end, and only then is the shard's file removed.
class ShardSender {
public:
    /// @param record is this object's until finish() returns
    ShardSender(std::shared_ptr<MilvusClient> client, const MilvusLayout& layout, const std::filesystem::path& folder, LoadRecord& record, std::size_t streams);
    /// What is on its way is given up.
    ~ShardSender();
    ShardSender(const ShardSender&) = delete;
    ShardSender& operator=(const ShardSender&) = delete;

    /// Waits while as many shards as there are streams are waiting already.
    /// @param replace its documents may be on the server already   @throws Cancelled; what sending an earlier one threw
    void send(std::shared_ptr<const Shard> shard, bool replace, Progress& progress);
    /// Waits until all is confirmed, and recorded. @throws Cancelled; what sending threw
    void finish(Progress& progress);

private:
    struct Parcel {
        std::shared_ptr<const Shard> shard;
        bool replace = false;
    };
    void work();
    void send_rows(const Parcel& parcel, Progress& progress);
    void confirm(const Shard& shard);
    void write_record();
    void wait_until(const std::function<bool()>& there, std::unique_lock<std::mutex>& lock, Progress& progress);

    std::shared_ptr<MilvusClient> m_client;
    const MilvusLayout& m_layout;
    const std::filesystem::path& m_folder;
    std::stop_source m_stop;

    std::mutex m_mutex; ///< over what follows
    std::condition_variable m_changed;
    LoadRecord& m_record;
    std::deque<Parcel> m_waiting;
    std::size_t m_under_way = 0;
    std::exception_ptr m_failure;
    std::vector<std::filesystem::path> m_done; ///< files of shards that are in the record, but not in its file yet
    std::chrono::steady_clock::time_point m_written = std::chrono::steady_clock::now();

    std::vector<std::thread> m_streams;
};

} // namespace cameo
