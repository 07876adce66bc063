//! A node on a raw socket that says what it is told to.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use url::Url;

pub(super) enum Reply {
    /// A status and a body with its true length.
    Body(u16, String),
    /// Bytes as they are, and then the end of the connection.
    Raw(String),
    /// These bytes, and then one more now and then, for ever.
    Trickle(String),
}

/// A JSON-RPC response with this result.
#[expect(clippy::needless_pass_by_value, reason = "always made on the spot")]
pub(super) fn result(value: Value) -> Reply {
    Reply::Body(200, json!({ "jsonrpc": "2.0", "id": 1, "result": value }).to_string())
}

/// A JSON-RPC response with an error object.
pub(super) fn fault(status: u16, code: i64, message: &str) -> Reply {
    let error = json!({ "code": code, "message": message });
    Reply::Body(status, json!({ "jsonrpc": "2.0", "id": 1, "error": error }).to_string())
}

pub(super) struct Fake {
    pub(super) url: Url,
    calls: Arc<Mutex<Vec<(String, Value)>>>,
    server: JoinHandle<()>,
}

impl Fake {
    pub(super) async fn start(reply: impl Fn(&str, &Value) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let url = format!("http://{address}/secret-key").parse().unwrap();
        let calls = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&calls);
        let server = tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let (method, params) = question(&mut stream).await;
                let reply = reply(&method, &params);
                seen.lock().unwrap().push((method, params));
                tokio::spawn(answer(stream, reply));
            }
        });
        Self { url, calls, server }
    }

    /// The parameters of every call of this method so far.
    pub(super) fn calls(&self, method: &str) -> Vec<Value> {
        let calls = self.calls.lock().unwrap();
        calls.iter().filter(|call| call.0 == method).map(|call| call.1.clone()).collect()
    }

    /// Stops listening.
    pub(super) async fn stop(&mut self) {
        self.server.abort();
        assert!((&mut self.server).await.unwrap_err().is_cancelled());
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn question(stream: &mut TcpStream) -> (String, Value) {
    let mut bytes = Vec::new();
    loop {
        let read = stream.read_buf(&mut bytes).await.unwrap();
        assert_ne!(read, 0, "the question ended early");
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        if body.len() < length.parse().unwrap() {
            continue;
        }
        assert!(head.starts_with("post /secret-key http/1.1"), "{head}");
        assert!(head.contains("content-type: application/json"), "{head}");
        let question: Value = serde_json::from_str(body).unwrap();
        assert_eq!(question["jsonrpc"], "2.0");
        return (question["method"].as_str().unwrap().to_owned(), question["params"].clone());
    }
}

async fn answer(mut stream: TcpStream, reply: Reply) {
    let (bytes, trickles) = match reply {
        Reply::Body(status, body) => {
            let head = format!("HTTP/1.1 {status} \r\nlocation: /elsewhere\r\ncontent-length: ");
            (format!("{head}{}\r\nconnection: close\r\n\r\n{body}", body.len()), false)
        }
        Reply::Raw(bytes) => (bytes, false),
        Reply::Trickle(bytes) => (bytes, true),
    };
    // The other side may hang up at any time.
    let mut open = stream.write_all(bytes.as_bytes()).await.is_ok();
    while trickles && open {
        tokio::time::sleep(Duration::from_millis(20)).await;
        open = stream.write_all(b" ").await.is_ok();
    }
}
