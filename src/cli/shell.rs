//! Words for a command that people are told to run, or shown.

/// A word as a shell takes it, in single quotes where it must be.
pub(super) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-:".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_what_a_shell_could_take_for_more_is_quoted() {
        assert_eq!(quoted("/a/b-c_1.d:2"), "/a/b-c_1.d:2");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("{a,b}!"), "'{a,b}!'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
        assert_eq!(quoted(""), "''");
    }

    proptest! {
        #[test]
        fn is_one_word_to_a_shell(word in ".{0,40}") {
            prop_assert_eq!(shell_words::split(&quoted(&word)), Ok(vec![word]));
        }
    }
}
