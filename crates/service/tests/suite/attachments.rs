//! Files: what they are by their content, kept once, seen by those who see the project.

use std::path::Path;

use service::ServiceError;
use service::attachments::NewFile;

use crate::city::*;

on_both! {
    a_file_that_is_not_what_its_name_says_is_refused_and_nothing_is_kept,
    the_same_content_is_kept_once_and_read_under_the_name_of_each_project,
    strangers_do_not_read_a_file_even_with_its_hash,
    a_file_that_was_changed_on_the_disk_is_not_handed_out,
}

fn file(name: &str, content: &[u8]) -> NewFile {
    NewFile {
        evidence: None,
        name: name.into(),
        content: content.to_vec().into(),
    }
}

/// Files below a folder.
fn kept(folder: &Path) -> Vec<std::path::PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                kept(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

async fn a_file_that_is_not_what_its_name_says_is_refused_and_nothing_is_kept(city: &City) {
    let project = city.signed("样例光电产业园项目").await;
    let fakes = [
        ("现场.jpg", b"<script>alert(1)</script>".to_vec(), "网页"),
        ("许可证.pdf", b"MZ\x90\0".to_vec(), "程序"),
        ("许可证.pdf", picture("样例"), ".pdf"),
        ("空.pdf", Vec::new(), "空的"),
    ];
    let good = file("现场.png", &picture("样例"));
    for (name, content, words) in fakes {
        let files = vec![good.clone(), file(name, &content)];
        let refused = city.service.keep_files(&staff(TOWN), &project, files).await;
        let Err(ServiceError::Invalid(faults)) = refused else {
            panic!("{name}: {refused:?}");
        };
        let message = &faults[0].message;
        assert!(
            message.contains(name) && message.contains(words),
            "{message}"
        );
    }
    assert_eq!(kept(&city.place.folder.join("files")).len(), 0);
}

async fn the_same_content_is_kept_once_and_read_under_the_name_of_each_project(city: &City) {
    let one = city.signed("样例光电产业园项目").await;
    let other = city.signed("样例仓储项目").await;
    let content = picture("同一张照片");
    let town = staff(TOWN);
    let mut hashes = Vec::new();
    for (project, name) in [(&one, "../基坑.png"), (&other, "现场照片")] {
        let files = vec![file(name, &content)];
        let kept = city
            .service
            .keep_files(&town, project, files)
            .await
            .unwrap();
        hashes.push(kept[0].sm3.clone());
    }
    assert_eq!(hashes[0], hashes[1]);
    assert_eq!(hashes[0], store::sm3_hex(&content));
    assert_eq!(kept(&city.place.folder.join("files")).len(), 1);
    for (project, name) in [(&one, "基坑.png"), (&other, "现场照片.png")] {
        let read = city
            .service
            .attachment(&town, project, &hashes[0])
            .await
            .unwrap();
        assert_eq!(
            (read.name.as_str(), read.mime.as_str()),
            (name, "image/png")
        );
        assert!(read.content == content && read.shown());
    }
}

async fn strangers_do_not_read_a_file_even_with_its_hash(city: &City) {
    let project = city.signed("样例光电产业园项目").await;
    let photo = city
        .evidence(&staff(TOWN), &project, "site-photo")
        .await
        .remove(0);
    for stranger in [
        staff(OTHER_TOWN),
        staff(COMMERCE),
        enterprise("样例食品有限公司"),
    ] {
        let read = city
            .service
            .attachment(&stranger, &project, &photo.sm3)
            .await;
        assert!(
            matches!(read, Err(ServiceError::NotFound(_))),
            "{}",
            stranger.unit
        );
    }
    for friend in [staff(PARK), enterprise(ENTERPRISE), staff(HOUSING)] {
        let read = city.service.attachment(&friend, &project, &photo.sm3).await;
        assert!(read.is_ok(), "{}", friend.unit);
    }
    // A file of another project cannot be had through one's own.
    let other = city.signed("样例仓储项目").await;
    let read = city
        .service
        .attachment(&staff(TOWN), &other, &photo.sm3)
        .await;
    assert!(matches!(read, Err(ServiceError::NotFound(_))));
}

async fn a_file_that_was_changed_on_the_disk_is_not_handed_out(city: &City) {
    let project = city.signed("样例光电产业园项目").await;
    let photo = city
        .evidence(&staff(TOWN), &project, "site-photo")
        .await
        .remove(0);
    let path = kept(&city.place.folder.join("files")).remove(0);
    std::fs::write(path, picture("另一张照片")).unwrap();
    let read = city
        .service
        .attachment(&staff(TOWN), &project, &photo.sm3)
        .await;
    let Err(ServiceError::Failed(message)) = read else {
        panic!("handed out");
    };
    assert!(message.contains(&photo.sm3), "{message}");
}
