//! The request: data, forms, uploads, headers, credentials, cookies, redirects.

use super::same;

#[test]
fn data() {
    same(&["-d a=1 URL/echo"]);
}
