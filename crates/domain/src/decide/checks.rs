//! Checks that many commands share.

use calendar::Day;

use super::Desk;
use crate::event::{EventKind, FileRef};
use crate::refusal::Refusal;
use crate::text::zh;
use policy::model::EvidenceDef;

impl Desk<'_> {
    pub(super) fn not_in_future(&self, what: &str, day: Day) -> Result<(), Refusal> {
        if day <= self.today {
            return Ok(());
        }
        Err(Refusal::new(
            "in_future",
            format!("{what}{}晚于今天（{}）。", zh(day), zh(self.today)),
            "请填写已经发生的日期。",
        ))
    }

    /// A day that a fact speaks of cannot lie after the day on which it is said.
    pub(super) fn not_after_saying(&self, what: &str, day: Day) -> Result<(), Refusal> {
        self.not_in_future(what, day)?;
        if day <= self.on {
            return Ok(());
        }
        Err(Refusal::new(
            "after_saying",
            format!("{what}{}晚于登记所写的发生日期{}。", zh(day), zh(self.on)),
            "请核对两个日期。",
        ))
    }

    /// An answer cannot lie before what it answers.
    pub(super) fn not_before(&self, what: &str, earlier: &str, day: Day) -> Result<(), Refusal> {
        if self.on >= day {
            return Ok(());
        }
        Err(Refusal::new(
            "before_request",
            format!(
                "{what}的日期{}早于{earlier}的日期{}。",
                zh(self.on),
                zh(day)
            ),
            "请核对日期。",
        ))
    }

    /// What takes the place of an earlier fact cannot be dated before it, or it would not count.
    pub(super) fn not_before_last(
        &self,
        what: &str,
        is_kind: impl Fn(&EventKind) -> bool,
    ) -> Result<(), Refusal> {
        match self.state.last_day_of(is_kind) {
            Some(day) => self.not_before(what, "上一次", day),
            None => Ok(()),
        }
    }
}

/// A text that must be there.
pub(super) fn wanted(what: &str, text: &str) -> Result<(), Refusal> {
    if !text.trim().is_empty() {
        return Ok(());
    }
    Err(Refusal::new(
        "text_missing",
        format!("没有填写{what}。"),
        format!("请填写{what}。"),
    ))
}

/// The evidence that a rule wants and the files do not hold.
pub(super) fn missing<'r>(
    evidence: &'r [EvidenceDef],
    files: &[FileRef],
) -> impl Iterator<Item = &'r EvidenceDef> {
    let held: Vec<&str> = files
        .iter()
        .filter_map(|file| file.evidence.as_deref())
        .collect();
    let held: Vec<String> = held.into_iter().map(str::to_owned).collect();
    evidence
        .iter()
        .filter(move |rule| !rule.optional && !held.contains(&rule.id))
}

/// A month written `2025-08`.
pub(super) fn month(text: &str) -> Option<(i16, i8)> {
    let (year, month) = text.split_once('-')?;
    if year.len() != 4 || month.len() != 2 || !text.bytes().all(|b| b.is_ascii_digit() || b == b'-')
    {
        return None;
    }
    let (year, month) = (year.parse().ok()?, month.parse().ok()?);
    Day::new(year, month, 1).is_ok().then_some((year, month))
}
