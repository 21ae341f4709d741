#include <kiss_fft.h>
#include <stdlib.h>
#include <string.h>

/* Replaces n complex numbers by their Fourier transform. */
void spectrum(int n, kiss_fft_cpx *values)
{
    kiss_fft_cpx *out = malloc(n * sizeof *out);
    kiss_fft_cfg plan = kiss_fft_alloc(n, 0, NULL, NULL);

    kiss_fft(plan, values, out);
    memcpy(values, out, n * sizeof *out);
    kiss_fft_free(plan);
    free(out);
}
