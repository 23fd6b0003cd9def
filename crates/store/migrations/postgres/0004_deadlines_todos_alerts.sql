-- Why: what is due, who must act and who was told are read far more often than they change, and the daily sweep must
-- find what is to be sent without looking at the rest.

-- level is the highest escalation already sent; notify_on is the next day on which something must be sent.
CREATE TABLE deadline (
    region TEXT COLLATE "C" NOT NULL,
    project TEXT COLLATE "C" NOT NULL,
    node TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    title TEXT NOT NULL,
    opens_on DATE,
    warn_on DATE,
    due_on DATE,
    grace_until DATE,
    done_on DATE,
    suspended BOOLEAN NOT NULL,
    provisional BOOLEAN NOT NULL,
    unit TEXT COLLATE "C",
    warned_by TEXT,
    clause TEXT NOT NULL,
    level BIGINT NOT NULL,
    notify_on DATE,
    PRIMARY KEY (region, project, node)
);
CREATE INDEX deadline_notify ON deadline (region, notify_on) WHERE done_on IS NULL;
CREATE INDEX deadline_due ON deadline (region, due_on) WHERE done_on IS NULL;
CREATE INDEX deadline_unit ON deadline (region, unit, due_on) WHERE done_on IS NULL;
CREATE INDEX deadline_provisional ON deadline (region, project) WHERE provisional = TRUE;

CREATE TABLE todo (
    region TEXT COLLATE "C" NOT NULL,
    project TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    title TEXT NOT NULL,
    since DATE NOT NULL,
    due_on DATE,
    PRIMARY KEY (region, project, kind, subject, unit)
);
CREATE INDEX todo_unit ON todo (region, unit, due_on);

CREATE TABLE alert (
    region TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    project TEXT COLLATE "C" NOT NULL,
    node TEXT COLLATE "C" NOT NULL,
    title TEXT NOT NULL,
    level BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    due_on DATE NOT NULL,
    raised_on DATE NOT NULL,
    text TEXT NOT NULL,
    clause TEXT NOT NULL,
    handled_at TIMESTAMPTZ,
    PRIMARY KEY (region, id)
);
-- Once each: the sweep may run any number of times a day.
CREATE UNIQUE INDEX alert_once ON alert (region, project, node, level, unit, due_on);
CREATE INDEX alert_unit ON alert (region, unit, raised_on, id);
CREATE INDEX alert_open ON alert (region, raised_on, id) WHERE handled_at IS NULL;

CREATE TABLE alert_read (
    region TEXT COLLATE "C" NOT NULL,
    alert TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (region, alert, account)
);

CREATE TABLE outbox (
    region TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    channel TEXT COLLATE "C" NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    next_at TIMESTAMPTZ NOT NULL,
    attempts BIGINT NOT NULL,
    sent_at TIMESTAMPTZ,
    failed_at TIMESTAMPTZ,
    last_error TEXT,
    idempotency TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (region, id)
);
CREATE UNIQUE INDEX outbox_idempotency ON outbox (region, idempotency);
CREATE INDEX outbox_waiting ON outbox (next_at) WHERE sent_at IS NULL AND failed_at IS NULL;
CREATE INDEX outbox_created ON outbox (region, created_at, id);

-- What both sides of the contract owe, did and failed to do.
CREATE TABLE performance_entry (
    region TEXT COLLATE "C" NOT NULL,
    project TEXT COLLATE "C" NOT NULL,
    entry TEXT COLLATE "C" NOT NULL,
    side TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    title TEXT NOT NULL,
    unit TEXT COLLATE "C",
    due_on DATE,
    target TEXT,
    value TEXT,
    state TEXT COLLATE "C" NOT NULL,
    clause TEXT NOT NULL,
    happened_on DATE,
    PRIMARY KEY (region, project, entry)
);
CREATE INDEX performance_entry_kind ON performance_entry (region, kind, due_on);
CREATE INDEX performance_entry_unit ON performance_entry (region, unit, due_on);
