use axum::Router;
use tokio::{net::TcpListener, task::JoinHandle};

/// A router that is served on a port of its own until this is dropped.
pub struct Server {
    pub base: String,
    task: JoinHandle<()>,
}

impl Server {
    pub async fn of(router: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { base, task }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}
