//! The output: files, names, heads, `-w`, many URLs, globs, config files.

use super::same;

#[test]
fn files() {
    same(&["-o out URL/echo"]);
}
