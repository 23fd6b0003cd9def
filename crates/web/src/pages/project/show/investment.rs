//! 投资, month by month.

use domain::values::{MoneyUnit, Yuan};
use service::projects::{Act, ProjectView};

use super::acts::{ActLink, act_links};
use super::track::money;

/// Investment by month.
pub struct InvestmentSection {
    /// 计划总投资.
    pub total: String,
    /// Reported in all.
    pub fixed: String,
    /// In place in all.
    pub funds: String,
    /// Percent of the planned total with its words, when known.
    pub percent: Option<(i64, String)>,
    /// Months.
    pub months: Vec<MonthRow>,
    /// What can be done.
    pub links: Vec<ActLink>,
}

/// A month.
pub struct MonthRow {
    /// 2025-06.
    pub month: String,
    /// 万元.
    pub fixed: String,
    /// 万元.
    pub funds: String,
    /// Percent of the largest month.
    pub percent: i64,
    /// The bar in words.
    pub label: String,
    /// When it was reported.
    pub on: String,
}

pub(super) fn investment(view: &ProjectView) -> InvestmentSection {
    let months = &view.track.investment;
    let sum = |of: fn(&domain::view::InvestmentView) -> Option<Yuan>| {
        Yuan(
            months
                .iter()
                .filter_map(of)
                .fold(0i64, |sum, month| sum.saturating_add(month.0)),
        )
    };
    let fixed = sum(|month| month.fixed_investment);
    let most = months
        .iter()
        .filter_map(|m| m.fixed_investment)
        .map(|sum| sum.0)
        .max()
        .unwrap_or_default();
    let wan = |sum: Option<Yuan>| {
        sum.map(|sum| sum.format_in(MoneyUnit::Wan))
            .unwrap_or_default()
    };
    let share = |part: i64, whole: i64| {
        (i128::from(part) * 100)
            .checked_div(i128::from(whole))
            .unwrap_or_default() as i64
    };
    let row = |month: &domain::view::InvestmentView| MonthRow {
        month: month.month.clone(),
        fixed: wan(month.fixed_investment),
        funds: wan(month.funds_in_place),
        percent: share(month.fixed_investment.map_or(0, |sum| sum.0), most),
        label: format!("{} 万元", wan(month.fixed_investment)),
        on: month.on.to_string(),
    };
    InvestmentSection {
        total: money(view.details.total_investment),
        fixed: fixed.to_string(),
        funds: sum(|month| month.funds_in_place).to_string(),
        percent: view.details.total_investment.map(|total| {
            let percent = share(fixed.0, total.0).min(100);
            (percent, format!("完成计划总投资的 {percent}%"))
        }),
        months: months.iter().rev().map(row).collect(),
        links: act_links(view, &[Act::ReportInvestment], None),
    }
}
