//! Documents with their numbers.

use super::with_forms;
use crate::city::{CENTRE, City, TOWN, staff};

on_both!(documents_are_numbered_without_gaps_and_every_opening_is_counted,);

async fn documents_are_numbered_without_gaps_and_every_opening_is_counted(city: &City) {
    with_forms(city).await;
    city.started("样例光电项目").await;
    city.signed("样例纺织项目").await;
    city.on("2025-07-10");
    let centre = staff(CENTRE);
    let draft = city
        .service
        .draft_document(&centre, "half-year-bulletin", "2025-H1")
        .await
        .unwrap();
    // Every figure is the sum of the projects that it opens to.
    let rows = [
        city.row(&draft.figures[0].projects[0].0).await,
        city.row(&draft.figures[0].projects[1].0).await,
    ];
    let sum: i64 = rows.iter().filter_map(|row| row.row.total_investment).sum();
    assert_eq!(
        (draft.figures[0].count, draft.figures[0].investment.0),
        (2, sum)
    );
    assert_eq!(draft.figures[4].projects.len(), 1);
    for figure in &draft.figures {
        assert_eq!(figure.count, figure.projects.len(), "{}", figure.title);
    }
    let words: String = draft
        .body
        .iter()
        .map(|paragraph| paragraph.text.as_str())
        .collect();
    assert!(words.contains("累计签约项目2个"), "{words}");
    let mut ids = Vec::new();
    for _ in 0..2 {
        let issued = city
            .service
            .issue_document(&centre, "half-year-bulletin", "2025-H1");
        ids.push(issued.await.unwrap());
    }
    let (name, content) = city
        .service
        .issued_document(&centre, &ids[0])
        .await
        .unwrap();
    assert!(name.starts_with("潭开放办〔2025〕1号"), "{name}");
    assert!(content.starts_with(b"PK"));
    let lines = city.service.issued_documents(&centre).await.unwrap();
    let numbers: Vec<(&str, i64)> = lines
        .iter()
        .map(|line| (line.number.as_str(), line.prints))
        .collect();
    assert_eq!(
        numbers,
        [("潭开放办〔2025〕2号", 0), ("潭开放办〔2025〕1号", 1)]
    );
    // A town drafts none and opens none; a project that was never assigned has no letter.
    let town = staff(TOWN);
    assert!(
        city.service
            .draft_document(&town, "half-year-bulletin", "2025-H1")
            .await
            .is_err()
    );
    assert!(city.service.issued_document(&town, &ids[0]).await.is_err());
    let project = &draft.figures[0].projects[0].0;
    let letter = city
        .service
        .draft_document(&centre, "assignment-letter", project)
        .await;
    assert!(letter.unwrap_err().to_string().contains("还没有交办"));
}
