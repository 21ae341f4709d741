#include <hb.h>

/* The direction in which a character's script is written: 4 from the left, 5 from the right. */
extern "C" int script(unsigned character)
{
    return hb_script_get_horizontal_direction(hb_unicode_script(hb_unicode_funcs_get_default(), character));
}
