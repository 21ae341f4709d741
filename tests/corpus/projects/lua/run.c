#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

/* The integer that a chunk returns; -1 if it does not compile, -2 if it raises an error. */
int run(const char *chunk)
{
    lua_State *L = luaL_newstate();
    int result = -1;

    luaL_requiref(L, "_G", luaopen_base, 1);
    luaL_requiref(L, "string", luaopen_string, 1);
    lua_settop(L, 0);
    if (luaL_loadstring(L, chunk) == LUA_OK)
        result = lua_pcall(L, 0, 1, 0) == LUA_OK ? (int)lua_tointeger(L, -1) : -2;
    lua_close(L);
    return result;
}
