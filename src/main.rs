//! The program: everything it does is in the library.

fn main() -> std::process::ExitCode {
    pay402::cli::run()
}
