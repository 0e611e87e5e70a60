use std::io::Write;

use adapters::postgres::PgOperations;
use anyhow::{Context, bail};
use clap::Args;
use domain::{
    Access, CommandId, Envelope, SagaId, Trace,
    saga::{Command, OPERATOR, Saga},
};
use jiff::Timestamp;
use ports::{IdSource, OperationQuery, OperationReader, RandomIds, Reply, send};

use super::options::{DaprOptions, StoreOptions};
use crate::operations::{SagasCommand, State, line};

/// How an operator reaches the sagas of a cluster.
#[derive(Debug, Args)]
pub(crate) struct OperatorOptions {
    #[command(flatten)]
    dapr: DaprOptions,
    #[command(flatten)]
    stores: StoreOptions,
}

/// Runs one command on everybody's sagas.
pub(crate) async fn operate(command: &SagasCommand, options: &OperatorOptions, out: &mut impl Write) -> anyhow::Result<()> {
    let (id, told) = match command {
        SagasCommand::List { status, .. } => return list(*status, options, out).await,
        SagasCommand::Show { id, .. } => (*id, Command::Look),
        SagasCommand::Retry { id, .. } => (*id, Command::Retry),
        SagasCommand::Abort { id, .. } => (*id, Command::Abort),
    };
    let saga = tell(id, told, options).await?;
    line(id, &saga, out)?;
    // The work may hold a tag that a person wrote.
    let (steps, back, attempt) = (saga.steps, saga.taken_back, saga.attempt);
    writeln!(out, "steps     {} of {steps} taken, {back} taken back, attempt {attempt}", saga.taken)?;
    writeln!(out, "stopping  {}", saga.stopping.map_or("-", |reason| reason.name()))?;
    writeln!(out, "next      {}", if saga.is_open() { saga.next.to_string() } else { "-".to_owned() })?;
    writeln!(out, "deadline  {}", saga.deadline)?;
    writeln!(out, "ended     {}", saga.ended_at.map_or("-".to_owned(), |at| at.to_string()))?;
    Ok(())
}

async fn tell(id: SagaId, command: Command, options: &OperatorOptions) -> anyhow::Result<Saga> {
    let envelope = Envelope {
        command_id: CommandId::new(RandomIds.uuid()),
        aggregate_id: id.to_string(),
        expected_version: None,
        principal: OPERATOR.parse().context("the operator's id")?,
        at: Timestamp::now(),
        replayable: false,
        trace: Trace::default(),
        access: Access::default(),
        command,
    };
    match send::<Saga>(&options.dapr.dispatch()?, &envelope).await? {
        Reply::Accepted(accepted) => accepted.state.with_context(|| format!("there is no {id}")),
        Reply::Refused { refusal } => bail!("{id}: {refusal}"),
    }
}

async fn list(status: Option<State>, options: &OperatorOptions, out: &mut impl Write) -> anyhow::Result<()> {
    let operations = PgOperations::new(&options.stores.database_url).context("--database-url")?;
    let statuses = status.map(State::statuses).unwrap_or_default();
    let rows = operations.operations(&OperationQuery { statuses, limit: 1000, ..OperationQuery::default() }).await?;
    for row in rows {
        line(row.id, &row.saga, out)?;
    }
    Ok(())
}
