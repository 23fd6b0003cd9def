//! The ledger as a table: what is written here is read back by [`super::map`] with nothing lost.

use std::collections::{BTreeMap, BTreeSet};

use calendar::Day;
use domain::event::Details;
use domain::values::{MoneyUnit, Yuan};
use office::{Column, ColumnKind, Out};

use super::amounts::land_in_mu;
use super::contact::Contact;
use super::headings::Field;
use super::map::{MilestoneName, Reached};

/// A project as a row of the ledger.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ExportRow {
    /// 项目编号.
    pub number: Option<String>,
    /// Basic facts.
    pub details: Details,
    /// Milestones.
    pub reached: Vec<Reached>,
    /// Contact, in clear text or masked as the reader may see it.
    pub contact: Option<Contact>,
    /// 登记人.
    pub recorded_by: Option<String>,
    /// 登记日期.
    pub recorded_on: Option<Day>,
}

/// Which columns the table has.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportLayout {
    milestones: Vec<MilestoneName>,
    unit: MoneyUnit,
    fields: Vec<Field>,
}

/// What the layout has to hold beyond the fixed columns.
#[derive(Default)]
struct Present {
    raw_total: bool,
    claimed: BTreeSet<String>,
    certified: BTreeSet<String>,
    extra: BTreeSet<String>,
}

impl ExportLayout {
    /// The columns that these rows need: the fixed ones, the milestones of the pack, and what any row has beyond.
    pub fn new<'a>(
        milestones: &[MilestoneName],
        unit: MoneyUnit,
        rows: impl IntoIterator<Item = &'a ExportRow>,
    ) -> Self {
        let mut present = Present::default();
        for row in rows {
            present.take(row, milestones);
        }
        Self {
            milestones: milestones.to_vec(),
            unit,
            fields: fields(milestones, present),
        }
    }
}

impl Present {
    fn take(&mut self, row: &ExportRow, milestones: &[MilestoneName]) {
        let details = &row.details;
        self.raw_total |=
            details.total_investment.is_some() && details.total_investment_raw.is_some();
        for reached in &row.reached {
            if reached.claimed_on.is_some() {
                self.claimed.insert(reached.milestone.clone());
            }
            if reached.certified_on.is_some() {
                self.certified.insert(reached.milestone.clone());
            }
        }
        for title in details.extra.keys() {
            match words_of_a_day(title, milestones) {
                Some(Field::Claimed(id)) => _ = self.claimed.insert(id),
                Some(Field::Certified(id)) => _ = self.certified.insert(id),
                Some(_) => {}
                None if stands_in_its_own_column(title) => {}
                None => _ = self.extra.insert(title.clone()),
            }
        }
    }
}

/// Vague words of a day stand in the column of the day.
fn words_of_a_day(title: &str, milestones: &[MilestoneName]) -> Option<Field> {
    let kinds = [Field::Reached, Field::Claimed, Field::Certified];
    let fields = milestones
        .iter()
        .flat_map(|m| kinds.iter().map(|kind| kind(m.id.clone())));
    fields
        .into_iter()
        .find(|field| field.title(milestones) == title)
}

/// Words of a sum that is no sum of yuan stand in the column of the sum, those of a day in the column of the day.
fn stands_in_its_own_column(title: &str) -> bool {
    let own = [
        Field::IntroducedFunds,
        Field::FundsInPlace,
        Field::RecordedOn,
    ];
    own.iter().any(|field| field.title(&[]) == title)
}

fn fields(milestones: &[MilestoneName], present: Present) -> Vec<Field> {
    let mut fields = vec![
        Field::Number,
        Field::Name,
        Field::Investor,
        Field::Enterprise,
        Field::CreditCode,
        Field::Sector,
        Field::Industry,
        Field::Host,
        Field::ReceivingUnit,
        Field::TotalInvestment,
        Field::IntroducedFunds,
        Field::FundsInPlace,
        Field::Land,
        Field::Location,
        Field::Summary,
    ];
    if present.raw_total {
        fields.push(Field::TotalInvestmentRaw);
    }
    for milestone in milestones {
        fields.push(Field::Reached(milestone.id.clone()));
        if present.claimed.contains(&milestone.id) {
            fields.push(Field::Claimed(milestone.id.clone()));
        }
        if present.certified.contains(&milestone.id) {
            fields.push(Field::Certified(milestone.id.clone()));
        }
    }
    fields.extend([
        Field::ContactName,
        Field::ContactPhone,
        Field::RecordedBy,
        Field::RecordedOn,
        Field::Source,
    ]);
    fields.extend(present.extra.into_iter().map(Field::Kept));
    fields
}

/// The columns with their headings, units among them.
pub fn export_columns(layout: &ExportLayout) -> Vec<Column> {
    layout
        .fields
        .iter()
        .map(|field| Column::new(heading(layout, field), kind(field)))
        .collect()
}

fn heading(layout: &ExportLayout, field: &Field) -> String {
    let title = field.title(&layout.milestones);
    match field {
        Field::TotalInvestment | Field::IntroducedFunds | Field::FundsInPlace => {
            format!("{title}（{}）", layout.unit.title())
        }
        Field::Land => format!("{title}（亩）"),
        _ => title,
    }
}

fn kind(field: &Field) -> ColumnKind {
    match field {
        Field::TotalInvestment | Field::IntroducedFunds | Field::FundsInPlace | Field::Land => {
            ColumnKind::Decimal(2)
        }
        Field::Reached(_) | Field::Claimed(_) | Field::Certified(_) | Field::RecordedOn => {
            ColumnKind::Day
        }
        _ => ColumnKind::Text,
    }
}

/// The cells of a row, one per column of the layout.
pub fn export_row(layout: &ExportLayout, row: &ExportRow) -> Vec<Out> {
    layout
        .fields
        .iter()
        .map(|field| cell(layout, row, field))
        .collect()
}

fn cell(layout: &ExportLayout, row: &ExportRow, field: &Field) -> Out {
    let details = &row.details;
    let extra = &details.extra;
    let node = |id: &str| row.reached.iter().find(|reached| reached.milestone == id);
    match field {
        Field::Number => text(row.number.as_deref()),
        Field::Name => text(Some(&details.name)),
        Field::Investor => text(details.investor.as_deref()),
        Field::Enterprise => text(details.enterprise.as_deref()),
        Field::CreditCode => text(details.credit_code.as_ref().map(|code| code.as_str())),
        Field::Sector => text(details.sector.map(|sector| sector.title())),
        Field::Industry => text(details.industry.as_deref()),
        Field::Host => text(details.host.as_deref()),
        Field::ReceivingUnit => text(details.receiving_unit.as_deref()),
        Field::TotalInvestment => amount(
            layout,
            details.total_investment,
            details.total_investment_raw.as_ref(),
        ),
        Field::TotalInvestmentRaw => text(
            details
                .total_investment
                .and(details.total_investment_raw.as_deref()),
        ),
        Field::IntroducedFunds => amount(
            layout,
            details.introduced_funds,
            extra.get(&field.title(&[])),
        ),
        Field::FundsInPlace => amount(layout, details.funds_in_place, extra.get(&field.title(&[]))),
        Field::Land => details
            .land_mu_hundredths
            .map_or(Out::Empty, |land| Out::Decimal(land_in_mu(land))),
        Field::Location => text(details.location.as_deref()),
        Field::Summary => text(details.summary.as_deref()),
        Field::Reached(id) => day(layout, node(id).and_then(|node| node.on), extra, field),
        Field::Claimed(id) => day(
            layout,
            node(id).and_then(|node| node.claimed_on),
            extra,
            field,
        ),
        Field::Certified(id) => day(
            layout,
            node(id).and_then(|node| node.certified_on),
            extra,
            field,
        ),
        Field::ContactName => text(row.contact.as_ref().map(|contact| contact.name.as_str())),
        Field::ContactPhone => text(row.contact.as_ref().map(|contact| contact.phone.as_str())),
        Field::RecordedBy => text(row.recorded_by.as_deref()),
        Field::RecordedOn => day(layout, row.recorded_on, extra, field),
        Field::Source => text(details.source.as_deref()),
        Field::Kept(title) => text(extra.get(title).map(String::as_str)),
        _ => Out::Empty,
    }
}

fn text(text: Option<&str>) -> Out {
    text.filter(|text| !text.is_empty())
        .map_or(Out::Empty, |text| Out::Text(text.to_owned()))
}

fn amount(layout: &ExportLayout, yuan: Option<Yuan>, words: Option<&String>) -> Out {
    match yuan {
        Some(yuan) => Out::Decimal(yuan.format_in(layout.unit)),
        None => text(words.map(String::as_str)),
    }
}

fn day(
    layout: &ExportLayout,
    day: Option<Day>,
    extra: &BTreeMap<String, String>,
    field: &Field,
) -> Out {
    match day {
        Some(day) => Out::Day(day),
        None => text(
            extra
                .get(&field.title(&layout.milestones))
                .map(String::as_str),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::map::tests::{context, milestones};
    use crate::ledger::{Candidate, Vocabulary, map};
    use domain::values::CreditCode;
    use office::{OutCell, ReadLimits, Sheet, SheetWriter, read_table};
    use policy::model::Sector;
    use proptest::prelude::*;

    fn written_and_read(rows: &[ExportRow], unit: MoneyUnit) -> Vec<Candidate> {
        let layout = ExportLayout::new(&milestones(), unit, rows);
        let mut sheet = Sheet::new("项目台账", export_columns(&layout));
        sheet.title = Some("样例市重大项目台账".to_owned());
        let mut writer = SheetWriter::new(sheet).unwrap();
        for row in rows {
            let cells: Vec<OutCell> = export_row(&layout, row)
                .into_iter()
                .map(OutCell::from)
                .collect();
            writer.push_row(&cells).unwrap();
        }
        let file = writer.finish().unwrap();
        let words = Vocabulary::new(&milestones());
        let table = read_table(&file, "台账.xlsx", &ReadLimits::default(), &|headings| {
            words.count(headings)
        })
        .unwrap();
        map(&table, &context()).unwrap().candidates
    }

    fn as_row(candidate: &Candidate) -> ExportRow {
        ExportRow {
            number: candidate.number.clone(),
            details: candidate.details.clone(),
            reached: candidate.reached.clone(),
            contact: candidate.contact_clear.clone(),
            recorded_by: candidate.recorded_by.clone(),
            recorded_on: candidate.recorded_on,
        }
    }

    fn words() -> impl Strategy<Value = Option<String>> {
        proptest::option::of("[甲乙丙丁样例产业园A-Z][甲乙丙丁样例产业园a-z0-9]{1,10}")
    }

    fn yuan() -> impl Strategy<Value = Option<Yuan>> {
        proptest::option::of((0..=Yuan::MOST.0).prop_map(Yuan))
    }

    fn reached() -> impl Strategy<Value = Vec<Reached>> {
        proptest::collection::vec((any::<bool>(), any::<bool>(), 0..90_i64), 7).prop_map(|steps| {
            let mut day = jiff::civil::date(2023, 1, 1);
            let mut reached = Vec::new();
            for (milestone, (is_reached, is_certified, days)) in milestones().iter().zip(steps) {
                day = day.saturating_add(jiff::Span::new().days(days));
                if is_reached {
                    reached.push(Reached {
                        milestone: milestone.id.clone(),
                        on: Some(day),
                        claimed_on: is_certified.then_some(day),
                        certified_on: is_certified.then_some(day),
                        reason: None,
                    });
                }
            }
            reached
        })
    }

    prop_compose! {
        fn details()(
            texts in proptest::array::uniform7(words()),
            sums in proptest::array::uniform3(yuan()),
            land in proptest::option::of(0..10_000_000_i64),
            sector in proptest::option::of(proptest::sample::select(Sector::ALL.to_vec())),
            code in proptest::option::of("9142[0-9]{13}"),
            remark in words(),
        ) -> Details {
            let [investor, enterprise, industry, host, receiving_unit, location, summary] = texts;
            let [total_investment, introduced_funds, funds_in_place] = sums;
            Details {
                investor, enterprise, industry, host, receiving_unit, location, summary,
                total_investment, introduced_funds, funds_in_place, sector,
                land_mu_hundredths: land,
                credit_code: code.map(|code| CreditCode::complete(&code).unwrap()),
                extra: remark.into_iter().map(|remark| ("备注".to_owned(), remark)).collect(),
                ..Details::default()
            }
        }
    }

    prop_compose! {
        fn row()(details in details(), reached in reached(), number in words(), by in words(), contact in words())
            -> ExportRow
        {
            ExportRow {
                number, details, reached,
                contact: contact.map(|name| Contact { name, phone: "13800000000".to_owned() }),
                recorded_on: by.as_ref().map(|_| jiff::civil::date(2024, 6, 1)),
                recorded_by: by,
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn what_is_exported_is_imported_without_loss(mut rows in proptest::collection::vec(row(), 1..6), unit in 0..3_usize) {
            for (at, row) in rows.iter_mut().enumerate() {
                // Different by the letter, so that no two are taken for the same project.
                row.details.name = format!("样例项目{}", ["甲", "乙", "丙", "丁", "戊", "己"][at]);
                row.details.credit_code = row.details.credit_code.take().filter(|_| at == 0);
            }
            let unit = [MoneyUnit::Yuan, MoneyUnit::Wan, MoneyUnit::Yi][unit];
            let read = written_and_read(&rows, unit);
            for candidate in &read {
                prop_assert!(candidate.faults.is_empty(), "{:?}", candidate.faults);
            }
            let read: Vec<ExportRow> = read.iter().map(as_row).collect();
            prop_assert_eq!(read, rows);
        }
    }

    #[test]
    fn words_that_are_no_sum_and_no_day_come_back_as_words() {
        let details = Details {
            name: "样例项目".to_owned(),
            total_investment_raw: Some("3亿美元".to_owned()),
            extra: [
                ("开工日期", "2023年"),
                ("引进资金", "约2亿元"),
                ("是否开工", "是"),
                ("备注", "样例"),
            ]
            .map(|(title, words)| (title.to_owned(), words.to_owned()))
            .into(),
            ..Details::default()
        };
        let row = ExportRow {
            details: details.clone(),
            ..ExportRow::default()
        };
        let read = written_and_read(&[row], MoneyUnit::Wan);
        assert_eq!(read[0].details, details);
        assert!(read[0].faults.is_empty(), "{:?}", read[0].faults);
        assert_eq!(read[0].reached[0].milestone, "started");
        assert_eq!(read[0].reached[0].on, None);
    }

    #[test]
    fn the_headings_of_the_export_name_their_units() {
        let layout = ExportLayout::new(&milestones(), MoneyUnit::Wan, &[]);
        let headings: Vec<String> = export_columns(&layout)
            .into_iter()
            .map(|column| column.heading)
            .collect();
        assert!(headings.contains(&"总投资（万元）".to_owned()));
        assert!(headings.contains(&"用地（亩）".to_owned()));
        assert!(headings.contains(&"进规（限）日期".to_owned()));
        assert!(headings.contains(&"正式签约日期".to_owned()));
    }
}
