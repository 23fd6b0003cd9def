//! What the office keeps: regions, units, accounts, imports, files, packs, messages, views, leases.

use store::accounts::{self, AccountRow, AuditRow, SessionRow};
use store::attachments::{self, AttachmentRow};
use store::imports::{self, ImportRow, Step};
use store::outbox::{self, OutboxRow};
use store::packs::{self, PackRow};
use store::units::{self, RegionRow, UnitRow};
use store::views::{self, ViewRow};
use store::{Batch, Db, holidays};

use crate::projects::{at, project, put};

async fn write(db: &Db, fill: impl FnOnce(&mut Batch)) {
    let mut batch = Batch::new();
    fill(&mut batch);
    db.write(batch).await.unwrap();
}

on_both! {
    async fn regions_units_and_spellings_are_kept_and_corrected(home: Home) {
        let db = &home.db;
        let region = RegionRow { region: "r".into(), title: "样例市".into(), province: "样例省".into() };
        let unit = |kind: &str| UnitRow {
            name: "样例镇".into(), code: "X-1".into(), kind: kind.into(), collective: false, note: String::new(),
        };
        write(db, |batch| {
            units::put_region(batch, &region, at(0));
            units::put(batch, "r", &unit("department"));
            units::put(batch, "r", &unit("township"));
            units::put_alias(batch, "r", "样例镇政府", "样例镇");
            units::put_alias(batch, "r", "样例镇政府", "样例镇");
        }).await;
        assert_eq!(units::region(db, "r").await.unwrap(), Some(region.clone()));
        assert_eq!(units::regions(db).await.unwrap(), [region]);
        assert_eq!(units::list(db, "r").await.unwrap(), [unit("township")]);
        assert_eq!(units::aliases(db, "r").await.unwrap(), [("样例镇政府".to_owned(), "样例镇".to_owned())]);
    }
}

fn account(id: &str, login: &str) -> AccountRow {
    AccountRow {
        account: id.into(),
        region: "r".into(),
        login: login.into(),
        name: "样例甲".into(),
        unit: "样例镇".into(),
        kind: "staff".into(),
        admin_role: None,
        password_hash: "h".into(),
        must_change: true,
        email: Some("a@example.invalid".into()),
        phone_sealed: None,
        enterprise_code: None,
        disabled_at: None,
        failed_count: 0,
        last_failure_at: None,
        locked_until: None,
        totp_sealed: None,
        created_at: at(0),
        last_sign_in_at: None,
        password_changed_at: None,
    }
}

on_both! {
    async fn accounts_are_locked_disabled_and_given_passwords(home: Home) {
        let db = &home.db;
        write(db, |batch| accounts::insert(batch, &account("1", "jia"))).await;
        assert_eq!(accounts::by_login(db, "jia").await.unwrap(), Some(account("1", "jia")));
        assert_eq!(accounts::with_email(db, "r").await.unwrap().len(), 1);

        write(db, |batch| accounts::set_lock(batch, "1", 3, Some(at(1)), Some(at(2)), None)).await;
        write(db, |batch| accounts::set_lock(batch, "1", 0, None, None, Some(at(3)))).await;
        write(db, |batch| accounts::set_lock(batch, "1", 1, Some(at(4)), None, None)).await;
        let locked = accounts::by_id(db, "1").await.unwrap().unwrap();
        assert_eq!((locked.failed_count, locked.last_failure_at, locked.last_sign_in_at), (1, Some(at(4)), Some(at(3))));

        write(db, |batch| {
            accounts::set_password(batch, "1", "h2", false, at(5));
            accounts::set_disabled(batch, "1", Some(at(6)));
        }).await;
        let disabled = accounts::list(db, "r").await.unwrap().remove(0);
        assert_eq!((disabled.password_hash.as_str(), disabled.failed_count), ("h2", 0));
        assert_eq!((disabled.disabled_at, disabled.password_changed_at), (Some(at(6)), Some(at(5))));
        assert!(accounts::with_email(db, "r").await.unwrap().is_empty());
        write(db, |batch| accounts::set_disabled(batch, "1", None)).await;
        assert_eq!(accounts::with_email(db, "r").await.unwrap().len(), 1);
    }
}

on_both! {
    async fn sessions_begin_are_used_and_end(home: Home) {
        let db = &home.db;
        let session = |hash: &str| SessionRow {
            token_hash: hash.into(), account: "1".into(), created_at: at(0), seen_at: at(0), expires_at: at(100),
            revoked_at: None, address: "127.0.0.1".into(), agent: "样例".into(),
        };
        write(db, |batch| {
            accounts::insert(batch, &account("1", "jia"));
            for hash in ["x", "y", "z"] { accounts::begin_session(batch, &session(hash)); }
            accounts::touch_session(batch, "y", at(9));
            accounts::revoke_session(batch, "x", at(10));
        }).await;
        let living = accounts::sessions_of(db, "1", at(50)).await.unwrap();
        assert_eq!(living.iter().map(|session| session.token_hash.as_str()).collect::<Vec<_>>(), ["y", "z"]);
        let (found, owner) = accounts::session(db, "y").await.unwrap().unwrap();
        assert_eq!((found.seen_at, owner.login.as_str()), (at(9), "jia"));

        write(db, |batch| accounts::revoke_sessions_of(batch, "1", "y", at(11))).await;
        assert_eq!(accounts::sessions_of(db, "1", at(50)).await.unwrap().len(), 1);
        write(db, |batch| accounts::forget_sessions(batch, at(101))).await;
        assert_eq!(accounts::session(db, "y").await.unwrap(), None);
    }
}

on_both! {
    async fn sign_ins_and_administration_leave_a_trail(home: Home) {
        let db = &home.db;
        let line = AuditRow {
            id: "1".into(), region: "r".into(), at: at(0), account: None, person: "程序".into(), unit: None,
            action: "load-pack".into(), subject: "p".into(), outcome: "done".into(), detail: None,
        };
        write(db, |batch| {
            accounts::log_sign_in(batch, at(0), &"长".repeat(500), None, "a", "b", "wrong");
            accounts::log_sign_in(batch, at(1), "jia", Some("1"), "a", "b", "ok");
            accounts::audit(batch, &line);
        }).await;
        let log = accounts::sign_ins(db, "r", 10).await.unwrap();
        assert_eq!((log[0].login.as_str(), log[1].login.chars().count()), ("jia", 80));
        assert_eq!(accounts::audit_rows(db, "r", 10).await.unwrap(), [line]);
    }
}

fn import() -> ImportRow {
    ImportRow {
        region: "r".into(),
        id: "i".into(),
        file_name: "台账.xlsx".into(),
        sm3: "s".into(),
        by_account: String::new(),
        by_person: "样例甲".into(),
        at: at(0),
        rows: 2,
        accepted: 0,
        rejected: 0,
        state: "checked".into(),
        undone_at: None,
        undone_by: None,
        report: "{}".into(),
    }
}

fn step<'a>(from: &'a [&'a str], to: &'a str) -> Step<'a> {
    Step {
        region: "r",
        id: "i",
        from,
        to,
        report: "{\"n\":1}",
    }
}

on_both! {
    async fn an_import_goes_from_step_to_step_and_never_twice(home: Home) {
        let db = &home.db;
        write(db, |batch| imports::insert(batch, &import())).await;
        assert_eq!(imports::get(db, "r", "i").await.unwrap(), Some(import()));
        write(db, |batch| imports::step(batch, step(&["checked", "failed"], "applying"))).await;

        let mut again = Batch::new();
        imports::step(&mut again, step(&["checked", "failed"], "applying"));
        assert!(db.write(again).await.unwrap_err().is_conflict());

        write(db, |batch| imports::progress(batch, "r", "i", 1)).await;
        write(db, |batch| imports::applied(batch, step(&["applying"], "applied"), 1, 1)).await;
        assert_eq!(imports::same_file(db, "r", "s").await.unwrap(), Some((at(0), "样例甲".to_owned())));
        write(db, |batch| imports::undone(batch, step(&["applied"], "undone"), at(9), "样例乙")).await;
        let row = imports::recent(db, "r", 10).await.unwrap().remove(0);
        assert_eq!((row.accepted, row.rejected, row.state.as_str(), row.undone_at), (1, 1, "undone", Some(at(9))));
        assert_eq!(imports::same_file(db, "r", "s").await.unwrap(), None);
    }
}

on_both! {
    async fn work_done_after_an_import_is_found(home: Home) {
        let db = &home.db;
        let imported = store::events::NewEvent { by: r#"{"import":"i"}"#.into(), ..crate::events::fact("1") };
        for id in ["a", "b", "c"] {
            crate::events::append(db, id, std::slice::from_ref(&imported)).await.unwrap();
            put(db, &project(id, id), 0).await;
        }
        crate::events::append(db, "b", &[crate::events::fact("2")]).await.unwrap();
        crate::events::append(db, "c", &[crate::events::fact("2")]).await.unwrap();
        write(db, |batch| imports::mark(batch, "r", "i", &["a".into(), "b".into()])).await;

        let worked = async |others: &[&str]| {
            let others = others.iter().map(|id| (*id).to_owned()).collect();
            let work = imports::work_since(db, "r", "i", others).await.unwrap();
            work.into_iter().map(|work| (work.project, work.facts)).collect::<Vec<_>>()
        };
        assert_eq!(worked(&[]).await, [("b".to_owned(), 1)]);
        assert_eq!(worked(&["c"]).await, [("b".to_owned(), 1), ("c".to_owned(), 1)]);
        assert_eq!(store::projects::of_import(db, "r", "i").await.unwrap(), ["a", "b"]);
    }
}

on_both! {
    async fn a_message_is_written_once_and_tried_until_it_is_sent_or_given_up(home: Home) {
        let db = &home.db;
        let message = |id: &str, key: &str| OutboxRow {
            region: "r".into(), id: id.into(), channel: "email".into(), recipient: "a@example.invalid".into(),
            subject: "样例".into(), body: "样例".into(), created_at: at(0), next_at: at(0), attempts: 0,
            idempotency: key.into(), sent_at: None, failed_at: None, last_error: None,
        };
        write(db, |batch| {
            outbox::put(batch, &message("1", "k"));
            outbox::put(batch, &message("2", "k"));
            outbox::put(batch, &message("3", "l"));
        }).await;
        assert_eq!(outbox::waiting(db, at(0), 10).await.unwrap(), [message("1", "k"), message("3", "l")]);

        write(db, |batch| outbox::failed(batch, "r", "1", at(1), Some(at(60)), "样例错误")).await;
        assert_eq!(outbox::waiting(db, at(59), 10).await.unwrap().len(), 1);
        assert_eq!(outbox::waiting(db, at(60), 10).await.unwrap().len(), 2);
        write(db, |batch| {
            outbox::failed(batch, "r", "1", at(61), None, "样例错误");
            outbox::sent(batch, "r", "3", at(62));
        }).await;
        assert!(outbox::waiting(db, at(1000), 10).await.unwrap().is_empty());
        let all = outbox::recent(db, "r", 10).await.unwrap();
        assert_eq!((all[1].attempts, all[1].failed_at, all[0].sent_at), (2, Some(at(61)), Some(at(62))));
    }
}

on_both! {
    async fn one_version_of_a_pack_is_in_force(home: Home) {
        let db = &home.db;
        let pack = |version: &str, active| PackRow {
            region: "r".into(), id: "p".into(), version: version.into(), kind: "lifecycle".into(), source: "x".into(),
            sm3: "s".into(), loaded_at: at(0), loaded_by: "样例甲".into(), active,
        };
        write(db, |batch| {
            packs::insert(batch, &pack("1", false));
            packs::insert(batch, &pack("2", false));
            packs::activate(batch, "r", "p", "1");
            packs::activate(batch, "r", "p", "2");
        }).await;
        assert_eq!(packs::list(db, "r").await.unwrap(), [pack("1", false), pack("2", true)]);
        let mut twice = Batch::new();
        packs::insert(&mut twice, &pack("1", false));
        assert!(db.write(twice).await.unwrap_err().is_unique("policy_pack_pkey"));
    }
}

on_both! {
    async fn files_views_settings_and_holidays_are_kept(home: Home) {
        let db = &home.db;
        let file = AttachmentRow {
            region: "r".into(), id: "1".into(), project: "p".into(), sm3: "s".into(), name: "照片.jpg".into(),
            mime: "image/jpeg".into(), size: 9, uploaded_by: "1".into(), uploaded_at: at(0), evidence: None,
            scanned: false,
        };
        let view = |query: &str| ViewRow { name: "样例".into(), query: query.into() };
        write(db, |batch| {
            attachments::insert(batch, &file);
            views::save_view(batch, "r", "1", &view("a=1"));
            views::save_view(batch, "r", "1", &view("a=2"));
            views::set_setting(batch, "r", "k", "1");
            views::set_setting(batch, "r", "k", "2");
            holidays::put(batch, 2027, "csv", "1号", at(0));
            holidays::put(batch, 2027, "csv", "2号", at(1));
        }).await;
        assert_eq!(attachments::of_project(db, "r", "p").await.unwrap(), std::slice::from_ref(&file));
        assert_eq!(attachments::by_hash(db, "r", "p", "s").await.unwrap(), Some(file));
        assert_eq!(views::views(db, "r", "1").await.unwrap(), [view("a=2")]);
        assert_eq!(views::setting(db, "r", "k").await.unwrap().as_deref(), Some("2"));
        assert_eq!(holidays::list(db).await.unwrap()[0].notice, "2号");
        write(db, |batch| views::remove_view(batch, "r", "1", "样例")).await;
        assert!(views::views(db, "r", "1").await.unwrap().is_empty());
    }
}

on_both! {
    async fn a_lease_has_one_holder_until_its_time_is_over(home: Home) {
        let db = &home.db;
        let take = async |holder: &str, now, until| views::take_lease(db, "sweep", holder, at(now), at(until)).await.unwrap();
        assert!(take("one", 0, 10).await);
        assert!(take("one", 5, 15).await);
        assert!(!take("two", 14, 30).await);
        assert!(take("two", 16, 30).await);

        let mut lost = Batch::new();
        imports::while_held(&mut lost, "sweep", "one", at(99));
        assert!(db.write(lost).await.unwrap_err().is_conflict());
        write(db, |batch| imports::while_held(batch, "sweep", "two", at(99))).await;
        views::give_lease_back(db, "sweep", "two").await.unwrap();
        assert!(take("one", 17, 20).await);
    }
}
