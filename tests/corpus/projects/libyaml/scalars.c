#include <yaml.h>

/* How many scalars a document has; -1 for a mistake in it. */
int scalars(const unsigned char *text, size_t size)
{
    yaml_parser_t parser;
    yaml_event_t event;
    int count = 0, last;

    yaml_parser_initialize(&parser);
    yaml_parser_set_input_string(&parser, text, size);
    do {
        if (!yaml_parser_parse(&parser, &event)) return -1;
        last = event.type;
        count += last == YAML_SCALAR_EVENT;
        yaml_event_delete(&event);
    } while (last != YAML_STREAM_END_EVENT);
    yaml_parser_delete(&parser);
    return count;
}
