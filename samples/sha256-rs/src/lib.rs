//! SHA-256 over bytes in linear memory, behind plain exports: the same functions as `samples/sha256`, which is C.

mod lanes;
// WASI's libc has malloc and free; a second pair would clash with it.
#[cfg(not(target_os = "wasi"))]
mod memory;
mod sha256;

/// Writes the 32 bytes of the digest of `length` bytes at `data` to `digest`.
///
/// # Safety
///
/// `data` must point to `length` bytes, and `digest` to room for 32.
#[no_mangle]
pub unsafe extern "C" fn sha256(data: *const u8, length: usize, digest: *mut u8) {
    // A slice must not start at 0, also when it is empty.
    let bytes = if length == 0 { &[] } else { core::slice::from_raw_parts(data, length) };
    let made = sha256::digest(bytes);
    digest.copy_from_nonoverlapping(made.as_ptr(), made.len());
}
