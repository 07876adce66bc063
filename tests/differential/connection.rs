//! The connection: addresses, proxies, TLS, limits, retries, parts of a resource.

use super::same;

#[test]
fn limits() {
    same(&["-m 20 URL/echo"]);
}
