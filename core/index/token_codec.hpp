#pragma once

#include "core/index/half.hpp"
#include "core/jobs/progress.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace cameo {

/// Whether all rows have about the length 1. @param rows [N, width]
bool are_of_unit_length(std::span<const float> rows, std::size_t width);

/// Token vectors in a fraction of their bytes: the number of the nearest centroid and the residual, `bits` for each of
/// the `width` values (the codec of ColBERTv2: Santhanam et al., arXiv 2112.01488, section 3.3). Where ColBERT says of each value
/// by itself in which interval it lies, a byte here names one of 256 directions of the next 8 / bits values together (product
/// quantisation: Jegou, Douze and Schmid 2011), found by k-means among residuals of length 1, and one byte more the residual's length:
/// a quarter to a third less squared error of as many bits. With no bits only centroids are kept, to find candidates by.
///
/// One codec serves all documents of an index, also those added later; how much worse they fit tells
/// reconstruction_error(). Immutable; thread-safe.
class TokenCodec {
public:
    static constexpr std::size_t kDirections = 256; ///< that a byte tells apart
    struct Options {
        std::int32_t bits = 2;        ///< 0, 1, 2 or 4
        std::size_t centroids = 1024; ///< 1 .. 65,536; less when there are fewer rows
        int iterations = 6;           ///< of k-means
        std::size_t rows_per_centroid = 64; ///< of the sample, at most, that k-means looks at
        std::string origin;                 ///< of which model's vectors: kept with the codec
    };

    /// @param rows [N, width] row-major, N >= 1: a sample. The same sample gives the same codec on one machine.
    /// @throws Cancelled within a second; Error(InvalidInput) for other bits.
    static std::shared_ptr<const TokenCodec> train(std::span<const float> rows, std::int32_t width, const Options& options,
                                                   Progress& progress);
    /// Of an index whose codec was made with that many tokens in mind. `draft`: a second or two.
    static Options options_for(std::int64_t tokens, std::int32_t bits, bool draft);

    /// @throws Error naming the file when it is damaged or of another version.
    static std::shared_ptr<const TokenCodec> load(const std::filesystem::path& file);
    /// Writes atomically. @throws Error(Environment)
    void save(const std::filesystem::path& file) const;
    ~TokenCodec();

    std::int32_t width() const { return m_width; }
    std::int32_t bits() const { return m_bits; }
    const std::string& origin() const { return m_origin; }
    std::size_t centroids() const;
    std::span<const Half> centroid_rows() const { return m_centroids; } ///< [K, width]
    std::size_t residual_bytes() const; ///< of one token: its length, and width * bits / 8, rounded up
    std::uint64_t fingerprint() const { return m_fingerprint; } ///< of everything that decode() depends on
    std::uint64_t bytes() const; ///< on the disk

    /// @param rows [N, width]   @param codes [N]   @param residuals [N, residual_bytes()]
    void encode(std::span<const float> rows, std::span<std::uint16_t> codes, std::span<std::uint8_t> residuals) const;
    /// What is kept of tokens: of unit length where the trained vectors were.
    /// @param rows [N, width]   @pre every code is below centroids(); bits() > 0
    void decode(std::span<const std::uint16_t> codes, std::span<const std::uint8_t> residuals, std::span<Half> rows) const;

    // What scores are made of without decoding (CodedMaxSim). @pre of all: bits() > 0
    std::size_t subspaces() const; ///< bytes of a residual's direction
    float residual_length(std::uint8_t level) const; ///< that a byte stands for
    /// Of one query token with every direction. @param row [width]   @param to [subspaces(), kDirections]
    void direction_products(std::span<const float> row, std::span<float> to) const;

    /// Mean squared distance of held-out rows of the sample from what was kept of them.
    double reconstruction_error() const { return m_error; }
    /// The same of other rows. @param rows [N, width], N >= 1
    double reconstruction_error(std::span<const float> rows) const;

private:
    struct Quantizers;
    TokenCodec();
    void prepare();
    void group_centroids();
    void find_directions(std::span<const float> rows);
    void encode_residuals(std::span<const float> rows, std::span<const std::uint16_t> codes, std::span<std::uint8_t> residuals) const;
    std::size_t values_in_a_subspace() const;

    std::int32_t m_width = 0, m_bits = 0;
    bool m_unit = false; ///< decoded rows are brought to length 1
    double m_error = 0;
    std::string m_origin;
    std::vector<Half> m_centroids;  ///< [K, width]
    std::vector<float> m_directions; ///< [subspaces, 256, values in a subspace]; empty without bits
    float m_longest = 0;             ///< length of a residual that its byte calls 255
    std::uint64_t m_fingerprint = 0;
    std::vector<float> m_origins; ///< the centroids in fp32: [K, width]
    std::unique_ptr<Quantizers> m_quantizers;
};

} // namespace cameo
