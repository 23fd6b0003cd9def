//! What is kept of imports, and for how long.

use service::ServiceError;
use service::imports::{ImportChoices, ImportMode, RowFilter};

use crate::city::{CENTRE, City, day, staff};

on_both! {
    files_of_imports_are_deleted_when_the_time_for_taking_them_back_is_over,
    a_dry_run_leaves_nothing_when_it_was_given_up_or_forgotten,
}

const GOOD: &str = "项目名称,属地\r\n样例冷链项目,样例镇甲\r\n";

async fn previewed(city: &City, name: &str, content: &str) -> String {
    let bytes = content.as_bytes().to_vec().into();
    let preview = city
        .service
        .import_preview(&staff(CENTRE), name, bytes)
        .await;
    preview.unwrap().head.id
}

/// Files that are kept of imports.
fn kept_files(city: &City) -> Vec<String> {
    let folder = city.place.folder.join("files").join("imports");
    let mut names = Vec::new();
    for import in std::fs::read_dir(folder).into_iter().flatten() {
        let files = std::fs::read_dir(import.unwrap().path()).unwrap();
        names.extend(files.map(|file| file.unwrap().file_name().into_string().unwrap()));
    }
    names.sort();
    names
}

async fn sweep(city: &City, today: &str) {
    city.on(today).service.sweep(day(today)).await.unwrap();
}

async fn files_of_imports_are_deleted_when_the_time_for_taking_them_back_is_over(city: &City) {
    let city = &city
        .another_instance(|config| config.keep_imports_days = 30)
        .await;
    let centre = staff(CENTRE);
    city.on("2025-03-01");
    let import = previewed(city, "台账.csv", GOOD).await;
    let service = &city.service;
    let choices = ImportChoices::default();
    let applied = service
        .import_apply(&centre, &import, ImportMode::AllOrNothing, choices)
        .await;
    assert_eq!(applied.unwrap().created, 1);
    let view = async || {
        service
            .import_view(&centre, &import, RowFilter::All, 1)
            .await
            .unwrap()
    };

    sweep(city, "2025-03-31").await;
    assert_eq!(view().await.until, Some(day("2025-03-31")));
    assert_eq!(kept_files(city), ["file", "rows"]);
    service.undo_preview(&centre, &import).await.unwrap();

    sweep(city, "2025-04-01").await;
    assert_eq!(kept_files(city), Vec::<String>::new());
    let after = view().await;
    assert_eq!(
        (after.until, after.result.map(|result| result.created)),
        (None, Some(1))
    );
    let refused = service.undo_import(&centre, &import, &[]).await;
    assert!(matches!(refused, Err(ServiceError::Conflict(why)) if why.contains("已过撤销期")));
    let refused = service.import_rejects(&centre, &import).await;
    assert!(matches!(refused, Err(ServiceError::NotFound(why)) if why.contains("30 天")));
    // Nothing is left to do on later days.
    sweep(city, "2025-04-02").await;
}

async fn a_dry_run_leaves_nothing_when_it_was_given_up_or_forgotten(city: &City) {
    city.on("2025-03-01");
    let centre = staff(CENTRE);
    let given_up = previewed(city, "台账一.csv", GOOD).await;
    let forgotten = previewed(city, "台账二.csv", GOOD).await;
    city.service
        .discard_import(&centre, &given_up)
        .await
        .unwrap();
    assert_eq!(kept_files(city).len(), 4);
    sweep(city, "2025-03-02").await;
    assert_eq!(kept_files(city), ["file", "rows"]);
    sweep(city, "2025-05-31").await;
    assert_eq!(kept_files(city), Vec::<String>::new());
    let gone = city
        .service
        .import_view(&centre, &forgotten, RowFilter::All, 1)
        .await;
    assert!(matches!(gone, Err(ServiceError::NotFound(_))));
}
