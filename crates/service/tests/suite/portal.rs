//! What an enterprise does in its portal.

use store::alerts::{self, AlertRow};
use uuid::Uuid;

use crate::city::{City, ENTERPRISE, REGION, day, enterprise};

on_both! {
    looking_at_one_project_leaves_the_reminders_of_the_others_unread,
}

fn alert(project: &str) -> AlertRow {
    AlertRow {
        region: REGION.into(),
        id: Uuid::now_v7().to_string(),
        project: project.into(),
        node: "start".into(),
        title: "项目筹备开工".into(),
        level: 1,
        kind: "限时完成".into(),
        unit: ENTERPRISE.into(),
        due_on: day("2025-07-20"),
        raised_on: day("2025-06-20"),
        text: "样例提醒".into(),
        clause: "第五条".into(),
        handled_at: None,
    }
}

async fn looking_at_one_project_leaves_the_reminders_of_the_others_unread(city: &City) {
    let (one, other) = (
        city.signed("样例光电产业园项目").await,
        city.signed("样例仓储项目").await,
    );
    let mut batch = store::Batch::new();
    alerts::raise(&mut batch, &[alert(&one), alert(&other)]);
    city.service.db().write(batch).await.unwrap();
    let mut firm = enterprise(ENTERPRISE);
    firm.account = "firm".into();
    let unread = async || {
        let (db, account) = (city.service.db(), &firm.account);
        alerts::unread(db, REGION, account, ENTERPRISE, 10)
            .await
            .unwrap()
    };
    assert_eq!(unread().await, 2);
    assert_eq!(city.service.notices(&firm, &one).await.unwrap().len(), 1);
    assert_eq!(unread().await, 1);
    city.service.notices(&firm, &other).await.unwrap();
    assert_eq!(unread().await, 0);
}
