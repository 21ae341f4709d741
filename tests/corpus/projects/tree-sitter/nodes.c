#include <tree_sitter/api.h>

const TSLanguage *tree_sitter_json(void);

/* How many nodes the syntax tree of a JSON text has. */
int nodes(const char *text, unsigned size)
{
    TSParser *parser = ts_parser_new();
    int count = -1;

    if (ts_parser_set_language(parser, tree_sitter_json())) {
        TSTree *tree = ts_parser_parse_string(parser, NULL, text, size);
        count = (int)ts_node_descendant_count(ts_tree_root_node(tree));
        ts_tree_delete(tree);
    }
    ts_parser_delete(parser);
    return count;
}
