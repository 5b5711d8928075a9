/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs a fuzz target over its corpus without a fuzzer, so that `make check` needs only a C
 * compiler.
 *
 * Each input is given whole and then cut short: at every length while it is small, at 64 places
 * when it is large, since a parser's worst moment is an input that ends in the middle. Each input
 * lives in a heap block of exactly its size, so that AddressSanitizer sees a read past the end.
 *
 * Refused: random mutations here (that is the fuzzer's work, and a check must answer the same
 * twice).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv) __attribute__((weak));

enum { CUTS_EACH_UP_TO = 512, CUTS_OF_LARGE = 64, INPUT_BYTES_MAX = 1 << 20 };

static unsigned long inputs_run;

static void run_prefix(const uint8_t *data, size_t size) {
    uint8_t *exact = malloc(size > 0 ? size : 1);
    if (exact == NULL) {
        fputs("replay: out of memory\n", stderr);
        exit(1);
    }
    memcpy(exact, data, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    inputs_run++;
}

static void run_whole_and_cut(const uint8_t *data, size_t size) {
    run_prefix(data, size);
    size_t step = size <= CUTS_EACH_UP_TO ? 1 : size / CUTS_OF_LARGE;
    for (size_t cut = 0; cut < size; cut += step) {
        run_prefix(data, cut);
    }
}

static int run_file(const char *path) {
    static uint8_t data[INPUT_BYTES_MAX];
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        return 1;
    }
    size_t size = fread(data, 1, sizeof data, file);
    fclose(file);
    /* Told first, so that a crash names its input. */
    fprintf(stderr, "replay: %s\n", path);
    run_whole_and_cut(data, size);
    return 0;
}

int main(int argc, char **argv) {
    if (LLVMFuzzerInitialize != NULL) {
        LLVMFuzzerInitialize(&argc, &argv);
    }
    int failed = argc < 2;
    for (int i = 1; i < argc; i++) {
        failed |= run_file(argv[i]);
    }
    printf("replay: %lu inputs of %d files\n", inputs_run, argc - 1);
    return failed;
}
