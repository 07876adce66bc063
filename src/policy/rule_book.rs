//! All rules of the owner by the place where they are written, and the limits that they make for a URL.

use std::collections::BTreeMap;

use url::Url;

use super::budget::{Budget, Refused};
use super::kinds::SaidBudgets;
use super::origin::host;
use super::rules::{Limits, Rules};
use super::source::{Source, Sourced};
use crate::protocol::Network;

/// Every rule, by where it is written.
#[derive(Debug, Clone)]
pub struct RuleBook {
    flags: Rules,
    environment: Rules,
    general: Rules,
    /// What the file says for a host, as `host` or `host:port`: its section's lines, and the general ones
    /// where the section is silent.
    hosts: BTreeMap<String, Rules>,
}

impl RuleBook {
    /// Joins what the places say. `hosts` are the sections of the file, each with its host, or host and
    /// port, in the spelling of a parsed URL.
    ///
    /// Budgets do not replace each other: each one holds, wherever it is written. How long a refusal counts
    /// is the file's to say, for all of them; a host's section may say otherwise for its own.
    pub fn new(
        mut flags: Rules,
        mut environment: Rules,
        mut general: Rules,
        mut hosts: BTreeMap<String, Rules>,
    ) -> Self {
        let refused = general.budgets.as_ref().and_then(|said| said.value.refused);
        let places = [&mut flags, &mut environment, &mut general];
        for said in places.into_iter().chain(hosts.values_mut()) {
            if let Some(budgets) = &mut said.budgets {
                let own = budgets.value.refused.or(refused).unwrap_or_default();
                budgets.value.budgets.iter_mut().for_each(|budget| budget.refused = own);
            }
        }
        let in_file = std::iter::once(&general).chain(hosts.values());
        let in_file: Vec<Budget> = in_file
            .filter_map(|rules| rules.budgets.as_ref())
            .flat_map(|said| said.value.budgets.iter().cloned())
            .collect();
        let in_file = (!in_file.is_empty()).then(|| Sourced {
            source: Source::Config("budget".to_owned()),
            value: SaidBudgets { budgets: in_file, refused: None::<Refused> },
        });
        general.budgets.clone_from(&in_file);
        for section in hosts.values_mut() {
            *section = section.over(&general);
            // Those of other hosts do not count a payment, and are passed over by the ledger.
            section.budgets.clone_from(&in_file);
        }
        Self { flags, environment, general, hosts }
    }

    /// Every budget there is, also those of hosts that are not asked now.
    pub fn budgets(&self) -> Vec<Budget> {
        Limits::of(&[&self.flags, &self.environment, &self.general]).budgets
    }

    /// The networks to pay on where no host's section says otherwise, in the owner's order: those that are
    /// written nearest, in flag, environment or file.
    pub fn networks(&self) -> Option<&[&'static Network]> {
        let said = [&self.flags, &self.environment, &self.general];
        let said = said.into_iter().find_map(|rules| rules.networks.as_ref());
        said.map(|networks| networks.value.as_slice())
    }

    /// The limits for a URL. A host's section replaces the file's general lines, one by one, and that of a
    /// host with its port goes before that of the host; among flags, environment and file each must allow a
    /// payment.
    pub fn limits_for(&self, url: &Url) -> Limits {
        let host = host(url).unwrap_or_default();
        let with_port = url.port_or_known_default().map(|port| format!("{host}:{port}"));
        let section = with_port.as_ref().and_then(|name| self.hosts.get(name));
        let in_file = section.or_else(|| self.hosts.get(host)).unwrap_or(&self.general);
        Limits::of(&[&self.flags, &self.environment, in_file])
    }
}
