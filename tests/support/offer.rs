//! One entry of `accepts`, written as text so that a test can say anything in it.

use super::verifier::Version;

/// An offer of the exact scheme for a token that is in the asset table. Fields are raw JSON.
#[derive(Clone, Debug)]
#[must_use]
pub(crate) struct Offer {
    fields: Vec<(&'static str, String)>,
    network: (&'static str, &'static str),
    /// A decimal number of atomic units, as JSON.
    amount: String,
}

/// Who is paid, unless a test says otherwise.
pub(crate) const PAYEE: &str = "0x209693Bc6afc0C5328bA36FaF03C514EF312287C";
/// Another address, for tests about the payee.
pub(crate) const OTHER_PAYEE: &str = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";

impl Offer {
    /// US dollars on Base, six decimals.
    pub(crate) fn usdc(amount: &str) -> Self {
        let asset = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913";
        Self::token(("base", "eip155:8453"), asset, "USD Coin", "2", amount)
    }

    /// US dollars on Base Sepolia, six decimals.
    pub(crate) fn testnet_usdc(amount: &str) -> Self {
        let asset = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";
        Self::token(("base-sepolia", "eip155:84532"), asset, "USDC", "2", amount)
    }

    /// US dollars on Polygon, six decimals.
    pub(crate) fn polygon_usdc(amount: &str) -> Self {
        let asset = "0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359";
        Self::token(("polygon", "eip155:137"), asset, "USD Coin", "2", amount)
    }

    /// Euros on Base, six decimals.
    pub(crate) fn eurc(amount: &str) -> Self {
        let asset = "0x60a3E35Cc302bFA44Cb288Bc5a4F316Fdb1adb42";
        Self::token(("base", "eip155:8453"), asset, "EURC", "2", amount)
    }

    fn token(
        network: (&'static str, &'static str),
        asset: &str,
        name: &str,
        version: &str,
        amount: &str,
    ) -> Self {
        let text = |value: &str| format!("\"{value}\"");
        let fields = vec![
            ("scheme", text("exact")),
            ("asset", text(asset)),
            ("payTo", text(PAYEE)),
            ("maxTimeoutSeconds", "60".into()),
            ("extra", format!(r#"{{"name":"{name}","version":"{version}"}}"#)),
        ];
        Self { fields, network, amount: text(amount) }
    }

    /// Replaces or adds a field by raw JSON, such as `.with("maxTimeoutSeconds", "1e3")`.
    pub(crate) fn with(mut self, key: &'static str, json: &str) -> Self {
        match self.fields.iter_mut().find(|(name, _)| *name == key) {
            Some(field) => field.1 = json.into(),
            None => self.fields.push((key, json.into())),
        }
        self
    }

    /// Leaves a field out.
    pub(crate) fn without(mut self, key: &str) -> Self {
        self.fields.retain(|(name, _)| *name != key);
        self
    }

    /// The amount as raw JSON, quotes included when it has any.
    pub(crate) fn amount(mut self, json: &str) -> Self {
        self.amount = json.into();
        self
    }

    pub(crate) fn pay_to(self, address: &str) -> Self {
        self.with("payTo", &format!("\"{address}\""))
    }

    /// The offer as that version spells it.
    pub(crate) fn json(&self, version: Version) -> String {
        let (network, amount) = match version {
            Version::V1 => (self.network.0, "maxAmountRequired"),
            Version::V2 => (self.network.1, "amount"),
        };
        let mut fields = vec![("network", format!("\"{network}\"")), (amount, self.amount.clone())];
        if version == Version::V1 {
            fields.push(("resource", "\"http://127.0.0.1/thing\"".into()));
            fields.push(("description", "\"A thing\"".into()));
            fields.push(("mimeType", "\"application/octet-stream\"".into()));
            fields.push(("outputSchema", "null".into()));
        }
        // What a test set by name wins over what the version brings along.
        fields.retain(|(name, _)| !self.fields.iter().any(|(own, _)| own == name));
        fields.extend(self.fields.clone());
        let members: Vec<String> =
            fields.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        format!("{{{}}}", members.join(","))
    }
}
