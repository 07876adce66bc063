//! What of the owner's files, and of the secrets that a command line names, no output is written to.

use std::path::PathBuf;

use super::wallet::secrets;
use crate::cli::args::Args;
use crate::config::{self, Environment, Paths};
use crate::ledger;
use crate::output::{Kind, Own, keep};

/// Keeps the outputs of this process from the files of the program's home and from the secrets that these
/// arguments, the environment and the owner's file name. Nothing else is decided: what is wrong with one of
/// them is told by whoever reads it.
pub(crate) fn keep_from_outputs(args: &Args) {
    let file = |what| move |path| Own { what, path, kind: Kind::File };
    let named = [&args.request.who.netrc_file, &args.connection.tls.key];
    keep(named.into_iter().flatten().cloned().map(file("a file of secrets that this run reads")));
    let Ok(paths) = Paths::find(Environment) else { return };
    let settings = config::read(&paths.config).unwrap_or_default();
    let secrets = secrets(&args.wallet, &settings, &paths.wallets);
    keep(secrets.into_iter().map(file("a file of secrets that this run reads")));
    let ledger = ledger::open(paths.ledger.clone());
    let database = |path: PathBuf| Own { what: "pay402's ledger", path, kind: Kind::Database };
    let directory = |what, path| Own { what, path, kind: Kind::Directory };
    keep([
        file("pay402's configuration")(paths.config),
        directory("in pay402's directory of wallets", paths.wallets),
        directory("in the directory of pay402's ledger", ledger.live().to_owned()),
        // A ledger that is a link has its log beside what it leads to.
        database(ledger.path().to_path_buf()),
        database(paths.ledger),
    ]);
}
