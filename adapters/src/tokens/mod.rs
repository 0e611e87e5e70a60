//! Bearer tokens that the platform signs itself: JSON Web Tokens (RFC 7519) by Ed25519 (RFC 8037).
//!
//! One algorithm and no other, so that a token cannot choose how it is checked. Keys lie in a file, a JSON Web Key Set
//! (RFC 7517): the first signs, all of them verify. So a key is rotated by a new one in front; the old one goes once its last
//! token has expired.

mod claims;
mod file;
mod jws;
mod keys;

pub use claims::{AUDIENCE, ISSUER, Issue, SKEW};
pub use file::{KeyFile, add_key, open_or_create};
pub use keys::{KeySet, KeysError};
