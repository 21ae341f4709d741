//! `malloc` and `free` for the caller, over Rust's allocator. That one wants to be told a size when memory goes back,
//! so each block has its size before it.

use std::alloc::{alloc, dealloc, Layout};

const HEAD: usize = 16;

fn layout(size: usize) -> Option<Layout> {
    Layout::from_size_align(size.checked_add(HEAD)?, HEAD).ok()
}

/// Room for `size` bytes, aligned to 16; null when there is none.
#[no_mangle]
pub extern "C" fn malloc(size: usize) -> *mut u8 {
    // SAFETY: the layout is never empty, and the block is large enough for its head.
    match layout(size).map(|layout| unsafe { alloc(layout) }) {
        Some(block) if !block.is_null() => unsafe {
            block.cast::<usize>().write(size);
            block.add(HEAD)
        },
        _ => std::ptr::null_mut(),
    }
}

/// Gives back what `malloc` gave; null is ignored.
///
/// # Safety
///
/// `at` must be null or have come from `malloc`, and must not be used any more.
#[no_mangle]
pub unsafe extern "C" fn free(at: *mut u8) {
    if at.is_null() {
        return;
    }
    let block = at.sub(HEAD);
    if let Some(layout) = layout(block.cast::<usize>().read()) {
        dealloc(block, layout);
    }
}
