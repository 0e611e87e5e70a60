//! `todo dead-letters`: what could not be taken, for people who decide what becomes of it.

use std::io::{self, Write};

use adapters::kafka::dead_letters::office::{self, Letter, LetterId, Which};
use anyhow::{Context, bail};
use clap::{Args, Subcommand};

use super::options::KafkaOptions;

#[derive(Debug, Args)]
pub(crate) struct DeadLettersOptions {
    #[command(flatten)]
    kafka: KafkaOptions,
    #[command(subcommand)]
    command: DeadLettersCommand,
}

#[derive(Debug, Subcommand)]
enum DeadLettersCommand {
    /// A line for each letter that waits: never what people wrote
    List,
    /// All that is known of a letter
    Show {
        /// PARTITION:OFFSET, as `list` shows it
        id: LetterId,
        /// The message's body, too: it may hold private text
        #[arg(long)]
        body: bool,
    },
    /// Deliver messages again, as they were and in their order, to the topic that they came from
    Retry(RetryOptions),
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct RetryOptions {
    /// PARTITION:OFFSET of one letter
    id: Option<LetterId>,
    /// All of one aggregate: whose messages have this key
    #[arg(long, value_name = "ID")]
    aggregate: Option<String>,
    /// All
    #[arg(long)]
    all: bool,
}

/// Runs one command.
pub(crate) async fn dead_letters(options: DeadLettersOptions) -> anyhow::Result<()> {
    let (brokers, settings) = (&options.kafka.kafka_brokers, &options.kafka.settings());
    let out = &mut io::stdout().lock();
    match options.command {
        DeadLettersCommand::List => list(&office::waiting(brokers, settings, false).await?, out)?,
        DeadLettersCommand::Show { id, body } => {
            let letters = office::waiting(brokers, settings, body).await?;
            let letter = letters.iter().find(|letter| letter.id == id).with_context(|| format!("there is no letter {id} that waits"))?;
            show(letter, body, out)?;
        }
        DeadLettersCommand::Retry(RetryOptions { id, aggregate, all }) => {
            let which = match (id, aggregate, all) {
                (Some(id), ..) => Which::One(id),
                (None, Some(aggregate), _) => Which::Key(aggregate),
                (None, None, true) => Which::All,
                (None, None, false) => bail!("say which: an ID, --aggregate or --all"),
            };
            let retried = office::retry(brokers, settings, &which).await?;
            writeln!(out, "{} messages delivered again, {} letters settled", retried.messages, retried.letters)?;
        }
    }
    Ok(())
}

fn list(letters: &[Letter], out: &mut impl Write) -> io::Result<()> {
    for letter in letters {
        let at = letter.at.map_or_else(|| "-".to_owned(), |at| format!("{at:.0}"));
        let Letter { id, topic, source, group, kind, reason, .. } = letter;
        writeln!(out, "{id}\t{at}\t{topic}/{source}\t{group}\t{kind}\t{}\t{reason}", key(letter))?;
    }
    writeln!(out, "{} letters wait", letters.len())
}

fn show(letter: &Letter, body: bool, out: &mut impl Write) -> io::Result<()> {
    let Letter { id, topic, source, origin, group, kind, reason, .. } = letter;
    writeln!(out, "letter   {id}")?;
    writeln!(out, "at       {}", letter.at.map_or_else(|| "-".to_owned(), |at| at.to_string()))?;
    writeln!(out, "from     {topic}/{source} (first {origin})")?;
    writeln!(out, "group    {group}")?;
    writeln!(out, "kind     {kind}")?;
    writeln!(out, "reason   {reason}")?;
    writeln!(out, "key      {}", key(letter))?;
    for (name, value) in &letter.headers {
        writeln!(out, "header   {}: {}", name.escape_debug(), String::from_utf8_lossy(value).escape_debug())?;
    }
    if body {
        writeln!(out)?;
        out.write_all(letter.body.as_deref().unwrap_or_default())?;
        writeln!(out)?;
    }
    Ok(())
}

/// A key that fits into a line, whatever it is.
fn key(letter: &Letter) -> String {
    let Some(key) = &letter.key else { return "-".to_owned() };
    String::from_utf8_lossy(key).chars().take(80).flat_map(char::escape_debug).collect()
}
