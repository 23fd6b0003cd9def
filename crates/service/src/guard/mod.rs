//! What keeps strangers out and secrets in: passwords, sealed fields, session tokens, throttling, uploads.
//!
//! Everything here takes plain values and returns plain values; what must be remembered (failures, sessions,
//! sealed text) is stored by the caller.

mod keys;
mod password;
mod seal;
mod throttle;
mod token;
mod upload;

pub use keys::{KeyError, KeySource, Keys, create_key_file};
pub use password::{Cost, PasswordError, Passwords, WeakPassword, check_password_rule};
pub use seal::{SealCipher, SealError, Sealer};
pub use throttle::{LockRule, LockState, Locked, SignInThrottle, ThrottleRule, Throttled};
pub use token::{CsrfTokens, SessionToken, TokenError, same};
pub use upload::{
    CheckedUpload, FileKind, UploadError, UploadLimits, check_upload, clean_file_name,
};
