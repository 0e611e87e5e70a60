use std::{collections::BTreeMap, fs, path::Path};

use serde_json::{Map, Value};

/// The contract's documents by their paths below `docs`: `asyncapi.yaml`, `schemas/event.json`, …
#[derive(Debug, Clone)]
pub struct Documents(pub BTreeMap<String, Value>);

impl Documents {
    /// Reads `asyncapi.yaml` and `schemas/*.json` below `folder`.
    pub fn read(folder: &Path) -> Self {
        let text = |path: &str| fs::read_to_string(folder.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        let document: Value = serde_saphyr::from_str(&text("asyncapi.yaml")).unwrap_or_else(|error| panic!("asyncapi.yaml: {error}"));
        let mut documents = BTreeMap::from([("asyncapi.yaml".to_owned(), document)]);
        for entry in fs::read_dir(folder.join("schemas")).expect("docs/schemas") {
            let name = entry.expect("a file").file_name().into_string().expect("a name");
            if name.ends_with(".json") {
                let path = format!("schemas/{name}");
                let schema = serde_json::from_str(&text(&path)).unwrap_or_else(|error| panic!("{path}: {error}"));
                documents.insert(path, schema);
            }
        }
        Self(documents)
    }

    /// A document with what its references point at in their place.
    ///
    /// # Panics
    /// If one points nowhere, or at what it stands in.
    pub fn inlined(&self, path: &str) -> Value {
        self.inline(path, &self.0[path], 0)
    }

    fn inline(&self, path: &str, node: &Value, depth: usize) -> Value {
        assert!(depth < 100, "{path}: a reference to what it stands in");
        match node {
            Value::Object(fields) if fields.contains_key("$ref") => {
                let reference = fields["$ref"].as_str().expect("a reference is a text");
                let mut target = self.target(path, reference, depth);
                for (name, value) in fields.iter().filter(|(name, _)| *name != "$ref") {
                    // A keyword beside a reference would have to hold as well.
                    assert_eq!(name, "description", "{path}: {name} beside {reference}");
                    target.as_object_mut().expect("an object").insert(name.clone(), value.clone());
                }
                target
            }
            Value::Object(fields) => {
                let inlined = fields.iter().map(|(name, value)| (name.clone(), self.inline(path, value, depth + 1)));
                Value::Object(inlined.collect::<Map<_, _>>())
            }
            Value::Array(items) => items.iter().map(|item| self.inline(path, item, depth + 1)).collect(),
            plain => plain.clone(),
        }
    }

    fn target(&self, path: &str, reference: &str, depth: usize) -> Value {
        let (file, pointer) = reference.split_once('#').unwrap_or((reference, ""));
        let folder = path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        let file = if file.is_empty() { path.to_owned() } else { format!("{folder}{file}") };
        let found = self.0.get(&file).and_then(|document| document.pointer(pointer));
        self.inline(&file, found.unwrap_or_else(|| panic!("{path}: {reference} points nowhere")), depth + 1)
    }
}
