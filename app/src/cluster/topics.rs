use adapters::kafka::topics::Topics;
use anyhow::Context;
use clap::Subcommand;
use tracing::info;

#[derive(Debug, Subcommand)]
pub(crate) enum TopicsCommand {
    /// Make the topics what deploy/kafka/topics.yaml declares
    Apply {
        /// The Kafka brokers, host:port, separated by commas
        #[arg(long, env = "KAFKA_BROKERS", default_value = "127.0.0.1:9092")]
        kafka_brokers: String,
    },
}

/// `todo topics`
pub(crate) async fn topics(command: TopicsCommand) -> anyhow::Result<()> {
    let TopicsCommand::Apply { kafka_brokers } = command;
    let changes = Topics::new(&kafka_brokers).context("--kafka-brokers")?.apply().await.context("the topics")?;
    for change in &changes {
        info!(?change, "applied");
    }
    info!(changes = changes.len(), "topics are as declared");
    Ok(())
}
