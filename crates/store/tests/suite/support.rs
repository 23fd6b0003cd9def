//! A database of its own for each test.

use std::future::Future;

use store::{Db, OpenOptions};

/// Defines a test that runs on both databases.
macro_rules! on_both {
    ($(#[$meta:meta])* async fn $name:ident($home:ident: Home) $body:block) => {
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            use crate::support::Home;

            async fn test($home: &Home) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                crate::support::on_sqlite(|home| async move { test(&home).await }).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                crate::support::on_postgres(|home| async move { test(&home).await }).await;
            }
        }
    };
}

/// Where a test's database lives.
#[derive(Clone)]
pub struct Home {
    pub url: String,
    pub db: Db,
}

impl Home {
    async fn open(url: String) -> Home {
        let db = open(&url).await;
        Home { url, db }
    }

    /// Opens the same database once more.
    pub async fn again(&self) -> Db {
        open(&self.url).await
    }
}

pub async fn open(url: &str) -> Db {
    let options = OpenOptions {
        connections: 8,
        ..OpenOptions::default()
    };
    Db::open(url, options).await.unwrap()
}

pub async fn on_sqlite<F: Future<Output = ()>>(test: impl FnOnce(Home) -> F) {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::open(format!(
        "sqlite:{}",
        folder.path().join("test.db").display()
    ))
    .await;
    let db = home.db.clone();
    test(home).await;
    db.close().await;
}

pub async fn on_postgres<F: Future<Output = ()> + Send + 'static>(test: impl FnOnce(Home) -> F) {
    let Ok(server) = std::env::var("LUODI_TEST_PG") else {
        eprintln!("skipped: LUODI_TEST_PG is not set");
        return;
    };
    let schema = format!("test_{}", uuid::Uuid::now_v7().simple());
    let admin = administrator(&server).await;
    admin
        .batch_execute(&format!("CREATE SCHEMA {schema}"))
        .await
        .unwrap();
    let joint = if server.contains('?') { '&' } else { '?' };
    let home = Home::open(format!("{server}{joint}options=-csearch_path%3D{schema}")).await;
    let db = home.db.clone();
    // A task of its own, so that the schema goes even when the test fails.
    let outcome = tokio::spawn(test(home)).await;
    db.close().await;
    admin
        .batch_execute(&format!("DROP SCHEMA {schema} CASCADE"))
        .await
        .unwrap();
    outcome.unwrap();
}

async fn administrator(server: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(server, tokio_postgres::NoTls)
        .await
        .unwrap();
    tokio::spawn(connection);
    client
}
