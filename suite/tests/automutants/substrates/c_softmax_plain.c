#include <math.h>
void kernel(const float *x, float *y, long rows, long n) {
    for (long i = 0; i < rows; i++) {
        float top = -INFINITY;
        for (long j = 0; j < n; j++) {
            top = x[i * n + j] > top || x[i * n + j] != x[i * n + j] ? x[i * n + j] : top;
        }
        double total = 0;
        for (long j = 0; j < n; j++) {
            float e = expf(x[i * n + j] - top);
            y[i * n + j] = e;
            total += e;
        }
        for (long j = 0; j < n; j++) {
            y[i * n + j] /= total;
        }
    }
}
