//! EVM addresses as written by people and servers.

use alloy_primitives::Address;
use thiserror::Error;

/// Why a text is not an address.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AddressError {
    /// It is not `0x` and 40 hexadecimal digits.
    #[error("an address is 0x and 40 hexadecimal digits")]
    Grammar,
    /// Its capitals are not those of its EIP-55 checksum.
    #[error("the address fails its EIP-55 checksum")]
    Checksum,
}

/// Reads `0x` and 40 hex digits. All in one case is taken as it is; mixed case must be the EIP-55
/// checksum, because a mistyped address is money lost.
pub fn parse_address(text: &str) -> Result<Address, AddressError> {
    let digits = text.strip_prefix("0x").ok_or(AddressError::Grammar)?;
    let address: Address = text.parse().map_err(|_| AddressError::Grammar)?;
    let mixed = digits.bytes().any(|b| b.is_ascii_lowercase())
        && digits.bytes().any(|b| b.is_ascii_uppercase());
    if mixed && address.to_checksum(None) != text {
        return Err(AddressError::Checksum);
    }
    Ok(address)
}

/// Reads `0x` and 40 hex digits in any capitals: for addresses that must be one of a table, which
/// knows all 20 bytes and needs no checksum.
pub fn parse_address_of_any_case(text: &str) -> Result<Address, AddressError> {
    text.strip_prefix("0x")
        .filter(|digits| digits.len() == 40)
        .and_then(|_| text.parse().ok())
        .ok_or(AddressError::Grammar)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const USDC: &str = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913";

    #[test]
    fn reads_any_single_case_and_the_checksum() {
        let address = parse_address(USDC).unwrap();
        assert_eq!(parse_address(&USDC.to_lowercase()), Ok(address));
        let upper = format!("0x{}", USDC.strip_prefix("0x").unwrap().to_uppercase());
        assert_eq!(parse_address(&upper), Ok(address));
    }

    #[test]
    fn capitals_say_nothing_of_an_address_that_a_table_knows() {
        let address = parse_address(USDC).unwrap();
        for text in [USDC.to_owned(), USDC.replace("fCD", "fcD"), USDC.to_lowercase()] {
            assert_eq!(parse_address_of_any_case(&text), Ok(address));
        }
        for text in [
            "",
            "0x",
            "USDC",
            USDC.trim_start_matches("0x"),
            &format!("{USDC} "),
            &USDC.replace("0x", "0X"),
        ] {
            assert_eq!(parse_address_of_any_case(text), Err(AddressError::Grammar), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_one() {
        assert_eq!(parse_address(&USDC.replace("fCD", "fcD")), Err(AddressError::Checksum));
        for text in ["", "0x", "merchant", "833589fcd6edb6e08f4c7c32d4f71b54bda02913"] {
            assert_eq!(parse_address(text), Err(AddressError::Grammar));
        }
        assert_eq!(parse_address(&format!("{USDC} ")), Err(AddressError::Grammar));
        assert_eq!(parse_address(&USDC.replace("0x", "0X")), Err(AddressError::Grammar));
        for digits in
            ["a".repeat(39), "a".repeat(41), "g".repeat(40), format!("0x{}", "a".repeat(38))]
        {
            assert_eq!(
                parse_address(&format!("0x{digits}")),
                Err(AddressError::Grammar),
                "{digits}"
            );
        }
        let twice = format!("0x0x{}", "a".repeat(40));
        assert_eq!(parse_address(&twice), Err(AddressError::Grammar));
    }

    proptest! {
        #[test]
        fn round_trips(bytes in any::<[u8; 20]>()) {
            let address = Address::from(bytes);
            prop_assert_eq!(parse_address(&address.to_checksum(None)), Ok(address));
        }

        #[test]
        fn another_capital_is_another_checksum(bytes in any::<[u8; 20]>(), place in 0_usize..40) {
            let address = Address::from(bytes);
            let text = address.to_checksum(None);
            let flipped: String = text
                .char_indices()
                .map(|(at, c)| match c {
                    _ if at != place + 2 => c,
                    'a'..='f' => c.to_ascii_uppercase(),
                    'A'..='F' => c.to_ascii_lowercase(),
                    _ => c,
                })
                .collect();
            let mixed = flipped.bytes().skip(2).any(|b| b.is_ascii_lowercase())
                && flipped.bytes().any(|b| b.is_ascii_uppercase());
            let expected =
                if mixed && flipped != text { Err(AddressError::Checksum) } else { Ok(address) };
            prop_assert_eq!(parse_address(&flipped), expected);
        }

        #[test]
        fn never_panics(text in ".{0,60}") {
            let _ = parse_address(&text);
        }
    }
}
