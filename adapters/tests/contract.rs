//! The topics of `docs/asyncapi.yaml` are those of `deploy/kafka/topics.yaml`.
#![cfg(feature = "cluster")]

use std::collections::BTreeMap;

use adapters::kafka::topics::declared;
use testkit::contract::Contract;

#[test]
fn topics_are_those_of_the_contract() {
    // What the contract says nothing of is between us and Kafka.
    let said = ["cleanup.policy", "retention.ms"];
    let declared = declared(3).expect("the declaration").into_iter().map(|topic| {
        let config: BTreeMap<_, _> = topic.config.into_iter().filter(|(name, _)| said.contains(&name.as_str())).collect();
        (topic.name, (topic.partitions as u64, config))
    });
    let contract = Contract::read();
    let described = contract.topics().iter().map(|(name, topic)| (name.clone(), (topic.partitions, topic.config.clone())));
    assert_eq!(described.collect::<BTreeMap<_, _>>(), declared.collect());
}
