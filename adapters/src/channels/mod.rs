//! How people are told: mail, and requests to programs of theirs; and the key behind what only the platform can have made.

mod key;
mod mail;
mod network;
mod tls;
mod webhooks;

pub use key::{KeyFile, KeyFileError};
pub use mail::{MailConfig, MailConfigError, SmtpMailer};
pub use network::{Network, is_public};
pub use tls::TrustError;
pub use webhooks::{HttpWebhooks, WebhooksConfig};
