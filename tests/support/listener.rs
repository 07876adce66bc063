//! A listener on a runtime and a thread of its own, for servers that speak HTTP/2.

use std::sync::mpsc;
use std::thread;
use tokio::net::{TcpListener, TcpStream};

/// Accepts connections on 127.0.0.1, for as long as the tests run, and waits for `serve` with each of them
/// before the next: who serves several at once spawns a task. The port.
pub(crate) fn listen<S: Future<Output = ()>>(
    mut serve: impl FnMut(TcpStream) -> S + Send + 'static,
) -> u16 {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            sender.send(listener.local_addr().unwrap().port()).unwrap();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                serve(stream).await;
            }
        });
    });
    receiver.recv().unwrap()
}
