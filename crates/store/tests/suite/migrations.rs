use std::collections::BTreeMap;

use store::{Batch, Db, Dialect, OpenOptions, StoreError};

/// Columns of all tables, whether they may be empty, and names of all indexes with their columns left out.
async fn schema(db: &Db) -> BTreeMap<String, Vec<String>> {
    let sql = match db.dialect() {
        Dialect::Sqlite => {
            "SELECT t.name, c.name || CASE WHEN c.\"notnull\" = 1 OR c.pk > 0 THEN '!' ELSE '' END
               FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c
              WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE 'project_search%'
              UNION ALL
             SELECT 'index', name FROM sqlite_schema
              WHERE type = 'index' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'project_search%'
                AND name NOT LIKE '%_pkey'
              ORDER BY 1, 2"
        }
        Dialect::Postgres => {
            "SELECT table_name::text COLLATE \"C\",
                    (column_name || CASE WHEN is_nullable = 'NO' THEN '!' ELSE '' END)::text COLLATE \"C\"
               FROM information_schema.columns
              WHERE table_schema = current_schema() AND table_name NOT LIKE 'project_search%'
              UNION ALL
             SELECT 'index', indexname::text FROM pg_indexes
              WHERE schemaname = current_schema() AND indexname NOT LIKE '%_pkey'
                AND indexname NOT LIKE 'project_search%'
              ORDER BY 1, 2"
        }
    };
    let mut schema = BTreeMap::<String, Vec<String>>::new();
    for row in db.rows(sql, &[]).await.unwrap() {
        schema
            .entry(row.string(0).unwrap())
            .or_default()
            .push(row.string(1).unwrap());
    }
    schema
}

on_both! {
    async fn tables_columns_and_indexes_are_the_same_in_both_databases(home: Home) {
        let other = Db::open("sqlite::memory:", OpenOptions::default()).await.unwrap();
        let (ours, sqlite) = (schema(&home.db).await, schema(&other).await);
        other.close().await;
        assert!(ours.len() > 20);
        assert_eq!(ours, sqlite);
    }
}

on_both! {
    async fn opening_again_changes_nothing(home: Home) {
        const APPLIED: &str = "SELECT number, name, checksum FROM migration ORDER BY number";
        let before = schema(&home.db).await;
        let applied = home.db.rows(APPLIED, &[]).await.unwrap();
        let again = home.again().await;
        assert_eq!(schema(&again).await, before);
        let numbers = |rows: &[store::Row]| -> Vec<i64> { rows.iter().map(|row| row.int(0).unwrap()).collect() };
        assert_eq!(numbers(&again.rows(APPLIED, &[]).await.unwrap()), numbers(&applied));
        assert!(numbers(&applied).starts_with(&[1, 2, 3]));
        again.close().await;
    }
}

on_both! {
    async fn a_database_of_a_newer_program_is_refused(home: Home) {
        let mut batch = Batch::new();
        batch.push(
            "INSERT INTO migration (number, name, checksum, applied_at) VALUES (9999, 'future', 'x', $1)",
            vec![jiff::Timestamp::now().into()],
        );
        home.db.write(batch).await.unwrap();
        let refused = Db::open(&home.url, OpenOptions::default()).await.err();
        assert!(matches!(refused, Some(StoreError::TooNew { found: 9999, .. })), "{refused:?}");
    }
}

on_both! {
    async fn an_edited_migration_is_refused(home: Home) {
        let mut batch = Batch::new();
        batch.push("UPDATE migration SET checksum = 'other' WHERE number = 2", vec![]);
        batch.expect_rows(1);
        home.db.write(batch).await.unwrap();
        let refused = Db::open(&home.url, OpenOptions::default()).await.err();
        assert!(matches!(refused, Some(StoreError::MigrationEdited { number: 2, .. })), "{refused:?}");
    }
}

on_both! {
    async fn many_who_open_at_once_migrate_once(home: Home) {
        let opened: Vec<_> = (0..4).map(|_| { let home = home.clone(); tokio::spawn(async move { home.again().await }) }).collect();
        for db in opened {
            db.await.unwrap().close().await;
        }
    }
}
