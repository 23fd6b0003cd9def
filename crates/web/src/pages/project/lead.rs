//! 线索: the lead as which a project began, on the project's page: what is shown, the forms, and reading them back.

use domain::command::Command;
use domain::event::Share;
use domain::state::LeadPhase;
use domain::values::parse_percent;
use service::leads::{AbsorbedView, LeadBasisView, LeadView};
use service::projects::{Act, ProjectView, is_offered};

use super::controls::{FieldView, Reader};
use super::forms::{ActForm, add_fact, add_field};
use super::show::{ActLink, Group, act_address, act_links, visits};
use crate::pages::leads::phase_kind;

/// Rows of a form of shares beyond those that are there.
const SPARE_SHARES: usize = 2;
/// Most rows of a form of shares.
const MOST_SHARES: usize = 8;

/// Everything that can be done with a lead, in the order of its life.
pub const ACTS: [Act; 6] = [
    Act::ClaimLead,
    Act::TransferLead,
    Act::ShareCredit,
    Act::ReturnLead,
    Act::LoseLead,
    Act::ReviveLead,
];

/// The lead on its project's page.
pub struct LeadSection {
    /// Where it stands.
    pub phase: &'static str,
    /// Colour of its label.
    pub phase_kind: &'static str,
    /// Label and words.
    pub facts: Vec<(&'static str, String)>,
    /// Units with their part in words, and percent for the bar.
    pub credit: Vec<(String, String, u32)>,
    /// What must be known: warning of resting, loss, return.
    pub notes: Vec<String>,
    /// Rules with where they come from: name and basis.
    pub rules: Vec<(&'static str, LeadBasisView)>,
    /// What can be done.
    pub links: Vec<ActLink>,
    /// Address of merging; empty when not offered.
    pub merge: String,
    /// The project into which it was merged: name, address, address of the undoing.
    pub merged_into: Option<(String, String, String)>,
    /// What was merged into it.
    pub absorbed: Vec<AbsorbedCard>,
    /// Contacts.
    pub contacts: Group,
}

/// A lead that was the same.
pub struct AbsorbedCard {
    /// Name.
    pub name: String,
    /// Its page.
    pub href: String,
    /// When it was merged.
    pub on: String,
    /// Address of the undoing; empty when not offered.
    pub undo: String,
    /// Label and words.
    pub facts: Vec<(&'static str, String)>,
    /// Its own facts: day, sentence, who; voided ones are marked.
    pub lines: Vec<(String, String, String, bool)>,
}

/// The section of a lead; nothing when the project did not begin as one.
pub fn section(view: &ProjectView) -> Option<LeadSection> {
    let lead = view.lead.as_ref()?;
    let may_void = is_offered(&view.offers, Act::Void, "");
    let undo = |id: domain::EventId| match may_void {
        true => act_address(&view.project, Act::Void, &id.0.to_string()),
        false => String::new(),
    };
    let mut contacts = visits(view).visits;
    contacts.title = "接触记录";
    contacts.empty = "还没有接触记录。考察、洽谈后请登记，未接触的天数从最近一次算起。";
    Some(LeadSection {
        phase: lead.phase.title(),
        phase_kind: phase_kind(lead.phase),
        facts: facts(view, lead),
        credit: lead
            .credit
            .iter()
            .map(|(unit, words, points)| (unit.clone(), words.clone(), points / 100))
            .collect(),
        notes: notes(lead),
        rules: vec![
            ("首谈优先期", lead.priority.clone()),
            ("休眠退回", lead.dormant.clone()),
        ],
        links: act_links(view, &ACTS, None),
        merge: match lead.may_merge {
            true => format!("/leads/{}/merge", view.project),
            false => String::new(),
        },
        merged_into: lead
            .merged_into
            .as_ref()
            .map(|(project, name, id)| (name.clone(), format!("/leads/{project}"), undo(*id))),
        absorbed: lead
            .absorbed
            .iter()
            .map(|other| {
                absorbed(
                    other,
                    if other.direct {
                        undo(other.id)
                    } else {
                        String::new()
                    },
                )
            })
            .collect(),
        contacts,
    })
}

fn facts(view: &ProjectView, lead: &LeadView) -> Vec<(&'static str, String)> {
    let contact = match lead.days_since_contact {
        ..=0 => format!("{}（今天）", lead.last_contact_on),
        days => format!("{}（{days} 天前）", lead.last_contact_on),
    };
    let since = lead
        .held_since
        .map(|day| format!("（{day} 起）"))
        .unwrap_or_default();
    let mut facts = vec![
        ("来源", lead.source.clone()),
        ("发现单位", lead.finder_unit.clone()),
        ("发现人", lead.finder_person.clone()),
        ("发现日期", lead.found_on.to_string()),
        ("线索情况", lead.text.clone()),
        (
            "持有单位",
            lead.holder
                .as_ref()
                .map_or("（线索池，待认领）".to_string(), |unit| {
                    format!("{unit}{since}")
                }),
        ),
        ("优先期至", lead.priority_until.clone().unwrap_or_default()),
        ("最近接触", contact),
        ("无接触退回日期", lead.rests_on.clone().unwrap_or_default()),
        ("联系人", view.contact.clone().unwrap_or_default()),
    ];
    facts.retain(|(_, words)| !words.is_empty());
    facts
}

fn notes(lead: &LeadView) -> Vec<String> {
    let mut notes = Vec::new();
    if lead.warned
        && let (Some(holder), Some(day)) = (&lead.holder, &lead.rests_on)
    {
        notes.push(format!(
            "{holder}已 {} 天没有登记接触，到 {day} 仍无接触将退回线索池。",
            lead.days_since_contact
        ));
    }
    if let Some(day) = lead.dormant_since
        && lead.phase == LeadPhase::Dormant
    {
        notes.push(format!("长期没有接触，{day} 退回线索池。"));
    }
    notes.extend(
        lead.returned
            .as_ref()
            .map(|words| format!("已退回线索池：{words}。")),
    );
    notes.extend(lead.lost.as_ref().map(|words| format!("已流失：{words}。")));
    notes
}

fn absorbed(other: &AbsorbedView, undo: String) -> AbsorbedCard {
    let line = |line: &service::projects::HistoryLine| {
        let words = match &line.voided {
            Some(why) => format!("{}（{why}）", line.sentence),
            None => line.sentence.clone(),
        };
        let who = format!("{} {}", line.unit, line.person);
        (line.on.to_string(), words, who, line.voided.is_some())
    };
    AbsorbedCard {
        name: other.name.clone(),
        href: format!("/leads/{}", other.project),
        on: other.on.to_string(),
        undo,
        facts: other.facts.clone(),
        lines: other.history.iter().map(line).collect(),
    }
}

// ---- forms

/// The form of an act on a lead; `None` for other acts, and when the project did not begin as a lead.
pub fn form(view: &ProjectView, form: ActForm) -> Option<ActForm> {
    let lead = view.lead.as_ref()?;
    let credit: Vec<String> = lead
        .credit
        .iter()
        .map(|(unit, words, _)| format!("{unit} {words}"))
        .collect();
    let mut form = add_fact(form, "来源", lead.source.clone());
    form = add_fact(
        form,
        "发现人",
        format!("{} {}", lead.finder_unit, lead.finder_person),
    );
    form = add_fact(form, "持有单位", lead.holder.clone().unwrap_or_default());
    form = add_fact(form, "成果划分", credit.join("、"));
    form = add_fact(form, "最近接触", lead.last_contact_on.to_string());
    let reason = |label: &str| FieldView::area(label, "reason").must();
    Some(match form.act {
        Act::ClaimLead => {
            form.submit = "认领".into();
            let days = view.lifecycle.file.lead.as_ref();
            let days = days.map_or(0, |rules| rules.priority.days);
            form.note = format!(
                "认领后 {days} 天内由本单位优先对接；长期没有接触的线索会退回线索池。发现人和成果划分不变。"
            );
            basis(form, &lead.priority)
        }
        Act::TransferLead => {
            form.note = "移交后由接收单位优先对接。成果划分不改的，比例一栏不用填。".into();
            let others = lead.claimers.iter();
            let others = others.filter(|unit| lead.holder.as_ref() != Some(*unit));
            let to = others.map(|unit| (unit.clone(), unit.clone())).collect();
            let field = FieldView::select("接收单位", "to", to).must();
            share_fields(add_field(form, field), &units(view), &[])
        }
        Act::ShareCredit => {
            form.note = "填写全部单位的比例，合计必须是 100%。".into();
            share_fields(form, &units(view), &lead.credit)
        }
        Act::ReturnLead => {
            form.submit = "退回".into();
            add_field(form, reason("退回的理由"))
        }
        Act::LoseLead => {
            let losses = lead.losses.clone();
            let form = add_field(form, FieldView::select("流失原因", "reason", losses).must());
            add_field(form, FieldView::area("情况说明", "text"))
        }
        Act::ReviveLead => add_field(form, reason("恢复的理由")),
        _ => return None,
    })
}

fn basis(mut form: ActForm, basis: &LeadBasisView) -> ActForm {
    form.clause = Some(domain::view::ClauseView {
        document: basis.document.clone(),
        article: basis.article.clone(),
        text: basis.because.clone(),
    });
    form
}

fn units(view: &ProjectView) -> Vec<(String, String)> {
    let units = view.region.crediting_units().into_iter();
    units
        .map(|unit| (unit.to_string(), unit.to_string()))
        .collect()
}

fn share_fields(
    mut form: ActForm,
    units: &[(String, String)],
    credit: &[(String, String, u32)],
) -> ActForm {
    let rows = (credit.len() + SPARE_SHARES).min(MOST_SHARES);
    for at in 1..=rows {
        let now = credit.get(at - 1);
        let unit = now.map(|(unit, ..)| unit.as_str()).unwrap_or_default();
        let percent = now
            .map(|(_, words, _)| words.trim_end_matches('%'))
            .unwrap_or_default();
        let select = FieldView::select(&format!("单位 {at}"), format!("unit-{at}"), units.to_vec());
        form = add_field(form, select.holding(unit));
        let share = FieldView::number(&format!("比例 {at}"), format!("share-{at}"), "%");
        form = add_field(form, share.holding(percent));
    }
    form
}

// ---- reading back

/// What was typed, as a command; `None` for other acts.
pub fn command(
    view: &ProjectView,
    act: Act,
    reader: &mut Reader<'_>,
    own: &str,
) -> Option<Command> {
    view.lead.as_ref()?;
    Some(match act {
        Act::ClaimLead => Command::ClaimLead {
            unit: own.to_string(),
        },
        Act::TransferLead => Command::TransferLead {
            to: reader.chosen("to", "接收单位"),
            shares: shares(reader),
        },
        Act::ShareCredit => Command::ShareCredit {
            shares: shares(reader),
        },
        Act::ReturnLead => Command::ReturnLead {
            reason: reader.wanted("reason", "退回的理由"),
        },
        Act::LoseLead => Command::LoseLead {
            reason: reader.chosen("reason", "流失原因"),
            text: reader.text("text"),
        },
        Act::ReviveLead => Command::ReviveLead {
            reason: reader.wanted("reason", "恢复的理由"),
        },
        _ => return None,
    })
}

fn shares(reader: &mut Reader<'_>) -> Vec<Share> {
    let mut shares = Vec::new();
    for at in 1..=MOST_SHARES {
        let (unit_field, share_field) = (format!("unit-{at}"), format!("share-{at}"));
        let (unit, text) = (reader.some(&unit_field), reader.some(&share_field));
        match (unit, text.as_deref().map(parse_percent)) {
            (None, None) => {}
            (Some(unit), Some(Some(basis_points))) => shares.push(Share { unit, basis_points }),
            (None, Some(_)) => reader.wrong(&unit_field, "填了比例的，请选择单位"),
            (Some(_), None) => reader.wrong(&share_field, "请填写比例，如 60"),
            (Some(_), Some(None)) => {
                reader.wrong(&share_field, "比例请填 0 到 100 之间的数，最多两位小数");
            }
        }
    }
    shares
}
