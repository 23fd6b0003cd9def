//! The JSON Schema of a pack, for editors and for checking the shape of a file.

use serde_json::Value;

use crate::model::PackFile;

/// The JSON Schema of a pack file, with Chinese descriptions.
pub fn schema() -> Value {
    let mut schema = schemars::schema_for!(PackFile).to_value();
    if let Some(object) = schema.as_object_mut() {
        object.insert("title".to_owned(), "政策包".into());
    }
    schema
}
