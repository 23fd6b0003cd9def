//! Days in sentences.

use calendar::{Day, weekday_zh};

/// `2025年2月28日`.
pub(crate) fn zh(day: Day) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// `2025年2月28日（星期五）`.
pub(crate) fn zh_weekday(day: Day) -> String {
    format!("{}（{}）", zh(day), weekday_zh(day))
}

/// `2025年2月1日至2025年2月28日`.
pub(crate) fn zh_interval(from: Day, to: Option<Day>) -> String {
    match to {
        Some(to) if to == from => zh(from),
        Some(to) => format!("{}至{}", zh(from), zh(to)),
        None => format!("{}起（尚未结束）", zh(from)),
    }
}

/// `甲局 60%、乙区 40%`.
pub(crate) fn zh_shares(shares: &[crate::event::Share]) -> String {
    let one = |share: &crate::event::Share| {
        format!(
            "{} {}",
            share.unit,
            crate::values::percent(share.basis_points)
        )
    };
    shares.iter().map(one).collect::<Vec<_>>().join("、")
}
