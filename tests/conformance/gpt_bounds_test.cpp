// Other right ways to compute training in bf16, each rounding where kernels/gpt.h lets it, are inside of kernels/gpt_bounds.h:
// a healthy device of another vendor is not condemned.
#include <gtest/gtest.h>

#include <cmath>

#include "kernels/gemm.h"
#include "kernels/gpt_bounds.h"
#include "kernels/gpt_reference.h"

namespace rackproof::kernels {
namespace {

using reference::Numbers;
namespace bounds = gpt_bounds;

constexpr std::uint64_t kDraws = 8;

double rounded(double value) { return static_cast<double>(Bf16(value)); }

/// Standard normal in bf16.
Numbers normals(std::uint64_t draw, std::uint64_t array, std::size_t count, double factor = 1,
                double summand = 0) {
  Numbers out(count);
  for (std::size_t i = 0; i < count; ++i)
    out[i] = rounded(normal<double>(draw + 100, array, i) * factor + summand);
  return out;
}

void expect_right(const Numbers& found, const Numbers& expected, const GptBound& bound, const char* what) {
  GptErrors errors;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const double value = rounded(found[i]);
    const double tolerance = gpt_tolerance<Bf16>(bound, expected[i]);
    ASSERT_TRUE(gpt_close(value, expected[i], tolerance))
        << what << ' ' << i << ": " << value << ", not " << expected[i] << " +- " << tolerance;
    errors.add(value, expected[i]);
  }
  EXPECT_TRUE(errors.small<Bf16>()) << what << ": root mean square " << errors.relative() / kBf16Rounding;
}

TEST(GptBounds, SumsMayBeRoundedInParts) {
  constexpr std::size_t kRows = 70, kColumns = 257, kPart = 8;
  for (std::uint64_t draw = 0; draw < kDraws; ++draw) {
    const Numbers in = normals(draw, 0, kRows * kColumns);
    Numbers found(kColumns);
    for (std::size_t j = 0; j < kColumns; ++j) {
      for (std::size_t begin = 0; begin < kRows; begin += kPart) {
        double part = 0;
        for (std::size_t i = begin; i < std::min(begin + kPart, kRows); ++i) part += in[i * kColumns + j];
        found[j] += rounded(part);
      }
    }
    expect_right(found, reference::column_sum(in, kColumns), bounds::sum(kRows), "sum");
  }
}

/// With a bias, before which it is rounded, or in four parts, whose sum is rounded each time that one is added.
TEST(GptBounds, AProductMayBeRoundedBeforeItsBiasOrInParts) {
  for (const auto& [k, biased] : {std::pair{48u, true}, std::pair{160u, false}}) {
    rp_gpt_matmul_params p{};
    p.m = 64;
    p.n = 96;
    p.k = k;
    const std::size_t part_terms = k / 4;
    for (std::uint64_t draw = 0; draw < 4; ++draw) {
      const Numbers a = normals(draw, 0, std::size_t{p.m} * k), b = normals(draw, 1, std::size_t{k} * p.n),
                    bias = normals(draw, 2, biased ? p.n : 0);
      const auto right = reference::matmul(a, b, bias, p);
      GptErrors errors;
      for (std::size_t i = 0; i < right.c.size(); ++i) {
        double found = 0;
        for (std::size_t begin = 0; begin < k; begin += part_terms) {
          double part = 0;
          for (std::size_t l = begin; l < begin + part_terms; ++l)
            part += a[i / p.n * k + l] * b[l * p.n + i % p.n];
          found = rounded(found + rounded(part));
        }
        const double unbiased = biased ? right.c[i] - bias[i % p.n] : 0;
        if (biased) found = rounded(rounded(unbiased) + bias[i % p.n]);
        const double tolerance = gemm_tolerance<float>(k, right.magnitude[i]) +
                                 gpt_tolerance<Bf16>(bounds::product(k, unbiased), right.c[i]);
        ASSERT_LE(std::abs(found - right.c[i]), tolerance) << i;
        errors.add(found, right.c[i]);
      }
      EXPECT_TRUE(errors.small<Bf16>()) << errors.relative() / kBf16Rounding;
    }
  }
}

TEST(GptBounds, ANormalisedRowMayBeRounded) {
  constexpr std::size_t kRows = 70, kColumns = 257;
  for (std::uint64_t draw = 0; draw < kDraws; ++draw) {
    const Numbers x = normals(draw, 0, kRows * kColumns, 2, 3), weight = normals(draw, 1, kColumns),
                  bias = normals(draw, 2, kColumns), dy = normals(draw, 3, x.size());
    const auto forward = reference::layer_norm(x, weight, bias, kRows);
    const auto right = reference::layer_norm_backward(dy, x, weight, forward, kRows);
    Numbers y(x.size()), dx(x.size()), dweight(kColumns);
    for (std::size_t i = 0; i < kRows; ++i) {
      Numbers row(kColumns), gradient(kColumns);
      double mean = 0, projection = 0;
      for (std::size_t j = 0; j < kColumns; ++j) {
        const std::size_t at = i * kColumns + j;
        row[j] = rounded((x[at] - forward.mean[i]) * forward.rstd[i]);
        gradient[j] = rounded(dy[at] * weight[j]);
        y[at] = rounded(row[j] * weight[j]) + bias[j];
        dweight[j] += dy[at] * row[j];
        mean += gradient[j] / kColumns;
        projection += gradient[j] * row[j] / kColumns;
      }
      for (std::size_t j = 0; j < kColumns; ++j)
        dx[i * kColumns + j] =
            forward.rstd[i] * (gradient[j] - rounded(mean) - rounded(row[j] * rounded(projection)));
    }
    expect_right(y, forward.y, bounds::layer_norm(kColumns), "y");
    expect_right(dx, right.dx, bounds::layer_norm_dx(kColumns), "dx");
    expect_right(dweight, right.dweight, bounds::layer_norm_dweight(kRows, kColumns), "dweight");
  }
}

TEST(GptBounds, ExponentialsAndProbabilitiesMayBeRounded) {
  constexpr std::size_t kRows = 70, kVocabulary = 257;
  for (std::uint64_t draw = 0; draw < kDraws; ++draw) {
    const Numbers logits = normals(draw, 0, kRows * kVocabulary, 3, 100);
    std::vector<std::int32_t> targets(kRows);
    for (std::size_t i = 0; i < kRows; ++i) {
      const auto row = logits.begin() + static_cast<std::ptrdiff_t>(i * kVocabulary);
      // Of every second row the likeliest: 1 is taken from a probability near 1.
      const auto likeliest = std::max_element(row, row + kVocabulary) - row;
      targets[i] = static_cast<std::int32_t>(i % 2 == 0 ? likeliest : static_cast<std::ptrdiff_t>(i));
    }
    const auto right = reference::cross_entropy(logits, targets, kVocabulary);
    Numbers dlogits(logits.size());
    for (std::size_t i = 0; i < kRows; ++i) {
      const double* const row = logits.data() + i * kVocabulary;
      const double largest = *std::max_element(row, row + kVocabulary);
      double sum = 0;
      for (std::size_t v = 0; v < kVocabulary; ++v) sum += rounded(std::exp(row[v] - largest));
      for (std::size_t v = 0; v < kVocabulary; ++v)
        dlogits[i * kVocabulary + v] = (rounded(rounded(std::exp(row[v] - largest)) / sum) -
                                        (v == static_cast<std::size_t>(targets[i]) ? 1 : 0)) /
                                       kRows;
    }
    expect_right(dlogits, right.dlogits, bounds::logit_gradients(kRows), "dlogits");
  }
}

TEST(GptBounds, ScoresAndGradientsOfAttentionMayBeRounded) {
  for (const reference::AttentionShape& s :
       {reference::AttentionShape{2, 5, 6, 2}, reference::AttentionShape{1, 131, 16, 1}}) {
    for (std::uint64_t draw = 0; draw < kDraws; ++draw) {
      const Numbers qkv = normals(draw, 0, s.rows() * 3 * s.channels),
                    dout = normals(draw, 1, s.rows() * s.channels);
      const auto right = reference::attention(qkv, s);
      Numbers given(right.probabilities);  // what the backward pass is given
      for (double& p : given) p = rounded(p);
      Numbers out(right.out.size()), probabilities(given.size()), dqkv(qkv.size());
      const double scale = 1 / std::sqrt(static_cast<double>(s.width()));
      for (std::size_t b = 0; b < s.batch; ++b) {
        for (std::size_t h = 0; h < s.heads; ++h) {
          for (std::size_t i = 0; i < s.context; ++i) {
            Numbers e(s.context), dp(s.context);
            double sum = 0, mean = 0;
            for (std::size_t j = 0; j <= i; ++j) {
              double score = 0;
              for (std::size_t c = 0; c < s.width(); ++c) {
                score += qkv[s.qkv(b, i, 0, h, c)] * qkv[s.qkv(b, j, 1, h, c)];
                dp[j] += dout[s.out(b, i, h, c)] * qkv[s.qkv(b, j, 2, h, c)];
              }
              sum += e[j] = rounded(std::exp(rounded(score * scale)));
              dp[j] = rounded(dp[j]);
              mean += given[s.p(b, h, i, j)] * dp[j];
            }
            for (std::size_t j = 0; j <= i; ++j) {
              const double p = probabilities[s.p(b, h, i, j)] = rounded(e[j] / sum);
              const double again = given[s.p(b, h, i, j)];
              const double ds = rounded(again * (dp[j] - rounded(mean)) * scale);
              for (std::size_t c = 0; c < s.width(); ++c) {
                out[s.out(b, i, h, c)] += p * qkv[s.qkv(b, j, 2, h, c)];
                dqkv[s.qkv(b, i, 0, h, c)] += ds * qkv[s.qkv(b, j, 1, h, c)];
                dqkv[s.qkv(b, j, 1, h, c)] += ds * qkv[s.qkv(b, i, 0, h, c)];
                dqkv[s.qkv(b, j, 2, h, c)] += again * dout[s.out(b, i, h, c)];
              }
            }
          }
        }
      }
      expect_right(probabilities, right.probabilities, bounds::kProbabilities, "probabilities");
      expect_right(out, right.out, bounds::kAttention, "out");
      expect_right(dqkv, reference::attention_backward(dout, qkv, given, s),
                   bounds::attention_backward(s.channels), "dqkv");
    }
  }
}

/// What is off by a hundredth, and in no way rounded, is not.
TEST(GptBounds, AHundredthIsTooMuch) {
  for (std::uint64_t draw = 0; draw < kDraws; ++draw) {
    GptErrors errors;
    for (const double x : normals(draw, 0, 31)) errors.add(1.01 * x, x);
    EXPECT_FALSE(errors.small<Bf16>());
    EXPECT_TRUE(errors.small<float>()) << "single numbers of f32 have narrow bounds";
    errors.add(std::nan(""), 1);
    EXPECT_FALSE(errors.small<Bf16>());
  }
}

}  // namespace
}  // namespace rackproof::kernels
