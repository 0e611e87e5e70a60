//! What daprd makes of the data that a reminder or timer was registered with.
//!
//! The gRPC call that registers takes bytes; daprd keeps them as JSON, a base64 text, inside a `BytesValue`. Both transports
//! give that back, not the bytes.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use prost::Message;
use prost_types::Any;

/// The registered bytes, from the JSON that daprd keeps of them.
///
/// What was registered over HTTP may be any JSON: what is no base64 text is given as it stands.
pub(super) fn from_json(json: &[u8]) -> Bytes {
    match serde_json::from_slice::<Option<&str>>(json) {
        Ok(None) => Bytes::new(),
        Ok(Some(text)) => STANDARD.decode(text).map_or_else(|_| Bytes::copy_from_slice(json), Bytes::from),
        Err(_) => Bytes::copy_from_slice(json),
    }
}

/// The registered bytes, from the message that the actor stream carries.
pub(super) fn from_any(data: Option<Any>) -> Bytes {
    /// `google.protobuf.BytesValue`
    #[derive(Clone, PartialEq, Message)]
    struct BytesValue {
        #[prost(bytes = "bytes", tag = "1")]
        value: Bytes,
    }
    let Some(any) = data else { return Bytes::new() };
    if !any.type_url.ends_with("/google.protobuf.BytesValue") {
        return any.value.into();
    }
    match BytesValue::decode(any.value.as_slice()) {
        Ok(wrapped) if wrapped.value.is_empty() => Bytes::new(),
        Ok(wrapped) => from_json(&wrapped.value),
        Err(_) => any.value.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registered_bytes_come_back_out_of_daprs_wrapping() {
        assert_eq!(from_json(br#""AAH/eyJ9""#), Bytes::from_static(b"\x00\x01\xff{\"}"));
        assert_eq!(from_json(b"null"), Bytes::new());
        assert_eq!(from_json(br#"{"any":"json"}"#), Bytes::from_static(br#"{"any":"json"}"#));
        let wrapped = [&[0x0a, 0x06][..], br#""aGk=""#].concat();
        let any = Any { type_url: "type.googleapis.com/google.protobuf.BytesValue".into(), value: wrapped.clone() };
        // The length is that of the JSON text, quotes included.
        assert_eq!(wrapped.len(), 8);
        assert_eq!(from_any(Some(any)), Bytes::from_static(b"hi"));
        assert_eq!(from_any(None), Bytes::new());
    }
}
