//! Parts of a whole in 1/10000, as people write them.

/// `2550` as `25.5%`.
///
/// ```
/// assert_eq!(domain::values::percent(10_000), "100%");
/// assert_eq!(domain::values::percent(3_333), "33.33%");
/// assert_eq!(domain::values::percent(2_550), "25.5%");
/// ```
pub fn percent(basis_points: u32) -> String {
    let (whole, rest) = (basis_points / 100, basis_points % 100);
    match (rest, rest % 10) {
        (0, _) => format!("{whole}%"),
        (rest, 0) => format!("{whole}.{}%", rest / 10),
        (rest, _) => format!("{whole}.{rest:02}%"),
    }
}

/// `25.5`, `25.5%` or `２５．５％` as `2550`; nothing for what is no percentage with at most two decimals up to 100.
///
/// ```
/// assert_eq!(domain::values::parse_percent("33.33％"), Some(3_333));
/// assert_eq!(domain::values::parse_percent("40"), Some(4_000));
/// assert_eq!(domain::values::parse_percent("100.01"), None);
/// assert_eq!(domain::values::parse_percent("三成"), None);
/// ```
pub fn parse_percent(text: &str) -> Option<u32> {
    let plain: String = text.chars().map(super::text::half_width).collect();
    let plain = plain.trim().trim_end_matches('%').trim_end();
    let (whole, rest) = plain.split_once('.').unwrap_or((plain, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || rest.len() > 2 || !digits(whole) || !digits(rest) {
        return None;
    }
    let whole: u32 = whole.parse().ok()?;
    let rest: u32 = format!("{rest:0<2}").parse().ok()?;
    Some(whole * 100 + rest).filter(|points| *points <= 10_000)
}
