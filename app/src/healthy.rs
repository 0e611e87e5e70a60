use std::time::Duration;

use anyhow::Context;
use clap::Args;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// What a container's health check needs to know: an image without a shell has nothing else to ask with.
#[derive(Debug, Clone, Args)]
pub(crate) struct HealthyOptions {
    /// Whom to ask, host:port
    #[arg(long, default_value = "127.0.0.1:8080")]
    at: String,
    /// What to ask for
    #[arg(long, default_value = "/readyz")]
    path: String,
    /// How long the answer may take, in seconds
    #[arg(long, default_value_t = 3)]
    patience: u64,
}

/// `todo healthy`: ends well if the process there says that it is ready.
pub(crate) async fn run(options: HealthyOptions) -> anyhow::Result<()> {
    let HealthyOptions { at, path, patience } = options;
    let status = tokio::time::timeout(Duration::from_secs(patience), ask(&at, &path))
        .await
        .with_context(|| format!("{at} gave no answer within {patience} s"))?
        .with_context(|| format!("{at} cannot be asked: is it running there?"))?;
    anyhow::ensure!(status == "200", "{at}{path} answers {status}");
    Ok(())
}

/// The status code of the answer.
async fn ask(at: &str, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(at).await?;
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n\r\n").as_bytes()).await?;
    let mut answer = Vec::new();
    // The first line is all that matters, and it comes first.
    stream.take(1024).read_to_end(&mut answer).await?;
    let first = String::from_utf8_lossy(&answer);
    Ok(first.split_whitespace().nth(1).unwrap_or("nothing").to_owned())
}
