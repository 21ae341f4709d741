#define MINIMP3_IMPLEMENTATION
#include <minimp3.h>

/* How many samples the first frame has. */
int samples(const unsigned char *data, int size)
{
    static mp3dec_t decoder;
    mp3dec_frame_info_t info;
    short pcm[MINIMP3_MAX_SAMPLES_PER_FRAME];

    mp3dec_init(&decoder);
    return mp3dec_decode_frame(&decoder, data, size, pcm, &info);
}
