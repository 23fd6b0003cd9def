//! Basic facts of a project as a form: to register one and to edit it.

use domain::event::Details;
use domain::values::{CreditCode, MoneyUnit, Yuan};
use policy::model::Sector;
use service::projects::DetailChoices;

use super::controls::{FieldView, Reader};
use crate::form::Fields;

/// The fields, holding what is known.
pub fn fields(choices: &DetailChoices, details: &Details, contact_hint: &str) -> Vec<FieldView> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let wan = |sum: Option<Yuan>| {
        sum.map(|sum| sum.format_in(MoneyUnit::Wan))
            .unwrap_or_default()
    };
    let units = |units: &[String]| {
        units
            .iter()
            .map(|unit| (unit.clone(), unit.clone()))
            .collect::<Vec<_>>()
    };
    let sectors = choices
        .sectors
        .iter()
        .map(|(id, title)| (id.to_string(), title.to_string()))
        .collect();
    let land = details
        .land_mu_hundredths
        .map(|mu| format!("{}.{:02}", mu / 100, mu % 100))
        .unwrap_or_default();
    let code = details
        .credit_code
        .as_ref()
        .map(|code| code.as_str().to_string())
        .unwrap_or_default();
    vec![
        FieldView::text("项目名称", "name")
            .must()
            .holding(&details.name),
        FieldView::text("企业（工商注册名称）", "enterprise").holding(text(&details.enterprise)),
        FieldView::text("统一社会信用代码", "credit_code")
            .holding(code)
            .hint("18 位，按国家标准校验"),
        FieldView::text("投资方", "investor").holding(text(&details.investor)),
        FieldView::select("产业类别", "sector", sectors)
            .holding(details.sector.map(Sector::id).unwrap_or_default())
            .hint("决定行业主管单位"),
        FieldView::text("行业", "industry").holding(text(&details.industry)),
        FieldView::select("属地政府", "host", units(&choices.hosts)).holding(text(&details.host)),
        FieldView::select("承接方", "receiving_unit", units(&choices.receiving_units))
            .holding(text(&details.receiving_unit)),
        FieldView::money("总投资", "total_investment").holding(wan(details.total_investment)),
        FieldView::money("引进资金", "introduced_funds").holding(wan(details.introduced_funds)),
        FieldView::money("到位资金", "funds_in_place").holding(wan(details.funds_in_place)),
        FieldView::text("所在地", "location").holding(text(&details.location)),
        FieldView::number("用地", "land", "亩").holding(land),
        FieldView::text("联系人和电话", "contact").hint(contact_hint),
        FieldView::area("项目基本情况", "summary").holding(text(&details.summary)),
    ]
}

/// Reads the form; what it has no field for stays as it was.
///
/// # Errors
/// Field and message of everything that cannot be understood.
pub fn read(typed: &Fields, before: &Details) -> Result<Details, Vec<(String, String)>> {
    let mut reader = Reader::new(typed);
    let total_investment = reader.money("total_investment");
    let same_total = total_investment == before.total_investment;
    let details = Details {
        name: reader.wanted("name", "项目名称"),
        investor: reader.some("investor"),
        enterprise: reader.some("enterprise"),
        credit_code: credit_code(&mut reader),
        sector: reader
            .some("sector")
            .and_then(|sector| Sector::parse(&sector)),
        industry: reader.some("industry"),
        host: reader.some("host"),
        receiving_unit: reader.some("receiving_unit"),
        total_investment,
        introduced_funds: reader.money("introduced_funds"),
        funds_in_place: reader.money("funds_in_place"),
        total_investment_raw: before.total_investment_raw.clone().filter(|_| same_total),
        location: reader.some("location"),
        land_mu_hundredths: land(&mut reader),
        summary: reader.some("summary"),
        contact_sealed: before.contact_sealed.clone(),
        source: before.source.clone(),
        extra: before.extra.clone(),
    };
    if reader.errors.is_empty() {
        Ok(details)
    } else {
        Err(reader.errors)
    }
}

fn credit_code(reader: &mut Reader<'_>) -> Option<CreditCode> {
    match CreditCode::parse(&reader.some("credit_code")?) {
        Ok(code) => Some(code),
        Err(error) => {
            reader.wrong("credit_code", error.to_string());
            None
        }
    }
}

/// 亩 with at most two decimals, in hundredths.
fn land(reader: &mut Reader<'_>) -> Option<i64> {
    let text = reader.some("land")?;
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let hundredths = match part.len() {
        0..=2 => format!("{part:0<2}").parse::<i64>().ok(),
        _ => None,
    };
    let land = whole
        .parse::<i64>()
        .ok()
        .zip(hundredths)
        .and_then(|(whole, part)| whole.checked_mul(100)?.checked_add(part));
    match land.filter(|land| (1..=100_000_000).contains(land)) {
        Some(land) => Some(land),
        None => {
            reader.wrong(
                "land",
                format!("用地“{text}”不是正确的亩数，请填大于 0 的数，最多两位小数"),
            );
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn land_is_read_to_the_hundredth_of_a_mu() {
        let read = |text: &str| {
            read(
                &Fields::parse(format!("name=样例&land={text}").as_bytes()),
                &Details::default(),
            )
        };
        assert_eq!(read("120.5").unwrap().land_mu_hundredths, Some(12_050));
        assert_eq!(read("120").unwrap().land_mu_hundredths, Some(12_000));
        assert_eq!(read("-3").unwrap_err()[0].0, "land");
        assert_eq!(read("1.234").unwrap_err()[0].0, "land");
    }

    #[test]
    fn what_the_form_does_not_show_stays() {
        let before = Details {
            source: Some("公开签约".into()),
            contact_sealed: Some("封".into()),
            ..Details::default()
        };
        let after = read(&Fields::parse("name=样例项目".as_bytes()), &before).unwrap();
        assert_eq!(
            (after.source, after.contact_sealed),
            (before.source, before.contact_sealed)
        );
    }
}
