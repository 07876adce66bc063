//! Signatures that others computed: those of AWS's test suite (`aws-signing-test-suite/v4`, as AWS's SDK
//! for Rust has it), and those that curl's tests expect (8.22; the number of the test stands beside each).

use super::*;

fn pair(user: &str, password: &str) -> Pair {
    Pair { user: user.into(), password: password.as_bytes().to_vec().into() }
}

fn names(headers: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
    headers.iter().map(|(name, value)| ((*name).to_owned(), trimmed(value.as_bytes()))).collect()
}

struct Case<'a> {
    providers: &'a str,
    pair: Pair,
    method: &'a str,
    host: &'a str,
    target: &'a str,
    headers: &'a [(&'a str, &'a str)],
    body: &'a str,
    now: u64,
}

impl Case<'_> {
    fn signed(self) -> Result<HeaderMap, Unsignable> {
        let mut headers = names(self.headers);
        headers.entry("host".to_owned()).or_insert_with(|| self.host.as_bytes().to_vec());
        let message = Message {
            method: self.method,
            host: self.host.split(':').next().unwrap(),
            target: self.target,
            headers,
            body: Sha256::digest(self.body).into(),
            now: self.now,
        };
        let added = SigV4::parse(self.providers).unwrap().sign(&self.pair, message)?;
        Ok(added.into_iter().collect())
    }

    fn proof(self) -> String {
        self.signed().unwrap()["authorization"].to_str().unwrap().to_owned()
    }
}

/// A request of AWS's suite.
fn of_aws<'a>(method: &'a str, target: &'a str, headers: &'a [(&'a str, &'a str)]) -> Case<'a> {
    Case {
        providers: "aws:amz:us-east-1:service",
        pair: pair("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        method,
        host: "example.amazonaws.com",
        target,
        headers,
        body: "",
        // 2015-08-30T12:36:00Z
        now: 1_440_938_160,
    }
}

#[test]
fn the_signatures_are_those_of_awss_suite() {
    let token = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267";
    let (form, hash) = (
        "application/x-www-form-urlencoded",
        "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e",
    );
    let posted = [("content-length", "13"), ("content-type", form), ("x-amz-content-sha256", hash)];
    let spaces = [("my-header1", " value1"), ("my-header2", " \"a   b   c\"")];
    for (case, signature) in [
        (
            of_aws("GET", "/", &[]),
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        ),
        (
            of_aws("GET", "/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1", &[]),
            "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac",
        ),
        (
            of_aws("GET", "/?Param2=value2&Param1=value1", &[]),
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        ),
        (
            of_aws("GET", "/?\u{1234}=bar", &[]),
            "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04",
        ),
        // What is not escaped yet is escaped once.
        (
            of_aws("GET", "/\u{1234}", &[]),
            "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85",
        ),
        (
            of_aws("GET", "/example space/", &[]),
            "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741",
        ),
        (
            of_aws("GET", "/", &[("x-amz-security-token", token)]),
            "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8",
        ),
        (
            of_aws("GET", "/", &spaces),
            "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
        ),
        (
            of_aws("POST", "/?Param1=value1", &[]),
            "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11",
        ),
        (
            of_aws("POST", "/", &posted),
            "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b",
        ),
    ] {
        let (method, target) = (case.method, case.target);
        let proof = case.proof();
        assert!(proof.ends_with(&format!(" Signature={signature}")), "{method} {target}: {proof}");
    }
    let proof = of_aws("GET", "/", &[]).proof();
    let begin = "AWS4-HMAC-SHA256 \
                 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
                 SignedHeaders=host;x-amz-date, Signature=";
    assert!(proof.starts_with(begin), "{proof}");
}

/// A request of curl's tests, whose time is the epoch.
fn of_curl<'a>(providers: &'a str, host: &'a str, target: &'a str) -> Case<'a> {
    let (pair, headers) = (pair("xxx", "yyy"), &[("content-type", "application/json")]);
    Case { providers, pair, method: "GET", host, target, headers, body: "", now: 0 }
}

#[test]
fn the_signatures_are_those_of_curls_tests() {
    let host = "127.0.0.1:9000";
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let fake = |target| Case {
        pair: pair("user", "secret"),
        headers: &[],
        ..of_curl("aws:amz:us-east-2:es", "fake.fake.fake:8000", target)
    };
    let hashed = [("content-type", "application/json"), ("x-xxx-content-sha256", empty)];
    let path = "/aws_sigv4/testapi/test";
    for (test, case, proof) in [
        (
            439,
            fake("/439/?name=me&noval&aim=b%aad&&&weirdo=*.//-"),
            "Credential=user/19700101/us-east-2/es/aws4_request, SignedHeaders=host;x-amz-date, \
             Signature=9dd8592929306832a6673d10063491391e486e5f50de4647ea7c2c797277e0a6",
        ),
        (
            472,
            fake("/472/a=%E3%81%82"),
            "Credential=user/19700101/us-east-2/es/aws4_request, SignedHeaders=host;x-amz-date, \
             Signature=b8783c8387a5249b084642126fe1f8e07e12a2847820fd5b6cd64b2047149da4",
        ),
        (
            1933,
            of_curl("xxx", host, "/1933/testapi/test"),
            "Credential=xxx/19700101/0/127/xxx4_request, \
             SignedHeaders=content-type;host;x-xxx-date, \
             Signature=3d8e00a02e437211a596143dcd590fcc805b731365c68f7f48951ea6eda39c4f",
        ),
        (
            1936,
            of_curl("xxx:yyy:rrr:sss", host, "/1936/testapi/test"),
            "Credential=xxx/19700101/rrr/sss/xxx4_request, \
             SignedHeaders=content-type;host;x-yyy-date, \
             Signature=026b713d76b0789bd224c5e41322f74eed088f8a22fd15183ca68376c575c5b0",
        ),
        (
            1937,
            Case {
                pair: pair("keyId", "SecretKey"),
                method: "POST",
                body: "postData",
                ..of_curl("provider1:provider2:region:service", host, "/1937/testapi/test")
            },
            "Credential=keyId/19700101/region/service/provider14_request, \
             SignedHeaders=content-type;host;x-provider2-date, \
             Signature=4928ccf97a9e71fe27f91db5a3b3c943b6080d25e6f4df8593d4c38e7d1e849b",
        ),
        (
            1956,
            Case {
                pair: pair("xxx", ""),
                headers: &hashed,
                ..of_curl("xxx", "exam.ple.com:9000", path)
            },
            "Credential=xxx/19700101/ple/exam/xxx4_request, \
             SignedHeaders=content-type;host;x-xxx-content-sha256;x-xxx-date, \
             Signature=dfe78c8846a9b7d65d1eb4c1d6ea7bc886650d03f3568088cb8d5b4c3778287f",
        ),
        (
            1970,
            Case {
                pair: pair("xxx", ""),
                method: "PUT",
                ..of_curl("aws:amz:us-east-1:s3", "exam.ple.com:9000", path)
            },
            "Credential=xxx/19700101/us-east-1/s3/aws4_request, \
             SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date, \
             Signature=a028756f42a859122e9609c1f90cae4b272d6b03bf60d9fd354138176dfa2260",
        ),
        (
            1974,
            Case {
                pair: pair("xxx", ""),
                headers: &[],
                ..of_curl("aws:amz:us-east-1:s3", "exam.ple.com:9000", path)
            },
            "Credential=xxx/19700101/us-east-1/s3/aws4_request, \
             SignedHeaders=host;x-amz-content-sha256;x-amz-date, \
             Signature=e6270423932feafe9b00ca5d60c9ed566be649f9ca9676144288273945153021",
        ),
        (
            3222,
            Case { pair: pair("user\r\n", "secret"), ..fake("/") },
            "Credential=user%0D%0A/19700101/us-east-2/es/aws4_request, \
             SignedHeaders=host;x-amz-date, \
             Signature=e5747e9555c0e96f1067cc4bf9f6055e72a185178e5dd0c2909279ec1d66360b",
        ),
    ] {
        let signed = case.proof();
        assert_eq!(signed.split_once(' ').map(|(_, rest)| rest), Some(proof), "{test}");
    }
}

#[test]
fn what_is_added_is_what_the_user_did_not_say() {
    let added = |headers: &'static [(&'static str, &'static str)], providers: &'static str| {
        let case = Case { headers, ..of_curl(providers, "s3.eu.example", "/") };
        let signed = case.signed().unwrap();
        let mut names: Vec<_> = signed.keys().map(ToString::to_string).collect();
        names.sort_unstable();
        (names, signed["authorization"].to_str().unwrap().to_owned())
    };
    let (names, proof) = added(&[], "goog");
    assert_eq!(names, ["authorization", "x-goog-date"]);
    assert!(proof.starts_with("GOOG4-HMAC-SHA256 Credential=xxx/19700101/eu/s3/goog4_request,"));
    let (names, _) = added(&[], "");
    assert_eq!(names, ["authorization", "x-amz-content-sha256", "x-amz-date"]);
    let dated = &[("x-amz-date", "20261231T235959Z"), ("x-amz-content-sha256", "UNSIGNED-PAYLOAD")];
    let (names, proof) = added(dated, "aws:amz");
    assert_eq!(names, ["authorization"]);
    assert!(proof.contains("/20261231/eu/s3/aws4_request"), "{proof}");
    let (names, proof) = added(&[("date", "20261231T235959Z")], "osc");
    assert_eq!(names, ["authorization"]);
    assert!(proof.contains("/20261231/eu/s3/osc4_request"), "{proof}");
    // A date of another form is no time that can be signed, but not in the way either.
    let (names, _) = added(&[("date", "Thu, 31 Dec 2026 23:59:59 GMT")], "osc");
    assert_eq!(names, ["authorization", "x-osc-date"]);
    let headers = &[("x-amz-date", "today")];
    let case = Case { headers, ..of_curl("aws:amz", "s3.eu.example", "/") };
    assert_eq!(case.signed().err(), Some(Unsignable::Time));
}

#[test]
fn region_and_service_are_of_the_host_where_they_are_not_said() {
    let of = |text: &str, host: &str| {
        let scheme = SigV4::parse(text).unwrap();
        let found = scheme.region_and_service(host);
        found.map(|(region, service)| format!("{region} {service}"))
    };
    assert_eq!(of("aws:amz", "ec2.us-east-1.amazonaws.com").unwrap(), "us-east-1 ec2");
    assert_eq!(of("aws:amz:eu", "ec2.us-east-1.amazonaws.com").unwrap(), "eu ec2");
    assert_eq!(of("aws:amz:eu:s3", "localhost").unwrap(), "eu s3");
    assert_eq!(of("aws:amz:eu", "localhost"), Err(Unsignable::Service));
    assert_eq!(of("aws:amz", "localhost"), Err(Unsignable::Service));
    assert_eq!(of("aws:amz", "ec2.localhost"), Err(Unsignable::Region));
}

#[test]
fn providers_are_read() {
    let long = "a".repeat(65);
    for wrong in [":amz", "a b", "aws:a_mz", "aws:amz:r:s:more", "aws:amz:r\u{e9}", &long] {
        assert_eq!(SigV4::parse(wrong), Err(NoProvider), "{wrong}");
    }
    assert_eq!(SigV4::parse(""), SigV4::parse("AWS:AMZ"));
    assert_eq!(SigV4::parse("osc").unwrap().date_header(), "x-osc-date");
}

#[test]
fn a_query_has_one_form() {
    assert_eq!(canonical_query("b=2&a=1&a=0&&c"), "a=0&a=1&b=2&c=");
    assert_eq!(canonical_query("a=x+y%2bz%2B&k=%zz%4"), "a=x%20y%2Bz%2B&k=%25zz%254");
    assert_eq!(canonical_query("a==b&%61=%c3%a9~"), "a=%3Db&a=%C3%A9~");
    assert_eq!(canonical_query(""), "");
}

proptest::proptest! {
    #[test]
    fn a_query_in_its_form_stays_as_it_is(query in "[a-c=&%+0-9A-F~ \u{e9}]{0,40}") {
        let once = canonical_query(&query);
        proptest::prop_assert_eq!(&canonical_query(&once), &once);
    }

    #[test]
    fn a_text_is_read_or_refused(text in "\\PC{0,80}") {
        if let Ok(scheme) = SigV4::parse(&text) {
            proptest::prop_assert!(HeaderName::try_from(scheme.date_header()).is_ok());
        }
    }
}
