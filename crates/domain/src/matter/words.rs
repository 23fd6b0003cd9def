//! Due days in sentences.

use calendar::{Day, WorkCalendar};
use policy::Policy;

use super::state::MatterState;
use crate::text::{zh, zh_weekday};

/// The steps from the issue to the last day that holds now.
pub fn derivation(policy: &Policy, state: &MatterState, calendar: &WorkCalendar) -> Vec<String> {
    let roll = policy.file.pack.roll;
    let mut steps = match state.head.limit {
        Some(limit) => match calendar::explain(state.issued_on, limit, roll, calendar, &[]) {
            Ok(steps) => steps.into_iter().map(|step| step.text).collect(),
            Err(error) => vec![error.to_string()],
        },
        None => vec![format!(
            "{}签发时定于{}前完成。",
            zh(state.issued_on),
            zh_weekday(state.head.due)
        )],
    };
    for (due, reason) in &state.changes {
        steps.push(format!("完成时限调整为{}：{reason}", zh_weekday(*due)));
    }
    steps
}

/// The day on which reminding begins, where the pack says how long before the last day.
pub fn warn_on(policy: &Policy, state: &MatterState, calendar: &WorkCalendar) -> Option<Day> {
    let def = policy
        .file
        .matter
        .iter()
        .find(|def| def.id == state.head.matter)?;
    let warn = def.warn.as_ref()?.limit();
    let begins = calendar::back(state.due, warn, calendar).ok()?;
    Some(begins.max(state.issued_on))
}
