use std::sync::Arc;

use adapters::kafka::{
    commands::{self, KafkaCommands},
    dead_letters::KafkaDeadLetters,
    outcomes::KafkaOutcomes,
};
use anyhow::Context;
use gateway::{
    Gateway,
    intake::{Config, Intake, run},
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::info;

use super::options::{IntakeOptions, KafkaOptions};

/// Takes commands from Kafka beside whatever else the process does, if that is wanted.
pub(super) fn start(
    options: &IntakeOptions,
    kafka: &KafkaOptions,
    gateway: &Gateway,
    tasks: &mut JoinSet<()>,
    stop: &CancellationToken,
) -> anyhow::Result<()> {
    if !options.take_commands {
        info!("commands from Kafka are left to others");
        return Ok(());
    }
    let (brokers, settings) = (&kafka.kafka_brokers, kafka.settings());
    let source = KafkaCommands::start(&kafka.consumer(commands::TOPIC, commands::GROUP)).context("--kafka-brokers")?;
    let intake = Intake {
        outcomes: Arc::new(KafkaOutcomes::new(brokers, &settings).context("--kafka-brokers")?),
        letters: Arc::new(KafkaDeadLetters::new(brokers, &settings).context("--kafka-brokers")?),
    };
    tasks.spawn(run(Config::new(commands::GROUP), gateway.clone(), intake, Box::new(source), stop.clone()));
    Ok(())
}
