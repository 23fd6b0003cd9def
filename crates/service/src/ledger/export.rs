//! The columns of the workbook to fill in: what [`super::map`] reads, with units in the headings.

use domain::values::MoneyUnit;
use office::{Column, ColumnKind};

use super::headings::Field;
use super::map::MilestoneName;

/// The usual columns, the milestones of the pack among them; sums count in `unit`.
pub fn template_columns(milestones: &[MilestoneName], unit: MoneyUnit) -> Vec<Column> {
    fields(milestones)
        .iter()
        .map(|field| Column::new(heading(field, milestones, unit), kind(field)))
        .collect()
}

fn fields(milestones: &[MilestoneName]) -> Vec<Field> {
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
    fields.extend(
        milestones
            .iter()
            .map(|milestone| Field::Reached(milestone.id.clone())),
    );
    fields.extend([
        Field::ContactName,
        Field::ContactPhone,
        Field::RecordedBy,
        Field::RecordedOn,
        Field::Source,
    ]);
    fields
}

fn heading(field: &Field, milestones: &[MilestoneName], unit: MoneyUnit) -> String {
    let title = field.title(milestones);
    match field {
        Field::TotalInvestment | Field::IntroducedFunds | Field::FundsInPlace => {
            format!("{title}（{}）", unit.title())
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
        Field::Reached(_) | Field::RecordedOn => ColumnKind::Day,
        _ => ColumnKind::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Vocabulary;
    use crate::ledger::map::tests::milestones;

    #[test]
    fn the_headings_of_the_template_name_their_units_and_are_all_known() {
        let columns = template_columns(&milestones(), MoneyUnit::Wan);
        let headings: Vec<String> = columns.into_iter().map(|column| column.heading).collect();
        for expected in [
            "总投资（万元）",
            "用地（亩）",
            "进规（限）日期",
            "正式签约日期",
        ] {
            assert!(
                headings.iter().any(|heading| heading == expected),
                "{expected}"
            );
        }
        assert_eq!(
            Vocabulary::new(&milestones()).count(&headings),
            headings.len()
        );
    }
}
