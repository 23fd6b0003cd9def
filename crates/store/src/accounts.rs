//! Accounts, sessions, the sign-in log and the audit trail.

use jiff::Timestamp;
use uuid::Uuid;

use crate::{Batch, Db, Row, StoreError};

/// An account as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// Id.
    pub account: String,
    /// Region.
    pub region: String,
    /// Login, unique in the installation.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// Unit.
    pub unit: String,
    /// staff, leader, enterprise.
    pub kind: String,
    /// system, security, audit, auditor.
    pub admin_role: Option<String>,
    /// Argon2id.
    pub password_hash: String,
    /// The password must be changed before anything else.
    pub must_change: bool,
    /// E-mail.
    pub email: Option<String>,
    /// Telephone, sealed.
    pub phone_sealed: Option<String>,
    /// 统一社会信用代码 of an enterprise account.
    pub enterprise_code: Option<String>,
    /// When it was disabled.
    pub disabled_at: Option<Timestamp>,
    /// Failures in a row.
    pub failed_count: i64,
    /// The last of them.
    pub last_failure_at: Option<Timestamp>,
    /// Locked until then.
    pub locked_until: Option<Timestamp>,
    /// Second factor, sealed.
    pub totp_sealed: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Last sign-in.
    pub last_sign_in_at: Option<Timestamp>,
    /// Last change of the password.
    pub password_changed_at: Option<Timestamp>,
}

/// Columns of an account, in the order in which [`read_account`] takes them.
macro_rules! account_columns {
    () => {
        "a.account, a.region, a.login, a.name, a.unit, a.kind, a.admin_role, a.password_hash, a.must_change, a.email, \
         a.phone_sealed, a.enterprise_code, a.disabled_at, a.failed_count, a.last_failure_at, a.locked_until, \
         a.totp_sealed, a.created_at, a.last_sign_in_at, a.password_changed_at"
    };
}

fn read_account(row: &Row, at: usize) -> Result<AccountRow, StoreError> {
    Ok(AccountRow {
        account: row.string(at)?,
        region: row.string(at + 1)?,
        login: row.string(at + 2)?,
        name: row.string(at + 3)?,
        unit: row.opt_string(at + 4)?.unwrap_or_default(),
        kind: row.string(at + 5)?,
        admin_role: row.opt_string(at + 6)?,
        password_hash: row.string(at + 7)?,
        must_change: row.bool(at + 8)?,
        email: row.opt_string(at + 9)?,
        phone_sealed: row.opt_string(at + 10)?,
        enterprise_code: row.opt_string(at + 11)?,
        disabled_at: row.opt_time(at + 12)?,
        failed_count: row.int(at + 13)?,
        last_failure_at: row.opt_time(at + 14)?,
        locked_until: row.opt_time(at + 15)?,
        totp_sealed: row.opt_string(at + 16)?,
        created_at: row.time(at + 17)?,
        last_sign_in_at: row.opt_time(at + 18)?,
        password_changed_at: row.opt_time(at + 19)?,
    })
}

/// The account with this login.
///
/// # Errors
/// As [`Db::rows`].
pub async fn by_login(db: &Db, login: &str) -> Result<Option<AccountRow>, StoreError> {
    const SQL: &str = concat!(
        "SELECT ",
        account_columns!(),
        " FROM account a WHERE a.login = $1"
    );
    db.row(SQL, &[login.into()])
        .await?
        .map(|row| read_account(&row, 0))
        .transpose()
}

/// The account with this id.
///
/// # Errors
/// As [`Db::rows`].
pub async fn by_id(db: &Db, account: &str) -> Result<Option<AccountRow>, StoreError> {
    const SQL: &str = concat!(
        "SELECT ",
        account_columns!(),
        " FROM account a WHERE a.account = $1"
    );
    db.row(SQL, &[account.into()])
        .await?
        .map(|row| read_account(&row, 0))
        .transpose()
}

/// Accounts of a region, by unit and login.
///
/// # Errors
/// As [`Db::rows`].
pub async fn list(db: &Db, region: &str) -> Result<Vec<AccountRow>, StoreError> {
    const SQL: &str = concat!(
        "SELECT ",
        account_columns!(),
        " FROM account a WHERE a.region = $1 ORDER BY a.unit, a.login"
    );
    db.rows(SQL, &[region.into()])
        .await?
        .iter()
        .map(|row| read_account(row, 0))
        .collect()
}

/// People of units who have an e-mail address and may sign in: whom the daily digest goes to.
///
/// # Errors
/// As [`Db::rows`].
pub async fn with_email(db: &Db, region: &str) -> Result<Vec<AccountRow>, StoreError> {
    const SQL: &str = concat!(
        "SELECT ",
        account_columns!(),
        " FROM account a WHERE a.region = $1 AND a.email IS NOT NULL AND a.disabled_at IS NULL ORDER BY a.unit, a.login"
    );
    db.rows(SQL, &[region.into()])
        .await?
        .iter()
        .map(|row| read_account(row, 0))
        .collect()
}

/// The people of some units who have an e-mail address, by unit and login.
///
/// # Errors
/// As [`Db::rows`].
pub async fn with_email_of(
    db: &Db,
    region: &str,
    units: Vec<String>,
) -> Result<Vec<AccountRow>, StoreError> {
    let sql = format!(
        "SELECT {} FROM account a WHERE a.region = $1 AND {} AND a.email IS NOT NULL AND a.disabled_at IS NULL
          ORDER BY a.unit, a.login",
        account_columns!(),
        db.dialect().one_of("a.unit", 2)
    );
    let params = [region.into(), crate::Value::List(units)];
    db.all(&sql, &params, |row| read_account(row, 0)).await
}

/// Adds an account; a login that is taken breaks the constraint `account_login`.
pub fn insert(batch: &mut Batch, row: &AccountRow) {
    batch.push(
        "INSERT INTO account (account, region, login, name, unit, kind, admin_role, password_hash, must_change, email,
                              phone_sealed, enterprise_code, disabled_at, failed_count, last_failure_at, locked_until,
                              totp_sealed, created_at, last_sign_in_at, password_changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
        vec![
            row.account.as_str().into(),
            row.region.as_str().into(),
            row.login.as_str().into(),
            row.name.as_str().into(),
            row.unit.as_str().into(),
            row.kind.as_str().into(),
            row.admin_role.as_deref().into(),
            row.password_hash.as_str().into(),
            row.must_change.into(),
            row.email.as_deref().into(),
            row.phone_sealed.as_deref().into(),
            row.enterprise_code.as_deref().into(),
            row.disabled_at.into(),
            row.failed_count.into(),
            row.last_failure_at.into(),
            row.locked_until.into(),
            row.totp_sealed.as_deref().into(),
            row.created_at.into(),
            row.last_sign_in_at.into(),
            row.password_changed_at.into(),
        ],
    );
}

/// Notes failures and a lock; `signed_in` when somebody came in.
pub fn set_lock(
    batch: &mut Batch,
    account: &str,
    failed_count: u32,
    last_failure_at: Option<Timestamp>,
    locked_until: Option<Timestamp>,
    signed_in: Option<Timestamp>,
) {
    batch.push(
        "UPDATE account SET failed_count = $2, last_failure_at = $3, locked_until = $4,
                            last_sign_in_at = COALESCE($5, last_sign_in_at)
          WHERE account = $1",
        vec![
            account.into(),
            i64::from(failed_count).into(),
            last_failure_at.into(),
            locked_until.into(),
            signed_in.into(),
        ],
    );
}

/// As [`set_lock`], if since `seen` was read nobody else noted a sign-in; otherwise a conflict.
pub fn set_lock_since(
    batch: &mut Batch,
    seen: &AccountRow,
    failed_count: u32,
    last_failure_at: Option<Timestamp>,
    locked_until: Option<Timestamp>,
    signed_in: Option<Timestamp>,
) {
    batch.push(
        "UPDATE account SET failed_count = $2, last_failure_at = $3, locked_until = $4,
                            last_sign_in_at = COALESCE($5, last_sign_in_at)
          WHERE account = $1 AND failed_count = $6 AND last_failure_at IS NOT DISTINCT FROM $7
            AND locked_until IS NOT DISTINCT FROM $8",
        vec![
            seen.account.as_str().into(),
            i64::from(failed_count).into(),
            last_failure_at.into(),
            locked_until.into(),
            signed_in.into(),
            seen.failed_count.into(),
            seen.last_failure_at.into(),
            seen.locked_until.into(),
        ],
    );
    batch.expect_rows_of(1, "账号");
}

/// Sets a password.
pub fn set_password(
    batch: &mut Batch,
    account: &str,
    hash: &str,
    must_change: bool,
    at: Timestamp,
) {
    batch.push(
        "UPDATE account SET password_hash = $2, must_change = $3, password_changed_at = $4, failed_count = 0,
                            last_failure_at = NULL, locked_until = NULL
          WHERE account = $1",
        vec![account.into(), hash.into(), must_change.into(), at.into()],
    );
    batch.expect_rows_of(1, "账号");
}

/// Disables an account, or enables it again with `None`.
pub fn set_disabled(batch: &mut Batch, account: &str, at: Option<Timestamp>) {
    batch.push(
        "UPDATE account SET disabled_at = $2 WHERE account = $1",
        vec![account.into(), at.into()],
    );
    batch.expect_rows_of(1, "账号");
}

/// A session as it is kept: by the hash of its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// SM3 of the token.
    pub token_hash: String,
    /// Account.
    pub account: String,
    /// Signed in at.
    pub created_at: Timestamp,
    /// Used last, to a few minutes.
    pub seen_at: Timestamp,
    /// Ends at the latest.
    pub expires_at: Timestamp,
    /// Ended by hand.
    pub revoked_at: Option<Timestamp>,
    /// From where.
    pub address: String,
    /// With what.
    pub agent: String,
}

const SESSION: &str = "s.token_hash, s.account, s.created_at, s.seen_at, s.expires_at, s.revoked_at, s.address, s.agent";
/// How many columns [`SESSION`] names.
const SESSION_COLUMNS: usize = 8;

fn read_session(row: &Row) -> Result<SessionRow, StoreError> {
    Ok(SessionRow {
        token_hash: row.string(0)?,
        account: row.string(1)?,
        created_at: row.time(2)?,
        seen_at: row.time(3)?,
        expires_at: row.time(4)?,
        revoked_at: row.opt_time(5)?,
        address: row.string(6)?,
        agent: row.string(7)?,
    })
}

/// A session with its account, in one statement: every request asks this.
///
/// # Errors
/// As [`Db::rows`].
pub async fn session(
    db: &Db,
    token_hash: &str,
) -> Result<Option<(SessionRow, AccountRow)>, StoreError> {
    const SQL: &str = concat!(
        "SELECT s.token_hash, s.account, s.created_at, s.seen_at, s.expires_at, s.revoked_at, s.address, s.agent, ",
        account_columns!(),
        " FROM session s JOIN account a ON a.account = s.account WHERE s.token_hash = $1"
    );
    let row = db.row(SQL, &[token_hash.into()]).await?;
    row.map(|row| Ok((read_session(&row)?, read_account(&row, SESSION_COLUMNS)?)))
        .transpose()
}

/// Living sessions of an account, the last used first.
///
/// # Errors
/// As [`Db::rows`].
pub async fn sessions_of(
    db: &Db,
    account: &str,
    now: Timestamp,
) -> Result<Vec<SessionRow>, StoreError> {
    let sql = format!(
        "SELECT {SESSION} FROM session s
          WHERE s.account = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 ORDER BY s.seen_at DESC"
    );
    db.rows(&sql, &[account.into(), now.into()])
        .await?
        .iter()
        .map(read_session)
        .collect()
}

/// Living sessions of all accounts of a region with their accounts, the last used first.
///
/// # Errors
/// As [`Db::rows`].
pub async fn live_sessions(
    db: &Db,
    region: &str,
    now: Timestamp,
) -> Result<Vec<(SessionRow, AccountRow)>, StoreError> {
    const SQL: &str = concat!(
        "SELECT s.token_hash, s.account, s.created_at, s.seen_at, s.expires_at, s.revoked_at, s.address, s.agent, ",
        account_columns!(),
        " FROM session s JOIN account a ON a.account = s.account
          WHERE a.region = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 ORDER BY s.seen_at DESC LIMIT 500"
    );
    let read = |row: &Row| Ok((read_session(row)?, read_account(row, SESSION_COLUMNS)?));
    db.rows(SQL, &[region.into(), now.into()])
        .await?
        .iter()
        .map(read)
        .collect()
}

/// Begins a session.
pub fn begin_session(batch: &mut Batch, row: &SessionRow) {
    batch.push(
        "INSERT INTO session (token_hash, account, created_at, seen_at, expires_at, revoked_at, address, agent)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        vec![
            row.token_hash.as_str().into(),
            row.account.as_str().into(),
            row.created_at.into(),
            row.seen_at.into(),
            row.expires_at.into(),
            row.revoked_at.into(),
            row.address.as_str().into(),
            row.agent.as_str().into(),
        ],
    );
}

/// Notes that a session is in use.
pub fn touch_session(batch: &mut Batch, token_hash: &str, at: Timestamp) {
    batch.push(
        "UPDATE session SET seen_at = $2 WHERE token_hash = $1",
        vec![token_hash.into(), at.into()],
    );
}

/// Ends a session.
pub fn revoke_session(batch: &mut Batch, token_hash: &str, at: Timestamp) {
    batch.push(
        "UPDATE session SET revoked_at = $2 WHERE token_hash = $1 AND revoked_at IS NULL",
        vec![token_hash.into(), at.into()],
    );
}

/// Ends all sessions of an account but one (`except` empty: all).
pub fn revoke_sessions_of(batch: &mut Batch, account: &str, except: &str, at: Timestamp) {
    batch.push(
        "UPDATE session SET revoked_at = $3 WHERE account = $1 AND token_hash <> $2 AND revoked_at IS NULL",
        vec![account.into(), except.into(), at.into()],
    );
}

/// Takes away sessions that ended before `before`.
pub fn forget_sessions(batch: &mut Batch, before: Timestamp) {
    batch.push(
        "DELETE FROM session WHERE expires_at < $1",
        vec![before.into()],
    );
}

/// A line of the sign-in log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInRow {
    /// When.
    pub at: Timestamp,
    /// As typed.
    pub login: String,
    /// From where.
    pub address: String,
    /// With what.
    pub agent: String,
    /// ok, wrong, locked.
    pub outcome: String,
}

/// Adds a line to the sign-in log.
pub fn log_sign_in(
    batch: &mut Batch,
    at: Timestamp,
    login: &str,
    account: Option<&str>,
    address: &str,
    agent: &str,
    outcome: &'static str,
) {
    let login: String = login.chars().take(80).collect();
    let agent: String = agent.chars().take(200).collect();
    batch.push(
        "INSERT INTO sign_in (id, at, login, account, address, agent, outcome) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        vec![
            Uuid::now_v7().to_string().into(),
            at.into(),
            login.into(),
            account.into(),
            address.into(),
            agent.into(),
            outcome.into(),
        ],
    );
}

/// The last sign-ins to accounts of a region, newest first; tries with a login that nobody has belong to no region and
/// are in every list.
///
/// # Errors
/// As [`Db::rows`].
pub async fn sign_ins(db: &Db, region: &str, limit: u32) -> Result<Vec<SignInRow>, StoreError> {
    const SQL: &str = "SELECT s.at, s.login, s.address, s.agent, s.outcome
                         FROM sign_in s LEFT JOIN account a ON a.account = s.account
                        WHERE a.account IS NULL OR a.region = $1
                        ORDER BY s.at DESC, s.id DESC LIMIT $2";
    let read = |row: &Row| {
        Ok(SignInRow {
            at: row.time(0)?,
            login: row.string(1)?,
            address: row.string(2)?,
            agent: row.string(3)?,
            outcome: row.string(4)?,
        })
    };
    db.rows(SQL, &[region.into(), i64::from(limit).into()])
        .await?
        .iter()
        .map(read)
        .collect()
}

/// A line of the audit trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Id.
    pub id: String,
    /// Region.
    pub region: String,
    /// When.
    pub at: Timestamp,
    /// Account; none for the program itself.
    pub account: Option<String>,
    /// Person.
    pub person: String,
    /// Unit.
    pub unit: Option<String>,
    /// What.
    pub action: String,
    /// On what.
    pub subject: String,
    /// done or refused.
    pub outcome: String,
    /// More.
    pub detail: Option<String>,
}

/// Adds a line to the audit trail.
pub fn audit(batch: &mut Batch, row: &AuditRow) {
    batch.push(
        "INSERT INTO audit (id, region, at, account, person, unit, action, subject, outcome, detail)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        vec![
            row.id.as_str().into(),
            row.region.as_str().into(),
            row.at.into(),
            row.account.as_deref().into(),
            row.person.as_str().into(),
            row.unit.as_deref().into(),
            row.action.as_str().into(),
            row.subject.as_str().into(),
            row.outcome.as_str().into(),
            row.detail.as_deref().into(),
        ],
    );
}

/// The last lines of a region's audit trail, newest first.
///
/// # Errors
/// As [`Db::rows`].
pub async fn audit_rows(db: &Db, region: &str, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
    const SQL: &str =
        "SELECT id, region, at, account, person, unit, action, subject, outcome, detail
                         FROM audit WHERE region = $1 ORDER BY at DESC, id DESC LIMIT $2";
    let read = |row: &Row| {
        Ok(AuditRow {
            id: row.string(0)?,
            region: row.string(1)?,
            at: row.time(2)?,
            account: row.opt_string(3)?,
            person: row.string(4)?,
            unit: row.opt_string(5)?,
            action: row.string(6)?,
            subject: row.string(7)?,
            outcome: row.string(8)?,
            detail: row.opt_string(9)?,
        })
    };
    db.rows(SQL, &[region.into(), i64::from(limit).into()])
        .await?
        .iter()
        .map(read)
        .collect()
}
