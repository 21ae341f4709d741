#include <pcre2.h>

/* Where a pattern matches first, in bytes; -1 if nowhere, -2 if it is no pattern. */
int search(const char *pattern, const char *text)
{
    int error, found;
    PCRE2_SIZE place;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, PCRE2_UTF, &error, &place, NULL);
    pcre2_match_data *data;

    if (code == NULL) return -2;
    data = pcre2_match_data_create_from_pattern(code, NULL);
    found = pcre2_match(code, (PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, 0, 0, data, NULL);
    if (found > 0) found = (int)pcre2_get_ovector_pointer(data)[0];
    pcre2_match_data_free(data);
    pcre2_code_free(code);
    return found;
}
