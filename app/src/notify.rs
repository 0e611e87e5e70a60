//! By what people are told, and by which key.

use std::{fs, path::PathBuf, sync::Arc};

use adapters::channels::{HttpWebhooks, KeyFile, MailConfig, Network, SmtpMailer, WebhooksConfig};
use anyhow::{Context, ensure};
use ports::{Clock, Dispatch, MacKey, Mailer, SystemClock, ViewReader};
use sagas::Messenger;
use tracing::warn;

/// Which key.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct KeyOptions {
    /// The key that secrets of web hooks and links to unsubscribe are made of: openssl rand -hex 32 -out FILE. Whoever changes it changes
    /// them all
    #[arg(long, env = "TODO_NOTIFY_KEY", value_name = "FILE")]
    notify_key: Option<PathBuf>,
}

impl KeyOptions {
    /// The named key, if one is named.
    ///
    /// # Errors
    /// If the file holds none.
    pub(crate) fn named(&self) -> anyhow::Result<Option<Arc<dyn MacKey>>> {
        self.notify_key.as_deref().map(|path| Ok(Arc::new(KeyFile::read(path).context("--notify-key")?) as Arc<dyn MacKey>)).transpose()
    }

    /// The named key, else one that is made and kept at `own`.
    ///
    /// # Errors
    /// If the file holds none, or none can be made.
    pub(crate) fn named_or_own(&self, own: &std::path::Path) -> anyhow::Result<Arc<dyn MacKey>> {
        match self.named()? {
            Some(key) => Ok(key),
            None => Ok(Arc::new(KeyFile::read_or_make(own)?)),
        }
    }
}

/// By what.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct ChannelOptions {
    /// The mail server: smtps://HOST:PORT, or smtp://HOST:PORT with STARTTLS, with USER@ before the host if it wants one. Without it nobody
    /// is told by mail
    #[arg(long, env = "TODO_SMTP_URL", value_name = "URL", requires = "mail_from")]
    smtp_url: Option<String>,
    /// The file that the mail server's password stands in
    #[arg(long, env = "TODO_SMTP_PASSWORD_FILE", value_name = "FILE")]
    smtp_password_file: Option<PathBuf>,
    /// Who sends mail, as "Todo <todo@example.org>"
    #[arg(long, env = "TODO_MAIL_FROM", value_name = "ADDRESS")]
    mail_from: Option<String>,
    /// Authorities that mail servers and web hooks may be vouched for by, besides those of this machine, in PEM
    #[arg(long, env = "TODO_NOTIFY_CA", value_name = "FILE")]
    notify_ca: Option<PathBuf>,
    /// Call web hooks in private networks, and on this machine, too: only where everybody who can log in is trusted with what is there
    #[arg(long, env = "TODO_WEBHOOKS_TO_PRIVATE_NETWORKS")]
    webhooks_to_private_networks: bool,
}

impl ChannelOptions {
    fn mailer(&self) -> anyhow::Result<Option<Arc<dyn Mailer>>> {
        let (Some(url), Some(from)) = (&self.smtp_url, &self.mail_from) else { return Ok(None) };
        let mut config = MailConfig::new(url, from);
        config.more_authorities.clone_from(&self.notify_ca);
        if let Some(path) = &self.smtp_password_file {
            let password = fs::read_to_string(path).with_context(|| format!("--smtp-password-file {}", path.display()))?;
            config.password = Some(password.trim_end_matches(['\r', '\n']).to_owned());
        }
        Ok(Some(Arc::new(SmtpMailer::new(&config).context("--smtp-url, --smtp-password-file, --mail-from")?)))
    }

    /// What tells people. `public_url` is where they reach the platform.
    ///
    /// # Errors
    /// If the settings are wrong, or mail is to be sent without a key or an address for its links.
    pub(crate) fn messenger(
        &self,
        dispatch: Arc<dyn Dispatch>,
        views: Arc<dyn ViewReader>,
        key: Option<Arc<dyn MacKey>>,
        public_url: Option<String>,
    ) -> anyhow::Result<Messenger> {
        let mailer = self.mailer()?;
        ensure!(mailer.is_none() || key.is_some(), "mail needs a key for its links: name one with --notify-key");
        ensure!(mailer.is_none() || public_url.is_some(), "mail has links: say with --public-url where people reach the platform");
        if key.is_none() {
            warn!("nobody is told by mail or web hooks: name a key with --notify-key");
        }
        let network = if self.webhooks_to_private_networks { Network::Anywhere } else { Network::Public };
        let config = WebhooksConfig { network, more_authorities: self.notify_ca.clone(), ..WebhooksConfig::default() };
        Ok(Messenger {
            dispatch,
            views,
            clock: Arc::new(SystemClock) as Arc<dyn Clock>,
            mailer,
            webhooks: Some(Arc::new(HttpWebhooks::new(config).context("--notify-ca")?)),
            key,
            public_url: public_url.unwrap_or_default().trim_end_matches('/').to_owned(),
        })
    }
}
