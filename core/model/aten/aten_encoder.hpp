#pragma once

#include "core/model/aten/device_choice.hpp"
#include "core/model/encoder/heads.hpp"

#include <memory>
#include <mutex>
#include <string>

namespace cameo {

/// Thrown by an encoder whose batch does not fit its device.
struct OutOfDeviceMemory {};

/// BERT through ATen: on a GPU, or on a processor with fast bfloat16. Calls queue.
/// run() throws OutOfDeviceMemory, and Error(Environment) for anything else that the device reports.
class AtenEncoder final : public Encoder {
public:
    AtenEncoder(const BertWeights& weights, const std::vector<HeadWeights>& heads, EncoderPlace place);
    ~AtenEncoder() override;
    std::vector<HeadOutput> run(const PackedBatch& batch, const std::vector<bool>& wanted, Team* team) const override;
    std::size_t batch_tokens() const override { return m_place.cuda ? 16384 : 2048; }
    EncoderPlace place() const override { return m_place; }

private:
    struct Tensors;
    EncoderPlace m_place;
    std::unique_ptr<const Tensors> m_tensors;
    mutable std::mutex m_one_at_a_time;
};

/// What encoders are made for.
struct EncoderWishes {
    /// The pooled vectors of Global experts are worth keeping (KeepingEncoder): others will want them of the same texts.
    bool keep = false;
    /// Documents in float32 on a processor, whatever else it is fast at. Half precision gives a text other bits in another
    /// batch, so nothing of it can be kept; and a block's training is in float32 as well.
    bool documents_in_full = false;
};

/// The encoders for the device of choose_device(): one for both roles on a GPU, and on a processor where half precision
/// does not pay; else queries have the processor's own in float32, and the weights are in memory twice.
Encoders make_encoders(BertWeights weights, std::vector<HeadWeights> heads, EncoderWishes wishes = {});

/// An encoder that survives the failure of the one it is given: out of memory, it halves the batch; when one text is
/// too much, or the device fails, the processor's own encoder takes over for good; place() and device_trouble() say so.
/// @param own the processor's own; null: it is made when it is needed
std::shared_ptr<const Encoder> make_lasting(BertWeights weights, std::vector<HeadWeights> heads,
                                            std::unique_ptr<const Encoder> chosen,
                                            std::shared_ptr<const Encoder> own = nullptr);

/// What has happened to the chosen device since, for DeviceInfo::remark; empty: nothing.
std::string device_trouble();

} // namespace cameo
