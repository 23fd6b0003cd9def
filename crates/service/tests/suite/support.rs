//! A database of its own for each test.

use std::future::Future;

use store::{Db, OpenOptions};

use crate::city::{City, Place};

/// Makes two tests of each named function: one on SQLite, one on PostgreSQL.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                crate::support::on_sqlite(|city| async move { super::$name(&city).await }).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                crate::support::on_postgres(|city| async move { super::$name(&city).await }).await;
            }
        }
    )+};
}

pub async fn open(url: &str) -> Db {
    let options = OpenOptions {
        connections: 8,
        ..OpenOptions::default()
    };
    Db::open(url, options).await.unwrap()
}

pub async fn on_sqlite<F: Future<Output = ()>>(test: impl FnOnce(City) -> F) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("luodi.db").display());
    let city = City::found(Place::new(url, folder.path())).await;
    let db = city.service.db().clone();
    test(city).await;
    db.close().await;
}

pub async fn on_postgres<F: Future<Output = ()> + Send + 'static>(test: impl FnOnce(City) -> F) {
    let Ok(server) = std::env::var("LUODI_TEST_PG") else {
        eprintln!("skipped: LUODI_TEST_PG is not set");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let schema = format!("test_{}", uuid::Uuid::now_v7().simple());
    let admin = administrator(&server).await;
    let create = format!("CREATE SCHEMA {schema}");
    admin.batch_execute(&create).await.unwrap();
    let joint = if server.contains('?') { '&' } else { '?' };
    let url = format!("{server}{joint}options=-csearch_path%3D{schema}");
    let city = City::found(Place::new(url, folder.path())).await;
    let db = city.service.db().clone();
    // A task of its own, so that the schema goes even when the test fails.
    let outcome = tokio::spawn(test(city)).await;
    db.close().await;
    let drop = format!("DROP SCHEMA {schema} CASCADE");
    admin.batch_execute(&drop).await.unwrap();
    outcome.unwrap();
}

async fn administrator(server: &str) -> tokio_postgres::Client {
    let tls = tokio_postgres::NoTls;
    let (client, connection) = tokio_postgres::connect(server, tls).await.unwrap();
    tokio::spawn(connection);
    client
}
