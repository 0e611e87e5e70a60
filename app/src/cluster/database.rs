use anyhow::Context;
use clap::Subcommand;
use tracing::info;

#[derive(Debug, Subcommand)]
pub(crate) enum DatabaseCommand {
    /// Make the tables, or bring them to this version, and let the services' role use them
    Apply {
        /// The database, as a role that may make tables and roles: postgres://USER:PASSWORD@HOST:PORT/DATABASE
        #[arg(long, env = "DATABASE_ADMIN_URL", hide_env_values = true)]
        admin_url: String,
        /// The services' role: it can add to the journal but neither change nor delete what is in it
        #[arg(long, env = "DATABASE_SERVICE_ROLE", default_value = "todo_service")]
        service_role: String,
    },
}

/// `todo database`
pub(crate) async fn database(command: DatabaseCommand) -> anyhow::Result<()> {
    let DatabaseCommand::Apply { admin_url, service_role } = command;
    adapters::postgres::apply(&admin_url, &service_role).await.context("--admin-url")?;
    info!(service_role, "the tables are of this version");
    Ok(())
}
