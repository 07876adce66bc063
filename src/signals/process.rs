//! What the system knows of a process: its parent, its process group, its session.

#[cfg(not(target_os = "linux"))]
use rustix::process::{Pid, getpgid, getppid, getsid};

/// A process, by what shells control it by. An identifier is 0 where it belongs to another PID namespace, as
/// in a sandbox whose processes belong to a group or a session outside of it.
#[derive(Debug, Clone, Copy)]
pub struct Process {
    /// Its parent.
    parent: i32,
    /// Its process group.
    pub group: i32,
    /// Its session.
    session: i32,
}

impl Process {
    /// This one, if the system tells.
    pub fn this() -> Option<Self> {
        Self::read("self")
    }

    /// Whether somebody in its session can continue its group once that is stopped: the parent of one of its
    /// processes is in another group of the session, as a shell with job control is. (POSIX calls the other
    /// groups orphaned.)
    pub(super) fn is_controlled(self) -> bool {
        let mut parent = self.parent;
        while parent > 0 {
            let Some(process) = Self::with(parent) else { return false };
            if process.group != self.group {
                return self.session > 0 && process.session == self.session;
            }
            parent = process.parent;
        }
        false
    }

    #[cfg(target_os = "linux")]
    fn with(id: i32) -> Option<Self> {
        Self::read(&id.to_string())
    }

    #[cfg(target_os = "linux")]
    fn read(id: &str) -> Option<Self> {
        let stat = std::fs::read(format!("/proc/{id}/stat")).ok()?;
        // The name in parentheses may hold anything, and is followed by the state.
        let end = stat.iter().rposition(|&byte| byte == b')')?;
        let rest = String::from_utf8_lossy(stat.get(end..)?).into_owned();
        let mut numbers = rest.split_ascii_whitespace().skip(2).map_while(|word| word.parse().ok());
        Some(Self { parent: numbers.next()?, group: numbers.next()?, session: numbers.next()? })
    }

    /// Others than this one tell no parent: who is in the same group is the end of the search.
    #[cfg(not(target_os = "linux"))]
    fn with(id: i32) -> Option<Self> {
        let id = Some(Pid::from_raw(id)?);
        let (group, session) = (getpgid(id).ok()?, getsid(id).ok()?);
        Some(Self { parent: 0, group: raw(group), session: raw(session) })
    }

    #[cfg(not(target_os = "linux"))]
    fn read(_: &str) -> Option<Self> {
        let (group, session) = (getpgid(None).ok()?, getsid(None).ok()?);
        Some(Self { parent: getppid().map_or(0, raw), group: raw(group), session: raw(session) })
    }
}

#[cfg(not(target_os = "linux"))]
fn raw(id: Pid) -> i32 {
    id.as_raw_nonzero().get()
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::process::{Child, Command, Stdio};

    use super::*;

    /// A process that leads a session of its own, and its identifier. This one's session may be of another
    /// PID namespace.
    fn leader() -> (Child, i32) {
        let mut leader = Command::new("setsid")
            .args(["sh", "-c", "echo; read end"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        leader.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
        let id = i32::try_from(leader.id()).unwrap();
        (leader, id)
    }

    fn end(mut leader: Child) {
        drop(leader.stdin.take());
        leader.wait().unwrap();
    }

    #[test]
    fn what_is_read_of_a_process_is_what_the_system_says() {
        let this = Process::this().unwrap();
        let parent = rustix::process::getppid().map_or(0, |id| id.as_raw_nonzero().get());
        assert_eq!(this.parent, parent);
        let (child, id) = leader();
        let read = Process::with(id).unwrap();
        end(child);
        assert_eq!((read.group, read.session), (id, id));
        if cfg!(target_os = "linux") {
            assert_eq!(read.parent, i32::try_from(std::process::id()).unwrap());
        }
    }

    #[test]
    fn a_group_whose_parent_is_in_another_session_is_nobodys() {
        let (child, id) = leader();
        let nobodys = Process { parent: 0, group: -1, session: id }.is_controlled();
        let shells = Process { parent: id, group: -1, session: id }.is_controlled();
        let elsewhere = Process { parent: id, group: -1, session: 0 }.is_controlled();
        end(child);
        assert!(!nobodys, "without a parent");
        assert!(shells, "a shell's");
        assert!(!elsewhere, "outside of its session");
    }
}
