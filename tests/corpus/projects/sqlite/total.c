#include <sqlite3.h>

/* The sum of the squares of 1 to n, asked of a table; a negative number is an error of SQLite. */
int total(int n)
{
    sqlite3 *db;
    sqlite3_stmt *statement;
    int sum = -1;

    if (sqlite3_open(":memory:", &db) != SQLITE_OK) return -2;
    if (sqlite3_exec(db, "create table t (x integer primary key)", 0, 0, 0) != SQLITE_OK) return -3;
    if (sqlite3_prepare_v2(db, "insert into t values (?)", -1, &statement, 0) != SQLITE_OK) return -4;
    for (int i = 1; i <= n; i++) {
        sqlite3_bind_int(statement, 1, i);
        if (sqlite3_step(statement) != SQLITE_DONE) return -5;
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
    if (sqlite3_prepare_v2(db, "select sum(x * x) from t", -1, &statement, 0) != SQLITE_OK) return -6;
    if (sqlite3_step(statement) == SQLITE_ROW) sum = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return sqlite3_close(db) == SQLITE_OK ? sum : -7;
}
