/* The configuration that the project brings for those who do not configure it. */
#include "../upstream/scripts/pnglibconf.h.prebuilt"
