//! Rows of leaders that follow from a project's facts.

use calendar::Day;
use domain::state::State;
use domain::track::Plan;
use policy::Policy;
use store::project_leaders::{LEADS, LeaderRow};

/// The leader of the assignment and everybody named under a sponsorship, by role; nothing where the pack knows neither.
pub(crate) fn rows(
    region: &str,
    project: &str,
    policy: &Policy,
    state: &State<'_>,
    plan: &Plan,
    stage: Option<&str>,
) -> Option<Vec<LeaderRow>> {
    let mut steps = policy.file.stage.iter().flat_map(|stage| &stage.step);
    if policy.file.sponsorship.is_empty() && steps.all(|step| step.done_by.is_none()) {
        return None;
    }
    let stage = stage.and_then(|stage| policy.node(stage));
    let stage = stage.and_then(|stage| plan.node(stage));
    let progress = state.progress();
    let row = |role: &str, title: &str, person: &str, since: Day| LeaderRow {
        region: region.to_string(),
        project: project.to_string(),
        role: role.to_string(),
        title: title.to_string(),
        person: person.to_string(),
        office: String::new(),
        contact: None,
        since,
        stage_since: stage.and_then(|stage| stage.opened_on),
        progress_on: progress.map(|progress| progress.on),
        progress: progress.map_or(String::new(), |p| p.progress.to_string()),
        problems: progress.map_or(String::new(), |p| p.problems.to_string()),
    };
    let leads = state.assignment();
    let leads = leads.and_then(|assigned| Some((assigned.leader?, leading_since(state))));
    let mut rows: Vec<LeaderRow> = leads
        .map(|(leader, since)| row(LEADS, "牵头", leader, since))
        .into_iter()
        .collect();
    for sponsor in state.sponsors_now() {
        let mut rules = policy.file.sponsorship.iter();
        let Some(rule) = rules.find(|rule| rule.id == sponsor.sponsorship) else {
            continue;
        };
        rows.push(LeaderRow {
            office: sponsor.office.to_string(),
            contact: sponsor.contact.map(str::to_string),
            ..row(&rule.id, &rule.title, sponsor.leader, sponsor.on)
        });
    }
    rows.sort_by(|one, other| one.role.cmp(&other.role));
    Some(rows)
}

/// Since when the leader leads: the first of the last assignments that name him.
fn leading_since(state: &State<'_>) -> Day {
    let last = state.assignments.last();
    let leader = last.and_then(|assigned| assigned.leader);
    let same = state.assignments.iter().rev();
    let same = same.take_while(|assigned| assigned.leader == leader);
    same.last().map_or(Day::MIN, |assigned| assigned.on)
}
