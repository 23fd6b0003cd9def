//! What was acknowledged stays, whatever happens to the program.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod house;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::mpsc;
use std::thread;

use house::browser::Browser;
use house::luodi;
use house::server::Server;

const TODAY: &str = "2026-11-23";
/// Sample projects that are in the scope on that day, one for each writer.
const WRITERS: [&str; 4] = [
    "01900000-0000-7000-8000-000000000008",
    "01900000-0000-7000-8000-000000000010",
    "01900000-0000-7000-8000-000000000016",
    "01900000-0000-7000-8000-000000000020",
];
/// After so many acknowledgements the power is cut.
const ACKNOWLEDGED: usize = 150;

/// Records one thing after another on a project until the program is gone; tells what was acknowledged.
fn write(browser: &Browser, project: &str, csrf: &str, acknowledged: &mpsc::Sender<String>) {
    let path = format!("/projects/{project}/actions/question");
    for number in 0.. {
        let text = format!("样例记录-{project}-{number}");
        let Some(answer) = browser.send(&path, &[("csrf", csrf), ("text", &text)]) else {
            return;
        };
        assert_eq!(answer.status, 303, "{}", answer.body);
        if acknowledged.send(text).is_err() {
            return;
        }
    }
}

/// Every text that stands in the log of facts.
fn recorded(data: &Path) -> BTreeSet<String> {
    let connection = rusqlite::Connection::open(data.join("luodi.db")).unwrap();
    let mut statement = connection
        .prepare("SELECT data FROM event WHERE kind = 'question_asked'")
        .unwrap();
    let texts = statement
        .query_map([], |row| row.get::<_, String>(0))
        .unwrap();
    let text = |data: String| {
        serde_json::from_str::<serde_json::Value>(&data).unwrap()["text"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    texts.map(|data| text(data.unwrap())).collect()
}

#[test]
fn a_power_cut_in_a_burst_of_commands_loses_nothing_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut server = Server::start(&data, TODAY);
    let browser = Browser::sign_in(&server.address, "qj-centre", "Luodi-2026-Demo");
    let csrf = browser.csrf("/account");

    let (tell, told) = mpsc::channel();
    let mut acknowledged = BTreeSet::new();
    thread::scope(|scope| {
        for project in WRITERS {
            let (browser, csrf, tell) = (browser.clone(), csrf.clone(), tell.clone());
            scope.spawn(move || write(&browser, project, &csrf, &tell));
        }
        drop(tell);
        acknowledged.extend(told.iter().take(ACKNOWLEDGED));
        server.kill();
        acknowledged.extend(told.iter());
    });
    assert!(acknowledged.len() >= ACKNOWLEDGED);

    let folder = data.display().to_string();
    luodi(&["verify", "--data", &folder]).done();
    luodi(&["rebuild", "--check", "--data", &folder]).done();
    let recorded = recorded(&data);
    let lost: Vec<_> = acknowledged.difference(&recorded).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
}

#[cfg(unix)]
#[test]
fn a_program_that_is_asked_to_stop_ends_well() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("data"), TODAY);
    let browser = Browser::sign_in(&server.address, "qj-leader", "Luodi-2026-Demo");
    assert_eq!(browser.read("/").expect("the program answers").status, 200);
    assert_eq!(server.stop(), 0);
    luodi(&[
        "verify",
        "--data",
        &folder.path().join("data").display().to_string(),
    ])
    .done();
}
