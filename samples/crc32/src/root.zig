//! CRC-32 (ISO-HDLC, as in zip, gzip and PNG), four bytes at a time.

const std = @import("std");

/// tables[k][b]: what byte b does to the remainder when k more bytes come after it. Made by the compiler.
const tables: [4][256]u32 = make: {
    @setEvalBranchQuota(20_000);
    var made: [4][256]u32 = undefined;
    for (&made[0], 0..) |*entry, byte| {
        var remainder: u32 = byte;
        for (0..8) |_| remainder = (remainder >> 1) ^ (0xEDB88320 & (0 -% (remainder & 1)));
        entry.* = remainder;
    }
    for (1..4) |k| {
        for (&made[k], made[k - 1]) |*entry, before| entry.* = (before >> 8) ^ made[0][before & 0xFF];
    }
    break :make made;
};

/// The checksum of `length` bytes at `bytes`; `before` is 0, or the checksum of what came before them.
export fn crc32(bytes: [*]const u8, length: usize, before: u32) u32 {
    var rest = bytes[0..length];
    var remainder = ~before;
    while (rest.len >= 4) : (rest = rest[4..]) {
        const word = remainder ^ std.mem.readInt(u32, rest[0..4], .little);
        remainder = tables[3][word & 0xFF] ^ tables[2][(word >> 8) & 0xFF] ^
            tables[1][(word >> 16) & 0xFF] ^ tables[0][word >> 24];
    }
    for (rest) |byte| remainder = (remainder >> 8) ^ tables[0][(remainder ^ byte) & 0xFF];
    return ~remainder;
}
