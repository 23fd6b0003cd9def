//! `import(export(x))` changes nothing, and an edit changes what was edited and nothing else: for projects with any
//! text that people have ever put into a cell.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::event::{Details, EventKind};
use domain::values::{CreditCode, Yuan};
use policy::model::{ColumnDef, ColumnSource, Sector};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use service::Actor;
use service::forms::{Choice, FormQuery, Origin, Period, Produced, Side};
use service::projects::{NewProject, Registered};
use store::units::{self, RegionRow, UnitRow};
use store::{Batch, events};

use super::FORMS;
use crate::city::{City, Place, day};

const REGION: &str = "xiangtan";
const LOOP: &str = include_str!("../../../../../policies/xiangtan/closed-loop.toml");
/// Units that receive projects, and units that support them.
const RECEIVING: [&str; 3] = ["岳塘经开区", "湘潭高新区", "韶山市"];
const SUPPORTING: [&str; 3] = ["市发改委", "国土局", "市环保局"];
const OTHERS: [&str; 4] = ["市开放办", "市落地办", "市商务(招商合作)局", "市级领导"];

/// 湘潭 with its closed loop and its forms, and whatever projects the cases put into it.
pub(super) struct Region {
    pub(super) city: City,
    _folder: tempfile::TempDir,
    made: AtomicUsize,
}

impl Region {
    pub(super) async fn found() -> Region {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("luodi.db").display());
        let city = City::found(Place::new(url, folder.path())).await;
        let mut batch = Batch::new();
        let row = RegionRow {
            region: REGION.into(),
            title: "湘潭市".into(),
            province: "湖南省".into(),
        };
        units::put_region(&mut batch, &row, city.service.now());
        let names = RECEIVING.iter().chain(&SUPPORTING).chain(&OTHERS);
        for (at, name) in names.enumerate() {
            let row = UnitRow {
                name: (*name).into(),
                code: format!("XU-{at:03}"),
                kind: if at < RECEIVING.len() {
                    "park"
                } else {
                    "department"
                }
                .into(),
                collective: false,
                note: String::new(),
            };
            units::put(&mut batch, REGION, &row);
        }
        units::put_alias(&mut batch, REGION, "岳塘", RECEIVING[0]);
        city.service.db().write(batch).await.unwrap();
        for (name, source) in [("closed-loop.toml", LOOP), ("forms.toml", FORMS)] {
            let loaded = city.service.load_pack(&actor(), name, source).await;
            let loaded = loaded.unwrap_or_else(|error| panic!("{error}"));
            city.service
                .activate_pack(&actor(), &loaded.id, &loaded.version)
                .await
                .unwrap();
        }
        Region {
            city,
            _folder: folder,
            made: AtomicUsize::new(0),
        }
    }

    /// A project with these facts, recorded as they are, without asking the rules; its id.
    pub(super) async fn add(&self, facts: &Facts) -> String {
        self.city.on("2025-05-06");
        let at = self.made.fetch_add(1, Ordering::Relaxed);
        let new = NewProject {
            details: Details {
                name: format!("样例项目{at}"),
                ..Details::default()
            },
            contact: facts.contact.clone(),
            distinct: true,
            ..NewProject::default()
        };
        let registered = self.city.service.register(&actor(), new).await.unwrap();
        let Registered::Project(project) = registered else {
            panic!("{registered:?}");
        };
        let db = self.city.service.db();
        let stored = events::load_stream(db, REGION, &project).await.unwrap();
        let last = stored.last().unwrap();
        let sealed = sealed_contact(&last.data);
        let mut new = Vec::new();
        for (on, kind) in facts.kinds(at, sealed) {
            let mut data = serde_json::to_value(&kind).unwrap();
            let name = data["kind"].as_str().unwrap().to_owned();
            data["happened_on"] = on.into();
            new.push(events::NewEvent {
                kind: name,
                happened_on: day(on),
                recorded_at: self.city.service.now(),
                by: last.by.clone(),
                data: data.to_string(),
            });
        }
        let mut batch = Batch::new();
        let version = stored.len() as i64;
        events::append(&mut batch, REGION, &project, version, &last.hash, &new);
        db.write(batch).await.unwrap();
        project
    }

    pub(super) async fn ready(&self, today: &str) {
        self.city.on(today);
        self.city.rebuild(false).await;
    }

    pub(super) async fn produced(&self, query: &FormQuery) -> Produced {
        let produced = self.city.service.produce_form(&actor(), query).await;
        produced.unwrap()
    }

    pub(super) async fn exported(&self, query: &FormQuery) -> Vec<u8> {
        let file = self.city.service.form_workbook(&actor(), query).await;
        file.unwrap().content
    }
}

pub(super) fn actor() -> Actor {
    Actor::program(REGION)
}

fn sealed_contact(registered: &str) -> Option<String> {
    let data: serde_json::Value = serde_json::from_str(registered).unwrap();
    let sealed = &data["details"]["contact_sealed"];
    sealed.as_str().map(str::to_owned)
}

/// Leader, receiving unit, supporting units (by their places in the lists), tasks.
type Assigned = (Option<String>, usize, Vec<usize>, Vec<String>);

/// What is known of a project.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    pub(super) details: Details,
    pub(super) contact: Option<String>,
    pub(super) assigned: Option<Assigned>,
    /// Progress and problems, in May and in June.
    pub(super) reports: [Option<(String, String)>; 2],
    pub(super) signed: bool,
    /// The summary was written anew after the end of June.
    pub(super) later: Option<String>,
}

impl Facts {
    /// In the order of their days.
    fn kinds(&self, at: usize, sealed: Option<String>) -> Vec<(&'static str, EventKind)> {
        let mut details = self.details.clone();
        details.name = format!("样例项目{at}{}", details.name);
        details.contact_sealed = sealed;
        let changed = |details: &Details| EventKind::DetailsChanged {
            details: Box::new(details.clone()),
        };
        let mut kinds = vec![("2025-05-06", changed(&details))];
        if let Some((leader, receiving, supporting, tasks)) = &self.assigned {
            let assigned = EventKind::ProjectAssigned {
                leader: leader.clone(),
                receiving_unit: RECEIVING[*receiving].into(),
                supporting: supporting.iter().map(|at| SUPPORTING[*at].into()).collect(),
                tasks: tasks.clone(),
            };
            kinds.push(("2025-05-08", assigned));
        }
        let days = ["2025-05-20", "2025-06-18"];
        for (on, report) in days.into_iter().zip(&self.reports) {
            if let Some((progress, problems)) = report.clone() {
                kinds.push((on, EventKind::ProgressReported { progress, problems }));
            }
        }
        if self.signed {
            let claimed = EventKind::MilestoneClaimed {
                milestone: "signed".into(),
                reached_on: day("2025-06-19"),
                variant: None,
                files: Vec::new(),
                values: BTreeMap::new(),
                note: String::new(),
            };
            kinds.push(("2025-06-19", claimed));
        }
        if let Some(summary) = &self.later {
            details.summary = Some(summary.clone());
            kinds.push(("2025-07-01", changed(&details)));
        }
        kinds
    }
}

// ---- what people write

/// Pieces of text of which each has once been trouble in a spreadsheet.
const PIECES: [&str; 34] = [
    "样例",
    "建设两条生产线，",
    "=1+1",
    "+86",
    "-5",
    "@SUM(A1)",
    "\n",
    "\r\n",
    "\r",
    "  ",
    "\t",
    "\u{3000}",
    "“引号”",
    "\"",
    "'",
    "1. 修路",
    "2、接电",
    "3.5亿元",
    "007",
    "*",
    "A",
    "合资",
    "_x0041_",
    "_x000D_",
    "<b>&amp;",
    "😀",
    "\u{b}",
    "工商注册名称：",
    "\n代码：",
    "、",
    "1e5",
    "2025-06-30",
    "#REF!",
    "ＡＢＣ１２",
];

fn odd_text() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..6);
    let text = pieces.prop_map(|pieces| pieces.concat());
    prop_oneof![
        12 => text.clone(),
        1 => text.prop_map(|text| text.repeat(60)),
    ]
}

fn some_text() -> impl Strategy<Value = Option<String>> {
    prop::option::of(odd_text())
}

fn amount() -> impl Strategy<Value = Option<Yuan>> {
    prop_oneof![
        Just(None),
        Just(Some(Yuan(0))),
        Just(Some(Yuan(1))),
        Just(Some(Yuan::MOST)),
        (1i64..2_000_000_000_000).prop_map(|fen| Some(Yuan(fen))),
        (1i64..500_000).prop_map(|wan| Some(Yuan(wan * 1_000_000))),
    ]
}

/// Columns of the ledger that the forms ask for, with answers in every spelling.
fn extras() -> impl Strategy<Value = BTreeMap<String, String>> {
    let keys = [
        "所属500强名称及排名",
        "总部所在地",
        "项目序号",
        "签约类型",
        "合作方式",
        "附件4产业类别",
        "投资方类别",
        "所属市州",
        "是否首次来潭投资",
        "是否履约",
        "备注",
    ];
    let answer = prop_oneof![
        Just("A".to_owned()),
        Just("a类".to_owned()),
        Just("C—独资".to_owned()),
        Just("是".to_owned()),
        Just("合同".to_owned()),
        odd_text(),
    ];
    prop::collection::btree_map(
        prop::sample::select(keys.to_vec()).prop_map(str::to_owned),
        answer,
        0..7,
    )
}

fn details() -> impl Strategy<Value = Details> {
    let texts = (
        odd_text(),
        some_text(),
        some_text(),
        some_text(),
        some_text(),
    );
    let amounts = (amount(), amount(), amount());
    let known = (
        prop::option::of(prop::sample::select(RECEIVING.to_vec())),
        any::<bool>(),
        prop::option::of(prop::sample::select(vec![
            Sector::Industry,
            Sector::Service,
        ])),
    );
    (texts, amounts, known, extras()).prop_map(|(texts, amounts, known, extra)| Details {
        name: texts.0,
        investor: texts.1,
        enterprise: texts.2,
        location: texts.3,
        summary: texts.4,
        total_investment: amounts.0,
        introduced_funds: amounts.1,
        funds_in_place: amounts.2,
        receiving_unit: known.0.map(str::to_owned),
        credit_code: known
            .1
            .then(|| CreditCode::complete("91430300MA4L0000X").unwrap()),
        sector: known.2,
        extra,
        ..Details::default()
    })
}

fn facts() -> impl Strategy<Value = Facts> {
    let tasks = prop::collection::vec(odd_text(), 1..4);
    let supporting = prop::sample::subsequence(vec![0, 1, 2], 0..=3);
    let assigned =
        prop::option::weighted(0.8, (some_text(), 0..RECEIVING.len(), supporting, tasks));
    let report = || prop::option::of((odd_text(), odd_text()));
    let contact = prop::option::of(Just("样例联系人 13800000000".to_owned()));
    (
        details(),
        contact,
        assigned,
        report(),
        report(),
        any::<bool>(),
    )
        .prop_map(|(details, contact, assigned, may, june, signed)| Facts {
            details,
            contact,
            assigned,
            reports: [may, june],
            signed,
            later: None,
        })
}

/// A form that has rows in May or June, for one unit or for all.
fn queries() -> impl Strategy<Value = FormQuery> {
    let forms = prop_oneof![
        Just(("xiangtan-2", "2025-05")),
        Just(("xiangtan-3", "2025-W20")),
        Just(("xiangtan-3", "2025-W26")),
        Just(("xiangtan-4", "2025-06")),
        Just(("xiangtan-4", "2025-05")),
        Just(("xiangtan-5", "2025-06")),
    ];
    let unit = prop::option::weighted(0.3, prop::sample::select(RECEIVING.to_vec()));
    (forms, unit).prop_map(|((form, period), unit)| FormQuery {
        form: form.into(),
        period: Period::parse(period).unwrap(),
        unit: unit.map(str::to_owned),
    })
}

// ---- the properties

fn runner(cases: u32) -> TestRunner {
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    };
    TestRunner::new(config)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

#[test]
fn whatever_is_exported_and_read_back_changes_nothing() {
    let runtime = runtime();
    let region = runtime.block_on(Region::found());
    let cases = (
        prop::collection::vec((facts(), some_text()), 1..4),
        prop::collection::vec(queries(), 3),
    );
    let outcome = runner(24).run(&cases, |(projects, queries)| {
        runtime.block_on(async {
            for (mut facts, later) in projects {
                facts.later = later;
                region.add(&facts).await;
            }
            region.ready("2025-07-02").await;
            for query in queries {
                let rows = region.produced(&query).await.rows.len();
                let file = region.exported(&query).await;
                let service = &region.city.service;
                let read = service.read_form(&actor(), "表.xlsx", &file).await;
                let edited = read.unwrap();
                prop_assert_eq!(&edited.faults, &vec![]);
                prop_assert_eq!(&edited.rows, &vec![]);
                prop_assert_eq!(&edited.notes, &Vec::<String>::new());
                prop_assert_eq!(edited.unchanged, rows);
            }
            Ok(())
        })
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

/// A cell to be edited: row and column by chance, and the chance by which the text is made.
type Edit = (prop::sample::Index, prop::sample::Index, u32, String);

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let text = prop::collection::vec(
        prop::sample::select(vec![
            "样例",
            "新建厂房，",
            "=SUM(A1)",
            "\n",
            "'单引号",
            "007",
            "1.5",
            "“甲”",
            "&<>",
            "2025-06-30",
            "；",
            "是",
        ]),
        1..5,
    );
    let text = text.prop_map(|pieces| plain(&format!("改{}", pieces.concat())));
    prop::collection::vec(
        (
            any::<prop::sample::Index>(),
            any::<prop::sample::Index>(),
            any::<u32>(),
            text,
        ),
        1..7,
    )
}

fn plain(text: &str) -> String {
    let lines: Vec<&str> = text.split('\n').map(str::trim).collect();
    lines.join("\n").trim().to_owned()
}

/// What is typed into a cell of this column, and how the form shows it afterwards. Nothing where it cannot be edited.
fn typed(column: &ColumnDef, chance: u32, text: &str) -> Option<(String, String)> {
    let at = chance as usize;
    let same = |text: String| Some((text.clone(), text));
    if !column.value.is_empty() {
        let option = &column.value[at % column.value.len()];
        let ways = [
            option.cell().to_owned(),
            option.label.clone(),
            option.printed(),
        ];
        return Some((ways[at / 7 % ways.len()].clone(), option.cell().to_owned()));
    }
    match column.source {
        source if source.is_money() => {
            let ways = [
                ("3.50", "3.5"),
                ("0", "0"),
                ("1200.25", "1200.25"),
                ("0.0001", "0.0001"),
            ];
            let (typed, shown) = ways[at % ways.len()];
            Some((typed.into(), shown.into()))
        }
        ColumnSource::ReceivingUnit | ColumnSource::AssignedUnit => match at % 4 {
            3 => Some(("岳塘".into(), RECEIVING[0].into())),
            at => same(RECEIVING[at].into()),
        },
        ColumnSource::Supporting => match at % 3 {
            0 => Some(("市发改委，国土局".into(), "市发改委、国土局".into())),
            1 => same("市环保局".into()),
            _ => same(String::new()),
        },
        ColumnSource::Tasks => match at % 3 {
            0 => Some((
                "办理：3.5亿元到位\n2. 办理规划".into(),
                "1. 办理：3.5亿元到位\n2. 办理规划".into(),
            )),
            1 => same("3.5亿元到位，办理立项".into()),
            _ => Some((
                format!("办理{}", text.replace('\n', "")),
                format!("办理{}", text.replace('\n', "")),
            )),
        },
        ColumnSource::ProgressAndRegistration => {
            let name = "工商注册名称：样例新公司";
            match at % 2 {
                0 => same(format!("{text}\n{name}")),
                // The registered name may be written first.
                _ => Some((format!("{name}\n{text}"), format!("{text}\n{name}"))),
            }
        }
        ColumnSource::Contact => same("样例某某 13900000000".into()),
        ColumnSource::Location | ColumnSource::Summary if at.is_multiple_of(5) => {
            same(String::new())
        }
        ColumnSource::Name
        | ColumnSource::EnterpriseOrProject
        | ColumnSource::Investor
        | ColumnSource::Location
        | ColumnSource::Summary
        | ColumnSource::Extra
        | ColumnSource::Progress => same(text.into()),
        // One person leads: whatever parts names would be refused.
        ColumnSource::Leader => same(format!("样例领导{}", at % 9)),
        _ => None,
    }
}

/// Cells by project and column: what is typed, and what the form shows afterwards.
type Typed = BTreeMap<(String, String), (String, String)>;

/// Edits in the rows of these projects. What earlier cases did is later than some periods: it could only be changed
/// as of today.
fn chosen(produced: &Produced, own: &[String], edits: &[Edit]) -> Typed {
    let mut cells = Typed::new();
    let rows = produced.rows.iter();
    let rows: Vec<_> = rows.filter(|row| own.contains(&row.project)).collect();
    for (row, column, chance, text) in edits {
        let row = rows[row.index(rows.len())];
        let column = &produced.form.column[column.index(produced.form.column.len())];
        if let Some(cell) = typed(column, *chance, text) {
            cells.insert((row.project.clone(), column.id.clone()), cell);
        }
    }
    cells
}

fn laid_into(produced: &Produced, file: &[u8], cells: &Typed) -> Vec<u8> {
    super::saved_again(file, |grid| {
        for ((project, column), (typed, _)) in cells {
            let column = produced
                .form
                .column
                .iter()
                .find(|c| c.id == *column)
                .unwrap();
            let heading: String = column.heading.split_whitespace().collect();
            super::set(grid, project, &heading, typed);
        }
    })
}

fn shown<'a>(produced: &'a Produced, project: &str, column: &str) -> (&'a str, Origin) {
    let row = produced
        .rows
        .iter()
        .find(|row| row.project == project)
        .unwrap();
    let at = produced
        .form
        .column
        .iter()
        .position(|c| c.id == column)
        .unwrap();
    (&row.cells[at].text, row.cells[at].origin)
}

#[test]
fn edits_of_two_files_become_exactly_those_changes() {
    let runtime = runtime();
    let region = runtime.block_on(Region::found());
    let forms = prop::sample::select(vec![
        ("xiangtan-2", "2025-05"),
        ("xiangtan-3", "2025-W26"),
        ("xiangtan-4", "2025-06"),
        ("xiangtan-5", "2025-06"),
    ]);
    let cases = (
        prop::collection::vec(facts(), 1..4),
        forms,
        edits(),
        edits(),
        any::<bool>(),
    );
    let outcome = runner(24).run(&cases, |(projects, (form, period), first, second, keep)| {
        runtime.block_on(async {
            let mut own = Vec::new();
            for mut facts in projects {
                // Only what the rules themselves would have let in: a name, a report that says something.
                facts.signed |= form == "xiangtan-4" || form == "xiangtan-5";
                facts.signed &= form != "xiangtan-3";
                let task = |task: String| format!("任务{task}").trim().to_owned();
                facts.assigned = facts.assigned.map(|(leader, unit, with, tasks)| {
                    (leader, unit, with, tasks.into_iter().map(task).collect())
                });
                facts.reports = facts.reports.map(|report| {
                    report.map(|(progress, problems)| (format!("进展{progress}"), problems))
                });
                own.push(region.add(&facts).await);
            }
            region.ready("2025-07-02").await;
            let query = super::query(form, period, None);
            let before = region.produced(&query).await;
            prop_assume!(before.rows.iter().any(|row| own.contains(&row.project)));
            let file = region.exported(&query).await;
            let (first, second) = (
                chosen(&before, &own, &first),
                chosen(&before, &own, &second),
            );
            let one = laid_into(&before, &file, &first);
            let two = laid_into(&before, &file, &second);
            let service = &region.city.service;

            let read = service.read_form(&actor(), "表.xlsx", &one).await.unwrap();
            prop_assert_eq!(&read.faults, &vec![], "first");
            prop_assert_eq!(read.conflicts(), 0);
            let applied = service.apply_form(&actor(), "表.xlsx", &one, &[]).await;
            applied.unwrap_or_else(|error| panic!("{error}: {read:#?}"));
            let after = region.produced(&query).await;
            only_these(&before, &after, &first)?;
            let again = service.read_form(&actor(), "表.xlsx", &one).await.unwrap();
            prop_assert_eq!((&again.rows, &again.faults), (&vec![], &vec![]), "again");

            // The second file was taken out before the first came back.
            let read = service.read_form(&actor(), "表.xlsx", &two).await.unwrap();
            prop_assert_eq!(&read.faults, &vec![], "second");
            let mut wanted = second.clone();
            let mut conflicts = 0;
            for (cell, (_, text)) in &second {
                let (old, _) = shown(&before, &cell.0, &cell.1);
                let (now, _) = shown(&after, &cell.0, &cell.1);
                if old == text && now != text {
                    // Left as it was exported: the first file's word stands.
                    wanted.remove(cell);
                } else if old != now && now != text {
                    conflicts += 1;
                    if keep {
                        wanted.remove(cell);
                    }
                }
            }
            prop_assert_eq!(read.conflicts(), conflicts);
            let side = if keep { Side::Present } else { Side::File };
            let choices: Vec<Choice> = read
                .rows
                .iter()
                .flat_map(|row| row.cells.iter().map(move |cell| (row, cell)))
                .filter(|(_, cell)| cell.is_conflict())
                .map(|(row, cell)| Choice {
                    project: row.project.clone(),
                    column: cell.column.clone(),
                    side,
                })
                .collect();
            let applied = service
                .apply_form(&actor(), "表.xlsx", &two, &choices)
                .await;
            applied.unwrap_or_else(|error| panic!("{error}: {read:#?}"));
            only_these(&after, &region.produced(&query).await, &wanted)
        })
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    runtime.block_on(region.city.is_sound());
}

/// The cells show what was typed; all others are as before, but for those that follow from others.
fn only_these(before: &Produced, after: &Produced, cells: &Typed) -> Result<(), TestCaseError> {
    prop_assert_eq!(before.rows.len(), after.rows.len());
    for (old, new) in before.rows.iter().zip(&after.rows) {
        for (at, column) in after.form.column.iter().enumerate() {
            let (old, cell) = (&old.cells[at], &new.cells[at]);
            let follows = column.otherwise.is_some() && cell.origin != Origin::Fact;
            let what = format!("{} {}", new.name, column.id);
            match cells.get(&(new.project.clone(), column.id.clone())) {
                Some((_, shown)) => prop_assert_eq!(&cell.text, shown, "{}", what),
                None if follows => {}
                None => prop_assert_eq!(&cell.text, &old.text, "{}", what),
            }
        }
    }
    Ok(())
}
