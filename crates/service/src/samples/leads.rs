//! Invented leads of different sources, ages and holders for a region whose lifecycle pack has rules on leads: some in
//! the pool, some held, some about to rest, one lost, one shared, two that are the same.

use std::sync::Arc;

use calendar::Day;
use domain::command::Command;
use domain::event::{Details, Event, Share};
use domain::packs::Packs;
use domain::state::State;
use domain::values::Yuan;
use jiff::ToSpan;
use policy::model::LeadDef;
use store::projects;

use super::people;
use super::regions::XIANGTAN;
use super::save::save;
use super::story::{Act, Story, What};
use crate::region::Region;
use crate::{Outcome, Service};

/// What became of a sample lead.
#[derive(Clone, Copy)]
enum Fate {
    /// Nobody took it up.
    Pool,
    /// Claimed so many days ago, last contact so many days ago (none when the same).
    Held(i64, i64),
    /// As held, then given on to the next unit with a share, so many days ago.
    GivenOn(i64, i64),
    /// As held, credit shared with the finder.
    Shared(i64, i64),
    /// Held once and given back.
    Returned(i64, i64),
    /// Held once and lost.
    Lost(i64, i64),
}

use Fate::{GivenOn, Held, Lost, Pool, Returned, Shared};

/// Name, investor, 总投资 in 万元, days since it was found, what became of it.
const LEADS: [(&str, &str, i64, i64, Fate); 32] = [
    (
        "样例动力电池结构件项目",
        "样例甲新材料有限公司",
        120_000,
        6,
        Pool,
    ),
    (
        "样例工业机器人减速器项目",
        "样例乙传动股份有限公司",
        85_000,
        3,
        Pool,
    ),
    (
        "样例预制菜加工基地项目",
        "样例丙食品集团有限公司",
        32_000,
        12,
        Pool,
    ),
    (
        "样例海工装备配套项目",
        "样例丁重工有限公司",
        210_000,
        20,
        Held(18, 2),
    ),
    (
        "样例车载摄像模组项目",
        "样例戊光电科技有限公司",
        66_000,
        25,
        Held(24, 9),
    ),
    (
        "样例风电主轴铸件项目",
        "样例己铸造有限公司",
        54_000,
        40,
        Held(38, 21),
    ),
    (
        "样例生物医药中间体项目",
        "样例庚药业有限公司",
        78_000,
        48,
        Held(45, 45),
    ),
    (
        "样例储能系统集成项目",
        "样例辛能源有限公司",
        150_000,
        33,
        Held(33, 5),
    ),
    (
        "样例智慧物流园项目",
        "样例壬供应链管理有限公司",
        98_000,
        15,
        Held(10, 10),
    ),
    (
        "样例新能源汽车线束项目",
        "样例癸电子有限公司",
        45_000,
        60,
        Held(58, 30),
    ),
    (
        "样例高性能铜箔项目",
        "样例子金属有限公司",
        180_000,
        70,
        Held(68, 66),
    ),
    (
        "样例工程机械再制造项目",
        "样例丑装备有限公司",
        37_000,
        85,
        Held(84, 83),
    ),
    (
        "样例数据标注基地项目",
        "样例寅信息技术有限公司",
        12_000,
        8,
        Held(7, 1),
    ),
    (
        "样例槟榔深加工升级项目",
        "样例卯食品有限公司",
        28_000,
        95,
        Held(93, 40),
    ),
    (
        "样例文旅综合体项目",
        "样例辰文化旅游有限公司",
        300_000,
        55,
        GivenOn(50, 12),
    ),
    (
        "样例轨道交通制动系统项目",
        "样例巳机电有限公司",
        92_000,
        62,
        GivenOn(60, 7),
    ),
    (
        "样例特种焊材项目",
        "样例午材料有限公司",
        23_000,
        30,
        Shared(28, 6),
    ),
    (
        "样例电机智能产线项目",
        "样例未电机股份有限公司",
        57_000,
        44,
        Shared(40, 15),
    ),
    (
        "样例光伏支架项目",
        "样例申新能源有限公司",
        39_000,
        110,
        Returned(100, 75),
    ),
    (
        "样例冷链仓储项目",
        "样例酉物流有限公司",
        26_000,
        75,
        Returned(70, 52),
    ),
    (
        "样例芯片封测项目",
        "样例戌微电子有限公司",
        260_000,
        130,
        Lost(120, 64),
    ),
    (
        "样例汽车轮毂项目",
        "样例亥轻合金有限公司",
        71_000,
        118,
        Lost(110, 80),
    ),
    (
        "样例跨境电商产业园项目",
        "样例甲乙商贸有限公司",
        41_000,
        52,
        Held(50, 3),
    ),
    (
        "样例储能装备制造项目",
        "样例辛能源（湖南）有限公司",
        140_000,
        10,
        Pool,
    ),
    (
        "样例中药材深加工项目",
        "样例丙丁药材有限公司",
        18_000,
        100,
        Held(99, 97),
    ),
    (
        "样例碳纤维复合材料项目",
        "样例戊己复材有限公司",
        165_000,
        22,
        Held(20, 20),
    ),
    (
        "样例智能家居项目",
        "样例庚辛家居有限公司",
        36_000,
        35,
        Held(34, 11),
    ),
    (
        "样例环保装备项目",
        "样例壬癸环保有限公司",
        29_000,
        140,
        Held(139, 96),
    ),
    (
        "样例医疗器械产业园项目",
        "样例子丑医疗有限公司",
        88_000,
        18,
        Held(17, 4),
    ),
    (
        "样例氢能压缩机项目",
        "样例寅卯氢能有限公司",
        64_000,
        2,
        Pool,
    ),
    (
        "样例高端锻件项目",
        "样例辰巳锻造有限公司",
        49_000,
        66,
        Held(65, 19),
    ),
    (
        "样例养老康养项目",
        "样例午未健康管理有限公司",
        52_000,
        58,
        Held(57, 26),
    ),
];

/// Adds the sample leads that are missing; nothing where the pack in force has no rules on leads.
pub(super) async fn install(service: &Service, today: Day) -> Outcome<()> {
    let region = service.region(XIANGTAN).await?;
    let Ok(lifecycle) = region.lifecycle() else {
        return Ok(());
    };
    let Some(rules) = &lifecycle.file.lead else {
        return Ok(());
    };
    let tellers = Tellers::of(&region, rules);
    for (at, lead) in LEADS.iter().enumerate() {
        let project = format!("01900000-0000-7000-9000-{at:012}");
        let known = projects::get(service.db(), XIANGTAN, &project).await?;
        if known.is_some() || tellers.units.is_empty() {
            continue;
        }
        let events = tell(service, &region, &tellers, at, lead, today)?;
        save(service, &region, &project, &events).await?;
    }
    Ok(())
}

/// The units with accounts that can register and claim leads in the region, and what the pack offers to choose from.
struct Tellers<'p> {
    units: Vec<&'static str>,
    sources: Vec<&'p str>,
    losses: Vec<&'p str>,
    /// Visit rules with the units that may record them.
    visits: Vec<(&'p str, Vec<&'p str>)>,
}

impl<'p> Tellers<'p> {
    fn of(region: &'p Region, rules: &'p LeadDef) -> Tellers<'p> {
        let nobody = State::default().parties();
        let policy = region.lifecycle().ok();
        let units_of = |roles: &'p [String]| {
            let units = policy.iter().flat_map(move |policy| {
                roles
                    .iter()
                    .flat_map(move |role| policy.units_of(role, nobody))
            });
            units.collect::<Vec<_>>()
        };
        let registers = units_of(&rules.register.roles);
        let mut units: Vec<&'static str> = Vec::new();
        let both = units_of(&rules.claim.roles);
        let both = both.into_iter().filter(|unit| registers.contains(unit));
        for unit in both.filter_map(|unit| people::unit_with_account(&region.id, unit)) {
            if !units.contains(&unit) {
                units.push(unit);
            }
        }
        let visits = policy.iter().flat_map(|policy| &policy.file.visit);
        Tellers {
            units,
            sources: rules.source.iter().map(|word| word.id.as_str()).collect(),
            losses: rules.loss.iter().map(|word| word.id.as_str()).collect(),
            visits: visits
                .map(|rule| (rule.id.as_str(), units_of(&rule.by)))
                .collect(),
        }
    }

    /// Some unit with an account, each in its turn.
    fn unit(&self, at: usize) -> &'static str {
        let unit = self.units.get(at % self.units.len().max(1));
        unit.copied().unwrap_or_default()
    }
}

fn tell(
    service: &Service,
    region: &Arc<Region>,
    tellers: &Tellers<'_>,
    at: usize,
    lead: &(&str, &str, i64, i64, Fate),
    today: Day,
) -> Outcome<Vec<Event>> {
    let (name, investor, wan, found, fate) = *lead;
    let lifecycle = region.lifecycle()?;
    let head = &lifecycle.file.pack;
    let ago = |days: i64| today.checked_sub(days.days()).unwrap_or(today);
    let finder = tellers.unit(at);
    let details = Details {
        name: name.to_owned(),
        investor: Some(investor.to_owned()),
        total_investment: Some(Yuan::from_yuan(wan * 10_000)),
        summary: Some("样例数据：项目、投资方和过程均为虚构。".to_owned()),
        ..Details::default()
    };
    let act = |days: i64, role: &'static str, command: Command| Act {
        day: ago(days),
        role,
        what: What::Do(command),
    };
    let mut acts = vec![
        act(
            found,
            finder,
            Command::Register {
                pack: head.id.clone(),
                version: head.version.clone(),
                details: Box::new(details),
                sample: true,
            },
        ),
        act(
            found,
            finder,
            Command::FindLead {
                source: word(&tellers.sources, at),
                unit: finder.to_owned(),
                person: people::name_in(finder).to_owned(),
                text: "样例：对方有意在湘潭布局，先行了解用地和政策。".to_owned(),
            },
        ),
    ];
    let holder = tellers.unit(at + usize::from(at.is_multiple_of(3)));
    let next = tellers.unit(at + 2);
    let claim = |days| {
        let unit = holder.to_owned();
        act(days, holder, Command::ClaimLead { unit })
    };
    let shares = |finders: u32| {
        let other = if holder == finder { next } else { holder };
        vec![share(finder, finders), share(other, 10_000 - finders)]
    };
    match fate {
        Pool => {}
        Held(claimed, contact) | Shared(claimed, contact) | GivenOn(claimed, contact) => {
            acts.push(claim(claimed));
            if contact < claimed {
                acts.extend(tellers.contact(holder, ago(contact)));
            }
            match fate {
                Shared(..) => {
                    let shares = shares(4_000);
                    acts.push(act(contact, holder, Command::ShareCredit { shares }));
                }
                GivenOn(..) if next != holder => {
                    let (to, shares) = (next.to_owned(), Vec::new());
                    acts.push(act(contact, holder, Command::TransferLead { to, shares }));
                }
                _ => {}
            }
        }
        Returned(claimed, on) => {
            let reason = "样例：对方暂缓投资，由其他单位继续联系".to_owned();
            acts.push(claim(claimed));
            acts.push(act(on, holder, Command::ReturnLead { reason }));
        }
        Lost(claimed, on) => {
            let lose = Command::LoseLead {
                reason: word(&tellers.losses, at),
                text: "样例：经多次洽谈未能达成一致".to_owned(),
            };
            acts.push(claim(claimed));
            acts.push(act(on, holder, lose));
        }
    }
    let packs = Packs {
        lifecycle,
        performance: None,
    };
    Story::new(packs, &service.calendar()).tell(acts, today)
}

fn share(unit: &str, basis_points: u32) -> Share {
    Share {
        unit: unit.to_owned(),
        basis_points,
    }
}

fn word(words: &[&str], at: usize) -> String {
    let word = words.get(at % words.len().max(1));
    word.map(|word| (*word).to_owned()).unwrap_or_default()
}

impl Tellers<'_> {
    /// A contact by a unit, where the pack has a visit that it may record.
    fn contact(&self, unit: &'static str, day: Day) -> Option<Act> {
        let mut visits = self.visits.iter();
        let (rule, _) = visits.find(|(_, units)| units.contains(&unit))?;
        let command = Command::RecordVisit {
            visit: (*rule).to_owned(),
            text: "样例：与投资方负责人会面，了解用地、用能和时间安排。".to_owned(),
            files: Vec::new(),
        };
        Some(Act {
            day,
            role: unit,
            what: What::Do(command),
        })
    }
}
