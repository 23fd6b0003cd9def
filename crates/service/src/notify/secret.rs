//! A secret of the configuration.

use zeroize::Zeroizing;

/// A password or key. It is wiped from memory when dropped and does not show itself in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The secret itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// From the variable `NAME`, or from the file that `NAME_FILE` names.
    ///
    /// # Errors
    ///
    /// In words for the operator, when the file cannot be read.
    pub(super) fn from_environment(name: &str) -> Result<Option<Self>, String> {
        if let Ok(text) = std::env::var(name) {
            return Ok(Some(Self::new(text)));
        }
        let Some(path) = std::env::var_os(format!("{name}_FILE")) else {
            return Ok(None);
        };
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some(Self::new(text.trim()))),
            Err(cause) => Err(format!(
                "{name}_FILE 指定的文件“{}”读取失败：{cause}。请检查路径和权限。",
                path.display()
            )),
        }
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_show_itself_in_logs() {
        assert_eq!(format!("{:?}", Secret::new("样例密码")), "Secret(…)");
    }
}
