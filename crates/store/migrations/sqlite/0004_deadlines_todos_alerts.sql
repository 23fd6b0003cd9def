-- Why: what is due, who must act and who was told are read far more often than they change, and the daily sweep must
-- find what is to be sent without looking at the rest.

-- level is the highest escalation already sent; notify_on is the next day on which something must be sent.
CREATE TABLE deadline (
    region TEXT NOT NULL,
    project TEXT NOT NULL,
    node TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    opens_on TEXT,
    warn_on TEXT,
    due_on TEXT,
    grace_until TEXT,
    done_on TEXT,
    suspended INTEGER NOT NULL,
    provisional INTEGER NOT NULL,
    unit TEXT,
    warned_by TEXT,
    clause TEXT NOT NULL,
    level INTEGER NOT NULL,
    notify_on TEXT,
    PRIMARY KEY (region, project, node)
) STRICT, WITHOUT ROWID;
CREATE INDEX deadline_notify ON deadline (region, notify_on) WHERE done_on IS NULL;
CREATE INDEX deadline_due ON deadline (region, due_on) WHERE done_on IS NULL;
CREATE INDEX deadline_unit ON deadline (region, unit, due_on) WHERE done_on IS NULL;
CREATE INDEX deadline_provisional ON deadline (region, project) WHERE provisional = TRUE;

CREATE TABLE todo (
    region TEXT NOT NULL,
    project TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    unit TEXT NOT NULL,
    title TEXT NOT NULL,
    since TEXT NOT NULL,
    due_on TEXT,
    PRIMARY KEY (region, project, kind, subject, unit)
) STRICT, WITHOUT ROWID;
CREATE INDEX todo_unit ON todo (region, unit, due_on);

CREATE TABLE alert (
    region TEXT NOT NULL,
    id TEXT NOT NULL,
    project TEXT NOT NULL,
    node TEXT NOT NULL,
    title TEXT NOT NULL,
    level INTEGER NOT NULL,
    kind TEXT NOT NULL,
    unit TEXT NOT NULL,
    due_on TEXT NOT NULL,
    raised_on TEXT NOT NULL,
    text TEXT NOT NULL,
    clause TEXT NOT NULL,
    handled_at INTEGER,
    PRIMARY KEY (region, id)
) STRICT;
-- Once each: the sweep may run any number of times a day.
CREATE UNIQUE INDEX alert_once ON alert (region, project, node, level, unit, due_on);
CREATE INDEX alert_unit ON alert (region, unit, raised_on, id);
CREATE INDEX alert_open ON alert (region, raised_on, id) WHERE handled_at IS NULL;

CREATE TABLE alert_read (
    region TEXT NOT NULL,
    alert TEXT NOT NULL,
    account TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (region, alert, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
    region TEXT NOT NULL,
    id TEXT NOT NULL,
    channel TEXT NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    sent_at INTEGER,
    failed_at INTEGER,
    last_error TEXT,
    idempotency TEXT NOT NULL,
    PRIMARY KEY (region, id)
) STRICT;
CREATE UNIQUE INDEX outbox_idempotency ON outbox (region, idempotency);
CREATE INDEX outbox_waiting ON outbox (next_at) WHERE sent_at IS NULL AND failed_at IS NULL;
CREATE INDEX outbox_created ON outbox (region, created_at, id);

-- What both sides of the contract owe, did and failed to do.
CREATE TABLE performance_entry (
    region TEXT NOT NULL,
    project TEXT NOT NULL,
    entry TEXT NOT NULL,
    side TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    unit TEXT,
    due_on TEXT,
    target TEXT,
    value TEXT,
    state TEXT NOT NULL,
    clause TEXT NOT NULL,
    happened_on TEXT,
    PRIMARY KEY (region, project, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX performance_entry_kind ON performance_entry (region, kind, due_on);
CREATE INDEX performance_entry_unit ON performance_entry (region, unit, due_on);
