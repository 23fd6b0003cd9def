//! The installation's key, and the keys derived from it.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sm3::Sm3;
use thiserror::Error;
use zeroize::Zeroizing;

/// Bytes of the installation's key.
const KEY_BYTES: usize = 32;

/// Where the installation's key comes from.
#[derive(Clone, Default)]
pub struct KeySource {
    /// The key itself: 64 hexadecimal digits or 44 base64 characters.
    pub key: Option<Zeroizing<String>>,
    /// A file that holds the key in the same form.
    pub file: Option<PathBuf>,
}

/// A key does not go into logs.
impl std::fmt::Debug for KeySource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let key = self.key.as_ref().map(|_| "…");
        f.debug_struct("KeySource")
            .field("key", &key)
            .field("file", &self.file)
            .finish()
    }
}

impl KeySource {
    /// Reads `LUODI_KEY` and `LUODI_KEY_FILE`.
    pub fn from_environment() -> Self {
        Self {
            key: std::env::var("LUODI_KEY").ok().map(Zeroizing::new),
            file: std::env::var_os("LUODI_KEY_FILE").map(PathBuf::from),
        }
    }
}

/// Why there is no key.
#[derive(Debug, Error)]
pub enum KeyError {
    /// Neither environment nor file names a key.
    #[error(
        "没有加密密钥：环境变量 LUODI_KEY 和 LUODI_KEY_FILE 都没有设置。请用 LUODI_KEY_FILE 指定密钥文件，或用 LUODI_KEY 直接给出 32 字节密钥（64 位十六进制或 base64）。"
    )]
    Absent,
    /// Both are set; which one counts must not be guessed.
    #[error("LUODI_KEY 和 LUODI_KEY_FILE 同时设置了，不能确定用哪一个。请只留一个。")]
    Both,
    /// The text is not a key.
    #[error("{from}里的密钥不是 32 字节（64 位十六进制或 44 位 base64）。请核对后重新设置。")]
    Form {
        /// Where the text stood.
        from: String,
    },
    /// The key file cannot be read or written.
    #[error("密钥文件“{path}”{action}失败：{cause}。请检查路径和权限。")]
    File {
        /// The file.
        path: String,
        /// 读取 or 写入.
        action: &'static str,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The system has no randomness to give.
    #[error("系统没有提供随机数，无法生成密钥。请检查操作系统的随机数来源。")]
    Random,
}

/// The installation's key. Every use gets its own key derived from it, so that one use says nothing about another.
pub struct Keys {
    root: Zeroizing<[u8; KEY_BYTES]>,
}

impl Keys {
    /// Takes the key from the source.
    ///
    /// # Errors
    ///
    /// [`KeyError`] when there is none, when there are two, or when it is not a key.
    pub fn load(source: &KeySource) -> Result<Self, KeyError> {
        match (&source.key, &source.file) {
            (None, None) => Err(KeyError::Absent),
            (Some(_), Some(_)) => Err(KeyError::Both),
            (Some(text), None) => Self::from_text(text, "环境变量 LUODI_KEY"),
            (None, Some(path)) => Self::from_file(path),
        }
    }

    /// A key from 32 bytes.
    pub fn from_bytes(bytes: [u8; KEY_BYTES]) -> Self {
        Self {
            root: Zeroizing::new(bytes),
        }
    }

    fn from_file(path: &Path) -> Result<Self, KeyError> {
        let text = std::fs::read_to_string(path).map(Zeroizing::new);
        let text = text.map_err(|cause| file_error(path, "读取", cause))?;
        Self::from_text(&text, &format!("密钥文件“{}”", path.display()))
    }

    fn from_text(text: &str, from: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        let bytes = hex::decode(text)
            .ok()
            .or_else(|| STANDARD.decode(text).ok())
            .map(Zeroizing::new);
        let exact = bytes.and_then(|bytes| <[u8; KEY_BYTES]>::try_from(bytes.as_slice()).ok());
        exact.map(Self::from_bytes).ok_or_else(|| KeyError::Form {
            from: from.to_owned(),
        })
    }

    /// The key for one use, by HMAC-SM3 of the use's name.
    pub fn derive(&self, purpose: &str) -> Zeroizing<[u8; KEY_BYTES]> {
        Zeroizing::new(hmac_sm3(
            self.root.as_slice(),
            &[b"luodi/1/", purpose.as_bytes()],
        ))
    }
}

/// Writes a fresh random key to a file that only its owner may read, for a first start.
///
/// # Errors
///
/// [`KeyError`] when the file is already there or cannot be written.
pub fn create_key_file(path: &Path) -> Result<(), KeyError> {
    use std::io::Write as _;
    let mut key = Zeroizing::new([0_u8; KEY_BYTES]);
    getrandom::fill(key.as_mut_slice()).map_err(|_| KeyError::Random)?;
    let text = Zeroizing::new(hex::encode(key.as_slice()) + "\n");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    written.map_err(|cause| file_error(path, "写入", cause))
}

fn file_error(path: &Path, action: &'static str, cause: std::io::Error) -> KeyError {
    KeyError::File {
        path: path.display().to_string(),
        action,
        cause,
    }
}

/// HMAC-SM3 over the parts, one after another.
pub(super) fn hmac_sm3(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // INVARIANT: HMAC takes a key of any length; the fallback of an empty key is never reached.
    let mut mac =
        Hmac::<Sm3>::new_from_slice(key).unwrap_or_else(|_| Hmac::<Sm3>::new(&Default::default()));
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(key: Option<&str>, file: Option<&Path>) -> KeySource {
        KeySource {
            key: key.map(|k| Zeroizing::new(k.to_owned())),
            file: file.map(Path::to_owned),
        }
    }

    #[test]
    fn hexadecimal_and_base64_give_the_same_key() {
        let hex_key = Keys::load(&source(Some(&"ab".repeat(32)), None)).unwrap();
        let base64_key = Keys::load(&source(Some(&STANDARD.encode([0xab; 32])), None)).unwrap();
        assert_eq!(hex_key.derive("seal"), base64_key.derive("seal"));
    }

    #[test]
    fn every_use_has_its_own_key() {
        let keys = Keys::from_bytes([7; 32]);
        assert_ne!(keys.derive("seal"), keys.derive("csrf"));
    }

    #[test]
    fn a_missing_a_double_and_a_short_key_are_refused_in_words() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        let cases = [
            (source(None, None), "没有加密密钥"),
            (source(Some("aa"), Some(&file)), "同时设置"),
            (source(Some("aabb"), None), "不是 32 字节"),
            (source(None, Some(&file)), "读取失败"),
        ];
        for (source, words) in cases {
            let message = Keys::load(&source).err().unwrap().to_string();
            assert!(message.contains(words), "{message}");
        }
    }

    #[test]
    fn a_created_key_file_is_read_back_and_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        create_key_file(&file).unwrap();
        let first = Keys::load(&source(None, Some(&file)))
            .unwrap()
            .derive("seal");
        assert!(create_key_file(&file).is_err());
        assert_eq!(
            Keys::load(&source(None, Some(&file)))
                .unwrap()
                .derive("seal"),
            first
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_created_key_file_can_be_read_by_its_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        create_key_file(&file).unwrap();
        assert_eq!(
            std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}
