//! Kafka over TLS, where both sides show a certificate.

use std::path::Path;

/// librdkafka's settings for a folder that holds `ca.crt`, `user.crt` and `user.key`, as Strimzi names them: the CA of the
/// brokers, and who we are. Whoever shows another certificate is not a broker of ours, whatever its address.
pub fn settings(folder: &Path) -> Vec<(String, String)> {
    let file = |name: &str| folder.join(name).display().to_string();
    [
        ("security.protocol", "ssl".to_owned()),
        ("ssl.ca.location", file("ca.crt")),
        ("ssl.certificate.location", file("user.crt")),
        ("ssl.key.location", file("user.key")),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}
