-- Why: before anything can be recorded, the program must know the regions, their units, who may sign in, and must
-- keep what security offices ask for: sign-ins and administrative actions.

CREATE TABLE region (
    region TEXT NOT NULL,
    title TEXT NOT NULL,
    province TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (region)
) STRICT;

CREATE TABLE unit (
    region TEXT NOT NULL REFERENCES region (region),
    name TEXT NOT NULL,
    code TEXT,
    kind TEXT NOT NULL,
    collective INTEGER NOT NULL,
    note TEXT,
    PRIMARY KEY (region, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE unit_alias (
    region TEXT NOT NULL,
    alias TEXT NOT NULL,
    unit TEXT NOT NULL,
    PRIMARY KEY (region, alias),
    FOREIGN KEY (region, unit) REFERENCES unit (region, name) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- region is empty for accounts of the whole installation.
CREATE TABLE account (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    unit TEXT,
    kind TEXT NOT NULL,
    admin_role TEXT,
    password_hash TEXT NOT NULL,
    must_change INTEGER NOT NULL,
    email TEXT,
    phone_sealed TEXT,
    enterprise_code TEXT,
    disabled_at INTEGER,
    failed_count INTEGER NOT NULL,
    last_failure_at INTEGER,
    locked_until INTEGER,
    totp_sealed TEXT,
    created_at INTEGER NOT NULL,
    last_sign_in_at INTEGER,
    password_changed_at INTEGER,
    PRIMARY KEY (account)
) STRICT;
CREATE UNIQUE INDEX account_login ON account (login);
CREATE INDEX account_unit ON account (region, unit);

CREATE TABLE session (
    token_hash TEXT NOT NULL,
    account TEXT NOT NULL REFERENCES account (account) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER,
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    PRIMARY KEY (token_hash)
) STRICT;
CREATE INDEX session_account ON session (account, created_at);
CREATE INDEX session_expires ON session (expires_at);

CREATE TABLE sign_in (
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    login TEXT NOT NULL,
    account TEXT,
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    outcome TEXT NOT NULL,
    PRIMARY KEY (id)
) STRICT;
CREATE INDEX sign_in_at ON sign_in (at, id);
CREATE INDEX sign_in_login ON sign_in (login, at);

CREATE TABLE audit (
    id TEXT NOT NULL,
    region TEXT NOT NULL,
    at INTEGER NOT NULL,
    account TEXT,
    person TEXT NOT NULL,
    unit TEXT,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    outcome TEXT NOT NULL,
    detail TEXT,
    PRIMARY KEY (id)
) STRICT;
CREATE INDEX audit_at ON audit (region, at, id);
