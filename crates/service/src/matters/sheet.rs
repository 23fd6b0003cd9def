//! The sheet of an order, as its kind words it: for the printed page and for the Word document.

use calendar::{Day, weekday_zh};

use super::MatterView;

/// An order as it is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderSheet {
    /// 市级重点招商项目督办单.
    pub title: String,
    /// Name of the row of units.
    pub unit_label: String,
    /// Lead unit and supporting units.
    pub unit: String,
    /// Name of the row of the content.
    pub content_label: String,
    /// Content.
    pub content: String,
    /// 工作要求.
    pub requirement: String,
    /// 年 月 日（星期 ）至 月 日（星期 ）, as the limit stands.
    pub limit: String,
    /// Name of the row of the issuing unit, in the lines in which it is printed.
    pub issuer_label: String,
    /// Issuing unit, with the leader who signed.
    pub issuer: String,
}

impl MatterView {
    /// The order as it is printed.
    pub fn order_sheet(&self) -> OrderSheet {
        let sheet = self.sheet.as_ref();
        let word = |word: Option<&String>, otherwise: &str| {
            word.cloned().unwrap_or_else(|| otherwise.to_owned())
        };
        let mut units = vec![self.lead.clone()];
        units.extend(self.supporting.iter().map(|unit| format!("{unit}（配合）")));
        OrderSheet {
            title: word(sheet.map(|sheet| &sheet.title), &self.kind_title),
            unit_label: word(sheet.map(|sheet| &sheet.unit), "承办单位"),
            unit: units.join("、"),
            content_label: word(sheet.map(|sheet| &sheet.content), "事项内容"),
            content: self.content.clone(),
            requirement: match self.requirement.is_empty() {
                true => "请按时限办理，并将办理结果书面报送签发单位。".to_owned(),
                false => self.requirement.clone(),
            },
            limit: from_to(self.issued_on, self.due_on),
            issuer_label: word(sheet.map(|sheet| &sheet.issuer), "签发单位"),
            issuer: match self.leader.is_empty() {
                true => self.issuer.clone(),
                false => format!("{}　{}", self.issuer, self.leader),
            },
        }
    }
}

/// 2025年9月22日（星期一）至9月29日（星期一）; the year again where it is another.
fn from_to(from: Day, to: Day) -> String {
    let year = match from.year() == to.year() {
        true => String::new(),
        false => format!("{}年", to.year()),
    };
    format!(
        "{}年{}月{}日（{}）至{year}{}月{}日（{}）",
        from.year(),
        from.month(),
        from.day(),
        weekday_zh(from),
        to.month(),
        to.day(),
        weekday_zh(to)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_has_weekdays_and_the_second_year_when_it_is_another() {
        let day = |text| calendar::parse_day(text).unwrap();
        assert_eq!(
            from_to(day("2025-09-22"), day("2025-09-29")),
            "2025年9月22日（星期一）至9月29日（星期一）"
        );
        assert_eq!(
            from_to(day("2025-12-30"), day("2026-01-06")),
            "2025年12月30日（星期二）至2026年1月6日（星期二）"
        );
    }
}
