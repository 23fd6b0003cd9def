//! People: signing in, sessions, passwords, and the accounts that administrators keep.

mod admin;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use store::accounts::{AccountRow, SessionRow};
use store::{Batch, accounts};

pub use admin::{AccountView, AuditLine, NewAccount, SignInLine};

use crate::clock::display_minute;
use crate::guard::{
    CsrfTokens, LockRule, LockState, Passwords, SessionToken, SignInThrottle, ThrottleRule,
    check_password_rule,
};
use crate::{AccountKind, Actor, AdminRole, Outcome, Service, ServiceError};

/// A session ends after so long without use …
const IDLE: SignedDuration = SignedDuration::from_hours(12);
/// … and after so long in any case.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 7);
/// The moment of last use is written at most this often.
const TOUCH_EVERY: SignedDuration = SignedDuration::from_mins(5);
/// How often a sign-in is noted again when others were noted meanwhile; the throttle lets fewer through at once.
const TRIES: u32 = 50;
/// How many passwords are checked at once; each takes 19 MiB for a moment.
const PASSWORDS_AT_ONCE: usize = 2;

/// What stands between a stranger and an account.
pub(crate) struct SignInGuard {
    throttle: SignInThrottle,
    passwords: Passwords,
    locks: LockRule,
    csrf: Arc<CsrfTokens>,
}

impl SignInGuard {
    pub(crate) fn new(csrf: CsrfTokens) -> Outcome<SignInGuard> {
        Ok(SignInGuard {
            throttle: SignInThrottle::new(ThrottleRule::default()),
            passwords: Passwords::new(PASSWORDS_AT_ONCE).map_err(failed)?,
            locks: LockRule::default(),
            csrf: Arc::new(csrf),
        })
    }
}

fn failed(error: impl std::fmt::Display) -> ServiceError {
    ServiceError::Failed(error.to_string())
}

/// Somebody came in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// For the cookie.
    pub token: String,
}

/// A living session.
#[derive(Clone)]
pub struct Session {
    /// Who.
    pub actor: Actor,
    /// A token for the forms of a page.
    pub csrf: String,
    /// Tells forms of this session from others.
    pub key: SessionKey,
}

/// Tells the forms of a session from those of others.
#[derive(Clone)]
pub struct SessionKey {
    tokens: Arc<CsrfTokens>,
    session: SessionToken,
}

impl SessionKey {
    /// Whether a form with this token was made for this session.
    pub fn owns(&self, form_token: &str) -> bool {
        self.tokens.check(&self.session, form_token)
    }
}

impl std::fmt::Debug for SessionKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SessionKey(…)")
    }
}

/// A session in the list of one's own.
#[derive(Debug, Clone)]
pub struct SessionView {
    /// Signed in at.
    pub created_at: String,
    /// Used last.
    pub seen_at: String,
    /// From where.
    pub address: String,
    /// With what.
    pub agent: String,
    /// The one that asks.
    pub this_one: bool,
}

impl Service {
    /// Checks login and password. The answer does not tell whether the login exists.
    pub async fn sign_in(
        &self,
        login: &str,
        password: &str,
        address: &str,
        agent: &str,
    ) -> Outcome<SignedIn> {
        let login = login.trim();
        let ip: IpAddr = address.parse().unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        let guard = &self.inner.guard;
        if let Err(throttled) = guard.throttle.check(login, ip) {
            return Err(ServiceError::Forbidden(format!(
                "尝试过于频繁，请 {} 秒后再试",
                throttled.seconds
            )));
        }
        match self.judge(login, password, address, agent).await? {
            (Verdict::Welcome, Some(account)) => self.begin_session(&account, address, agent).await,
            (Verdict::Locked { minutes }, _) => Err(ServiceError::Forbidden(format!(
                "密码连续输错，账号已锁定，请 {minutes} 分钟后再试，或联系安全管理员解锁"
            ))),
            _ => Err(ServiceError::Forbidden(
                "账号或密码不正确。请核对后重新输入；忘记密码请联系本单位的系统管理员".into(),
            )),
        }
    }

    /// A password is checked in any case, so that the time taken tells nothing. Tries at the same time are noted one
    /// after another, so that each counts.
    async fn judge(
        &self,
        login: &str,
        password: &str,
        address: &str,
        agent: &str,
    ) -> Outcome<(Verdict, Option<AccountRow>)> {
        let mut account = accounts::by_login(self.db(), login).await?;
        let usable = usable(account.as_ref());
        let stored = usable.map(|account| account.password_hash.clone());
        let passwords = &self.inner.guard.passwords;
        let right = passwords.verify(password, stored.as_deref()).await;
        let right = right.map_err(failed)?;
        let mut tries = 0;
        loop {
            let verdict = self.verdict(account.as_ref(), right);
            let noted = self.log_sign_in(login, account.as_ref(), address, agent, &verdict);
            match noted.await {
                Err(ServiceError::Conflict(_)) if tries < TRIES => tries += 1,
                noted => return noted.map(|()| (verdict, account)),
            }
            account = accounts::by_login(self.db(), login).await?;
        }
    }

    fn verdict(&self, account: Option<&AccountRow>, right: bool) -> Verdict {
        let Some(account) = usable(account) else {
            return Verdict::Wrong;
        };
        let locks = &self.inner.guard.locks;
        match locks.check(&lock_state(account), self.now()) {
            Err(locked) => Verdict::Locked {
                minutes: locked.minutes,
            },
            Ok(()) if right => Verdict::Welcome,
            Ok(()) => Verdict::Wrong,
        }
    }

    async fn log_sign_in(
        &self,
        login: &str,
        account: Option<&AccountRow>,
        address: &str,
        agent: &str,
        verdict: &Verdict,
    ) -> Outcome<()> {
        let now = self.now();
        let mut batch = Batch::new();
        let id = account.map(|account| account.account.as_str());
        accounts::log_sign_in(&mut batch, now, login, id, address, agent, verdict.word());
        if let Some(account) = account {
            let state = match verdict {
                Verdict::Welcome => LockState::default(),
                Verdict::Wrong => self.inner.guard.locks.failed(&lock_state(account), now),
                Verdict::Locked { .. } => lock_state(account),
            };
            let signed_in = matches!(verdict, Verdict::Welcome).then_some(now);
            accounts::set_lock_since(
                &mut batch,
                account,
                state.failures,
                state.last_failure,
                state.locked_until,
                signed_in,
            );
        }
        self.db().write(batch).await?;
        Ok(())
    }

    async fn begin_session(
        &self,
        account: &AccountRow,
        address: &str,
        agent: &str,
    ) -> Outcome<SignedIn> {
        let token = SessionToken::random().map_err(failed)?;
        let now = self.now();
        let session = SessionRow {
            token_hash: token.stored(),
            account: account.account.clone(),
            created_at: now,
            seen_at: now,
            expires_at: later(now, LONGEST),
            revoked_at: None,
            address: address.to_string(),
            agent: agent.chars().take(200).collect(),
        };
        let mut batch = Batch::new();
        accounts::begin_session(&mut batch, &session);
        self.db().write(batch).await?;
        Ok(SignedIn {
            token: token.reveal().to_string(),
        })
    }

    /// The living session of a cookie.
    pub async fn session(&self, token: &str) -> Outcome<Option<Session>> {
        let Some(token) = SessionToken::parse(token) else {
            return Ok(None);
        };
        let now = self.now();
        let Some((session, account)) = accounts::session(self.db(), &token.stored()).await? else {
            return Ok(None);
        };
        let ended = session.revoked_at.is_some()
            || session.expires_at <= now
            || later(session.seen_at, IDLE) <= now
            || account.disabled_at.is_some();
        if ended {
            return Ok(None);
        }
        if later(session.seen_at, TOUCH_EVERY) <= now {
            let mut batch = Batch::new();
            accounts::touch_session(&mut batch, &session.token_hash, now);
            self.db().write(batch).await?;
        }
        let tokens = self.inner.guard.csrf.clone();
        let csrf = tokens.issue(&token).map_err(failed)?;
        Ok(Some(Session {
            actor: actor(&account)?,
            csrf,
            key: SessionKey {
                tokens,
                session: token,
            },
        }))
    }

    /// Ends a session.
    pub async fn sign_out(&self, token: &str) -> Outcome<()> {
        let Some(token) = SessionToken::parse(token) else {
            return Ok(());
        };
        let mut batch = Batch::new();
        accounts::revoke_session(&mut batch, &token.stored(), self.now());
        self.db().write(batch).await?;
        Ok(())
    }

    /// One's own living sessions.
    pub async fn own_sessions(&self, actor: &Actor, token: &str) -> Outcome<Vec<SessionView>> {
        let own = SessionToken::parse(token)
            .map(|token| token.stored())
            .unwrap_or_default();
        let sessions = accounts::sessions_of(self.db(), &actor.account, self.now()).await?;
        let view = |session: SessionRow| SessionView {
            created_at: display_minute(session.created_at),
            seen_at: display_minute(session.seen_at),
            address: session.address,
            agent: session.agent,
            this_one: session.token_hash == own,
        };
        Ok(sessions.into_iter().map(view).collect())
    }

    /// Ends all other sessions of one's own.
    pub async fn revoke_other_sessions(&self, actor: &Actor, token: &str) -> Outcome<()> {
        let mut batch = Batch::new();
        let own = SessionToken::parse(token)
            .map(|token| token.stored())
            .unwrap_or_default();
        accounts::revoke_sessions_of(&mut batch, &actor.account, &own, self.now());
        self.db().write(batch).await?;
        Ok(())
    }

    /// Changes one's own password; all other sessions end.
    pub async fn change_password(
        &self,
        actor: &Actor,
        old: &str,
        new: &str,
        again: &str,
        token: &str,
    ) -> Outcome<()> {
        if new != again {
            return Err(ServiceError::field(
                "again",
                "两次输入的新密码不一致，请重新输入",
            ));
        }
        if old == new {
            return Err(ServiceError::field(
                "new",
                "新密码与现在的密码相同，请换一个",
            ));
        }
        check_password_rule(&actor.login, new)
            .map_err(|weak| ServiceError::field("new", weak.to_string()))?;
        let account = accounts::by_id(self.db(), &actor.account).await?;
        let stored = account
            .as_ref()
            .map(|account| account.password_hash.as_str());
        if !self
            .inner
            .guard
            .passwords
            .verify(old, stored)
            .await
            .map_err(failed)?
        {
            return Err(ServiceError::field("old", "现在的密码不正确"));
        }
        let hash = self.inner.guard.passwords.hash(new).await.map_err(failed)?;
        let now = self.now();
        let own = SessionToken::parse(token)
            .map(|token| token.stored())
            .unwrap_or_default();
        let mut batch = Batch::new();
        accounts::set_password(&mut batch, &actor.account, &hash, false, now);
        accounts::revoke_sessions_of(&mut batch, &actor.account, &own, now);
        self.audit(
            &mut batch,
            actor,
            "change-password",
            &actor.login,
            "done",
            "",
        );
        self.db().write(batch).await?;
        Ok(())
    }
}

/// What came of a sign-in.
enum Verdict {
    Welcome,
    Wrong,
    Locked { minutes: i64 },
}

impl Verdict {
    fn word(&self) -> &'static str {
        match self {
            Verdict::Welcome => "ok",
            Verdict::Wrong => "wrong",
            Verdict::Locked { .. } => "locked",
        }
    }
}

/// An account that may be signed in to.
fn usable(account: Option<&AccountRow>) -> Option<&AccountRow> {
    account.filter(|account| account.disabled_at.is_none())
}

fn lock_state(account: &AccountRow) -> LockState {
    LockState {
        failures: account.failed_count.max(0) as u32,
        last_failure: account.last_failure_at,
        locked_until: account.locked_until,
    }
}

fn later(moment: Timestamp, by: SignedDuration) -> Timestamp {
    moment.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// The actor of an account; a kind that is not known is loud.
pub(crate) fn actor(account: &AccountRow) -> Outcome<Actor> {
    let kind = AccountKind::parse(&account.kind).ok_or_else(|| {
        ServiceError::Failed(format!(
            "账号 {} 的类别 {} 无法识别",
            account.login, account.kind
        ))
    })?;
    Ok(Actor {
        account: account.account.clone(),
        login: account.login.clone(),
        name: account.name.clone(),
        region: account.region.clone(),
        unit: account.unit.clone(),
        kind,
        admin: account.admin_role.as_deref().and_then(AdminRole::parse),
        enterprise_code: account.enterprise_code.clone(),
        must_change_password: account.must_change,
    })
}
