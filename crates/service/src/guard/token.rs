//! Session tokens and the tokens that forms carry.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sm3::{Digest as _, Sm3};
use subtle::ConstantTimeEq as _;
use thiserror::Error;
use zeroize::Zeroizing;

use super::keys::{Keys, hmac_sm3};

/// 256 random bits.
const TOKEN_BYTES: usize = 32;
/// Makes every form token look different, so that compressed pages do not betray it.
const SALT_BYTES: usize = 16;

/// The system gave no randomness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("系统没有提供随机数，无法生成会话。请检查操作系统的随机数来源。")]
pub struct TokenError;

/// The secret that a signed-in browser carries. Only [`SessionToken::stored`] is kept on the server.
#[derive(Clone)]
pub struct SessionToken(Zeroizing<[u8; TOKEN_BYTES]>);

impl SessionToken {
    /// A fresh one.
    ///
    /// # Errors
    ///
    /// [`TokenError`] when the system gives no randomness.
    pub fn random() -> Result<Self, TokenError> {
        let mut bytes = Zeroizing::new([0_u8; TOKEN_BYTES]);
        getrandom::fill(bytes.as_mut_slice()).map_err(|_| TokenError)?;
        Ok(Self(bytes))
    }

    /// From a cookie; `None` when it is not a token.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text).ok()?);
        Some(Self(Zeroizing::new(
            <[u8; TOKEN_BYTES]>::try_from(bytes.as_slice()).ok()?,
        )))
    }

    /// The text for the cookie.
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(URL_SAFE_NO_PAD.encode(self.0.as_slice()))
    }

    /// The SM3 by which the session is stored and found, 64 hexadecimal digits.
    pub fn stored(&self) -> String {
        hex::encode(Sm3::digest(self.0.as_slice()))
    }
}

/// Makes and checks the tokens of forms. A token belongs to one session and lasts as long as it.
pub struct CsrfTokens {
    key: Zeroizing<[u8; 32]>,
}

impl CsrfTokens {
    /// With a key derived for this use.
    pub fn new(keys: &Keys) -> Self {
        Self {
            key: keys.derive("csrf"),
        }
    }

    /// A token for a form of this session.
    ///
    /// # Errors
    ///
    /// [`TokenError`] when the system gives no randomness.
    pub fn issue(&self, session: &SessionToken) -> Result<String, TokenError> {
        let mut token = [0_u8; SALT_BYTES];
        getrandom::fill(&mut token).map_err(|_| TokenError)?;
        let proof = self.proof(&token, session);
        Ok(URL_SAFE_NO_PAD.encode([token.as_slice(), proof.as_slice()].concat()))
    }

    /// Whether the token was issued for this session.
    pub fn check(&self, session: &SessionToken, token: &str) -> bool {
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(token) else {
            return false;
        };
        let Some((salt, proof)) = bytes.split_first_chunk::<SALT_BYTES>() else {
            return false;
        };
        same(&self.proof(salt, session), proof)
    }

    fn proof(&self, salt: &[u8; SALT_BYTES], session: &SessionToken) -> [u8; 32] {
        hmac_sm3(self.key.as_slice(), &[salt, session.0.as_slice()])
    }
}

/// Whether two secrets are equal, in a time that does not tell where they differ.
pub fn same(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_token_comes_back_from_its_cookie() {
        let token = SessionToken::random().unwrap();
        let again = SessionToken::parse(&token.reveal()).unwrap();
        assert_eq!(again.stored(), token.stored());
        assert_eq!(token.stored().len(), 64);
        assert!(!token.stored().contains(token.reveal().as_str()));
    }

    #[test]
    fn two_sessions_never_share_a_token() {
        assert_ne!(
            SessionToken::random().unwrap().stored(),
            SessionToken::random().unwrap().stored()
        );
    }

    #[test]
    fn what_is_not_a_token_is_not_a_session() {
        for text in ["", "abc", &"A".repeat(42), &"A".repeat(44), "样例"] {
            assert!(SessionToken::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_form_token_counts_for_its_own_session_and_key_only() {
        let tokens = CsrfTokens::new(&Keys::from_bytes([1; 32]));
        let (mine, other) = (
            SessionToken::random().unwrap(),
            SessionToken::random().unwrap(),
        );
        let token = tokens.issue(&mine).unwrap();
        assert!(tokens.check(&mine, &token));
        assert!(!tokens.check(&other, &token));
        assert!(!CsrfTokens::new(&Keys::from_bytes([2; 32])).check(&mine, &token));
        for text in ["", "AAAA", &token[1..], "样例"] {
            assert!(!tokens.check(&mine, text), "{text}");
        }
    }

    #[test]
    fn two_forms_of_a_session_have_different_tokens_and_both_count() {
        let tokens = CsrfTokens::new(&Keys::from_bytes([1; 32]));
        let session = SessionToken::random().unwrap();
        let (first, second) = (
            tokens.issue(&session).unwrap(),
            tokens.issue(&session).unwrap(),
        );
        assert_ne!(first, second);
        assert!(tokens.check(&session, &first) && tokens.check(&session, &second));
    }
}
