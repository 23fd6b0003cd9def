//! What an operator sets. Secrets come from a file or the environment, never from the command line.

use std::path::PathBuf;

use crate::Outcome;
use crate::guard::{KeySource, Keys, create_key_file};
use crate::notify::mail::MailConfig;
use crate::notify::webhook::WebhookConfig;

/// [`Config::keep_imports_days`] unless something else is set.
const KEEP_IMPORTS_DAYS: u16 = 90;

/// Settings of an installation.
#[derive(Debug, Clone)]
pub struct Config {
    /// Folder for attachments.
    pub files: PathBuf,
    /// The installation's key, from environment or file.
    pub key: KeySource,
    /// Where a first start without a key writes one that only its owner may read; `None` refuses to start.
    pub new_key_file: Option<PathBuf>,
    /// Days for which an import can be taken back and the uploaded file is kept for that.
    pub keep_imports_days: u16,
    /// SMTP, when e-mail is wanted.
    pub mail: Option<MailConfig>,
    /// Webhook, when wanted.
    pub webhook: Option<WebhookConfig>,
    /// Folder with an office's own Word templates, `<region>/<document>.docx`; those of the program otherwise.
    pub templates: PathBuf,
    /// Address under which people reach the program, for links in e-mails.
    pub public_url: Option<String>,
}

impl Config {
    /// Everything in one folder: the default of `luodi demo` and `luodi serve`.
    pub fn in_folder(folder: &std::path::Path) -> Config {
        Config {
            files: folder.join("files"),
            templates: folder.join("templates"),
            key: KeySource::from_environment(),
            new_key_file: Some(folder.join("key")),
            keep_imports_days: KEEP_IMPORTS_DAYS,
            mail: None,
            webhook: None,
            public_url: None,
        }
    }

    /// The installation's key; made on a first start where the configuration says where to.
    pub(crate) fn keys(&self) -> Outcome<Keys> {
        let mut source = self.key.clone();
        if let (None, None, Some(path)) = (&source.key, &source.file, &self.new_key_file) {
            if !path.exists() {
                create_key_file(path)
                    .map_err(|error| crate::ServiceError::Failed(error.to_string()))?;
            }
            source.file = Some(path.clone());
        }
        Keys::load(&source).map_err(|error| crate::ServiceError::Failed(error.to_string()))
    }
}
