//! Words of the message schedule: with SIMD one of each of four blocks, else one of one block.

pub use words::{Word, LANES};

#[cfg(target_feature = "simd128")]
mod words {
    use std::arch::wasm32::*;

    pub const LANES: usize = 4;

    #[derive(Clone, Copy)]
    pub struct Word(v128);

    impl Word {
        /// The same in all lanes.
        pub fn splat(word: u32) -> Self {
            Self(u32x4_splat(word))
        }

        pub fn add(self, other: Self) -> Self {
            Self(u32x4_add(self.0, other.0))
        }

        pub fn xor(self, other: Self) -> Self {
            Self(v128_xor(self.0, other.0))
        }

        pub fn shift(self, n: u32) -> Self {
            Self(u32x4_shr(self.0, n))
        }

        pub fn rotate(self, n: u32) -> Self {
            Self(v128_or(u32x4_shr(self.0, n), u32x4_shl(self.0, 32 - n)))
        }

        pub fn lanes(self) -> [u32; LANES] {
            // SAFETY: both are 16 bytes, and any of them are valid.
            unsafe { std::mem::transmute(self.0) }
        }

        /// The first 16 words of each block.
        pub fn load(blocks: &[u8; 64 * LANES]) -> [Self; 16] {
            let mut words = [Self::splat(0); 16];
            for (i, four) in words.chunks_exact_mut(4).enumerate() {
                // SAFETY: i is below 4, and lanes are 4 blocks of 64 bytes.
                let four_of = |lane: usize| unsafe { four_words(blocks.as_ptr().add(64 * lane + 16 * i)) };
                let [a, b, c, d] = [0, 1, 2, 3].map(four_of);
                let (low_ac, low_bd) = (i32x4_shuffle::<0, 4, 1, 5>(a, c), i32x4_shuffle::<0, 4, 1, 5>(b, d));
                let (high_ac, high_bd) = (i32x4_shuffle::<2, 6, 3, 7>(a, c), i32x4_shuffle::<2, 6, 3, 7>(b, d));
                four[0] = Self(i32x4_shuffle::<0, 4, 1, 5>(low_ac, low_bd));
                four[1] = Self(i32x4_shuffle::<2, 6, 3, 7>(low_ac, low_bd));
                four[2] = Self(i32x4_shuffle::<0, 4, 1, 5>(high_ac, high_bd));
                four[3] = Self(i32x4_shuffle::<2, 6, 3, 7>(high_ac, high_bd));
            }
            words
        }
    }

    /// Four words of one block: 16 bytes, which need no alignment.
    unsafe fn four_words(bytes: *const u8) -> v128 {
        let v = v128_load(bytes.cast());
        i8x16_shuffle::<3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12>(v, v)
    }
}

#[cfg(not(target_feature = "simd128"))]
mod words {
    pub const LANES: usize = 1;

    #[derive(Clone, Copy)]
    pub struct Word(u32);

    impl Word {
        pub fn splat(word: u32) -> Self {
            Self(word)
        }

        pub fn add(self, other: Self) -> Self {
            Self(self.0.wrapping_add(other.0))
        }

        pub fn xor(self, other: Self) -> Self {
            Self(self.0 ^ other.0)
        }

        pub fn shift(self, n: u32) -> Self {
            Self(self.0 >> n)
        }

        pub fn rotate(self, n: u32) -> Self {
            Self(self.0.rotate_right(n))
        }

        pub fn lanes(self) -> [u32; LANES] {
            [self.0]
        }

        /// The first 16 words of a block.
        pub fn load(block: &[u8; 64]) -> [Self; 16] {
            let mut words = [Self(0); 16];
            for (word, bytes) in words.iter_mut().zip(block.chunks_exact(4)) {
                *word = Self(u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
            }
            words
        }
    }
}
