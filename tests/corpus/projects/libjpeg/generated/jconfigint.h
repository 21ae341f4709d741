#define BUILD ""
#define INLINE inline
#define HIDDEN
#define THREAD_LOCAL
#define FALLTHROUGH
#define PACKAGE_NAME "mozjpeg"
#define VERSION "4"
#define SIZEOF_SIZE_T 4
#define HAVE_BUILTIN_CTZL 1
