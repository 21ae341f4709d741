/* Counts lines, words and bytes of standard input, like wc: all three, or those of -l, -w and -c that are given. */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char NAMES[] = "lwc";
enum { LINES, WORDS, BYTES, KINDS };

/* Marks the counts that are asked for; false for an argument that is no option. */
static bool parse(int count, char *arguments[], bool wanted[KINDS]) {
    for (int i = 1; i < count; i++) {
        if (arguments[i][0] != '-' || arguments[i][1] == '\0') return false;
        for (const char *letter = arguments[i] + 1; *letter; letter++) {
            const char *kind = strchr(NAMES, *letter);
            if (!kind) return false;
            wanted[kind - NAMES] = true;
        }
    }
    if (!wanted[LINES] && !wanted[WORDS] && !wanted[BYTES]) wanted[LINES] = wanted[WORDS] = wanted[BYTES] = true;
    return true;
}

/* Reads all of `in`; a word is a longest run of bytes that are not white space. */
static void count(FILE *in, unsigned long long counts[KINDS]) {
    char buffer[16384];
    bool in_word = false;
    for (size_t got; (got = fread(buffer, 1, sizeof buffer, in)) > 0; counts[BYTES] += got) {
        for (size_t i = 0; i < got; i++) {
            bool space = isspace((unsigned char)buffer[i]);
            counts[LINES] += buffer[i] == '\n';
            counts[WORDS] += !space && !in_word;
            in_word = !space;
        }
    }
}

int main(int argc, char *argv[]) {
    bool wanted[KINDS] = {false};
    unsigned long long counts[KINDS] = {0};
    if (!parse(argc, argv, wanted)) {
        fputs("usage: wordcount [-lwc] < FILE\n", stderr);
        return 2;
    }
    count(stdin, counts);
    if (ferror(stdin)) {
        perror("wordcount");
        return 1;
    }
    const char *separator = "";
    for (int kind = 0; kind < KINDS; kind++) {
        if (!wanted[kind]) continue;
        printf("%s%llu", separator, counts[kind]);
        separator = " ";
    }
    putchar('\n');
    return fflush(stdout) ? 1 : 0;
}
