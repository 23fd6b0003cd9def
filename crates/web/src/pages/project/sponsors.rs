//! 市领导牵头和包保 on the project page: who leads, who answers, and the forms that name them.

use domain::command::Command;
use domain::view::{ClauseView, SponsorView, SponsorshipView};
use policy::model::{SponsorPart, SponsorshipDef};
use service::projects::{Act, ProjectView};

use super::controls::{FieldView, Reader};
use super::forms::{ActForm, add_fact, add_field, add_note, headed, on};
use super::show::{ActLink, Entry, Group, act_links};

/// Acts of this section.
pub const ACTS: [Act; 2] = [Act::NameSponsor, Act::EndSponsor];

/// Whether the pack of the project names leaders at all.
pub fn has_any(view: &ProjectView) -> bool {
    !view.track.sponsorships.is_empty() || view.lifecycle.file.leader.is_some()
}

/// Who leads, and who answers for the project under each sponsorship.
pub fn group(view: &ProjectView) -> Group {
    let mut entries: Vec<Entry> = leading(view).into_iter().collect();
    entries.extend(view.track.sponsorships.iter().map(|s| sponsored(view, s)));
    Group {
        title: "市领导牵头和包保",
        empty: "还没有牵头领导。下达任务清单时写明牵头责任领导。",
        entries,
        links: Vec::new(),
    }
}

fn leading(view: &ProjectView) -> Option<Entry> {
    let assigned = view.track.assignment.as_ref()?;
    let others = &view.others_led;
    let rule = view.lifecycle.file.leader.as_ref();
    let (title, state, kind) = match &assigned.leader {
        None => ("牵头领导".to_string(), "未指定".to_string(), "yellow"),
        Some(leader) => {
            let title = format!("{leader}牵头");
            match (others.len(), rule) {
                (0, _) | (_, None) => (title, assigned.on.to_string(), "neutral"),
                (n, Some(_)) => (title, format!("同时牵头其他在办项目 {n} 个"), "yellow"),
            }
        }
    };
    let mut entry = Entry::new(title, &state, kind);
    if assigned.leader.is_none() {
        entry = entry.line("任务清单没有写明牵头责任领导，可以重新交办时补上。");
    }
    entry.clause = rule.map(|rule| ClauseView {
        document: view.track.pack.document.clone(),
        article: rule.clause.clone(),
        text: rule.text.clone(),
    });
    entry.see_label = "同时牵头的在办项目";
    let link = |(id, name): &(String, String)| ActLink {
        href: format!("/projects/{id}"),
        label: name.clone(),
    };
    entry.see = others.iter().map(link).collect();
    Some(entry)
}

fn sponsored(view: &ProjectView, sponsorship: &SponsorshipView) -> Entry {
    let (state, kind) = match &sponsorship.now {
        None => ("未列入".to_string(), "neutral"),
        Some(_) if !sponsorship.missing.is_empty() => (
            format!("尚未指定{}", sponsorship.missing.join("、")),
            "yellow",
        ),
        Some(now) => (format!("自 {}", now.on), "green"),
    };
    let mut entry = Entry::new(sponsorship.title.clone(), &state, kind);
    if let Some(now) = &sponsorship.now {
        entry = entry
            .line(who(now))
            .line(format!("职责：{}", sponsorship.duty))
            .line(now.note.clone());
    }
    for earlier in &sponsorship.earlier {
        entry = entry.line(past(earlier));
    }
    entry.clause = Some(sponsorship.clause.clone());
    entry.links = act_links(view, &ACTS, Some(&sponsorship.id));
    if sponsorship.now.is_some() {
        let named = entry.links.iter_mut();
        let naming = format!("/actions/{}?", Act::NameSponsor.slug());
        for link in named.filter(|link| link.href.contains(&naming)) {
            link.label = "更换领导或科室".to_string();
        }
    }
    entry
}

/// `领导样例张五，业务科室样例业务一科`.
fn who(named: &SponsorView) -> String {
    let parts = [
        ("领导", named.leader.as_str()),
        ("业务科室", &named.office),
        ("联络员", named.contact.as_deref().unwrap_or_default()),
    ];
    let parts = parts.iter().filter(|(_, name)| !name.is_empty());
    let parts = parts.map(|(part, name)| format!("{part}：{name}"));
    parts.collect::<Vec<_>>().join("　")
}

fn past(earlier: &SponsorView) -> String {
    let until = match &earlier.ended {
        Some((day, Some(reason))) => format!("{day} 终止：{reason}"),
        Some((day, None)) => format!("{day} 更换"),
        None => String::new(),
    };
    format!("此前 {}（{} 起，{until}）", who(earlier), earlier.on)
}

/// The forms; `None` when the pack has no such sponsorship.
pub(super) fn form(view: &ProjectView, act: Act, form: ActForm) -> Option<ActForm> {
    let mut all = view.track.sponsorships.iter();
    let sponsorship = all.find(|sponsorship| sponsorship.id == form.subject)?;
    let mut rules = view.lifecycle.file.sponsorship.iter();
    let rule = rules.find(|rule| rule.id == sponsorship.id)?;
    match act {
        Act::NameSponsor => Some(naming(view, sponsorship, rule, form)),
        Act::EndSponsor => ending(view, sponsorship, form),
        _ => None,
    }
}

fn naming(
    view: &ProjectView,
    sponsorship: &SponsorshipView,
    rule: &SponsorshipDef,
    form: ActForm,
) -> ActForm {
    let clause = Some(sponsorship.clause.clone());
    let mut form = headed(form, &sponsorship.title, clause, "指定");
    form = add_fact(form, "职责", sponsorship.duty.clone());
    let now = sponsorship.now.as_ref();
    if let Some(now) = now {
        form = add_fact(form, "现为", format!("{}（自 {}）", who(now), now.on));
        form = add_note(form, "自所写之日起代替现在的，原来的保留在历史中。");
    } else if rule.partly {
        form = add_note(form, "可以先指定一部分，以后补齐；缺的在清单中提示。");
    }
    let must = |part: SponsorPart, field: FieldView| match rule.partly {
        false if rule.names.contains(&part) => field.must(),
        _ => field,
    };
    let held = |text: Option<&String>| text.cloned().unwrap_or_default();
    let fields = [
        must(
            SponsorPart::Leader,
            FieldView::text("领导", "leader")
                .holding(held(now.map(|now| &now.leader)))
                .hint("写一名领导的姓名，与其账号姓名一致"),
        ),
        must(
            SponsorPart::Office,
            FieldView::text("业务科室", "office")
                .holding(held(now.map(|now| &now.office)))
                .hint("写明单位和科室"),
        ),
        must(
            SponsorPart::Contact,
            FieldView::text("联络员", "contact")
                .holding(held(now.and_then(|now| now.contact.as_ref())))
                .hint("只写姓名，不写电话"),
        ),
        FieldView::area("说明", "note"),
        on(view, "自哪一日起"),
    ];
    fields.into_iter().fold(form, add_field)
}

fn ending(view: &ProjectView, sponsorship: &SponsorshipView, form: ActForm) -> Option<ActForm> {
    let now = sponsorship.now.as_ref()?;
    let clause = Some(sponsorship.clause.clone());
    let form = headed(form, &sponsorship.title, clause, "终止");
    let form = add_fact(form, "现为", format!("{}（自 {}）", who(now), now.on));
    let form = add_field(form, FieldView::area("终止的理由", "reason").must());
    Some(add_field(form, on(view, "终止日期")))
}

/// What was typed, as a command.
pub(super) fn command(act: Act, subject: &str, reader: &mut Reader<'_>) -> Option<Command> {
    Some(match act {
        Act::NameSponsor => Command::NameSponsor {
            sponsorship: subject.to_string(),
            leader: reader.text("leader"),
            office: reader.text("office"),
            contact: reader.some("contact"),
            note: reader.text("note"),
        },
        Act::EndSponsor => Command::EndSponsor {
            sponsorship: subject.to_string(),
            reason: reader.wanted("reason", "终止的理由"),
        },
        _ => return None,
    })
}
