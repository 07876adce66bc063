//! Tests about the tests.

use std::fs;
use std::path::Path;

#[test]
fn no_file_of_cases_is_forgotten() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let declared = fs::read_to_string(directory.join("integration.rs")).unwrap();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if path.extension().is_some_and(|extension| extension == "rs") && name != "integration" {
            let line = format!("mod {name};");
            assert!(declared.lines().any(|found| found == line), "{line} is missing");
        }
    }
}
