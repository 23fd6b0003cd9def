//! What the ledger exports, the importer takes back: every row is found, and nothing changes that was not edited.

use std::io::Read as _;

use proptest::prelude::*;
use service::forms::{FormQuery, Period};
use service::imports::{
    Difference, ImportChoices, ImportMode, ImportPreview, PreviewRow, RowChoice, RowFilter, RowView,
};
use service::projects::{ExportFormat, LedgerColumn, LedgerQuery};
use service::samples::{SampleOptions, install};
use service::{Actor, Clock, Config, Service};
use store::{Db, OpenOptions};

use crate::city::{CENTRE, REGION, day, staff};

/// The sample installation, with projects at every stage.
struct Samples {
    service: Service,
    _folder: tempfile::TempDir,
}

impl Samples {
    async fn made() -> Samples {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("luodi.db").display());
        let db = Db::open(&url, OpenOptions::default()).await.unwrap();
        let today = day("2025-11-24");
        let config = Config::in_folder(folder.path());
        let service = Service::open(db, config, Clock::at_day(today))
            .await
            .unwrap();
        install(&service, SampleOptions { today }).await.unwrap();
        Samples {
            service,
            _folder: folder,
        }
    }

    async fn exported(
        &self,
        query: &LedgerQuery,
        columns: &[LedgerColumn],
        format: ExportFormat,
    ) -> Vec<u8> {
        let file = self
            .service
            .export_ledger(&centre(), query, columns, format, "无")
            .await
            .unwrap();
        let mut bytes = Vec::new();
        { file.file }.read_to_end(&mut bytes).unwrap();
        bytes
    }

    async fn facts(&self) -> i64 {
        let sql = "SELECT count(*) FROM event";
        let row = self.service.db().row(sql, &[]).await.unwrap().unwrap();
        row.int(0).unwrap()
    }

    /// The rows of the ledger under a query.
    async fn rows(&self, query: &LedgerQuery) -> usize {
        let totals = self.service.ledger_totals(&centre(), query).await.unwrap();
        totals.count as usize
    }

    async fn previewed(&self, name: &str, bytes: Vec<u8>) -> ImportPreview {
        let preview = self
            .service
            .import_preview(&centre(), name, bytes.into())
            .await;
        preview.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Every row of the preview as its page shows it.
    async fn views(&self, id: &str) -> Vec<RowView> {
        let mut views = Vec::new();
        for page in 1.. {
            let view = self
                .service
                .import_view(&centre(), id, RowFilter::All, page)
                .await
                .unwrap();
            views.extend(view.rows);
            if page >= view.pages {
                break;
            }
        }
        views
    }

    /// The rows that a tab shows, by line.
    async fn shown(&self, id: &str, filter: RowFilter) -> Vec<u32> {
        let view = self.service.import_view(&centre(), id, filter, 1).await;
        let rows = view.unwrap().rows.into_iter();
        rows.map(|view| view.row.line).collect()
    }

    /// Differences of the row from the project that it is found to be.
    async fn differences(&self, id: &str) -> Vec<Vec<Difference>> {
        let views = self.views(id).await.into_iter();
        views
            .map(|view| view.differences.into_iter().next().unwrap())
            .collect()
    }

    /// Exports, imports again with 更新已有项目, and expects that nothing happens.
    async fn comes_back_unchanged(
        &self,
        query: &LedgerQuery,
        columns: &[LedgerColumn],
        format: ExportFormat,
    ) {
        let before = self.facts().await;
        let bytes = self.exported(query, columns, format).await;
        let name = format!("台账.{}", format.extension());
        let preview = self.previewed(&name, bytes).await;
        assert_eq!(preview.head.rows, self.rows(query).await);
        assert_eq!(preview.head.unknown, []);
        for row in &preview.rows_read {
            assert_eq!(row.faults, Vec::<String>::new(), "{}", row.name);
            assert_eq!(row.warnings, Vec::<String>::new(), "{}", row.name);
            assert_eq!(row.twin, None, "{}", row.name);
            assert!(!row.matches.is_empty(), "{} is not found", row.name);
        }
        for (row, differences) in preview
            .rows_read
            .iter()
            .zip(self.differences(&preview.head.id).await)
        {
            assert_eq!(differences, [], "{}", row.name);
        }
        let report = self
            .service
            .import_apply(
                &centre(),
                &preview.head.id,
                ImportMode::AllOrNothing,
                update(),
            )
            .await
            .unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((report.created, report.updated), (0, 0));
        assert_eq!(report.skipped, preview.head.rows);
        assert_eq!(self.facts().await, before);
    }
}

fn centre() -> Actor {
    assert_eq!(REGION, "qianjiang");
    staff(CENTRE)
}

fn update() -> ImportChoices {
    ImportChoices {
        others: Some(RowChoice::Update),
        ..ImportChoices::default()
    }
}

fn with_gone() -> LedgerQuery {
    LedgerQuery {
        gone: true,
        ..LedgerQuery::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_exported_ledger_changes_nothing_when_it_is_imported_again() {
    let samples = Samples::made().await;
    let all: Vec<LedgerColumn> = LedgerColumn::all().collect();
    for format in [ExportFormat::Xlsx, ExportFormat::Csv] {
        samples
            .comes_back_unchanged(&with_gone(), &all, format)
            .await;
        let usual = LedgerColumn::usual();
        samples
            .comes_back_unchanged(&LedgerQuery::default(), &usual, format)
            .await;
    }
}

#[test]
fn whatever_columns_are_shown_the_rows_are_found_again_and_nothing_changes() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let samples = runtime.block_on(Samples::made());
    let columns: Vec<LedgerColumn> = LedgerColumn::all().collect();
    let some = proptest::sample::subsequence(columns.clone(), 0..=columns.len());
    let mut config = ProptestConfig::with_cases(8);
    config.failure_persistence = None;
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let outcome = runner.run(&(some, any::<bool>()), |(mut shown, as_csv)| {
        // The page always shows the name.
        if !shown.contains(&LedgerColumn::Name) {
            shown.push(LedgerColumn::Name);
        }
        let format = if as_csv {
            ExportFormat::Csv
        } else {
            ExportFormat::Xlsx
        };
        runtime.block_on(samples.comes_back_unchanged(&LedgerQuery::default(), &shown, format));
        Ok(())
    });
    outcome.unwrap();
}

const TWO_PROJECTS: &str =
    "编号,项目名称,属地\r\n1,样例撤回甲项目,样例镇甲\r\n2,样例撤回乙项目,样例镇甲\r\n";

/// Imports two projects and takes them back.
async fn two_withdrawn_projects(samples: &Samples) {
    let preview = samples.previewed("两个项目.csv", TWO_PROJECTS.into()).await;
    let service = &samples.service;
    let applied = service
        .import_apply(
            &centre(),
            &preview.head.id,
            ImportMode::AllOrNothing,
            update(),
        )
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(applied.created, 2);
    let undone = service
        .undo_import(&centre(), &preview.head.id, &[])
        .await
        .unwrap();
    assert_eq!(undone.withdrawn, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn withdrawn_projects_keep_their_name_and_stay_withdrawn_when_they_are_imported_again() {
    let samples = Samples::made().await;
    two_withdrawn_projects(&samples).await;
    let gone = LedgerQuery {
        light: Some(service::projects::LedgerLight::Gone),
        text: "样例撤回".into(),
        ..LedgerQuery::default()
    };
    let page = samples.service.ledger(&centre(), &gone).await.unwrap();
    let mut names: Vec<&str> = page.rows.iter().map(|row| row.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["样例撤回乙项目", "样例撤回甲项目"]);
    let all: Vec<LedgerColumn> = LedgerColumn::all().collect();
    samples
        .comes_back_unchanged(&with_gone(), &all, ExportFormat::Xlsx)
        .await;
    // The same file again brings them anew: it is no export, so that its numbers are not ours.
    let again = samples.previewed("两个项目.csv", TWO_PROJECTS.into()).await;
    assert!(again.rows_read.iter().all(|row| row.matches.is_empty()));
}

/// Changes the cells of one project in an exported CSV.
fn edited(bytes: &[u8], name: &str, edits: &[(&str, &str)]) -> Vec<u8> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(bytes);
    let mut rows: Vec<Vec<String>> = reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect();
    let headings = rows[0].clone();
    let at = |heading: &str| {
        let found = headings
            .iter()
            .position(|known| known.trim_start_matches('\u{feff}') == heading);
        found.unwrap_or_else(|| panic!("no column {heading}"))
    };
    let row = rows
        .iter_mut()
        .find(|row| row[at("项目名称")] == name)
        .unwrap();
    for (heading, value) in edits {
        row[at(heading)] = (*value).to_owned();
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in &rows {
        writer.write_record(row).unwrap();
    }
    writer.into_inner().unwrap()
}

/// A project that is signed and not yet started.
async fn a_signed_project(samples: &Samples) -> service::projects::LedgerRow {
    let page = samples
        .service
        .ledger(&centre(), &LedgerQuery::default())
        .await
        .unwrap();
    let signed = |row: &service::projects::LedgerRow| {
        row.milestones[1].is_some() && row.milestones[2].is_none()
    };
    page.rows.into_iter().find(signed).unwrap()
}

async fn exactly_one_difference(
    samples: &Samples,
    edits: &[(&str, &str)],
) -> (Difference, ImportPreview) {
    let all: Vec<LedgerColumn> = LedgerColumn::all().collect();
    let bytes = samples
        .exported(&LedgerQuery::default(), &all, ExportFormat::Csv)
        .await;
    let row = a_signed_project(samples).await;
    let preview = samples
        .previewed("台账.csv", edited(&bytes, &row.name, edits))
        .await;
    let found: Vec<Difference> = samples
        .differences(&preview.head.id)
        .await
        .into_iter()
        .flatten()
        .collect();
    let [only] = found.as_slice() else {
        panic!("{found:?}");
    };
    (only.clone(), preview)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edited_cell_is_exactly_one_update() {
    let samples = Samples::made().await;
    let row = a_signed_project(&samples).await;
    let signed = row.milestones[1].unwrap().tomorrow().unwrap().to_string();
    let cases: [(&str, &str, &str, bool); 4] = [
        ("总投资（亿元）", "47.11", "总投资", true),
        ("签约", &signed, "正式签约日期", false),
        ("企业（投资方）", "样例改名有限公司", "企业名称", true),
        (
            "项目名称",
            &format!("{}（改名）", row.name),
            "项目名称",
            true,
        ),
    ];
    for (heading, value, title, taken) in cases {
        let (only, preview) = exactly_one_difference(&samples, &[(heading, value)]).await;
        assert_eq!(
            (only.title.as_str(), only.taken),
            (title, taken),
            "{heading}"
        );
        let summary = &preview.head.summary;
        assert!(
            summary.contains("其中 1 个与台账不同，默认更新"),
            "{summary}"
        );
        let changed = samples.shown(&preview.head.id, RowFilter::Changed).await;
        let is_changed = |row: &&PreviewRow| row.changed == Some(true);
        let expected = preview.rows_read.iter().find(is_changed).unwrap().line;
        assert_eq!(changed, [expected]);
    }
    let (_, preview) = exactly_one_difference(&samples, &[("总投资（亿元）", "47.11")]).await;
    let before = samples.facts().await;
    let applied = samples
        .service
        .import_apply(
            &centre(),
            &preview.head.id,
            ImportMode::AllOrNothing,
            update(),
        )
        .await
        .unwrap();
    assert_eq!((applied.created, applied.updated), (0, 1));
    assert_eq!(samples.facts().await, before + 1);
    let updated = store::projects::get(samples.service.db(), REGION, &row.project)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(updated.row.total_investment, Some(4_711_000_000 * 100));
}

/// 新签约重大招商项目97个，签约金额565亿元，其中，投资总额1亿元以上的项目有55个 (截止9月底).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sample_signings_of_xiangtan_add_up_to_what_the_city_published() {
    let samples = Samples::made().await;
    let office = Actor {
        region: "xiangtan".into(),
        ..staff("市开放办")
    };
    let query = FormQuery {
        form: "xiangtan-4".into(),
        period: Period::parse("2024-09").unwrap(),
        unit: None,
    };
    let produced = samples.service.produce_form(&office, &query).await.unwrap();
    let column = produced.form.column.iter();
    let total = column.clone().position(|c| c.heading.contains("总投资"));
    // In 亿元 with four places at most: exact in 万元.
    let sums = produced.rows.iter().map(|row| {
        let text = &row.cells[total.unwrap()].text;
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        whole.parse::<i64>().unwrap() * 10_000 + format!("{part:0<4}").parse::<i64>().unwrap()
    });
    assert_eq!(produced.rows.len(), 97);
    assert_eq!(sums.clone().sum::<i64>(), 565 * 10_000);
    assert_eq!(sums.filter(|sum| *sum >= 10_000).count(), 55);
}
