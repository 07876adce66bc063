//! Over TLS: who is believed, and that payments go over it like everything else.

use crate::support::tls::Identity;
use crate::support::{Home, Paywall, Reply};

#[test]
fn exit_60_a_certificate_nobody_vouches_for() {
    let identity = Identity::new("127.0.0.1");
    let paywall = Paywall::v2().start_tls(&identity).may_be_unused();
    Home::new().pay(&[paywall.url("/")]).exits(60).prints_nothing();
    assert!(paywall.requests().is_empty());
}

#[test]
fn exit_60_a_certificate_for_another_name() {
    let identity = Identity::new("shop.test");
    let paywall = Paywall::v2().start_tls(&identity).may_be_unused();
    let home = Home::new();
    let ca = home.secret("ca.pem", identity.pem());
    home.pay(&["--cacert", &ca, &paywall.url("/")]).exits(60).prints_nothing();
    assert!(paywall.requests().is_empty());
}

#[test]
fn an_authority_of_ones_own_is_believed_and_paid() {
    let identity = Identity::new("127.0.0.1");
    let paywall = Paywall::v2().start_tls(&identity);
    let home = Home::new();
    let ca = home.secret("ca.pem", identity.pem());
    home.pay(&["--cacert", &ca, &paywall.url("/")]).exits(0).prints("the paid resource\n");
    assert_eq!(paywall.connections(), 1);
}

#[test]
fn unchecked_certificates_are_paid_on_loopback_alone() {
    let identity = Identity::new("shop.test");
    let paywall = Paywall::v2().start_tls(&identity);
    Home::new().pay(&["-k", &paywall.url("/")]).exits(0).prints("the paid resource\n");
}

#[test]
fn an_authority_that_cannot_be_read_is_an_error() {
    let paywall = Paywall::v2().start_tls(&Identity::new("127.0.0.1")).may_be_unused();
    let home = Home::without_wallet();
    let rubbish = home.secret("ca.pem", "rubbish");
    for file in [rubbish.as_str(), "no-such-file"] {
        home.run(&["--cacert", file, &paywall.url("/")]).exits(77).prints_nothing();
    }
    assert!(paywall.requests().is_empty());
}

#[test]
fn a_free_resource_over_tls() {
    let identity = Identity::new("127.0.0.1");
    let paywall = Paywall::serve_tls(&identity, |_| Reply::ok(b"free"));
    Home::without_wallet().run(&["-k", &paywall.url("/")]).exits(0).prints("free");
}

#[test]
fn an_authority_that_is_the_server_itself_is_believed_for_its_own_name() {
    let (identity, other) = (Identity::authority("127.0.0.1"), Identity::authority("127.0.0.1"));
    let paywall = Paywall::serve_tls(&identity, |_| Reply::ok(b"free"));
    let home = Home::without_wallet();
    let (ca, wrong) = (home.secret("ca.pem", identity.pem()), home.secret("b.pem", other.pem()));
    home.run(&["--cacert", &ca, &paywall.url("/")]).exits(0).prints("free");
    home.run(&["--cacert", &wrong, &paywall.url("/")])
        .exits(60)
        .prints_nothing()
        .says(&["not trusted", "self-signed"])
        .never_says("Other(")
        .never_says("CaUsedAsEndEntity");
    let named = paywall.url("/").replace("127.0.0.1", "localhost");
    home.run(&["--cacert", &ca, &named]).exits(60).prints_nothing();
}

#[test]
fn a_certificate_of_ones_own_opens_the_door() {
    let client = Identity::new("client");
    let paywall =
        Paywall::serve_tls(&Identity::wanting("127.0.0.1", &client), |_| Reply::ok(b"in"));
    let (home, url) = (Home::without_wallet(), paywall.url("/"));
    let certificate = home.secret("c.pem", client.pem());
    let key = home.secret("k.pem", client.key());
    let both = home.secret("both.pem", &format!("{}{}", client.pem(), client.key()));
    home.run(&["-k", "-E", &certificate, "--key", &key, &url]).exits(0).prints("in");
    home.run(&["-k", "-E", &both, &url]).exits(0).prints("in");
    home.run(&["-k", &url]).exits(56).prints_nothing().says(&["alert \"certificate required\""]);
    let other = home.secret("o.pem", Identity::new("other").key());
    for args in [
        &["-E", "nowhere"][..],
        &["-E", &certificate],
        &["-E", &certificate, "--key", &other],
        &["-E", &certificate, "--key", "nowhere"],
    ] {
        home.run(&[&["-k", &url], args].concat()).exits(58).prints_nothing();
    }
}

#[test]
fn a_certificate_as_bytes_is_presented_too() {
    let client = Identity::new("client");
    let identity = Identity::wanting("127.0.0.1", &client);
    let paywall = Paywall::v2().start_tls(&identity);
    let home = Home::new();
    std::fs::write(home.work("cert.der"), client.der()).unwrap();
    std::fs::write(home.work("key.der"), client.key_der()).unwrap();
    let url = paywall.url("/");
    let files = ["-k", "-E", "cert.der", "--key", "key.der"];
    let with = |more: &[&str]| home.pay(&[files.as_slice(), more, &[&url]].concat());
    with(&["--cert-type", "DER", "--key-type", "der"]).exits(0).prints("the paid resource\n");
    with(&[]).exits(58);
    with(&["--cert-type", "DER"]).exits(58);
    with(&["--cert-type", "ENG"]).exits(2);
}

#[test]
fn ciphers_and_curves_are_kept_to() {
    let identity = Identity::new("127.0.0.1");
    let paywall = Paywall::serve_tls(&identity, |_| Reply::ok(b"free"));
    let home = Home::without_wallet();
    let url = paywall.url("/");
    let says = |args: &[&str], words: &str| {
        let run = home.run(&[args, &["-v", "-k", &url]].concat());
        run.exits(0).says(&[words]);
    };
    says(&["--tls13-ciphers", "TLS_CHACHA20_POLY1305_SHA256"], "CHACHA20_POLY1305");
    says(&["--tls13-ciphers", "TLS_AES_128_GCM_SHA256"], "AES_128_GCM");
    let older = "ECDHE-ECDSA-AES256-GCM-SHA384";
    says(&["--tls-max", "1.2", "--ciphers", older], "ECDSA_WITH_AES_256_GCM_SHA384");
    says(&["--curves", "P-384:X25519", "--no-sessionid"], "TLSv1.3");
    home.run(&["-k", "--ciphers", "RC4-SHA", &url]).exits(59);
    home.run(&["-k", "--curves", "sect571r1", &url]).exits(59);
    // One that the server's key does not go with.
    let other = "ECDHE-RSA-AES256-GCM-SHA384";
    home.run(&["-k", "--tls-max", "1.2", "--ciphers", other, &url]).exits(35);
}

#[test]
fn exit_60_a_certificate_that_was_revoked() {
    let (identity, authority, revoked, none) = Identity::revoked("127.0.0.1");
    let paywall = Paywall::v2().start_tls(&identity);
    let (home, url) = (Home::new(), paywall.url("/"));
    let ca = home.secret("ca.pem", &authority);
    std::fs::write(home.work("revoked.pem"), revoked).unwrap();
    std::fs::write(home.work("none.pem"), none).unwrap();
    let with = |file: &str| home.pay(&["--cacert", &ca, "--crlfile", file, &url]);
    with("revoked.pem").exits(60).prints_nothing();
    assert!(paywall.requests().is_empty());
    for unusable in ["ca.pem", "no-such-file"] {
        with(unusable).exits(82).prints_nothing();
    }
    with("none.pem").exits(0).prints("the paid resource\n");
}

#[test]
fn the_certificates_of_a_server_are_told() {
    let identity = Identity::new("127.0.0.1");
    let paywall = Paywall::serve_tls(&identity, |_| Reply::ok(b""));
    let run =
        Home::without_wallet().run(&["-k", "-w", "%{num_certs}\n%{certs}", &paywall.url("/")]);
    let pem = identity.pem().replace("\r\n", "\n");
    run.exits(0).prints(format!("1\n{pem}"));
}

#[test]
fn a_key_under_a_password_is_opened_with_it() {
    let client = Identity::new("client");
    let paywall =
        Paywall::serve_tls(&Identity::wanting("127.0.0.1", &client), |_| Reply::ok(b"in"));
    let (home, url) = (Home::without_wallet(), paywall.url("/"));
    let plain = pkcs8::SecretDocument::from_pem(client.key()).unwrap().1;
    let plain = pkcs8::PrivateKeyInfoRef::try_from(plain.as_bytes()).unwrap();
    let parameters =
        pkcs8::pkcs5::pbes2::Parameters::generate_pbkdf2_sha256_aes256cbc(10, &[7; 16], [9; 16]);
    let locked = plain.encrypt_with_params(parameters.unwrap(), "open").unwrap();
    let locked = locked.to_pem("ENCRYPTED PRIVATE KEY", pkcs8::LineEnding::LF).unwrap();
    let both = home.secret("both.pem", &format!("{}{}", client.pem(), &*locked));
    let key = home.secret("key.pem", &locked);
    let certificate = home.secret("c.pem", client.pem());
    home.run(&["-k", "-E", &format!("{both}:open"), &url]).exits(0).prints("in");
    let args = ["-k", "-E", &certificate, "--key", &key, "--pass", "open", &url];
    home.run(&args).exits(0).prints("in");
    home.run(&["-k", "-E", &format!("{both}:shut"), &url]).exits(58).never_says("shut");
}

#[test]
fn a_pinned_key_is_believed_and_no_other() {
    let identity = Identity::new("127.0.0.1");
    let paywall = Paywall::v2().start_tls(&identity);
    let home = Home::new();
    let ca = home.secret("ca.pem", identity.pem());
    let pay = |pin: &str| home.pay(&["--cacert", &ca, "--pinnedpubkey", pin, &paywall.url("/")]);
    for pin in [&Identity::new("127.0.0.1").pin, "sha256//AAAA", "nowhere"] {
        pay(pin).exits(90).prints_nothing();
    }
    assert!(paywall.requests().is_empty());
    pay(&format!("sha256//AAAA;{}", identity.pin)).exits(0).prints("the paid resource\n");
    // A pin believes nobody on its own.
    home.run(&["--pinnedpubkey", &identity.pin, &paywall.url("/")]).exits(60);
}

#[test]
fn versions_of_tls_are_kept_to() {
    let old = Identity::speaking("127.0.0.1", &[&rustls::version::TLS12]);
    let new = Identity::speaking("127.0.0.1", &[&rustls::version::TLS13]);
    let old = Paywall::serve_tls(&old, |_| Reply::ok(b"old"));
    let new = Paywall::serve_tls(&new, |_| Reply::ok(b"new"));
    let (home, old, new) = (Home::without_wallet(), old.url("/"), new.url("/"));
    home.run(&["-k", "--tls-max", "1.2", &old]).exits(0).prints("old");
    home.run(&["-k", "--tlsv1.0", &old]).exits(0).prints("old");
    home.run(&["-k", "--tlsv1.3", &new]).exits(0).prints("new");
    home.run(&["-k", "--tlsv1.3", &old]).exits(35).prints_nothing();
    home.run(&["-k", "--tls-max", "1.2", &new]).exits(35).prints_nothing();
    home.run(&["-k", "--tls-max", "1.1", &old]).exits(35).prints_nothing();
    home.run(&["-k", "--tls-max", "1.5", &old]).exits(2).prints_nothing();
}
