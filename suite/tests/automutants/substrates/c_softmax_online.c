#include <math.h>
void kernel(const float *x, float *y, long rows, long n) {
    for (long i = 0; i < rows; i++) {
        float top = -INFINITY;
        double total = 0;
        for (long j = 0; j < n; j++) {
            float own = x[i * n + j];
            if (own > top) {
                total = total * expf(top - own) + 1;
                top = own;
            } else if (own != -INFINITY) {
                total += expf(own - top);
            }
        }
        for (long j = 0; j < n; j++) {
            y[i * n + j] = expf(x[i * n + j] - top) / total;
        }
    }
}
