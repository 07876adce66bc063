//! The URLs that are fetched, and where each body goes.

use std::path::PathBuf;

use url::Url;

use crate::cli::args::Args;
use crate::http::parse_url;

use super::super::failure::Failure;
use super::request::upload_url;

/// One URL to fetch, and where its body goes.
#[derive(Debug)]
pub(crate) struct Target {
    /// The URL, as typed.
    pub text: String,
    /// The URL.
    pub url: Url,
    /// The file; `None` is stdout.
    pub output: Option<PathBuf>,
    /// The file that is uploaded there, if one is.
    pub upload: Option<String>,
}

/// The URLs in the order they were given, each with its own `-o` or `-O` if there is one for it.
pub(crate) fn targets(args: &Args) -> Result<Vec<Target>, Failure> {
    let texts = args.request.url.iter().chain(&args.urls);
    let mut files = args.output.output.iter();
    let mut uploads = args.request.data.upload_file.iter();
    let mut remote_names = args.output.remote_name;
    texts
        .map(|text| {
            let upload = uploads.next().filter(|name| !name.is_empty()).cloned();
            let mut url = parse_url(text)?;
            if let Some(name) = &upload {
                url = upload_url(&url, name);
            }
            let output = match files.next() {
                Some(file) if file.as_os_str() == "-" => None,
                Some(file) => Some(file.clone()),
                None if remote_names > 0 => {
                    remote_names = remote_names.saturating_sub(1);
                    Some(remote_name(&url)?)
                }
                None => None,
            };
            Ok(Target { text: text.clone(), url, output, upload })
        })
        .collect()
}

/// The last part of a URL's path: never a directory, never empty.
fn remote_name(url: &Url) -> Result<PathBuf, Failure> {
    let last = url.path().rsplit(['/', '\\']).next().unwrap_or_default();
    if matches!(last, "" | "." | "..") {
        return Err(Failure::NoRemoteName(url.clone()));
    }
    Ok(PathBuf::from(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remote_name_is_the_last_part_of_the_path() {
        let name = |url: &str| remote_name(&parse_url(url).ok().unwrap());
        assert_eq!(name("http://h/a/b.txt?c").ok().unwrap(), PathBuf::from("b.txt"));
        assert_eq!(name("http://h/a/..%2Fb").ok().unwrap(), PathBuf::from("..%2Fb"));
        for url in ["http://h", "http://h/", "http://h/a/", "http://h/a/.."] {
            assert!(name(url).is_err(), "{url}");
        }
    }
}
