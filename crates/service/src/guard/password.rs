//! Passwords: the rule for new ones, Argon2id for stored ones.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use thiserror::Error;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use zeroize::Zeroizing;

/// Fewest characters of a password.
const LEAST_CHARACTERS: usize = 10;
/// Most bytes of a password; longer ones are only work for the server.
const MOST_BYTES: usize = 1024;
/// Of upper case, lower case, digits and other signs, so many must appear.
const LEAST_KINDS: usize = 3;
/// A login shorter than this may appear in the password by chance.
const LOGIN_WORTH_LOOKING_FOR: usize = 3;
/// How long a sign-in waits for its turn before it is told that there are too many.
const LONGEST_WAIT: Duration = Duration::from_secs(8);

/// Why a new password is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WeakPassword {
    /// Too short.
    #[error("密码只有 {characters} 位，至少要 {LEAST_CHARACTERS} 位。")]
    Short {
        /// Its length.
        characters: usize,
    },
    /// Too long.
    #[error("密码太长，最多 {MOST_BYTES} 个字节。")]
    Long,
    /// Too few kinds of characters.
    #[error(
        "密码太简单：大写字母、小写字母、数字、其他符号这四类中至少要有三类，现在有 {kinds} 类。"
    )]
    Plain {
        /// How many kinds it has.
        kinds: usize,
    },
    /// The login stands in it.
    #[error("密码里不能含有登录名。请换一个密码。")]
    HoldsLogin,
}

/// Checks a new password against the rule: at least ten characters, three of four kinds, not containing the login.
///
/// # Errors
///
/// [`WeakPassword`] with the first part of the rule that is not met.
pub fn check_password_rule(login: &str, password: &str) -> Result<(), WeakPassword> {
    let characters = password.chars().count();
    if characters < LEAST_CHARACTERS {
        return Err(WeakPassword::Short { characters });
    }
    if password.len() > MOST_BYTES {
        return Err(WeakPassword::Long);
    }
    let kinds = kinds_of_characters(password);
    if kinds < LEAST_KINDS {
        return Err(WeakPassword::Plain { kinds });
    }
    let login = login.trim().to_lowercase();
    if login.chars().count() >= LOGIN_WORTH_LOOKING_FOR && password.to_lowercase().contains(&login)
    {
        return Err(WeakPassword::HoldsLogin);
    }
    Ok(())
}

fn kinds_of_characters(password: &str) -> usize {
    let upper = password.chars().any(char::is_uppercase);
    let lower = password.chars().any(char::is_lowercase);
    let digit = password.chars().any(char::is_numeric);
    let other = password
        .chars()
        .any(|c| !c.is_uppercase() && !c.is_lowercase() && !c.is_numeric());
    [upper, lower, digit, other]
        .into_iter()
        .filter(|&has| has)
        .count()
}

/// Why a password could not be hashed or checked. Never says whether it was right.
#[derive(Debug, Error)]
pub enum PasswordError {
    /// Too many are waiting.
    #[error("现在登录的人太多，请过一会儿再试。")]
    Busy,
    /// The library refused.
    #[error("密码运算失败，请联系系统管理员。")]
    Failed,
}

/// What one Argon2id computation costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for Cost {
    /// 19 MiB, two passes, one lane: OWASP's first recommendation for Argon2id.
    fn default() -> Self {
        Self {
            memory_kib: 19 * 1024,
            passes: 2,
            lanes: 1,
        }
    }
}

/// Hashes and checks passwords away from the async threads, few at a time, so that a storm of sign-ins cannot
/// take all memory: at most `at_once` × 19 MiB are in use.
#[derive(Clone)]
pub struct Passwords {
    hasher: Arc<Argon2<'static>>,
    turns: Arc<Semaphore>,
    nobody: Arc<str>,
}

impl Passwords {
    /// With so many computations at once and the default cost.
    ///
    /// # Errors
    ///
    /// [`PasswordError::Failed`] when the system gives no randomness.
    pub fn new(at_once: usize) -> Result<Self, PasswordError> {
        Self::with_cost(at_once, Cost::default())
    }

    /// With a cost of one's own.
    ///
    /// # Errors
    ///
    /// [`PasswordError::Failed`] when the cost is out of Argon2's range or the system gives no randomness.
    pub fn with_cost(at_once: usize, cost: Cost) -> Result<Self, PasswordError> {
        let hasher = Arc::new(hasher_of(cost)?);
        let nobody = nobodys(cost)?.into();
        Ok(Self {
            hasher,
            turns: Arc::new(Semaphore::new(at_once.max(1))),
            nobody,
        })
    }

    /// The text to store for a password.
    ///
    /// # Errors
    ///
    /// [`PasswordError`] when too many are waiting or the library refuses.
    pub async fn hash(&self, password: &str) -> Result<String, PasswordError> {
        let password = Zeroizing::new(password.to_owned());
        let hasher = Arc::clone(&self.hasher);
        self.aside(move || hash_now(&hasher, password.as_bytes()))
            .await?
    }

    /// Whether the password belongs to the stored text. For an unknown login give `None`: the same work is done
    /// and the answer is no, so that the time does not tell which logins exist.
    ///
    /// # Errors
    ///
    /// [`PasswordError`] when too many are waiting or the stored text is damaged.
    pub async fn verify(
        &self,
        password: &str,
        stored: Option<&str>,
    ) -> Result<bool, PasswordError> {
        let known = stored.is_some();
        let stored = stored.unwrap_or(&self.nobody).to_owned();
        let mut password = Zeroizing::new(password.to_owned());
        let too_long = password.len() > MOST_BYTES;
        if too_long {
            password.clear();
        }
        let hasher = Arc::clone(&self.hasher);
        let right = self
            .aside(move || verify_now(&hasher, password.as_bytes(), &stored))
            .await??;
        Ok(right && known && !too_long)
    }

    async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let turn = self.turn().await?;
        let worked = tokio::task::spawn_blocking(move || {
            // Held inside, so that a caller who gives up does not free the turn before the memory is free.
            let _turn = turn;
            work()
        });
        worked.await.map_err(|_| PasswordError::Failed)
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit, PasswordError> {
        let turn = Arc::clone(&self.turns).acquire_owned();
        let turn = tokio::time::timeout(LONGEST_WAIT, turn)
            .await
            .map_err(|_| PasswordError::Busy)?;
        turn.map_err(|_| PasswordError::Failed)
    }
}

fn hasher_of(cost: Cost) -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None);
    let params = params.map_err(|_| PasswordError::Failed)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// A stored text that no password belongs to and that costs as much to compare with as any other. It is worked out
/// cheaply and then says that it was not: the start of the program neither waits for it nor needs the memory.
fn nobodys(cost: Cost) -> Result<String, PasswordError> {
    let cheap = Cost {
        memory_kib: Params::MIN_M_COST,
        passes: 1,
        lanes: 1,
    };
    let said = |cost: Cost| format!("$m={},t={},p={}$", cost.memory_kib, cost.passes, cost.lanes);
    let text = hash_now(&hasher_of(cheap)?, b"nobody has this password")?;
    Ok(text.replacen(&said(cheap), &said(cost), 1))
}

fn hash_now(hasher: &Argon2<'_>, password: &[u8]) -> Result<String, PasswordError> {
    let hashed = hasher
        .hash_password(password)
        .map_err(|_| PasswordError::Failed)?;
    Ok(hashed.to_string())
}

fn verify_now(hasher: &Argon2<'_>, password: &[u8], stored: &str) -> Result<bool, PasswordError> {
    let stored = PasswordHash::new(stored).map_err(|_| PasswordError::Failed)?;
    Ok(hasher.verify_password(password, &stored).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Cost = Cost {
        memory_kib: 64,
        passes: 1,
        lanes: 1,
    };

    #[test]
    fn the_password_rule_names_what_is_not_met() {
        let cases = [
            ("zhaoshang", "Luodi-2025", Ok(())),
            ("zhaoshang", "落地招商Aa1落地招商", Ok(())),
            (
                "zhaoshang",
                "Ab1-",
                Err(WeakPassword::Short { characters: 4 }),
            ),
            (
                "zhaoshang",
                "abcdefghij",
                Err(WeakPassword::Plain { kinds: 1 }),
            ),
            (
                "zhaoshang",
                "abcdefghi1",
                Err(WeakPassword::Plain { kinds: 2 }),
            ),
            ("zhaoshang", "ZhaoShang-2025", Err(WeakPassword::HoldsLogin)),
            ("a", "Abcdefgh-1", Ok(())),
        ];
        for (login, password, expected) in cases {
            assert_eq!(check_password_rule(login, password), expected, "{password}");
        }
        assert_eq!(
            check_password_rule("x", &"Aa1".repeat(1000)),
            Err(WeakPassword::Long)
        );
    }

    #[tokio::test]
    async fn the_right_password_is_known_again_and_a_wrong_one_is_not() {
        let passwords = Passwords::with_cost(2, CHEAP).unwrap();
        let stored = passwords.hash("Luodi-2025").await.unwrap();
        assert!(passwords.verify("Luodi-2025", Some(&stored)).await.unwrap());
        assert!(!passwords.verify("Luodi-2026", Some(&stored)).await.unwrap());
    }

    #[tokio::test]
    async fn the_stored_text_is_argon2id_with_the_stated_cost() {
        let stored = Passwords::new(1).unwrap().hash("Luodi-2025").await.unwrap();
        assert!(
            stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{stored}"
        );
    }

    #[tokio::test]
    async fn the_same_password_is_stored_differently_each_time() {
        let passwords = Passwords::with_cost(1, CHEAP).unwrap();
        assert_ne!(
            passwords.hash("Luodi-2025").await.unwrap(),
            passwords.hash("Luodi-2025").await.unwrap()
        );
    }

    #[tokio::test]
    async fn an_unknown_login_is_refused_even_with_the_stand_in_password() {
        let passwords = Passwords::with_cost(1, CHEAP).unwrap();
        assert!(
            !passwords
                .verify("nobody has this password", None)
                .await
                .unwrap()
        );
    }

    #[test]
    fn comparing_for_an_unknown_login_costs_as_much_as_for_a_known_one() {
        let nobody = nobodys(Cost::default()).unwrap();
        assert!(
            nobody.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{nobody}"
        );
        assert!(!verify_now(&hasher_of(CHEAP).unwrap(), b"Luodi-2025", &nobody).unwrap());
    }

    #[tokio::test]
    async fn a_damaged_stored_text_is_an_error_and_not_a_wrong_password() {
        let passwords = Passwords::with_cost(1, CHEAP).unwrap();
        assert!(
            passwords
                .verify("Luodi-2025", Some("damaged"))
                .await
                .is_err()
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_sign_in_that_waits_too_long_is_told_so() {
        let passwords = Passwords::with_cost(1, CHEAP).unwrap();
        let _taken = passwords.turn().await.unwrap();
        assert!(matches!(
            passwords.hash("Luodi-2025").await,
            Err(PasswordError::Busy)
        ));
    }
}
