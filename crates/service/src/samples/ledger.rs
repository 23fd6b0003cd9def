//! The ledger of real public signings, read as a user's ledger is read, and placed under 潜江 as sample projects.

use std::sync::Arc;

use bytes::Bytes;
use calendar::Day;
use domain::event::{Details, Event, EventKind, FileRef};
use domain::packs::Packs;
use policy::model::Sector;
use store::events;

use super::courses::{Registration, Which, without_course};
use super::people::ENTERPRISE;
use super::pictures::Evidence;
use super::regions::{QIANJIANG, TOWNSHIPS};
use super::save::save;
use super::story::{Act, Story};
use crate::attachments::NewFile;
use crate::imports::{ledger_context, read_ledger};
use crate::ledger::Candidate;
use crate::region::Region;
use crate::{Actor, Outcome, Service};

const FILE: &str = "public-signings.csv";
const LEDGER: &str = include_str!("../../../../samples/ledgers/public-signings.csv");
/// The first year in which signed projects are in scope.
const SINCE: i16 = 2024;

/// Adds the sample projects that are not there yet; answers how many there are and how many were added.
pub(super) async fn install(service: &Service, today: Day) -> Outcome<(usize, usize)> {
    let region = service.region(QIANJIANG).await?;
    let candidates = candidates(&region, today)?;
    let mut added = 0;
    for (number, candidate) in candidates.iter().enumerate() {
        let project = project_id(candidate.line);
        if events::load_stream(service.db(), QIANJIANG, &project)
            .await?
            .is_empty()
        {
            let sample = Sample {
                service,
                region: &region,
                today,
                number,
                project,
            };
            sample.add(candidate).await?;
            added += 1;
        }
    }
    Ok((candidates.len(), added))
}

/// Rows that a user could import as well.
fn candidates(region: &Region, today: Day) -> Outcome<Vec<Candidate>> {
    let context = ledger_context(region, region.lifecycle()?, today);
    let mut read = read_ledger(LEDGER.as_bytes(), FILE, &context)?
        .mapping
        .candidates;
    read.retain(|candidate| candidate.faults.is_empty());
    Ok(read)
}

/// The same row has the same id in every sample installation, so that installing again finds it.
fn project_id(line: u32) -> String {
    format!("01900000-0000-7000-8000-{line:012}")
}

/// One row on its way to a sample project.
struct Sample<'a> {
    service: &'a Service,
    region: &'a Arc<Region>,
    today: Day,
    number: usize,
    project: String,
}

impl Sample<'_> {
    async fn add(&self, candidate: &Candidate) -> Outcome<()> {
        let acts = self.acts(candidate)?;
        let lifecycle = self.region.lifecycle()?;
        let performance = self.region.performance_for(&lifecycle.file.pack.id);
        let packs = Packs {
            lifecycle,
            performance: performance.map(Arc::as_ref),
        };
        let events = Story::new(packs, &self.service.calendar()).tell(acts, self.today)?;
        self.keep_files(&events).await?;
        save(self.service, self.region, &self.project, &events).await
    }

    /// Every second row gets a course, as far as there are courses.
    fn acts(&self, candidate: &Candidate) -> Outcome<Vec<Act>> {
        let which = Which::new(self.number / 2).filter(|_| self.number.is_multiple_of(2));
        let head = &self.region.lifecycle()?.file.pack;
        let registration = Registration {
            pack: head.id.clone(),
            version: head.version.clone(),
            details: self.details(candidate, which)?,
        };
        Ok(match which {
            Some(which) => which.acts(self.today, registration),
            None => without_course(self.today, self.number, is_old(candidate), registration),
        })
    }

    fn details(&self, candidate: &Candidate, which: Option<Which>) -> Outcome<Details> {
        let mut details = candidate.details.clone();
        details.sector = Some(sector(&details));
        if let Some(which) = which {
            let hosts = [
                TOWNSHIPS[0],
                TOWNSHIPS[1],
                TOWNSHIPS[2],
                TOWNSHIPS[0],
                "王场工业园区",
            ];
            details.host = hosts
                .get(self.number / 2 % hosts.len())
                .map(|host| (*host).to_owned());
            details.enterprise = Some(match which.is_of_the_enterprise() {
                true => ENTERPRISE.to_owned(),
                false => format!("样例企业{:03}有限公司", candidate.line),
            });
            // Numbers of this range are kept for examples here: 1380000 and the row.
            let contact = format!("样例联系人 1380000{:04}", candidate.line);
            details.contact_sealed = self.service.seal_contact(&self.project, Some(&contact))?;
        }
        let what = "样例数据：项目名称、投资额等取自公开报道，放在潜江名下；办理过程为虚构。";
        let known = details.summary.take().unwrap_or_default();
        details.summary = Some(format!("{what}{known}"));
        Ok(details)
    }

    /// The contents of the sample files that the facts name.
    async fn keep_files(&self, events: &[Event]) -> Outcome<()> {
        let named: Vec<&FileRef> = events.iter().flat_map(|event| files(&event.kind)).collect();
        let wanted = Evidence::ALL
            .into_iter()
            .filter(|what| named.iter().any(|file| file.name == what.name()));
        let files: Vec<NewFile> = wanted
            .map(|what| NewFile {
                evidence: None,
                name: what.name().to_owned(),
                content: Bytes::from(what.content()),
            })
            .collect();
        if !files.is_empty() {
            self.service
                .keep_files(&Actor::program(QIANJIANG), &self.project, files)
                .await?;
        }
        Ok(())
    }
}

/// Files that a fact of the stories names.
fn files(kind: &EventKind) -> &[FileRef] {
    match kind {
        EventKind::MilestoneClaimed { files, .. }
        | EventKind::StepCompleted { files, .. }
        | EventKind::ItemTicked { files, .. }
        | EventKind::ExtensionRequested { files, .. }
        | EventKind::ExemptionRequested { files, .. }
        | EventKind::ExemptionVerified { files, .. }
        | EventKind::RemovalRequested { files, .. }
        | EventKind::VisitRecorded { files, .. }
        | EventKind::DutyFulfilled { files, .. }
        | EventKind::MeritRecorded { files, .. }
        | EventKind::BreachCertified { files, .. }
        | EventKind::DisputeRecorded { files, .. } => files,
        _ => &[],
    }
}

/// Whether the list says that the project was signed before the scope begins.
fn is_old(candidate: &Candidate) -> bool {
    candidate
        .reached
        .iter()
        .filter_map(|reached| reached.on)
        .any(|day| day.year() < SINCE)
}

/// The list tells of industries in free words; the category follows from them, industry where nothing else does.
fn sector(details: &Details) -> Sector {
    const SERVICE: [&str; 18] = [
        "养老",
        "旅",
        "小镇",
        "医院",
        "四中",
        "棚户区",
        "物流",
        "冷链",
        "酒店",
        "文化",
        "算力",
        "职业教育",
        "产城融合",
        "总部",
        "创业",
        "集团工程",
        "城建",
        "生态园",
    ];
    const COMMERCE: [&str; 8] = [
        "超市", "市场", "广场", "商业", "电商", "车城", "出口", "家私",
    ];
    let words = format!(
        "{} {}",
        details.name,
        details.industry.as_deref().unwrap_or_default()
    );
    let tells_of = |list: &[&str]| list.iter().any(|word| words.contains(word));
    match (tells_of(&COMMERCE), tells_of(&SERVICE)) {
        (true, _) => Sector::Commerce,
        (_, true) => Sector::Service,
        _ => Sector::Industry,
    }
}
