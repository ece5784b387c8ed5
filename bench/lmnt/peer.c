/*
 * Times calls of one function in the C implementation: peer ARCHIVE FUNCTION CALLS ROUNDS VALUE… prints nanoseconds of
 * the interpreter and, where the library has one (WITH_JIT), of its compiled code; 0 without.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "lmnt/interpreter.h"
#ifdef WITH_JIT
#include "lmnt/jit.h"
#endif

static char archive[1 << 20];
static char memory[1 << 21];
static float args[64];
static float rvals[64];
static float sum;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

#define TIME(EXECUTE)                                                              \
    for (int round = 0; round < rounds; round++) {                                 \
        const double start = now();                                                \
        for (long i = 0; i < calls; i++) {                                         \
            lmnt_update_args(&context, def, 0, args, (lmnt_offset)count);          \
            if (EXECUTE < 0)                                                       \
                return 5;                                                          \
            sum += rvals[0];                                                       \
        }                                                                          \
        const double each = (now() - start) / calls;                               \
        if (each < best)                                                           \
            best = each;                                                           \
    }

int main(int argc, char** argv)
{
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
    TIME(lmnt_execute(&context, def, rvals, 64))
    printf("%.2f ", best);

#ifdef WITH_JIT
    lmnt_jit_fn_data compiled;
    if (lmnt_jit_compile(&context, def, LMNT_JIT_TARGET_CURRENT, &compiled) == LMNT_OK) {
        best = 1e30;
        TIME(lmnt_jit_execute(&context, &compiled, rvals, 64))
        printf("%.2f ", best);
        lmnt_jit_delete_function(&compiled);
    } else
        printf("0 ");
#else
    printf("0 ");
#endif
    printf("%g\n", sum);
    return 0;
}
