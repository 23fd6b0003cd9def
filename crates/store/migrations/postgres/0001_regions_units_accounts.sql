-- Why: before anything can be recorded, the program must know the regions, their units, who may sign in, and must
-- keep what security offices ask for: sign-ins and administrative actions.

CREATE TABLE region (
    region TEXT COLLATE "C" NOT NULL,
    title TEXT NOT NULL,
    province TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (region)
);

CREATE TABLE unit (
    region TEXT COLLATE "C" NOT NULL REFERENCES region (region),
    name TEXT COLLATE "C" NOT NULL,
    code TEXT,
    kind TEXT NOT NULL,
    collective BOOLEAN NOT NULL,
    note TEXT,
    PRIMARY KEY (region, name)
);

CREATE TABLE unit_alias (
    region TEXT COLLATE "C" NOT NULL,
    alias TEXT COLLATE "C" NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (region, alias),
    FOREIGN KEY (region, unit) REFERENCES unit (region, name) ON DELETE CASCADE
);

-- region is empty for accounts of the whole installation.
CREATE TABLE account (
    account TEXT COLLATE "C" NOT NULL,
    region TEXT COLLATE "C" NOT NULL,
    login TEXT COLLATE "C" NOT NULL,
    name TEXT NOT NULL,
    unit TEXT,
    kind TEXT NOT NULL,
    admin_role TEXT,
    password_hash TEXT NOT NULL,
    must_change BOOLEAN NOT NULL,
    email TEXT,
    phone_sealed TEXT,
    enterprise_code TEXT,
    disabled_at TIMESTAMPTZ,
    failed_count BIGINT NOT NULL,
    last_failure_at TIMESTAMPTZ,
    locked_until TIMESTAMPTZ,
    totp_sealed TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    last_sign_in_at TIMESTAMPTZ,
    password_changed_at TIMESTAMPTZ,
    PRIMARY KEY (account)
);
CREATE UNIQUE INDEX account_login ON account (login);
CREATE INDEX account_unit ON account (region, unit);

CREATE TABLE session (
    token_hash TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL REFERENCES account (account) ON DELETE CASCADE,
    created_at TIMESTAMPTZ NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ,
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    PRIMARY KEY (token_hash)
);
CREATE INDEX session_account ON session (account, created_at);
CREATE INDEX session_expires ON session (expires_at);

CREATE TABLE sign_in (
    id TEXT COLLATE "C" NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    login TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C",
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    outcome TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX sign_in_at ON sign_in (at, id);
CREATE INDEX sign_in_login ON sign_in (login, at);

CREATE TABLE audit (
    id TEXT COLLATE "C" NOT NULL,
    region TEXT COLLATE "C" NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    account TEXT COLLATE "C",
    person TEXT NOT NULL,
    unit TEXT,
    action TEXT COLLATE "C" NOT NULL,
    subject TEXT NOT NULL,
    outcome TEXT NOT NULL,
    detail TEXT,
    PRIMARY KEY (id)
);
CREATE INDEX audit_at ON audit (region, at, id);
