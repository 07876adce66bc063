//! Groups of `--next`, under one owner: what narrows paying holds for all of them, wherever it is
//! said, and what widens it holds for the group that says it. One wallet pays for all.

use crate::cli::args::{PayArgs, WalletArgs};

use super::super::failure::Failure;

/// The rules of several groups, made one.
pub(crate) fn tightest(groups: &mut [&mut PayArgs]) -> Result<(), Failure> {
    let Some((first, rest)) = groups.split_first() else { return Ok(()) };
    let mut joint = (**first).clone();
    for other in rest {
        joint.max_price.extend(other.max_price.iter().cloned());
        joint.budget.extend(other.budget.iter().cloned());
        joint.dry_run |= other.dry_run;
        joint.ask |= other.ask;
        joint.no_pay |= other.no_pay;
        joint.max_validity = joint.max_validity.into_iter().chain(other.max_validity).min();
        joint.verify.verify_settlement |= other.verify.verify_settlement;
        joint.verify.rpc_url.extend(other.verify.rpc_url.iter().cloned());
        joint.receipt = joint.receipt.or_else(|| other.receipt.clone());
        same(&mut joint.expect, other.expect.as_ref(), "--expect")?;
        common(&mut joint.network, &other.network, "--network")?;
        common(&mut joint.asset, &other.asset, "--asset")?;
        common(&mut joint.scheme, &other.scheme, "--scheme")?;
        common(&mut joint.pay_to, &other.pay_to, "--pay-to")?;
    }
    for group in groups {
        let (pay_again, allow_http) = (group.pay_again, group.allow_http);
        **group = PayArgs { pay_again, allow_http, ..joint.clone() };
    }
    Ok(())
}

/// The wallet of several groups, which pays for all of them: where two name another, nothing fits both.
pub(crate) fn one_wallet(groups: &mut [&mut WalletArgs]) -> Result<(), Failure> {
    let mut joint = WalletArgs::default();
    for group in groups.iter() {
        same(&mut joint.wallet, group.wallet.as_ref(), "--wallet")?;
        same(&mut joint.password_file, group.password_file.as_ref(), "--password-file")?;
        same(&mut joint.private_key_file, group.private_key_file.as_ref(), "--private-key-file")?;
    }
    let keystore = joint.wallet.is_some() || joint.password_file.is_some();
    if keystore && joint.private_key_file.is_some() {
        return Err(Failure::Contrary("--private-key-file"));
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
) -> Result<(), Failure> {
    match (&joint, other) {
        (Some(one), Some(two)) if one != two => Err(Failure::Contrary(flag)),
        (None, Some(two)) => {
            *joint = Some(two.clone());
            Ok(())
        }
        _ => Ok(()),
    }
}

/// What both allow; a group that says nothing allows all. Nothing at all would look like everything.
fn common<T: Clone + PartialEq>(
    joint: &mut Vec<T>,
    other: &[T],
    flag: &'static str,
) -> Result<(), Failure> {
    if joint.is_empty() {
        *joint = other.to_vec();
    } else if !other.is_empty() {
        joint.retain(|value| other.contains(value));
        if joint.is_empty() {
            return Err(Failure::Contrary(flag));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Cap;

    fn join(mut one: PayArgs, mut two: PayArgs) -> Result<(PayArgs, PayArgs), Failure> {
        tightest(&mut [&mut one, &mut two])?;
        Ok((one, two))
    }

    fn cap(text: &str) -> PayArgs {
        PayArgs { max_price: vec![Cap::parse(text).unwrap()], ..PayArgs::default() }
    }

    #[test]
    fn what_narrows_holds_for_all_and_what_widens_for_its_own_group() {
        let one = PayArgs { ask: true, pay_again: true, max_validity: Some(60), ..cap("1") };
        let two = PayArgs { allow_http: true, max_validity: Some(30), ..cap("2") };
        let (one, two) = join(one, two).ok().unwrap();
        for pay in [&one, &two] {
            assert!(pay.ask && pay.max_price.len() == 2 && pay.max_validity == Some(30));
        }
        assert!(one.pay_again && !one.allow_http && !two.pay_again && two.allow_http);
    }

    #[test]
    fn lists_are_narrowed_to_what_they_share() {
        let assets = |all: &[&str]| PayArgs {
            asset: all.iter().map(|&asset| asset.to_owned()).collect(),
            ..PayArgs::default()
        };
        let shared = |one: &[&str], two: &[&str]| {
            join(assets(one), assets(two)).ok().map(|(one, _)| one.asset)
        };
        assert_eq!(shared(&["USDC", "EURC"], &["EURC"]).unwrap(), ["EURC"]);
        assert_eq!(shared(&[], &["EURC"]).unwrap(), ["EURC"]);
        assert_eq!(shared(&["USDC"], &["EURC"]), None, "nothing would look like everything");
    }
}
