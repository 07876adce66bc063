//! The known attacks on a paying client, by a hostile or broken server or on its own machine, numbered.
//! Each is done to the real program by a server on a raw socket.

mod case;
mod hang;
mod leak;
mod lies;
mod local;
mod party;
mod price;
mod words;

/// One entry for each item, and a test for each that a client can hold.
macro_rules! table {
    ($($number:literal $title:literal $(in $room:ident by $name:ident)? $(left: $why:literal)?;)*) => {
        /// Number, title, whether a test holds it, and why none can.
        const TABLE: &[(usize, &str, bool, Option<&str>)] = &[
            $(($number, $title, table!(@held $($name)?), table!(@why $($why)?))),*
        ];
        $($(
            #[test]
            fn $name() {
                $room::$name();
            }
        )?)*
    };
    (@held) => { false };
    (@held $name:ident) => { true };
    (@why) => { None };
    (@why $why:literal) => { Some($why) };
}

table! {
    1 "amounts outside the grammar" in price by n01_amounts;
    2 "duplicate keys" in price by n02_duplicate_keys;
    3 "lies about decimals, symbol and price" in price by n03_decimals_and_words;
    4 "a cheap look by other decimals or another currency" in price by n04_other_decimals;
    5 "a cap in another asset's units" in price by n05_units_of_a_cap;
    6 "a ceiling or deposit far above the price" in price by n06_ceilings_and_deposits;
    7 "capture with fees and long deadlines" in price by n07_auth_capture;
    8 "a second price, and 402 without end" in price by n08_a_second_price;
    9 "a cheap offer that fails, and a dear one behind it" in price by n09_cheap_then_dear;
    10 "an authorization kept for later" in price by n10_kept_for_later;
    11 "a payee that nobody is" in party by n11_payees;
    12 "an asset that looks like one" in party by n12_assets;
    13 "a domain of another contract" in party by n13_foreign_domain;
    14 "a Permit2 signature by the back door" in party by n14_permit2;
    15 "contract, spender and types of the server's choice" in party by n15_servers_choice;
    16 "a raw transaction as gas sponsoring" in party by n16_approval_sponsoring;
    17 "a permit for more than the amount" in party by n17_permit_sponsoring;
    18 "a chain that is another" in party by n18_chains;
    19 "look-alike letters" in party by n19_homoglyphs;
    20 "a login for another site" in party by n20_sign_in;
    21 "testnet terms that are not" in party by n21_testnets;
    22 "times without measure" in hang by n22_times;
    23 "documents without measure" in hang by n23_bombs;
    24 "slowness before and after the payment" in hang by n24_slowness;
    25 "a body that streams" in hang by n25_streamed_body;
    26 "a reset after the payment has left" in hang by n26_resets;
    27 "a redirect with or after the payment" in leak by n27_redirects;
    28 "plain http" in leak by n28_plain_http;
    29 "a payment in a log" in leak by n29_verbose;
    30 "the payer's address links requests"
        left: "every payment names the account, and so does the chain; README says so";
    31 "key material" in leak by n31_keys;
    32 "a payment of the user's own" in leak by n32_own_payment;
    33 "an outcome denied, missing or unreadable" in lies by n33_outcomes;
    34 "a settlement of something else" in lies by n34_tampered;
    35 "a resource that lies elsewhere" in lies by n35_resource_url;
    36 "header and body disagree" in lies by n36_disagreement;
    37 "other content after the payment"
        left: "only the buyer can tell whether a resource is what was advertised";
    38 "escape sequences and control characters" in words by n38_escapes;
    39 "reordered, hidden and look-alike text" in words by n39_bidi;
    40 "header injection" in words by n40_injection;
    41 "words for a shell" in words by n41_shell;
    42 "a wrong clock" in local by n42_clock;
    43 "a nonce used twice" in local by n43_nonces;
    44 "several processes past one budget" in local by n44_concurrency;
    45 "proxies and unchecked certificates" in local by n45_interception;
    46 "numbers that must survive the echo" in local by n46_numbers;
}

#[test]
fn the_table_has_every_item_in_order_and_each_is_held_or_explained() {
    assert_eq!(TABLE.len(), 46);
    for (place, (number, title, held, why)) in TABLE.iter().enumerate() {
        assert_eq!(*number, place + 1, "{title}");
        assert!(*held != why.is_some(), "{number} {title}: held by a test, or left for a reason");
    }
}
