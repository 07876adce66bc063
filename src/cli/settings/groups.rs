//! The groups of options that `--next` separates. One person wrote them all, so a rule of one group that
//! limits payments limits those of every group; one that allows more (`--allow-http`, `--pay-again`) holds
//! for its own group. One wallet pays for all.

use crate::cli::args::{PayArgs, WalletArgs};
use crate::policy::Rules;

use super::super::error::CliError;

/// Merges the rules of several groups: of each rule the tightest value holds for all of them.
pub(crate) fn merge_groups(groups: &mut [&mut PayArgs]) -> Result<(), CliError> {
    let mut rules: Vec<_> = groups.iter_mut().map(|group| &mut group.rules.0).collect();
    Rules::share(&mut rules).map_err(CliError::Contrary)?;
    let dry_run = groups.iter().any(|group| group.dry_run);
    let receipt = groups.iter().find_map(|group| group.receipt.clone());
    let nodes: Vec<_> = groups.iter().flat_map(|group| group.nodes.rpc_url.clone()).collect();
    for group in groups {
        group.dry_run = dry_run;
        group.receipt.clone_from(&receipt);
        group.nodes.rpc_url.clone_from(&nodes);
    }
    Ok(())
}

/// The wallet of several groups, which pays for all of them: where two name another, nothing fits both.
pub(crate) fn one_wallet(groups: &mut [&mut WalletArgs]) -> Result<(), CliError> {
    let mut joint = WalletArgs::default();
    for group in groups.iter() {
        same(&mut joint.wallet, group.wallet.as_ref(), "--wallet")?;
        same(&mut joint.password_file, group.password_file.as_ref(), "--password-file")?;
        same(&mut joint.private_key_file, group.private_key_file.as_ref(), "--private-key-file")?;
    }
    let keystore = joint.wallet.is_some() || joint.password_file.is_some();
    if keystore && joint.private_key_file.is_some() {
        return Err(CliError::Contrary("--private-key-file"));
    }
    for group in groups {
        **group = joint.clone();
    }
    Ok(())
}

/// The one value that is said, however often.
fn same<T: Clone + PartialEq>(
    joint: &mut Option<T>,
    other: Option<&T>,
    flag: &'static str,
) -> Result<(), CliError> {
    match (&joint, other) {
        (Some(one), Some(two)) if one != two => Err(CliError::Contrary(flag)),
        (None, Some(two)) => {
            *joint = Some(two.clone());
            Ok(())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Args;
    use crate::policy::Limits;
    use clap::Parser;

    fn pay<T: AsRef<str>>(args: &[T]) -> PayArgs {
        let args = args.iter().map(AsRef::as_ref);
        Args::try_parse_from(["pay402"].into_iter().chain(args)).unwrap().pay
    }

    fn join<T: AsRef<str>>(one: &[T], two: &[T]) -> Result<(PayArgs, PayArgs), CliError> {
        let (mut one, mut two) = (pay(one), pay(two));
        merge_groups(&mut [&mut one, &mut two])?;
        Ok((one, two))
    }

    fn limits(pay: &PayArgs) -> Limits {
        Limits::of(&[&pay.rules.0])
    }

    #[test]
    fn what_narrows_holds_for_all_and_what_widens_for_its_own_group() {
        let (one, two) = join(
            &["--max-price", "1", "--ask", "--pay-again", "--max-validity", "60", "--dry-run"],
            &["--max-price", "2", "--allow-http", "--max-validity", "30", "--budget", "5/day"],
        )
        .ok()
        .unwrap();
        for pay in [&one, &two] {
            let limits = limits(pay);
            assert!(pay.dry_run && limits.ask && limits.max_validity_seconds == 30);
            assert_eq!((limits.caps[0].caps.len(), limits.budgets.len()), (2, 1));
        }
        let (one, two) = (limits(&one), limits(&two));
        assert!(one.pay_again && !one.allow_http && !two.pay_again && two.allow_http);
    }

    #[test]
    fn lists_are_narrowed_to_what_they_share() {
        let assets = |all: &[&str]| -> Vec<String> {
            all.iter().map(|asset| format!("--asset={asset}")).collect()
        };
        let shared = |one: &[&str], two: &[&str]| {
            let (one, two) = (assets(one), assets(two));
            let (one, two) = join(&one, &two).ok()?;
            let named = |pay: &PayArgs| limits(pay).assets[0].values.clone();
            assert_eq!(named(&one), named(&two));
            Some(named(&one))
        };
        assert_eq!(shared(&["USDC", "EURC"], &["EURC"]).unwrap(), ["EURC"]);
        assert_eq!(shared(&[], &["EURC"]).unwrap(), ["EURC"]);
        assert_eq!(shared(&["USDC"], &["EURC"]), None, "nothing would look like everything");
    }
}
