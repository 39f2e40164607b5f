// Copyright 2026 The face_perception authors
// SPDX-License-Identifier: Apache-2.0
//
// An image (uint8 BGR, rows `step` bytes apart) becomes the input of the network in one pass: resized, channels in
// order, normalised, planes one after the other. One thread makes one pixel of the input, all three channels.
//
// Pixels are those of core/preprocess.py, that is of OpenCV's resize: the same integer and float32 operations in the
// same order. Hence the __f*_rn functions: they round each operation, where the compiler would join a product and a
// sum into one operation that rounds once. What depends on the sizes alone stands in `spans`, made by resampling.py.
//
// CUDA C++ of 10.2, no header, ASCII only, no barrier between threads, so that tests run this text on a CPU.

// The source pixels of one axis that one pixel of the input is made of, and their weights.
struct Span {
    int first;  // indices of source pixels, both inclusive; last < first: outside of the image
    int last;
    float first_weight;
    float middle_weight;  // of every pixel between first and last
    float last_weight;
};

// Values of `method`, as in resampling.py.
#define LINEAR 0
#define BOX 1
#define AREA 2

// Two by two pixels with weights in 1/2048.
__device__ int linear(const unsigned char *upper, const unsigned char *lower, Span column, Span row)
{
    const int left = (int)column.first_weight, right = (int)column.last_weight;
    const int above = (upper[3 * column.first] * left + upper[3 * column.last] * right) >> 4;
    const int below = (lower[3 * column.first] * left + lower[3 * column.last] * right) >> 4;
    return (((above * (int)row.first_weight) >> 16) + ((below * (int)row.last_weight) >> 16) + 2) >> 2;
}

// Whole pixels of equal weight.
__device__ int box(const unsigned char *channel, size_t step, Span column, Span row)
{
    int sum = 0;
    for (int y = row.first; y <= row.last; ++y)
        for (int x = column.first; x <= column.last; ++x)
            sum += channel[y * step + 3 * x];
    const int area = (row.last - row.first + 1) * (column.last - column.first + 1);
    if (area == 4 && row.last - row.first == 1)
        return (sum + 2) >> 2;
    return __float2int_rn(__fmul_rn((float)sum, __fdiv_rn(1.0f, (float)area)));
}

__device__ float weight(Span span, int index)
{
    return index == span.first ? span.first_weight : index == span.last ? span.last_weight : span.middle_weight;
}

// Pixels weighted by how much of each is covered.
__device__ int area(const unsigned char *channel, size_t step, Span column, Span row)
{
    float sum = 0.0f;
    for (int y = row.first; y <= row.last; ++y) {
        float line = 0.0f;
        for (int x = column.first; x <= column.last; ++x)
            line = __fadd_rn(line, __fmul_rn((float)channel[y * step + 3 * x], weight(column, x)));
        sum = __fadd_rn(sum, __fmul_rn(line, weight(row, y)));
    }
    return __float2int_rn(sum);
}

// float32 -> bits of float16, to the nearest, ties to even; for what is no NaN.
__device__ unsigned short half_bits(float value)
{
    const unsigned int bits = __float_as_uint(value);
    const unsigned int sign = (bits >> 16) & 0x8000u;
    const unsigned int size = bits & 0x7fffffffu;
    unsigned int rounded;
    if (size >= 0x47800000u)  // 65536 and more: infinity
        rounded = 0x7c00u;
    else if (size < 0x38800000u)  // below the normal numbers, 1/16384; beside 0.5 a float32 has steps of float16 there
        rounded = __float_as_uint(__fadd_rn(__uint_as_float(size), 0.5f)) - 0x3f000000u;
    else
        rounded = (size - 0x38000000u + 0xfffu + ((size >> 13) & 1u)) >> 13;
    return (unsigned short)(sign | rounded);
}

// spans: width of columns, then height of rows. rgb: the first plane is red, else blue. output: 3 planes of
// height x width float32, or float16 where `half` is not 0.
extern "C" __global__ void preprocess(
    const unsigned char *image, int step, const Span *spans, int method, int width, int height, int rgb, int half,
    float pad, float mean_0, float mean_1, float mean_2, float scale_0, float scale_1, float scale_2, void *output)
{
    const int x = blockIdx.x * blockDim.x + threadIdx.x;
    const int y = blockIdx.y * blockDim.y + threadIdx.y;
    if (x >= width || y >= height)
        return;
    const Span column = spans[x], row = spans[width + y];
    const bool inside = column.first <= column.last && row.first <= row.last;
    const float mean[3] = {mean_0, mean_1, mean_2};
    const float scale[3] = {scale_0, scale_1, scale_2};

    for (int plane = 0; plane < 3; ++plane) {
        const unsigned char *channel = image + (rgb ? 2 - plane : plane);
        float value = pad;
        if (inside) {
            if (method == LINEAR)
                value = (float)linear(channel + row.first * (size_t)step, channel + row.last * (size_t)step, column, row);
            else if (method == BOX)
                value = (float)box(channel, step, column, row);
            else
                value = (float)area(channel, step, column, row);
        }
        value = __fmul_rn(__fsub_rn(value, mean[plane]), scale[plane]);
        const size_t index = ((size_t)plane * height + y) * width + x;
        if (half)
            ((unsigned short *)output)[index] = half_bits(value);
        else
            ((float *)output)[index] = value;
    }
}
