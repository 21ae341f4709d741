//! Counts what people see in a text, not what computers store: words and characters as Unicode defines them in annex 29.

use unicode_segmentation::UnicodeSegmentation;
use wasm_bindgen::prelude::*;

/// What a text consists of.
#[wasm_bindgen]
pub struct Stats {
    pub words: u32,
    /// Characters as a reader counts them: a letter with its accents, a family of emoji.
    pub graphemes: u32,
    pub sentences: u32,
    pub lines: u32,
    pub bytes: u32,
}

/// Counts a text.
#[wasm_bindgen]
pub fn stats(text: &str) -> Stats {
    Stats {
        words: count(text.unicode_words()),
        graphemes: count(text.graphemes(true)),
        sentences: count(text.unicode_sentences()),
        lines: count(text.lines()),
        bytes: text.len() as u32,
    }
}

/// How many words a text has.
#[wasm_bindgen]
pub fn words(text: &str) -> u32 {
    count(text.unicode_words())
}

/// How many characters a text has, as a reader counts them.
#[wasm_bindgen]
pub fn graphemes(text: &str) -> u32 {
    count(text.graphemes(true))
}

/// The longest word, the first of several; an empty string when there is none.
#[wasm_bindgen]
pub fn longest(text: &str) -> String {
    let length = |word: &&str| word.graphemes(true).count();
    // Of equals max_by_key takes the last, so look from the end.
    text.unicode_words().rev().max_by_key(length).unwrap_or_default().to_owned()
}

/// The text with the characters of each word in the opposite order; what is between words stays.
#[wasm_bindgen]
pub fn mirror(text: &str) -> String {
    text.split_word_bounds().map(|word| word.graphemes(true).rev().collect::<String>()).collect()
}

/// Each word that is there, in lower case and alphabetical order of code points.
#[wasm_bindgen]
pub fn vocabulary(text: &str) -> Vec<String> {
    let mut words: Vec<String> = text.unicode_words().map(str::to_lowercase).collect();
    words.sort();
    words.dedup();
    words
}

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    items.count() as u32
}
