use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;
use ports::{LettersState, LettersWatch, Source};

use super::office;

/// The letters that wait, counted for whoever watches them.
#[derive(Debug, Clone)]
pub struct WaitingLetters {
    /// Where Kafka is: host:port, several separated by commas.
    pub brokers: String,
    /// Settings of the client library.
    pub settings: Vec<(String, String)>,
}

#[async_trait]
impl LettersWatch for WaitingLetters {
    async fn letters(&self) -> Result<Vec<LettersState>, Source> {
        let mut groups = BTreeMap::<String, (u64, Option<Timestamp>)>::new();
        for letter in office::waiting(&self.brokers, &self.settings, false).await? {
            let (waiting, oldest) = groups.entry(letter.group).or_default();
            *waiting += 1;
            *oldest = (*oldest).into_iter().chain(letter.at).min();
        }
        Ok(groups.into_iter().map(|(group, (waiting, oldest))| LettersState { group, waiting, oldest }).collect())
    }
}
