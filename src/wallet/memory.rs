//! The memory a key passes through, kept from files.

/// Keeps this process's memory out of core dumps, and from other processes of the same user: a crash
/// while a key is open would leave it on the disk. Whatever the system has none of is passed over.
pub fn keep_private() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let none = Rlimit { current: Some(0), maximum: Some(0) };
        let _ = setrlimit(Resource::Core, none);
    }
    // Where dumps are piped to a program, Linux does not ask for the limit, but for this.
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}
