// Copyright 2026 The face_perception authors
// SPDX-License-Identifier: Apache-2.0
//
// As much of CUDA as preprocess.cu needs, for g++ -ffp-contract=off: every operation then rounds once, as the
// functions named here do on a GPU.
#include <cmath>
#include <cstddef>
#include <cstring>

#define __global__
#define __device__ static

struct Index {
    unsigned int x, y, z;
};
static thread_local Index threadIdx, blockIdx, blockDim, gridDim;

static inline float __fadd_rn(float a, float b) { return a + b; }
static inline float __fsub_rn(float a, float b) { return a - b; }
static inline float __fmul_rn(float a, float b) { return a * b; }
static inline float __fdiv_rn(float a, float b) { return a / b; }
static inline int __float2int_rn(float value) { return (int)std::nearbyint(value); }

static inline unsigned int __float_as_uint(float value)
{
    unsigned int bits;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline float __uint_as_float(unsigned int bits)
{
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

// call_thread() for every thread of every block, one after the other.
template <typename Call>
static void run_grid(const unsigned int *grid, const unsigned int *block, Call call_thread)
{
    gridDim = {grid[0], grid[1], grid[2]};
    blockDim = {block[0], block[1], block[2]};
    for (blockIdx.z = 0; blockIdx.z < grid[2]; ++blockIdx.z)
        for (blockIdx.y = 0; blockIdx.y < grid[1]; ++blockIdx.y)
            for (blockIdx.x = 0; blockIdx.x < grid[0]; ++blockIdx.x)
                for (threadIdx.z = 0; threadIdx.z < block[2]; ++threadIdx.z)
                    for (threadIdx.y = 0; threadIdx.y < block[1]; ++threadIdx.y)
                        for (threadIdx.x = 0; threadIdx.x < block[0]; ++threadIdx.x)
                            call_thread();
}
