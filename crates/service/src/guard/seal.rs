//! Sealing of personal fields (联系人、电话): encrypted at rest, and any change of the sealed text is noticed.
//!
//! SM4-GCM (GB/T 32907, RFC 8998) by default; AES-256-GCM by configuration. Both can always be opened, so the
//! configuration may be changed while old fields stay.

use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, AesGcm, KeyInit as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use sm4::Sm4;
use thiserror::Error;
use zeroize::Zeroizing;

use super::keys::Keys;

type Sm4Gcm = AesGcm<Sm4, U12>;

const SM4_PREFIX: &str = "sm4:1:";
const AES_PREFIX: &str = "aes:1:";
const NONCE_BYTES: usize = 12;

/// The cipher with which new fields are sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SealCipher {
    /// SM4-GCM, the national algorithm.
    #[default]
    Sm4,
    /// AES-256-GCM.
    Aes,
}

/// Why a field could not be sealed or opened.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SealError {
    /// The sealed text has no known prefix or is cut.
    #[error("加密字段的格式不对，无法解密。数据可能损坏，请联系系统管理员核查。")]
    Form,
    /// Another key, another place, or a changed text.
    #[error("加密字段解密失败：密钥不对，或数据被改动。请联系系统管理员核对密钥文件。")]
    Refused,
    /// The system gave no randomness, or the text is beyond the cipher.
    #[error("加密失败，请联系系统管理员。")]
    Failed,
}

/// Seals and opens fields.
pub struct Sealer {
    sm4: Sm4Gcm,
    aes: Aes256Gcm,
    writes: SealCipher,
}

impl Sealer {
    /// With keys derived for this use.
    pub fn new(keys: &Keys, writes: SealCipher) -> Self {
        let sm4_key = keys.derive("seal/sm4");
        let mut first_half = Zeroizing::new([0_u8; 16]);
        first_half.copy_from_slice(&sm4_key[..16]);
        let aes_key = keys.derive("seal/aes");
        Self {
            sm4: Sm4Gcm::new(&(*first_half).into()),
            aes: Aes256Gcm::new(&(*aes_key).into()),
            writes,
        }
    }

    /// Seals a text for one place, such as `project.contact/PROJECT-ID`. Sealed text moved to another place does
    /// not open.
    ///
    /// # Errors
    ///
    /// [`SealError::Failed`] when the system gives no randomness.
    pub fn seal(&self, place: &str, clear: &str) -> Result<String, SealError> {
        let mut nonce = [0_u8; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|_| SealError::Failed)?;
        let payload = Payload {
            msg: clear.as_bytes(),
            aad: place.as_bytes(),
        };
        let (prefix, text) = match self.writes {
            SealCipher::Sm4 => (SM4_PREFIX, self.sm4.encrypt(&nonce.into(), payload)),
            SealCipher::Aes => (AES_PREFIX, self.aes.encrypt(&nonce.into(), payload)),
        };
        let mut sealed = nonce.to_vec();
        sealed.extend(text.map_err(|_| SealError::Failed)?);
        Ok(format!("{prefix}{}", STANDARD_NO_PAD.encode(sealed)))
    }

    /// Opens a sealed text of the same place.
    ///
    /// # Errors
    ///
    /// [`SealError`] when the text is damaged, was changed, comes from another place or from another key.
    pub fn open(&self, place: &str, sealed: &str) -> Result<Zeroizing<String>, SealError> {
        let (cipher, text) = split_prefix(sealed).ok_or(SealError::Form)?;
        let bytes = STANDARD_NO_PAD.decode(text).map_err(|_| SealError::Form)?;
        let (nonce, text) = bytes
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or(SealError::Form)?;
        let payload = Payload {
            msg: text,
            aad: place.as_bytes(),
        };
        let clear = match cipher {
            SealCipher::Sm4 => self.sm4.decrypt(&(*nonce).into(), payload),
            SealCipher::Aes => self.aes.decrypt(&(*nonce).into(), payload),
        };
        let clear = clear.map_err(|_| SealError::Refused)?;
        String::from_utf8(clear)
            .map(Zeroizing::new)
            .map_err(|_| SealError::Refused)
    }
}

fn split_prefix(sealed: &str) -> Option<(SealCipher, &str)> {
    if let Some(text) = sealed.strip_prefix(SM4_PREFIX) {
        return Some((SealCipher::Sm4, text));
    }
    sealed
        .strip_prefix(AES_PREFIX)
        .map(|text| (SealCipher::Aes, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer(key: u8, writes: SealCipher) -> Sealer {
        Sealer::new(&Keys::from_bytes([key; 32]), writes)
    }

    #[test]
    fn sm4_gcm_agrees_with_the_example_of_rfc_8998() {
        let key: [u8; 16] = hex::decode("0123456789ABCDEFFEDCBA9876543210")
            .unwrap()
            .try_into()
            .unwrap();
        let nonce: [u8; 12] = hex::decode("00001234567800000000ABCD")
            .unwrap()
            .try_into()
            .unwrap();
        let aad = hex::decode("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2").unwrap();
        let clear = hex::decode(concat!(
            "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD",
            "EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA",
        ));
        let sealed = Sm4Gcm::new(&key.into())
            .encrypt(
                &nonce.into(),
                Payload {
                    msg: &clear.unwrap(),
                    aad: &aad,
                },
            )
            .unwrap();
        let expected = concat!(
            "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735",
            "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D",
            "83DE3541E4C2B58177E065A9BF7B62EC",
        );
        assert_eq!(hex::encode_upper(sealed), expected);
    }

    #[test]
    fn a_sealed_field_opens_again_and_shows_nothing() {
        for (cipher, prefix) in [(SealCipher::Sm4, "sm4:1:"), (SealCipher::Aes, "aes:1:")] {
            let sealed = sealer(1, cipher)
                .seal("contact", "样例联系人 13800000000")
                .unwrap();
            assert!(
                sealed.starts_with(prefix) && !sealed.contains("138"),
                "{sealed}"
            );
            assert_eq!(
                *sealer(1, cipher).open("contact", &sealed).unwrap(),
                "样例联系人 13800000000"
            );
        }
    }

    #[test]
    fn fields_of_the_other_cipher_still_open_after_a_change_of_configuration() {
        let sealed = sealer(1, SealCipher::Aes).seal("contact", "样例").unwrap();
        assert_eq!(
            *sealer(1, SealCipher::Sm4).open("contact", &sealed).unwrap(),
            "样例"
        );
    }

    #[test]
    fn another_key_another_place_and_every_changed_character_are_refused() {
        let sealer_one = sealer(1, SealCipher::Sm4);
        let sealed = sealer_one.seal("contact", "样例").unwrap();
        assert_eq!(
            sealer(2, SealCipher::Sm4).open("contact", &sealed),
            Err(SealError::Refused)
        );
        assert_eq!(sealer_one.open("other", &sealed), Err(SealError::Refused));
        for at in SM4_PREFIX.len()..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(sealer_one.open("contact", &changed).is_err(), "{changed}");
        }
    }

    #[test]
    fn what_is_not_sealed_text_is_said_to_be_damaged() {
        for text in ["", "样例", "sm4:2:AAAA", "sm4:1:", "sm4:1:AAAA", "sm4:1:!!"] {
            assert_eq!(
                sealer(1, SealCipher::Sm4).open("contact", text),
                Err(SealError::Form),
                "{text}"
            );
        }
    }

    #[test]
    fn the_same_text_is_sealed_differently_each_time() {
        let sealer = sealer(1, SealCipher::Sm4);
        assert_ne!(
            sealer.seal("contact", "样例").unwrap(),
            sealer.seal("contact", "样例").unwrap()
        );
    }
}
