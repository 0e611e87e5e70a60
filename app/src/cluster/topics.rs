use adapters::kafka::topics::Topics;
use anyhow::Context;
use clap::Subcommand;
use tracing::info;

use super::options::KafkaOptions;

#[derive(Debug, Subcommand)]
pub(crate) enum TopicsCommand {
    /// Make the topics what deploy/kafka/topics.yaml declares
    Apply {
        #[command(flatten)]
        kafka: KafkaOptions,
    },
}

/// `todo topics`
pub(crate) async fn topics(command: TopicsCommand) -> anyhow::Result<()> {
    let TopicsCommand::Apply { kafka } = command;
    let changes = Topics::with(&kafka.kafka_brokers, &kafka.settings())
        .context("--kafka-brokers, --kafka-tls")?
        .apply()
        .await
        .context("the topics")?;
    for change in &changes {
        info!(?change, "applied");
    }
    info!(changes = changes.len(), "topics are as declared");
    Ok(())
}
