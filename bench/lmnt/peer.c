/* Times calls of one function in the C interpreter: peer ARCHIVE FUNCTION CALLS ROUNDS VALUE… prints nanoseconds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "lmnt/interpreter.h"

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

int main(int argc, char** argv)
{
    static char archive[1 << 20];
    static char memory[1 << 21];
    float args[64];
    float rvals[64];
    if (argc < 5 || argc > 5 + 64)
        return 2;
    FILE* file = fopen(argv[1], "rb");
    if (!file)
        return 3;
    const size_t size = fread(archive, 1, sizeof archive, file);
    fclose(file);
    const long calls = atol(argv[3]);
    const int rounds = atoi(argv[4]);
    const int count = argc - 5;
    for (int i = 0; i < count; i++)
        args[i] = (float)atof(argv[5 + i]);

    lmnt_ictx context;
    const lmnt_def* def = NULL;
    if (lmnt_init(&context, memory, sizeof memory) != LMNT_OK
        || lmnt_load_archive(&context, archive, size) != LMNT_OK
        || lmnt_prepare_archive(&context, NULL) != LMNT_OK
        || lmnt_find_def(&context, argv[2], &def) != LMNT_OK)
        return 4;

    double best = 1e30;
    float sum = 0;
    for (int round = 0; round < rounds; round++) {
        const double start = now();
        for (long i = 0; i < calls; i++) {
            lmnt_update_args(&context, def, 0, args, (lmnt_offset)count);
            if (lmnt_execute(&context, def, rvals, 64) < 0)
                return 5;
            sum += rvals[0];
        }
        const double each = (now() - start) / calls;
        if (each < best)
            best = each;
    }
    printf("%.2f %g\n", best, sum / calls / rounds);
    return 0;
}
